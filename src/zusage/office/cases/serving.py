"""The service for cases, put together for one manifest: the staff's interface, and the public door."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from zusage.bootstrap import Product
from zusage.office.consents.front import Application, Receive, Scope, Send
from zusage.office.limits import RateLimit

#: where the public page is, and how many bytes somebody may send to it
DOOR, BODY = "/rights/", 64 * 1024
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
    from django.core.signals import got_request_exception

    logging.getLogger("django.request").setLevel(logging.CRITICAL + 1)  # it says the path, which may be somebody's link
    got_request_exception.connect(_tell, dispatch_uid="zusage-cases")
    handler, limit = ASGIHandler(), RateLimit(per_minute)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith(DOOR) and scope["method"] == "POST" and (why := _turned_away(scope, limit, behind_proxy)):
            await _refuse(scope, send, *why)
            return
        inside = {
            **scope,
            "root_path": "",
            "zusage.product": product,
            "zusage.wake": wake,
            "zusage.delayed": delayed,
        }  # the door to the interface is here alone
        await handler(inside, receive, send)  # type: ignore[arg-type]  # the stubs want Mapping where ASGI says MutableMapping

    return application


def _tell(**_: object) -> None:
    """What failed while somebody was answered, by its kind alone."""
    _log.error("a request could not be answered: %s", getattr(sys.exc_info()[0], "__name__", "unknown"))


def _turned_away(scope: Scope, limit: RateLimit, behind_proxy: bool) -> tuple[int, int] | None:
    """The status for a request that is too long, has no length, or comes too often, and the seconds until the next may come."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    if (length.isdigit() and int(length) > BODY) or headers.get(b"transfer-encoding"):
        return 413, 0
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")[2].strip()
    client = str((scope.get("client") or ("",))[0])
    seconds = limit.wait(forwarded if behind_proxy and forwarded else client)
    return (429, seconds) if seconds else None


async def _refuse(scope: Scope, send: Send, status: int, seconds: int) -> None:
    from zusage.office.door import pages

    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    language = pages.language_of(accepted)
    body = (pages.often(language) if status == 429 else pages.long(language)).encode()
    said = {**pages.headers(), "Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    if seconds:
        said["Retry-After"] = str(seconds)
    headers = [(name.lower().encode(), value.encode()) for name, value in said.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
