"""Looks at a site with a browser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from zusage.promises.manifest.website import Website

from ..port import Identity
from ..sql.address import fill
from ..trouble import SystemTrouble, Unreachable
from .browser import Chromium
from .seen import SiteLook
from .selfcheck import sees
from .situations import Situations
from .walk import Keep, Visitor


class BrowserFailed(SystemTrouble):
    """The browser gave up in the middle."""

    def __init__(self, system: str, what: str) -> None:
        super().__init__(
            f"the browser failed while it looked at {system!r}: {what}. Nothing was shown. Look again; if it stays so, "
            "try the site by hand with the same browser."
        )


class SiteProbe:
    """A Probe over Playwright. Changes nothing but what visitors may: choices of the banner, and the declared forms."""

    def __init__(
        self,
        system: str,
        site: Website,
        contacts: tuple[str, ...],
        purposes: tuple[str, ...],
        browser: Callable[[], Chromium],
        keep: Keep,
    ) -> None:
        """``contacts``: patterns of the other hosts that pages may speak to; ``purposes``: what the banner asks about.

        ``keep`` stores a screenshot and returns its digest. Raises Unreachable.
        """
        self.system = system
        self._contacts = tuple(pattern.partition(":")[0] for pattern in contacts)
        self._site, self._purposes, self._keep, self._start = site, purposes, keep, browser
        self._version = ""
        self._seen: SiteLook | None = None
        self._url = fill(system, site.url)
        self._host = (urlsplit(self._url).hostname or "").lower()
        if not self._host:
            raise Unreachable(system, "its url is not the address of a web site; write one such as https://shop.example")

    def identity(self) -> Identity:
        """The browser's version, and a digest of the site's address and of the names that the manifest resolves."""
        place = hashlib.sha256(repr((self._url, sorted(self._site.resolve.items()))).encode()).hexdigest()
        role = "a visitor; names lead where the manifest says" if self._site.resolve else "a visitor"
        return Identity(system=self.system, dialect="chromium", version=self._version, database=place, role=role)

    def look(self) -> SiteLook:
        """A walk through all situations, made once, by a browser that is ended with it. Raises SystemTrouble.

        Playwright keeps an event loop where it runs; a thread of its own keeps it from whoever asks.
        """
        if self._seen is None:
            with ThreadPoolExecutor(1, thread_name_prefix="browser") as thread:
                self._seen = thread.submit(self._look).result()
        return self._seen

    def close(self) -> None:
        """Nothing is held between looks."""

    def _look(self) -> SiteLook:
        with closing(self._start()) as browser:
            from playwright.sync_api import Error  # it is there: the browser was started with it

            self._version = browser.version
            try:
                return self._walk(browser)
            except Error as error:
                raise BrowserFailed(self.system, type(error).__name__) from None

    def _walk(self, browser: Chromium) -> SiteLook:
        with browser.visitor(lambda _: False, {}) as (context, gate):
            recorder = sees(context, gate)
        situations = Situations(self.system, self._site, self._url, self._purposes, lambda: self._visitor(browser))
        states = situations.walk()
        own = frozenset({self._host, *self._site.hosts})
        leads = situations.leads
        return SiteLook(
            own=own,
            states=states,
            recorder=recorder,
            fairness=situations.fairness,
            notices=situations.notices,
            leading=tuple(leads),
            unled=tuple(page for page, found in leads.items() if not found),
            roles=tuple(situations.roles),
        )

    @contextmanager
    def _visitor(self, browser: Chromium) -> Iterator[Visitor]:
        with browser.visitor(self._lets_through, self._site.resolve) as (context, gate):
            yield Visitor(self._site, self._url, context, gate, self._own, self._keep)

    def _own(self, host: str) -> bool:
        return host == self._host or host in self._site.hosts

    def _lets_through(self, host: str) -> bool:
        """Nothing but what is declared is ever spoken to."""
        return self._own(host) or any(fnmatchcase(host, pattern) for pattern in self._contacts)
