"""What anybody can check from outside: the promises about web sites, what they keep in a browser, and encrypted transport."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from . import promise as p
from .manifest import Contact, Cookie, Manifest, Transport, Website
from .manifest.website import SiteAspect, TransportAspect

_CHOICES: tuple[SiteAspect, ...] = (
    "after-reject",
    "after-accept-one",
    "after-accept-all",
    "after-withdraw",
    "equal-choice",
)


def outside(manifest: Manifest) -> Iterator[p.AnyPromise]:
    """In a stable order: each site with its entries, each mail server, each database."""
    for name, site in manifest.websites.items():
        for aspect in _aspects(manifest, name, site):
            path, refs = _place(name, site.refs, aspect)
            yield p.SiteSeen(id=f"website/{name}/{aspect}", refs=refs, path=path, system=name, aspect=aspect)
        for key, cookie in cookies_of(manifest, name).items():
            yield p.CookieSeen(id=f"cookie/{slug(key)}", refs=cookie.refs, path=("cookies", key), system=name, cookie=key)
        if site.transport:
            yield from _transport(name, site.refs, _of_site(site.transport))
    for name, server in manifest.mail_servers.items():
        begins: tuple[TransportAspect, ...] = ("starttls",) if server.speaks == "smtp" else ()
        yield from _transport(name, server.refs, (*begins, "tls", "certificate"))
    for name, database in manifest.databases.items():
        if database.encrypted:
            path = ("systems", name, "encrypted")
            yield p.Encrypted(id=f"transport/{name}/encrypted", refs=database.encrypted_refs, path=path, system=name)


def _aspects(manifest: Manifest, name: str, site: Website) -> Iterator[SiteAspect]:
    yield "before-choice"
    if site.banner is not None:
        yield from (aspect for aspect in _CHOICES if aspect != "after-accept-one" or purposes_of(manifest, name))
    if site.login:
        yield "logged-in"
    if site.forms:
        yield "forms"
    yield from ("contacts", "storage")
    if site.notice:
        yield "notice"
    if site.roles:
        yield "roles"
    if site.transport:
        yield "sent-encrypted"


def _of_site(transport: Transport) -> tuple[TransportAspect, ...]:
    return ("tls", "certificate", *(("hsts",) if transport.hsts else ()), "https-only")


def _transport(name: str, refs: Mapping[Any, tuple[str, ...]], aspects: tuple[TransportAspect, ...]) -> Iterator[p.Transported]:
    for aspect in aspects:
        path, own = _place(name, refs, aspect)
        yield p.Transported(id=f"transport/{name}/{aspect}", refs=own, path=path, system=name, aspect=aspect)


def _place(name: str, refs: Mapping[Any, tuple[str, ...]], aspect: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where a promise of a system stands: at its items of a catalogue, where there are any."""
    return ("systems", name, *(("refs", aspect) if aspect in refs else ())), refs.get(aspect, ())


def slug(key: str) -> str:
    """A key as a part of a promise's id: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-") or "entry"


def cookies_of(manifest: Manifest, site: str) -> dict[str, Cookie]:
    """The declared entries of a site, by key; what names no site belongs to the only one."""
    only = next(iter(manifest.websites), None) if len(manifest.websites) == 1 else None
    return {key: cookie for key, cookie in manifest.cookies.items() if (cookie.site or only) == site}


def cookie_named(manifest: Manifest, site: str, kind: str, name: str, host: str, own: frozenset[str]) -> str | None:
    """The key of the declared entry of that kind and name on a host, where ``own`` are the site's; None where there is none."""
    for key, cookie in cookies_of(manifest, site).items():
        hosts = frozenset({cookie.host.lower().lstrip(".")}) if cookie.host else own
        if cookie.kind == kind and fnmatchcase(name, cookie.named or key) and _on(host, hosts):
            return key
    return None


def _on(host: str, hosts: frozenset[str]) -> bool:
    """A cookie for all hosts below one is the one's: ``.shop.example`` belongs to ``www.shop.example`` too."""
    bare = host.lstrip(".")
    return bare in hosts or (host.startswith(".") and any(one.endswith(host) for one in hosts))


def contacts_of(manifest: Manifest, site: str) -> dict[str, Contact]:
    """The hosts that the pages of a site may speak to, by pattern: its own list, and what activities name with their consent."""
    by_consent = {
        host: Contact(activity=name)
        for name, activity in manifest.activities.items()
        if activity.consent and manifest.websites[site].banner is not None
        for host in activity.consent.hosts
    }
    return {**by_consent, **manifest.websites[site].contacts}


def contact_named(contacts: Mapping[str, Contact], host: str) -> str | None:
    """The pattern under which a host is declared; None where it is not."""
    return next((pattern for pattern in contacts if fnmatchcase(host, pattern.partition(":")[0])), None)


def purposes_of(manifest: Manifest, site: str) -> tuple[str, ...]:
    """What the banner of a site asks about: the activities for whose consent an entry or a contact waits, in their order.

    What a form asks for by itself is none of them.
    """
    in_forms = {name for form in manifest.websites[site].forms.values() for name in form.consents}
    entries = (one.activity for one in cookies_of(manifest, site).values() if not one.necessary)
    contacts = (one.activity for one in contacts_of(manifest, site).values() if not one.necessary)
    waited_for = {activity for activity in (*entries, *contacts) if activity} - in_forms
    return tuple(activity for activity in manifest.activities if activity in waited_for)


def pages_of_forms(site: Website) -> dict[tuple[str, ...], frozenset[str]]:
    """The pages of forms by the consents that were given in forms by then: a page that asks for one is open before and after."""
    pages: dict[tuple[str, ...], frozenset[str]] = {}
    given: tuple[str, ...] = ()
    for form in site.forms.values():
        before, given = given, tuple(dict.fromkeys((*given, *form.consents)))
        for consents in (before, given):
            pages[consents] = pages.get(consents, frozenset()) | {form.page}
    return pages


def permitted(item: Cookie | Contact, consented: tuple[str, ...], *, everything: bool) -> bool:
    """Whether an entry or a contact may be used once these purposes are consented to; ``everything``: all were accepted."""
    return item.necessary or everything or (item.activity is not None and item.activity in consented)
