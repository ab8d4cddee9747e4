"""The service for cases, put together for one manifest: the staff's interface, and the public door."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, MutableMapping
from typing import Any

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
        answer = send if door else _in_one_form(send)
        await handler(inside, received, answer)  # type: ignore[arg-type]  # the stubs want Mapping where ASGI says MutableMapping

    return application


def _in_one_form(send: Send) -> Send:
    """Have a program of the staff told of what is not there in the form of every other refusal, and not by a page."""
    told: dict[int, tuple[str, str]] = {404: ("not-there", "no such path"), 405: ("not-so", "this path takes no such method")}
    instead = False

    async def answer(message: MutableMapping[str, Any]) -> None:
        nonlocal instead
        if message["type"] == "http.response.start":
            status, headers = message["status"], dict(message["headers"])
            kind = next((bytes(value) for name, value in headers.items() if name.lower() == b"content-type"), b"")
            if status in told and not kind.startswith(b"application/json"):
                instead = True
                code, detail = told[status]
                body = json.dumps({"code": code, "detail": f"{detail}; see /office/openapi.json"}).encode()
                allow = [(b"allow", value) for name, value in headers.items() if name.lower() == b"allow"]
                await reply(send, status, body, [(b"content-type", b"application/json"), *allow])
        if not instead:
            await send(message)

    return answer


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
