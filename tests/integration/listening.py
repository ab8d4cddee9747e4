"""An application of ours on a port of the loopback, in a thread of the test's own, so that a saboteur reaches it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from tests.trusted import TRUSTED
from zusage.office.asgi import Application


@contextmanager
def serving(application: Application, port: int) -> Iterator[None]:
    """Serve it while the block lasts, and wait until it answers."""
    loop = asyncio.new_event_loop()
    server = Server(
        application,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        log_access=False,
        log_level=LogLevels.error,
    )
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    answered(port)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)


def answered(port: int) -> None:
    """Wait until somebody answers at the port. Raises TimeoutError."""
    for _ in range(1_000):
        try:
            httpx.get(f"http://127.0.0.1:{port}/office/health", verify=TRUSTED, trust_env=False)
            return
        except httpx.TransportError:
            threading.Event().wait(0.02)
    raise TimeoutError(port)
