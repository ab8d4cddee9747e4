"""What a browser keeps at a moment: cookies of the whole context, and storage of every frame that is open."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .seen import Entry, StorageKind
from .setting import SetCookie, read

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame

#: notes how long a cookie that a script sets shall live; the value stays where it is
HOOK = """(() => {
  const notes = [];
  Object.defineProperty(window, Symbol.for('zusage.set'), {value: notes});
  const bare = line => String(line).replace(/^([^=;]*)=[^;]*/, '$1=');
  const jar = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  if (jar) Object.defineProperty(Document.prototype, 'cookie', {
    ...jar, set(line) { notes.push([bare(line), Date.now() / 1000]); return jar.set.call(this, line); }});
  const store = window.CookieStore && CookieStore.prototype.set;
  if (store) CookieStore.prototype.set = function (first, ...rest) {
    if (first && typeof first === 'object') notes.push([
      `${first.name}=` + (first.expires ? `; expires=${new Date(first.expires).toUTCString()}` : '')
      + (first.domain ? `; domain=${first.domain}` : ''), Date.now() / 1000]);
    return store.call(this, first, ...rest); };
})()"""

_READ = """async () => {
  const tried = async (get) => { try { return await get() } catch { return [] } };
  return {
    'local-storage': await tried(() => Object.keys(localStorage)),
    'session-storage': await tried(() => Object.keys(sessionStorage)),
    'indexed-db': await tried(async () => (await indexedDB.databases()).map(one => one.name)),
    'cache-storage': await tried(() => caches.keys()),
    'service-worker': await tried(async () =>
      (await navigator.serviceWorker.getRegistrations()).map(one => new URL(one.scope).pathname)),
    set: window[Symbol.for('zusage.set')] || [],
  };
}"""
_LASTING: tuple[StorageKind, ...] = ("local-storage", "indexed-db", "cache-storage", "service-worker")


def storage(frame: Frame) -> tuple[tuple[Entry, ...], tuple[SetCookie, ...]]:
    """Entries of a frame's origin, and the cookies that its scripts have set since it was loaded."""
    from playwright.sync_api import Error

    host = (urlsplit(frame.url).hostname or "").lower()
    if not host or frame.is_detached():
        return (), ()
    try:
        found: Mapping[str, Any] = frame.evaluate(_READ)
    except Error:
        return (), ()  # the frame went away, or never had a document: then it keeps nothing either
    entries = (
        *(Entry(kind, str(name), host, lasting=True) for kind in _LASTING for name in found[kind]),
        *(Entry("session-storage", str(name), host) for name in found["session-storage"]),
    )
    return entries, tuple(read(str(line), host, float(at)) for line, at in found["set"])


def cookies(context: BrowserContext, lives: Mapping[tuple[str, str], int]) -> Iterator[Entry]:
    """The cookies of all hosts; each with the longest life that it was given or still has."""
    now = time.time()
    for one in context.cookies():
        name, domain = str(one.get("name")), str(one.get("domain")).lower()
        left = None if one.get("expires", -1) in (-1, None) else round(float(one["expires"]) - now)
        seconds = None if left is None else max(left, lives.get((name, domain.lstrip(".")), left))
        yield Entry(
            "cookie",
            name,
            domain,
            seconds,
            secure=bool(one.get("secure")),
            http_only=bool(one.get("httpOnly")),
            same_site=str(one.get("sameSite") or "").lower(),
        )
