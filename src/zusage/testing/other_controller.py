"""A stand-in of another controller that takes packages (Art. 20(2) GDPR), over TLS with a certificate of a test's own authority.

What comes is written into a folder: of each request a JSON file that says what it was, of each import the archive beside it. A request
with a key that was imported before is acknowledged and not imported again.

    python -m zusage.testing.other_controller FOLDER > other.env &
"""

from __future__ import annotations

import hashlib
import json
import shlex
import signal
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .authority import Authority


@dataclass
class OtherController:
    """One that listens, and how it behaves."""

    url: str
    #: the certificate by which it is known
    authority: Path
    #: in which it keeps what came
    folder: Path
    #: wanted as a bearer token; empty: nothing is asked
    token: str = ""
    #: taken from the front for the next answers, before anything is imported
    answers: list[int] = field(default_factory=list)
    #: names the digest of what it received in its answer
    confirms: bool = True
    #: imports again what it has by its key already
    forgets: bool = False
    #: bytes that it loses of each import, unseen
    loses: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def environment(self) -> dict[str, str]:
        """What the manifests of the examples want to know of it."""
        return {
            "OTHER_CONTROLLER_URL": self.url,
            "OTHER_CONTROLLER_AUTHORITY": str(self.authority),
            "OTHER_CONTROLLER_TAKEN": str(self.folder),
        }

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What came, in its order."""
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]

    @property
    def imports(self) -> list[bytes]:
        """The archives that it took, in their order."""
        return [path.read_bytes() for path in sorted(self.folder.glob("*.zip"))]

    def clear(self) -> None:
        """Forget everything."""
        for path in self.folder.iterdir():
            path.unlink()

    def take(self, said: dict[str, Any], given: str, body: bytes) -> tuple[int, dict[str, str]]:
        """One request: noted, and imported unless something is against it."""
        with self._guard:
            known = {one["key"] for one in self.requests if one["imported"] and one["key"]}
            status = self._status(given)
            again = said["key"] in known and not self.forgets
            imported = status < 300 and not again
            number = len(list(self.folder.glob("*.json"))) + 1
            kept = body[: len(body) - self.loses] if self.loses else body
            if imported:
                (self.folder / f"{number:04}.zip").write_bytes(kept)
            said |= {"imported": imported, "status": status}
            (self.folder / f"{number:04}.json").write_text(json.dumps(said))
        confirmed = {"sha256": hashlib.sha256(kept).hexdigest()} if self.confirms and status < 300 else {}
        return (200 if again and status < 300 else status), confirmed

    def _status(self, given: str) -> int:
        if self.answers:
            return self.answers.pop(0)
        return 401 if self.token and given != f"Bearer {self.token}" else 201


class _Taking(BaseHTTPRequestHandler):
    """One request, which is taken in by whom the server asks."""

    protocol_version = "HTTP/1.1"
    timeout = 20
    server: _Server

    def do_POST(self) -> None:
        """Called by ``http.server``."""
        with suppress(OSError):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = self.connection
            said = {
                "path": self.path,
                "host": self.headers.get("Host"),
                "tls": connection.version() if isinstance(connection, ssl.SSLSocket) else None,
                "key": self.headers.get("Idempotency-Key"),
                "type": self.headers.get("Content-Type"),
                "content-digest": self.headers.get("Content-Digest"),
            }
            status, content = self.server.asked.take(said, self.headers.get("Authorization") or "", body)
            answer = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing is written down but what came."""


class _Server(ThreadingHTTPServer):
    asked: OtherController

    def handle_error(self, *_: object) -> None:
        """Whoever does not trust us hangs up."""


@contextmanager
def other_controller(
    folder: Path, authority: Authority, *, host: str = "127.0.0.1", port: int = 0, plain: bool = False
) -> Iterator[OtherController]:
    """One that listens while the block lasts; ``host`` is whom its certificate is for, ``plain`` leaves the encryption out."""
    folder.mkdir(parents=True, exist_ok=True)

    server = _Server(("127.0.0.1", port), _Taking)
    if not plain:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*authority.issue(host))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "http" if plain else "https"
    found = server.asked = OtherController(f"{scheme}://127.0.0.1:{server.server_port}/packages", authority.path, folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(folder: Path) -> None:
    """Listen until it is interrupted; what a manifest wants to know is printed as exports for a shell."""
    with other_controller(folder / "taken", Authority(folder / "authority")) as found:
        lines = (f"export {name}={shlex.quote(value)}" for name, value in found.environment.items())
        sys.stdout.write("\n".join((*lines, "")))
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main(Path(sys.argv[1]).absolute())
