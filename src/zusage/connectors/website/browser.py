"""Debian's Chromium, started once and driven in fresh contexts that can speak to declared hosts only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..trouble import SystemTrouble
from .gate import Gate

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGUMENTS = (
    "--disable-quic",  # the gate speaks TCP
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-site-isolation-trials",  # frames of others are then seen through the page that holds them
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # names are for the gate alone
    "--lang=de-DE",
    # What the browser would say for itself, and how it would change what a page asks for; the last switch of this name counts, so
    # that Playwright's own list is here too as far as it bears on what is loaded.
    "--disable-features=AutofillServerCommunication,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,DialMediaRouteProvider,"
    "OptimizationHints,Translate,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,PaintHolding,DestroyProfileOnBrowserClose,"
    "AvoidCorsURLLoaderRestartOnRedirect,ThirdPartyStoragePartitioning",
)


class NoBrowser(SystemTrouble):
    """There is no browser to look with."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}. Nothing that a browser shows was looked at. On Debian: apt-get install chromium, "
            "and install this program with its extra [browser]; ZUSAGE_CHROMIUM names another executable."
        )


class Chromium:
    """One running browser. Raises NoBrowser where none can be started."""

    def __init__(self, trusted: Sequence[str] = ()) -> None:
        """``trusted``: digests of public keys whose certificates were checked against a declared authority."""
        try:
            from playwright.sync_api import Error, sync_playwright
        except ImportError:
            raise NoBrowser("the Python package playwright is not installed") from None
        arguments = [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        if trusted:
            arguments.append(f"--ignore-certificate-errors-spki-list={','.join(trusted)}")
        os.environ.setdefault("PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS", "1")
        self._playwright = sync_playwright().start()
        try:
            self._browser: Browser = self._playwright.chromium.launch(executable_path=_executable(), args=arguments)
        except Error as error:
            self._playwright.stop()
            raise NoBrowser(f"the browser does not start ({type(error).__name__})") from None
        except BaseException:
            self._playwright.stop()
            raise

    @property
    def version(self) -> str:
        """The browser's own version."""
        return self._browser.version

    @contextmanager
    def visitor(self, allowed: Callable[[str], bool], resolve: Mapping[str, str]) -> Iterator[tuple[BrowserContext, Gate]]:
        """A browser that has never been anywhere, and its only way out."""
        gate = Gate(allowed, resolve)
        try:
            context = self._browser.new_context(
                proxy={"server": gate.address}, locale="de-DE", viewport={"width": 1280, "height": 800}, service_workers="allow"
            )
            try:
                yield context, gate
            finally:
                context.close()
        finally:
            gate.close()

    def close(self) -> None:
        """End the browser."""
        self._browser.close()
        self._playwright.stop()


def _executable() -> str:
    found = os.environ.get("ZUSAGE_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise NoBrowser("there is no Chromium here")
    return found
