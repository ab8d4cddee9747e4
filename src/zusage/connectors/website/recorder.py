"""Writes down every request of a context: where to, what for, and what caused it. No path, query, header or body is kept."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .gate import Gate
from .seen import Contact, Entry
from .setting import SetCookie, read

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page, Request

_OF_THE_WEB = ("http", "https", "ws", "wss")
_PLAIN = ("http", "ws")
#: the same thing has two names, one in each of the browser's two accounts
_ALIKE = {"beacon": "ping", "xhr": "fetch", "eventsource": "fetch"}
#: why this browser refuses cookies that another one of a visitor may take
_REFUSED_HERE = ("ThirdParty", "UserPreferences")
_HINTED = """() => [...document.querySelectorAll('link[rel~=preconnect i], link[rel~=dns-prefetch i]')].map(one => one.href)"""
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_BEFOREHAND = re.compile(r"rel\s*=\s*\"?[^\";,]*\b(?:preconnect|dns-prefetch)\b", re.IGNORECASE)
#: what has no end, or an end that no page waits for
_ENDLESS = ("eventsource", "media", "ping", "beacon")
#: in a world of its own, which the page cannot see
_WORLD, _CLICKED = "zusage", "clicked"
_TELLS = f"addEventListener('click', event => event.isTrusted && {_CLICKED}(''), true)"
#: what Chromium calls by itself when a page cannot be loaded; a page that called it would be recorded as its own request
_OF_THE_BROWSER = frozenset({"connectivitycheck.gstatic.com"})


class Recorder:
    """What goes over the network from a context. ``turn`` begins a new leaf: what came before stays on the old one."""

    def __init__(self, context: BrowserContext, gate: Gate, own: Callable[[str], bool]) -> None:
        self._context, self._gate, self._own = context, gate, own
        self._urls: dict[str, str] = {}
        self._answers: list[tuple[float, Mapping[str, Any]]] = []
        #: how long cookies were meant to live, of all situations: a cookie may be older than the situation
        self.set_cookies: list[SetCookie] = []
        #: hosts of others that were requested in any situation: a spare connection to one may be opened late
        self._requested: set[str] = set()
        #: addresses of which the page has told how often, and the context not yet
        self._owed: Counter[str] = Counter()
        #: whether each click begins a new leaf: the choice is made by it, and not when we set about it
        self.turns_with_clicks = False
        #: addresses in headers to which browsers are to connect beforehand, each with the host whose answer says so
        self._links: list[tuple[str, str]] = []
        self.turn("")
        context.on("request", self._request)
        context.on("requestfinished", self._landed)
        context.on("requestfailed", self._landed)

    def turn(self, page: str) -> None:
        """From now on everything belongs to another situation, and to this page of it."""
        self._caused: dict[tuple[str, str, str], dict[str, str]] = {}
        self.own_requests = 0
        self.unencrypted: set[str] = set()
        #: cookies of others that this browser refused
        self.refused: set[Entry] = set()
        self._gate.asked.clear()
        self._late = +self._owed
        #: requests that have no answer yet, and when one of them last began or ended
        self._flying: set[Request] = set()
        self._moved = time.monotonic()
        self.on(page)

    def on(self, page: str) -> None:
        """From now on everything happens on this page."""
        self._page = page

    def attach(self, page: Page) -> None:
        """Learn from the page itself what causes its requests; those of other tabs are recorded without a cause."""
        session = self._context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._will_be_sent)
        session.on("Network.webSocketCreated", self._socket)
        session.on("Network.responseReceivedExtraInfo", self._answered)
        session.on("Runtime.bindingCalled", self._clicked)
        for domain in ("Network", "Runtime", "Page"):
            session.send(f"{domain}.enable")
        session.send("Runtime.addBinding", {"name": _CLICKED, "executionContextName": _WORLD})
        session.send("Page.addScriptToEvaluateOnNewDocument", {"source": _TELLS, "worldName": _WORLD})
        page.on("framenavigated", self._left)

    def calm(self, seconds: float) -> bool:
        """Whether every request of the situation has been answered, and none has begun for so long.

        The browser's own ``networkidle`` comes once for each document: after a click on it nothing can be told from that.
        """
        return not self._flying and time.monotonic() - self._moved >= seconds

    def contacts(self) -> tuple[Contact, ...]:
        """Requests to hosts of others, each kind once a host and cause, with the first page; and what only the gate saw."""
        found = {
            Contact(host, scheme, what, initiator, page)
            for (host, scheme, what), causes in self._caused.items()
            for initiator, page in causes.items()
            if initiator or len(causes) == 1
        }
        unseen = {host for host in self._gate.asked if not self._own(host)} - self._requested - _OF_THE_BROWSER
        return tuple(sorted(found | {Contact(host, "connection", "connection", "", self._page) for host in unseen}))

    def _will_be_sent(self, event: Mapping[str, Any]) -> None:
        url = str(event["request"]["url"])
        self._urls[str(event["requestId"])] = url
        self._owed[url] += 1
        redirect = event.get("redirectResponse")
        initiator = f"redirect of {urlsplit(str(redirect['url'])).hostname}" if redirect else _initiator(event.get("initiator"))
        self._note(url, str(event.get("type", "other")).lower(), initiator)

    def _socket(self, event: Mapping[str, Any]) -> None:
        self._note(str(event["url"]), "websocket", _initiator(event.get("initiator")))

    def _request(self, request: Request) -> None:
        """The same requests once more, and those of workers, which have no page."""
        self._owed[request.url] -= 1
        if self._late[request.url] > 0:  # on the leaf before it stands already
            self._late[request.url] -= 1
            return
        self._note(request.url, request.resource_type, "")
        if request.resource_type not in _ENDLESS:
            self._flying.add(request)
            self._moved = time.monotonic()

    def _landed(self, request: Request) -> None:
        self._flying.discard(request)
        self._moved = time.monotonic()

    def _left(self, frame: Frame) -> None:
        """What a page had begun that is left now may never be told to have ended."""
        if frame.parent_frame is None:
            self._flying = {request for request in self._flying if request.is_navigation_request()}

    def _clicked(self, _event: Mapping[str, Any]) -> None:
        """Told by the page in the order in which it happened: what was requested before has been told of before."""
        if self.turns_with_clicks:
            self.turn(self._page)

    def _answered(self, event: Mapping[str, Any]) -> None:
        """Headers may be told of before the address that they are from; ``read_answers`` looks it up."""
        self._answers.append((time.time(), event))

    def read_answers(self) -> None:
        """Note the cookies that answers set since the last time, and those of others that this browser refused."""
        answers, self._answers = self._answers, []
        for at, event in answers:
            host = (urlsplit(self._urls.get(str(event.get("requestId")), "")).hostname or "").lower()
            headers = {str(name).lower(): str(value) for name, value in event.get("headers", {}).items()}
            self.set_cookies += [read(line, host, at) for line in headers.get("set-cookie", "").splitlines()]
            self.refused |= {entry for entry in (_refused(one, host, at) for one in event.get("blockedCookies", ())) if entry}

            self._links += [(address, host) for address in linked(headers.get("link", ""))]

    def read_hints(self, page: Page) -> None:
        """Note the hosts to which a page tells browsers to connect beforehand: this one does not obey, others show them their address."""
        from playwright.sync_api import Error

        links, self._links = self._links, []
        for frame in page.frames:
            with suppress(Error):  # it went away
                links += [(str(url), urlsplit(frame.url).hostname or "") for url in frame.evaluate(_HINTED)]
        for url, of in links:
            parts = urlsplit(url)
            if parts.hostname and not self._own(parts.hostname.lower()):
                scheme = parts.scheme or "https"
                self._note(f"{scheme}://{parts.netloc}", "connection", f"parser of {of}" if of else "parser")

    def _note(self, url: str, what: str, initiator: str) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in _OF_THE_WEB or not host:
            return
        if parts.scheme in _PLAIN:
            self.unencrypted.add(host)
        if self._own(host):
            self.own_requests += 1
        else:
            self._requested.add(host)
            self._caused.setdefault((host, parts.scheme, _ALIKE.get(what, what)), {}).setdefault(initiator, self._page)


def linked(header: str) -> list[str]:
    """Addresses to connect to beforehand in a header ``Link`` (RFC 8288)."""
    return [url for url, rest in _LINK.findall(header) if _BEFOREHAND.search(rest)]


def _refused(blocked: Mapping[str, Any], host: str, at: float) -> Entry | None:
    """The cookie that another browser would have taken."""
    if not any(str(reason).startswith(_REFUSED_HERE) for reason in blocked.get("blockedReasons", ())):
        return None
    named = str((blocked.get("cookie") or {}).get("domain") or host)
    return read(str(blocked.get("cookieLine", "")), named, at).entry


def _initiator(event: Mapping[str, Any] | None) -> str:
    """The host of the script or document that caused it; what kind of cause, where no address is named."""
    event = event or {}
    frames = (event.get("stack") or {}).get("callFrames") or []
    url = next((frame["url"] for frame in frames if frame.get("url")), event.get("url", ""))
    host = urlsplit(str(url)).hostname
    kind = str(event.get("type", "other"))
    return f"{kind} of {host}" if host else kind
