"""What each of our services needs of ASGI before anything else is run: whose request it is, a body that has an end, and a short answer.

Django's handler writes whatever is sent to it to the disk, to the last byte and before it asks who sends it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

_NO_SNIFF: Header = (b"x-content-type-options", b"nosniff")


class TooMuch(Exception):
    """A body is longer than anything that is asked for."""


def sender(scope: Scope, *, behind_proxy: bool) -> str:
    """Whose request it is; of a forwarded chain only the last, which our own proxy has written, can be believed."""
    forwarded = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")[2].strip()
    return forwarded if behind_proxy and forwarded else str((scope.get("client") or ("",))[0])


async def body_of(receive: Receive, most: int) -> bytes | None:
    """The whole body; None where whoever sent it has gone. Raises TooMuch as soon as it has more bytes than ``most``."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise TooMuch
    return bytes(body)


async def bounded(receive: Receive, most: int) -> Receive:
    """The same to receive from, once the whole body is here. Raises TooMuch."""
    body = await body_of(receive, most)
    first = [{"type": "http.disconnect"} if body is None else {"type": "http.request", "body": body, "more_body": False}]

    async def received() -> MutableMapping[str, Any]:
        return first.pop() if first else await receive()

    return received


async def reply(send: Send, status: int, body: bytes, headers: Iterable[Header]) -> None:
    """Answer in one piece."""
    every = [*headers, (b"content-length", str(len(body)).encode())]
    if _NO_SNIFF not in every:
        every.append(_NO_SNIFF)
    await send({"type": "http.response.start", "status": status, "headers": every})
    await send({"type": "http.response.body", "body": body})
