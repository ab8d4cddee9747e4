"""The front door of a service, used as a browser without scripts uses it. Speaks to the declared address and to no other."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from zusage.promises.manifest.canary import CanaryStep

from .port import SystemTrouble


class DoorShut(SystemTrouble):
    """The service did not take a step as declared."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"the front door did not take {what!r}: {reason}. What was begun is on file and is cleared up by the next run. "
            "Check the steps under canary in the manifest, and that the service runs."
        )


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden" and (name := found.get("name")):
            self.fields.setdefault(name, found.get("value") or "")


class FrontDoor:
    """One visitor, with cookies of their own."""

    def __init__(self, url: str, values: Mapping[str, str], mailbox: Path | None, authority: Path | None = None) -> None:
        self._values, self._mailbox, self._host = values, mailbox, urlsplit(url).netloc
        self._last = b""
        trusted = ssl.create_default_context(cafile=str(authority) if authority else None)
        self._client = httpx.Client(
            base_url=url, timeout=30, verify=trusted, trust_env=False, event_hooks={"request": [self._stay]}
        )

    def take(self, step: CanaryStep) -> bytes:
        """Do one step; the bytes of the answer. Raises DoorShut, which names the step and no value."""
        what = step.get or step.post or ("a link" if step.linked else "a mailed link")
        try:
            self._last = self._taken(step, what)
        except httpx.HTTPError as trouble:
            raise DoorShut(what, type(trouble).__name__) from None
        return self._last

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def _taken(self, step: CanaryStep, what: str) -> bytes:
        linked = self._linked(step.linked) if step.linked else None
        if looked_at := step.get or (None if step.fill or step.attach else linked):
            return self._answer(what, self._client.get(looked_at, follow_redirects=True))
        path = step.post or linked or self._mailed(step.mailed or "")
        hidden = _Hidden()
        hidden.feed(self._answer(what, self._client.get(step.page or path, follow_redirects=True)).decode("utf-8", "replace"))
        data = hidden.fields | {name: self._text(text) for name, text in step.fill.items()}
        files = {n: ("canary.txt", self._text(t).encode(), "text/plain") for n, t in step.attach.items()}
        return self._answer(what, self._client.post(path, data=data, files=files or None, follow_redirects=True))

    def _stay(self, request: httpx.Request) -> None:
        if request.url.netloc.decode() != self._host:
            raise DoorShut("a redirection", "it leads to another host, which is not spoken to")

    def _answer(self, what: str, answer: httpx.Response) -> bytes:
        if answer.status_code >= 400:
            raise DoorShut(what, f"it answered with status {answer.status_code}")
        return answer.content

    def _text(self, text: str) -> str:
        for name, value in self._values.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _linked(self, pattern: str) -> str:
        found = re.search(pattern, self._last.decode("utf-8", "replace"))
        if found is None:
            raise DoorShut("a link", "the answer before holds none")
        return found[0]

    def _mailed(self, pattern: str) -> str:
        files = [path for path in self._mailbox.rglob("*") if path.is_file()] if self._mailbox else []
        for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
            mine = body is not None and self._values["email"] in str(mail["To"] or "")
            if body is not None and mine and (found := re.search(pattern, body.get_content())):
                return found[0]
        raise DoorShut("a mailed link", "no mail to the canary holds one")
