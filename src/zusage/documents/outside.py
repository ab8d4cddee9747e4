"""Sentences about what anybody can check from outside: the site in a browser, and encrypted transport."""

from __future__ import annotations

from typing import assert_never

from zusage.promises import promise as p
from zusage.promises.manifest import Manifest, Transport
from zusage.promises.period import Period

from .catalogue import Catalogue
from .lengths import length

Outside = p.SiteSeen | p.CookieSeen | p.Transported | p.Encrypted


def outside(promise: Outside, manifest: Manifest, say: Catalogue) -> str:
    """The sentence of a promise."""
    match promise:
        case p.SiteSeen(aspect=aspect):
            return say(f"outside.site.{aspect}", address=address_of(promise, manifest))
        case p.CookieSeen(cookie=key):
            return _cookie(key, manifest, say)
        case p.Transported(aspect=aspect):
            return _transport(promise, manifest, say)
        case p.Encrypted(system=system):
            return say("outside.database", system=say.quoted(system))
    assert_never(promise)


def address_of(promise: Outside, manifest: Manifest) -> str:
    """What is looked at: the address of a site without what the environment fills in, a mail server's host, a database's name."""
    if promise.system in manifest.websites:
        return manifest.websites[promise.system].url.removeprefix("https://").rstrip("/")
    if promise.system in manifest.mail_servers:
        return manifest.mail_servers[promise.system].host
    return promise.system


def _cookie(key: str, manifest: Manifest, say: Catalogue) -> str:
    lifetime = manifest.cookies[key].lifetime
    if isinstance(lifetime, Period):
        return say("outside.cookie.period", name=say.quoted(key), period=length(lifetime, say, "accusative"))
    return say(f"outside.cookie.{lifetime or 'none'}", name=say.quoted(key))


def _transport(promise: p.Transported, manifest: Manifest, say: Catalogue) -> str:
    site, server = manifest.websites.get(promise.system), manifest.mail_servers.get(promise.system)
    declared = (site.transport if site else server.transport if server else None) or Transport()
    return say(
        f"outside.transport.{promise.aspect}",
        address=address_of(promise, manifest),
        minimum=declared.minimum,
        days=str(declared.days_left),
        period=length(declared.hsts, say, "accusative") if declared.hsts else "",
    )
