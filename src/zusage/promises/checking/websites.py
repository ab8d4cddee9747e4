"""Web sites: whether everything that they may use in a browser has its grounds and can be looked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from ..manifest import Contact, Cookie
from ..manifest.activities import CONSENT
from ..outside import contacts_of, cookies_of, slug
from .rule import Spot, rule

_LAW = "section 25(1), (2) TDDDG"


@rule(
    "terminal-basis",
    Severity.ERROR,
    why="what is strictly necessary needs no consent, and what needs consent is not strictly necessary",
    advice="write necessary: true with 25-2-1 or 25-2-2, or 25-1 without it",
    source=_LAW,
)
def terminal_basis(loaded: Loaded, on: date) -> Iterator[Spot]:
    """An entry whose ground by § 25 TDDDG contradicts what else is said of it."""
    for key, cookie in loaded.manifest.cookies.items():
        if cookie.terminal and cookie.necessary != cookie.terminal.startswith("25-2"):
            said = "necessary" if cookie.necessary else "not necessary"
            yield Spot(("cookies", key, "terminal"), f"the entry {key!r} is {said}, but rests on {cookie.terminal}")
        basis = loaded.manifest.activities.get(cookie.activity or "")
        if cookie.necessary and basis and basis.legal_basis in CONSENT:
            what = f"the entry {key!r} is necessary, but its activity rests on consent"
            yield Spot(("cookies", key, "activity"), what, "name the activity for which it is necessary")


@rule(
    "cookie-without-basis",
    Severity.WARNING,
    why="storing in the browser and what is then done with it have grounds of their own, and both must be named",
    advice="add activity: the activity for which it is kept; its legal_basis is the one under Art. 6 GDPR",
    source="section 25 TDDDG beside Art. 6(1), 13(1)(c) GDPR",
)
def cookie_without_basis(loaded: Loaded, on: date) -> Iterator[Spot]:
    """An entry of a declared site that belongs to no activity."""
    for site in loaded.manifest.websites:
        for key, cookie in cookies_of(loaded.manifest, site).items():
            if cookie.activity is None:
                yield Spot(("cookies", key), f"the entry {key!r} names no basis under Art. 6 GDPR")


@rule(
    "banner-missing",
    Severity.ERROR,
    why="nobody can consent where nothing asks",
    advice="add banner: zusage, or where the controls of another banner are; or write necessary: true",
    source=_LAW,
)
def banner_missing(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A site that asks for nothing but has something that needs consent."""
    manifest = loaded.manifest
    for name, site in manifest.websites.items():
        if site.banner is not None:
            continue
        in_forms = {one for form in site.forms.values() for one in form.consents}
        asked: dict[str, Cookie | Contact] = {f"the entry {key!r}": one for key, one in cookies_of(manifest, name).items()}
        asked |= {f"the host {host}": one for host, one in contacts_of(manifest, name).items()}
        for what in (what for what, one in asked.items() if not one.necessary and one.activity not in in_forms):
            yield Spot(("systems", name), f"{what} needs consent, but {name} has no banner")


@rule(
    "cookie-of-no-site",
    Severity.ERROR,
    why="an entry that belongs to no site is looked for nowhere",
    advice="add site: the name of the web site",
    source=_LAW,
)
def cookie_of_no_site(loaded: Loaded, on: date) -> Iterator[Spot]:
    """An entry without a site, where there are several."""
    sites = loaded.manifest.websites
    for key, cookie in loaded.manifest.cookies.items():
        if len(sites) > 1 and cookie.site is None:
            yield Spot(("cookies", key), f"it is not clear on which of {', '.join(sites)} the entry {key!r} is kept")


@rule(
    "entries-alike",
    Severity.ERROR,
    why="their promises would have one name, and one of them would hide the other",
    advice="choose another key for one of them, and write its name in the browser under named",
    source="Art. 5(2) GDPR",
)
def entries_alike(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Two entries whose keys differ only in signs and capitals."""
    seen: dict[str, str] = {}
    for key in loaded.manifest.cookies:
        if slug(key) in seen:
            yield Spot(("cookies", key), f"the entries {seen[slug(key)]!r} and {key!r} cannot be told apart")
        seen.setdefault(slug(key), key)
