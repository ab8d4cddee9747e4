"""The service for cases, put together for one manifest: the staff's interface, and the public door."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from zusage.bootstrap import Product
from zusage.office.asgi import Application, Receive, Scope, Send, TooMuch, bounded, reply, sender
from zusage.office.limits import RateLimit
from zusage.office.quiet import quiet

#: where the public page is, and how many bytes somebody may send to it, and to the interface of the staff
DOOR, BODY, STAFF_BODY = "/rights/", 64 * 1024, 2 * 1024 * 1024
_log = logging.getLogger("zusage.cases")


def service(
    product: Product,
    wake: Callable[[], None] = lambda: None,
    delayed: Callable[[], bool] = lambda: False,
    *,
    per_minute: int = 10,
    behind_proxy: bool = False,
) -> Application:
    """The ASGI application; ``wake`` is called when somebody has asked at the door, ``delayed`` says whether mail waits. Raises StateError."""
    product.state.holders.all()
    from django.core.handlers.asgi import ASGIHandler  # Django is configured by now, because the state is open

    quiet(_log)
    handler, limit = ASGIHandler(), RateLimit(per_minute)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        door = scope["path"].startswith(DOOR)
        if door and scope["method"] == "POST" and (seconds := limit.wait(sender(scope, behind_proxy=behind_proxy))):
            await _refuse(scope, send, 429, seconds)
            return
        try:
            received = await bounded(receive, BODY if door else STAFF_BODY)
        except TooMuch:
            await _refuse(scope, send, 413)
            return
        inside = {
            **scope,
            "root_path": "",
            "zusage.product": product,
            "zusage.wake": wake,
            "zusage.delayed": delayed,
        }  # the door to the interface is here alone
        await handler(inside, received, send)  # type: ignore[arg-type]  # the stubs want Mapping where ASGI says MutableMapping

    return application


async def _refuse(scope: Scope, send: Send, status: int, seconds: int = 0) -> None:
    """Too often, or too long: a page for people, data for programs of the staff."""
    from zusage.office.door import pages

    if not scope["path"].startswith(DOOR):
        body = json.dumps({"code": "too-much", "detail": f"a call has at most {STAFF_BODY} bytes"}).encode()
        await reply(send, status, body, [(b"content-type", b"application/json")])
        return
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    language = pages.language_of(accepted)
    body = (pages.often(language) if status == 429 else pages.long(language)).encode()
    said = {**pages.headers(), "Content-Type": "text/html; charset=utf-8"}
    if seconds:
        said["Retry-After"] = str(seconds)
    await reply(send, status, body, [(name.lower().encode(), value.encode()) for name, value in said.items()])
