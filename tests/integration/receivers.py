"""Recipients that really listen: a mail server and an HTTP server whose answers a test chooses."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler

from zusage.testing.ports import free_port


class _Inbox(Handler):
    def __init__(self, filed: Path | None) -> None:
        super().__init__()
        self.mails: list[Message] = []
        self._filed = filed

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)
        if self._filed is not None:
            (self._filed / f"{len(self.mails):04}.eml").write_bytes(message.as_bytes())


@contextmanager
def mail_server(filed: Path | None = None, **options: Any) -> Iterator[tuple[str, list[Message]]]:
    """A mail server, its address and what it takes; ``filed`` is a folder in which each mail is filed, too."""
    inbox = _Inbox(filed)
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", inbox.mails
    finally:
        controller.stop()


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """An HTTP server. ``answers`` are taken from the front, for a path; without any it takes everything."""

    url: str
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)
    #: of OpenDSR requests: id → status
    known: dict[str, str] = field(default_factory=dict)
    #: signs what an OpenDSR processor answers
    sign: Any = None
    #: called with each request before it is answered
    on_request: Any = None

    def to(self, path: str) -> list[Request]:
        return [one for one in self.requests if one.path == path]


@contextmanager
def http_receiver() -> Iterator[Receiver]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._take()
            status = _status(found, self.path)
            answer: dict[str, Any] = {}
            if "opendsr" in self.path and status < 300:
                key = found.requests[-1].content["subject_request_id"]
                found.known.setdefault(key, "pending")
                answer = {"subject_request_id": key, "controller_id": "c-1", "received_time": "2026-06-01T09:00:00Z"}
                status = 201
            self._answer(status, answer)

        def do_GET(self) -> None:
            self._take()
            key = self.path.rpartition("/")[2]
            if key in found.known:
                self._answer(200, {"subject_request_id": key, "request_status": found.known[key], "controller_id": "c-1"})
            else:
                self._answer(404, {})

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            found.requests.append(request)
            if found.on_request:
                found.on_request(request)

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if found.sign:
                self.send_header("X-OpenDSR-Signature", base64.b64encode(found.sign(body)).decode())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    found = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _status(found: Receiver, path: str) -> int:
    waiting = found.answers.get(path)
    return waiting.pop(0) if waiting else 204
