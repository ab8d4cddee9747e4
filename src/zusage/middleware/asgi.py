"""For ASGI: ``app = ConsentMiddleware(app, "zusage.yaml")``; then ``scope["zusage.consent"].allows("analytics")``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from .gate import Gate

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
KEY = "zusage.consent"


class ConsentMiddleware:
    """Around an ASGI application; what is not HTTP passes as it is."""

    def __init__(self, app: Application, manifest: Path | str | Gate) -> None:
        self._app = app
        self._gate = manifest if isinstance(manifest, Gate) else Gate.of(manifest)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        gate, found = self._gate, list(scope["headers"])
        cookie = "; ".join(value.decode("latin-1") for name, value in found if name == b"cookie")
        gpc = next((value.decode("latin-1") for name, value in found if name == b"sec-gpc"), "")
        allowed = gate.read(cookie, gpc)

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(message.get("headers", ()), cookie, gpc)}
            await send(message)

        await self._app({**scope, KEY: allowed}, receive, sent)

    def _headers(self, headers: Any, cookie: str, gpc: str) -> list[tuple[bytes, bytes]]:
        gate, allowed = self._gate, self._gate.read(cookie, gpc)
        kept = []
        for name, value in headers:
            if name.lower() == b"set-cookie" and not gate.keeps(allowed, value.decode("latin-1")):
                continue
            if name.lower() == b"content-security-policy":
                value = gate.policy(allowed, value.decode("latin-1")).encode("latin-1")
            kept.append((name, value))
        return kept + [(b"set-cookie", line.encode("latin-1")) for line in gate.deletes(allowed, cookie)]
