"""The service's door as an ASGI application: who may come in, how often and with how much, before anything else is run.

1. A browser on a site that the manifest does not name may not write, and reads nothing (CORS).
2. An address that writes too often waits; nothing of it is noted.
3. A body has an end.
4. Choices and the script, which every visitor asks for, are answered here; everything else by Django, with the same counter.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import cached_property
from typing import Any

from zusage.consent.errors import ChoiceRefused
from zusage.consent.record import Record, stamp
from zusage.consent.script import etag, script
from zusage.office.asgi import Application, Header, Receive, Scope, Send, TooMuch, body_of, bounded, reply, sender
from zusage.office.limits import RateLimit
from zusage.state.errors import StateError

from .counter import Counter

#: bytes of a body at most
BODY = 16 * 1024
_JSON: Header = (b"content-type", b"application/json")
_NO_STORE: Header = (b"cache-control", b"no-store")
_TOO_MUCH = f"a choice has at most {BODY} bytes, and nothing else has more"


@dataclass
class Front:
    """The door in front of a counter and of Django."""

    counter: Counter
    django: Application
    prefix: str
    limit: RateLimit
    #: requests come through a proxy of ours, which says whose they are
    behind_proxy: bool = False
    #: counts what is being answered, for tests and for stopping
    busy: int = field(default=0, init=False)

    @cached_property
    def _script(self) -> tuple[bytes, bytes, bytes]:
        """The script, the same compressed, and its tag."""
        made = script(self.counter.desk.offer)
        return made.encode(), gzip.compress(made.encode(), 9, mtime=0), etag(made).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        self.busy += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self.busy -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        origin, path, method = headers.get(b"origin", b"").decode("latin-1"), scope["path"], scope["method"]
        welcome = not origin or self._same(origin, headers) or origin in self.counter.desk.offer.consents.sites  # 1
        cors = _cors(origin) if origin and welcome else []
        if method == "OPTIONS":
            await reply(send, 204 if welcome else 403, b"", cors)
        elif path == f"{self.prefix}/consent.js" and method in ("GET", "HEAD"):
            await self._send_script(send, headers, method)
        elif not welcome:
            await _refuse(send, 403, "foreign-site", "the manifest does not name this site under consents.sites", [])
        elif method == "POST" and (seconds := self.limit.wait(sender(scope, behind_proxy=self.behind_proxy))):  # 2
            more = [*cors, (b"retry-after", str(seconds).encode())]
            await _refuse(send, 429, "too-often", f"too many at once; the next may come in {seconds} s", more)
        elif path == f"{self.prefix}/choices" and method == "POST":
            await self._choose(receive, send, origin, cors, cookie=not origin or self._same(origin, headers))
        else:
            await self._hand_on(scope, receive, send, origin, cors)

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send, origin: str, cors: list[Header]) -> None:
        try:
            received = await bounded(receive, BODY)  # 3
        except TooMuch:
            await _refuse(send, 413, "too-much", _TOO_MUCH, cors)
            return
        await self.django({**scope, "zusage": self.counter, "zusage.site": origin}, received, _with(send, cors))

    async def _choose(self, receive: Receive, send: Send, origin: str, cors: list[Header], *, cookie: bool) -> None:
        try:
            told = json.loads(await body_of(receive, BODY) or b"")  # 3
            known = isinstance(told, dict) and self.counter.desk.knows(told.get("text"))
            choice = self.counter.choice(told, origin) if known else await asyncio.to_thread(self.counter.choice, told, origin)
            record = await self.counter.recorder.recorded(choice)
        except TooMuch:
            await _refuse(send, 413, "too-much", _TOO_MUCH, cors)
        except (ValueError, RecursionError):
            await _refuse(send, 400, "malformed", "the body is not JSON", cors)
        except ChoiceRefused as refusal:
            await _refuse(send, 422, refusal.code, str(refusal), cors)
        except StateError as trouble:
            await _refuse(send, 503, "not-recorded", str(trouble), cors)
        except Exception:  # noqa: BLE001 - a driver's message may hold values: nothing was acknowledged, and that is what is said
            await _refuse(send, 503, "not-recorded", "the choice could not be recorded; try again", cors)
        else:
            more = [*cors, *([self._cookie(told["subject"], record)] if cookie and origin else [])]
            await reply(send, 201, json.dumps(recorded(record)).encode(), [_JSON, _NO_STORE, *more])

    def _cookie(self, subject: str, record: Record) -> Header:
        """Set by the server too, because some browsers let what a script sets live for a week only."""
        secure = "; Secure" if record.choice.site.startswith("https://") else ""
        value = self.counter.cookie(subject, record)
        until = format_datetime(record.choice.until.replace(microsecond=0), usegmt=True)
        line = f"{self.counter.desk.offer.consents.cookie}={value}; Path=/; Expires={until}; SameSite=Lax{secure}"
        return b"set-cookie", line.encode()

    async def _send_script(self, send: Send, headers: dict[bytes, bytes], method: str) -> None:
        body, packed, tag = self._script
        more: list[Header] = [
            (b"content-type", b"text/javascript; charset=utf-8"),
            (b"etag", tag),
            (b"cache-control", b"no-cache"),  # asked for anew each time, and answered with 304: nobody is asked in old words
            (b"cross-origin-resource-policy", b"cross-origin"),
            (b"vary", b"accept-encoding"),
        ]
        if headers.get(b"if-none-match") == tag:
            await reply(send, 304, b"", more)
            return
        if b"gzip" in headers.get(b"accept-encoding", b""):
            body, more = packed, [*more, (b"content-encoding", b"gzip")]
        if method == "GET":
            await reply(send, 200, body, more)
        else:
            await reply(send, 200, b"", more)

    def _same(self, origin: str, headers: dict[bytes, bytes]) -> bool:
        name = b"x-forwarded-host" if self.behind_proxy and b"x-forwarded-host" in headers else b"host"
        return origin.partition("://")[2].encode() == headers.get(name)


def recorded(record: Record) -> dict[str, Any]:
    """What is acknowledged: the record's id, its place in the chain, its time and when it is asked for again."""
    return {
        "receipt": record.id,
        "number": record.number,
        "digest": record.digest,
        "at": stamp(record.choice.at),
        "until": stamp(record.choice.until),
    }


def _cors(origin: str) -> list[Header]:
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", b"content-type"),
        (b"access-control-max-age", b"600"),
        (b"vary", b"origin"),
    ]


async def _refuse(send: Send, status: int, code: str, why: str, more: Iterable[Header]) -> None:
    await reply(send, status, json.dumps({"code": code, "detail": why}).encode(), [_JSON, _NO_STORE, *more])


def _with(send: Send, more: list[Header]) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sent
