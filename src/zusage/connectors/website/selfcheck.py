"""Shows that the recorder sees: a page of our own keeps and calls everything that a page can, and all of it must be noticed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .gate import Gate
from .kept import HOOK, cookies, storage
from .recorder import Recorder
from .setting import longest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

_HERE, _ELSEWHERE = "here.invalid", "elsewhere.invalid"  # names that never lead anywhere (RFC 2606)
_PAGE = f"""<!doctype html><meta charset=utf-8><title>self-check</title>
<style>@font-face {{ font-family: x; src: url(https://{_ELSEWHERE}/font.woff2) }} p {{ font-family: x }}</style><p>.
<link rel="preconnect" href="https://{_ELSEWHERE}"><img src="https://{_ELSEWHERE}/image"><script>(async () => {{
document.cookie = 'scripted=1; max-age=60; secure';
localStorage.setItem('kept', '1'); sessionStorage.setItem('kept', '1');
await new Promise(done => {{ const open = indexedDB.open('kept'); open.onsuccess = open.onerror = done; }});
await caches.open('kept');
navigator.serviceWorker.register('/worker.js').catch(() => 0);
fetch('https://{_ELSEWHERE}/fetch').catch(() => 0); navigator.sendBeacon('https://{_ELSEWHERE}/ping');
try {{ new WebSocket('wss://{_ELSEWHERE}/socket') }} catch {{}}
}})()</script>"""
_KEPT = {"cookie", "local-storage", "session-storage", "indexed-db", "cache-storage", "service-worker"}
_CALLED = {"font", "image", "fetch", "ping", "websocket", "connection"}
#: seconds that the cookies are given; what the jar says has shrunk a little when it is read
_LIVES = {"scripted": 60, "sent": 90}
_SHRUNK = 10
_PATIENCE = 5.0


def sees(context: BrowserContext, gate: Gate) -> bool:
    """Whether every kind of entry and of request on a page of our own was recorded, none of which left this machine."""
    recorder = Recorder(context, gate, lambda host: host == _HERE)
    context.add_init_script(HOOK)
    page = context.new_page()
    recorder.attach(page)
    context.route(f"https://{_HERE}/**", _serve)
    page.goto(f"https://{_HERE}/")
    until = time.monotonic() + _PATIENCE
    while not (noticed := _noticed(context, page, recorder)) and time.monotonic() < until:
        page.wait_for_timeout(50)
    page.close()
    context.unroute(f"https://{_HERE}/**", _serve)
    return noticed


def _noticed(context: BrowserContext, page: Page, recorder: Recorder) -> bool:
    entries, scripted = storage(page.main_frame)
    recorder.read_answers()
    recorder.read_hints(page)
    kept = {*entries, *cookies(context, longest((*recorder.set_cookies, *scripted)))}
    called = {contact.what for contact in recorder.contacts() if contact.host == _ELSEWHERE}
    lives = {entry.name: entry.seconds or 0 for entry in kept if entry.kind == "cookie"}
    lived = all(given - _SHRUNK <= lives.get(name, 0) <= given for name, given in _LIVES.items())
    return {entry.kind for entry in kept} >= _KEPT and called >= _CALLED and lived


def _serve(route: Route) -> None:
    if route.request.url.endswith("/worker.js"):
        route.fulfill(body="", headers={"content-type": "text/javascript"})
    else:
        route.fulfill(body=_PAGE, headers={"content-type": "text/html", "set-cookie": "sent=1; max-age=90; secure"})
