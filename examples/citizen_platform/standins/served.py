"""A web service on the loopback, in a thread of its own."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from waitress.server import create_server


def listen(port: int = 0) -> socket.socket:
    """A socket that is bound, so that its address is known before anything is served on it."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


class Served:
    """Serves a WSGI application until it is closed."""

    def __init__(self, app: Callable, bound: socket.socket | None = None, *, host: str = "127.0.0.1") -> None:
        bound = bound or listen()
        self.url = f"http://{host}:{bound.getsockname()[1]}"
        self._server = create_server(app, sockets=[bound], threads=4)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):  # the socket is closed under the loop when the service ends
            self._server.run()

    def close(self) -> None:
        """Stops serving."""
        self._server.task_dispatcher.shutdown()
        self._server.close()
