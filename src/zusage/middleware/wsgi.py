"""For WSGI: ``app = ConsentMiddleware(app, "zusage.yaml")``; then ``environ["zusage.consent"].allows("analytics")``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from .gate import Gate

Environ = dict[str, Any]
Failure = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
#: what an application calls to begin its answer
Start = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, Start], Iterable[bytes]]
KEY = "zusage.consent"


class ConsentMiddleware:
    """Around a WSGI application."""

    def __init__(self, app: Application, manifest: Path | str | Gate) -> None:
        self._app = app
        self._gate = manifest if isinstance(manifest, Gate) else Gate.of(manifest)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """One request."""
        cookie = str(environ.get("HTTP_COOKIE", ""))
        allowed = environ[KEY] = self._gate.read(cookie, str(environ.get("HTTP_SEC_GPC", "")))

        def start(status: str, headers: list[tuple[str, str]], exc_info: Failure = None) -> Callable[[bytes], object]:
            kept = [(name, value) for name, value in headers if name.lower() != "set-cookie" or self._gate.keeps(allowed, value)]
            kept = [
                (name, self._gate.policy(allowed, value) if name.lower() == "content-security-policy" else value)
                for name, value in kept
            ]
            kept += [("Set-Cookie", line) for line in self._gate.deletes(allowed, cookie)]
            return start_response(status, kept, exc_info) if exc_info else start_response(status, kept)

        return self._app(environ, start)
