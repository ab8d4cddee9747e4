"""The front door of a service, used as a browser without scripts uses it. Speaks to the declared addresses and to no other.

Whoever is *careful* works for somebody else, as staff do: what they follow or send must stand beside a value of that person, and beside
nobody else's.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from http.cookiejar import Cookie
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from zusage.promises.manifest.canary import CanaryStep

from .page import Page, Target, Unclear
from .trouble import SystemTrouble


@cache
def _public() -> ssl.SSLContext:
    """The public authorities, read once: that takes longer than a step."""
    return ssl.create_default_context()


class DoorShut(SystemTrouble):
    """The service did not take a step as declared."""

    def __init__(self, what: str, reason: str, status: int | None = None) -> None:
        #: with which it answered; None where it did not
        self.status = status
        super().__init__(
            f"the front door did not take {what!r}: {reason}. What was begun is on file and is cleared up by the next run. "
            "Check the steps under canary in the manifest, and that the service runs."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where a service stands, and what it is known by."""

    url: str
    #: stand-ins that are spoken to as well, by name
    beside: Mapping[str, str] = field(default_factory=dict)
    mailbox: Path | None = None
    #: a file with the certificates that are trusted
    authority: Path | None = None


class FrontDoor:
    """One visitor, with cookies of their own.

    ``values`` are those of the person whom everything is about; ``more`` stands in texts beside them.
    """

    def __init__(
        self, house: House, values: Mapping[str, str], more: Mapping[str, str] | None = None, *, careful: bool = False
    ) -> None:
        self._house, self._values, self._texts, self._careful = house, values, {**values, **(more or {})}, careful
        self._hosts = {urlsplit(url).netloc for url in (house.url, *house.beside.values())}
        self._last, self._page = b"", ""
        trusted = ssl.create_default_context(cafile=str(house.authority)) if house.authority else _public()
        self._client = httpx.Client(
            base_url=house.url, timeout=30, verify=trusted, trust_env=False, event_hooks={"request": [self._stay]}
        )

    def take(self, step: CanaryStep) -> bytes:
        """Do one step; the bytes of the answer. Raises DoorShut, which names the step and no value."""
        what = step.get or step.post or ("a link" if step.linked else "a form" if step.form else "a mailed link")
        try:
            self._last = self._taken(step, what)
        except httpx.HTTPError as trouble:
            raise DoorShut(what, type(trouble).__name__) from None
        return self._last

    def watch(self, changed: Callable[[list[dict[str, str]]], None]) -> None:
        """Tell each time of the cookies that the visitor has, before anything is done with them."""
        self._client.event_hooks = {
            "request": [self._stay],
            "response": [lambda _: changed([_plain(cookie) for cookie in self._client.cookies.jar])],
        }

    def remember(self, cookies: list[dict[str, str]]) -> None:
        """Be the visitor who had these cookies."""
        for one in cookies:
            self._client.cookies.set(**one)

    def mailed(self, pattern: str) -> Iterator[str]:
        """What fits a regular expression in mails to the visitor, the newest mail first."""
        box = self._house.mailbox
        files = [path for path in box.rglob("*") if path.is_file()] if box else []
        for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
            if body is not None and self._values["email"] in str(mail["To"] or ""):
                yield from (found[0] for found in re.finditer(pattern, body.get_content()))

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def _taken(self, step: CanaryStep, what: str) -> bytes:
        linked = self._where(step, self._linked(step.linked, looks=_looks(step))) if step.linked else None
        if looked_at := self._where(step, step.get) or (linked if _looks(step) else None):
            return self._answer(what, self._client.get(looked_at, follow_redirects=True))
        if step.form:
            page = Page(self._last.decode("utf-8", "replace"))
            form = self._form(page, step.form)
            return self._send(step, what, form.path or self._page, form.hidden, page)
        path = self._where(step, step.post) or linked or self._mailed(step.mailed or "")
        asked = self._client.get(self._where(step, step.page) or path, follow_redirects=True)
        page = Page(self._answer(what, asked).decode("utf-8", "replace"))
        hidden = {name: value for form in reversed(page.forms) for name, value in form.hidden.items()}
        return self._send(step, what, path, hidden, page)

    def _send(self, step: CanaryStep, what: str, path: str, hidden: Mapping[str, str], page: Page) -> bytes:
        chosen = {name: self._choice(page, name, pattern) for name, pattern in step.choose.items()}
        data = {**hidden, **chosen, **{name: self._text(text) for name, text in step.fill.items()}}
        files = {n: ("canary.txt", self._text(t).encode(), "text/plain") for n, t in step.attach.items()}
        return self._answer(what, self._client.post(path, data=data, files=files or None, follow_redirects=True))

    def _where(self, step: CanaryStep, path: str | None) -> str | None:
        return self._house.beside[step.at].rstrip("/") + path if path and step.at else path

    def _stay(self, request: httpx.Request) -> None:
        if request.url.netloc.decode() not in self._hosts:
            raise DoorShut("a redirection", "it leads to another host, which is not spoken to")

    def _answer(self, what: str, answer: httpx.Response) -> bytes:
        if answer.status_code >= 400:
            raise DoorShut(what, f"it answered with status {answer.status_code}", answer.status_code)
        self._page = str(answer.url)
        return answer.content

    def _text(self, text: str) -> str:
        for name, value in self._texts.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _linked(self, pattern: str, *, looks: bool) -> str:
        text = self._last.decode("utf-8", "replace")
        if self._careful:
            try:
                return Page(text).link_of(pattern, self._values.values(), only=looks)
            except Unclear:
                raise DoorShut("a link", "the answer before does not show which one is the canary's") from None
        found = re.search(pattern, text)
        if found is None:
            raise DoorShut("a link", "the answer before holds none")
        return found[0]

    def _choice(self, page: Page, name: str, pattern: str) -> str:
        try:
            return page.choice_of(name, pattern, self._values.values() if self._careful else None)
        except Unclear:
            raise DoorShut(f"the field {name}", "no choice fits, or several do that are not the canary's") from None

    def _form(self, page: Page, pattern: str) -> Target:
        try:
            return page.form_of(pattern, self._values.values() if self._careful else None)
        except Unclear:
            raise DoorShut("a form", "the answer before holds none that is the canary's alone") from None

    def _mailed(self, pattern: str) -> str:
        for found in self.mailed(pattern):
            return found
        raise DoorShut("a mailed link", "no mail to the canary holds one")


def _looks(step: CanaryStep) -> bool:
    """Nothing is sent with it."""
    return not (step.fill or step.choose or step.attach)


def _plain(cookie: Cookie) -> dict[str, str]:
    return {"name": cookie.name, "value": cookie.value or "", "domain": cookie.domain, "path": cookie.path}
