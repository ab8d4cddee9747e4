"""One situation on all declared pages: what is kept, who is called, what it looks like."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from zusage.promises.manifest.website import Website

from .gate import Gate
from .kept import HOOK, cookies, storage
from .published import leads
from .recorder import Recorder
from .seen import Entry, Picture, Situation, State
from .setting import longest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

_LOADING = 15_000
#: seconds
_BUSY, _CALM = 15.0, 0.4

Keep = Callable[[bytes], str]


class Visitor:
    """Somebody who has never been here, with one tab; walks through situations one after the other."""

    def __init__(
        self, site: Website, url: str, context: BrowserContext, gate: Gate, own: Callable[[str], bool], keep: Keep
    ) -> None:
        self._site, self._url, self._context, self._own, self._keep = site, url, context, own, keep
        context.add_init_script(HOOK)
        self._recorder = Recorder(context, gate, own)
        self._path = ""
        #: page → whether somebody finds the notice from there
        self.leads: dict[str, bool] = {}
        self.page: Page = context.new_page()
        self._recorder.attach(self.page)
        self._begin()

    def _begin(self) -> None:
        self._entries: set[Entry] = set()
        self._cookies: dict[tuple[str, str], Entry] = {}
        self._seen: list[str] = []
        self._obstacles: list[str] = []
        self._pictures: list[Picture] = []
        self._recorder.turn(self._path)

    def turn(self) -> None:
        """A new situation begins: what was recorded before does not count for it."""
        self._recorder.read_answers()
        self._begin()

    @contextmanager
    def choosing(self) -> Iterator[None]:
        """Meanwhile the situation begins with the last click, also for what a page that is open does every moment."""
        self.turn()
        self._recorder.turns_with_clicks = True
        try:
            yield
        finally:
            self._recorder.turns_with_clicks = False

    def still(self, path: str) -> None:
        """A page that was opened before the situation began is still open."""
        self._seen.append(path)

    def hinder(self, obstacle: str) -> None:
        """Something kept us from looking."""
        self._obstacles.append(obstacle)

    def open(self, path: str) -> bool:
        """Load a page and wait for what comes late; False where it does not answer as a page."""
        from playwright.sync_api import Error

        if self._path and self._site.pause:
            self.page.wait_for_timeout(self._site.pause * 1000)
        self._path = path
        self._recorder.on(path)
        try:
            answer = self.page.goto(urljoin(self._url, path), wait_until="load", timeout=_LOADING)
        except Error as error:
            self.hinder(f"{path} could not be loaded: {_short(error)}")
            return False
        if answer is None or answer.status >= 400 or not self._own((urlsplit(self.page.url).hostname or "").lower()):
            self.hinder(f"{path} answered {answer.status if answer else 'nothing'}, or led away from the site")
            return False
        self._move()
        self.settle()
        self.gather()
        self._seen.append(path)
        if self._site.notice:
            self.leads[path] = path in self._site.notice.values() or leads(self.page, tuple(self._site.notice.values()))
        return True

    def visit(self, pages: Sequence[str], *, picture: bool) -> None:
        """All pages, with a screenshot of the first."""
        for number, path in enumerate(pages):
            if self.open(path) and picture and number == 0:
                self.photograph(path)

    def photograph(self, path: str) -> None:
        """Keep a screenshot of what a person would see now."""
        self._pictures.append(Picture(page=path, sha256=self._keep(self.page.screenshot(animations="disabled"))))

    def settle(self) -> None:
        """Wait for what comes late, as long as the manifest says."""
        self.page.wait_for_timeout(self._site.wait * 1000)

    def quiet(self) -> None:
        """Wait until nothing is on its way any more, so that a choice has been taken before the next page is opened."""
        until = time.monotonic() + _BUSY
        while not self._recorder.calm(_CALM) and time.monotonic() < until:
            self.page.wait_for_timeout(50)

    def gather(self) -> None:
        """Note what the browser keeps now."""
        for entries, scripted in map(storage, self.page.frames):
            self._entries.update(entries)
            self._recorder.set_cookies.extend(scripted)
        self._recorder.read_answers()
        self._recorder.read_hints(self.page)
        lives = longest(self._recorder.set_cookies)
        self._cookies.update({(entry.name, entry.host): entry for entry in cookies(self._context, lives)})

    def _move(self) -> None:
        """Much is loaded only when somebody scrolls or moves."""
        from playwright.sync_api import Error

        self.page.mouse.move(400, 300)
        try:
            self.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        except Error:
            return  # the page has gone on to another; that one is looked at

    def state(self, situation: Situation, consented: tuple[str, ...] = (), lacking: tuple[str, ...] = ()) -> State:
        """All that was seen since the situation began."""
        return State(
            situation=situation,
            consented=consented,
            pages=tuple(dict.fromkeys(self._seen)),
            entries=tuple(sorted({*self._entries, *self._cookies.values(), *self._recorder.refused}, key=repr)),
            contacts=self._recorder.contacts(),
            own_requests=self._recorder.own_requests,
            unencrypted=tuple(sorted(self._recorder.unencrypted)),
            obstacles=tuple(self._obstacles),
            lacking=lacking,
            pictures=tuple(self._pictures),
        )


def _short(error: Exception) -> str:
    """The browser's own name for what went wrong, without the address."""
    found = re.search(r"net::(ERR_[A-Z_]+)", str(error))
    return found[1] if found else type(error).__name__
