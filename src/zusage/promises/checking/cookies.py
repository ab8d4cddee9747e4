"""Cookies and whatever else the site keeps in the visitor's browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from .bases import CONSENT
from .rule import Spot, rule


@rule(
    "cookie-without-owner",
    Severity.WARNING,
    why="people must be told whether others can read what is kept in their browser",
    advice="add owner: who sets and reads it",
    source="Art. 5(3) Directive 2002/58/EC, section 25 TDDDG; CJEU C-673/17",
)
def cookie_without_owner(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A cookie of nobody."""
    for name, cookie in loaded.manifest.cookies.items():
        if not cookie.owner:
            yield Spot(("cookies", name), f"the cookie {name!r} has no named owner")


@rule(
    "cookie-without-lifetime",
    Severity.WARNING,
    why="people must be told how long it works, and no browser can be compared with a promise that has no number",
    advice="add lifetime: session, or a period such as P6M",
    source="Art. 13(2)(a) GDPR, section 25 TDDDG; CJEU C-673/17",
)
def cookie_without_lifetime(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A cookie without a lifetime."""
    for name, cookie in loaded.manifest.cookies.items():
        if cookie.lifetime is None:
            yield Spot(("cookies", name), f"the cookie {name!r} has no lifetime")


@rule(
    "cookie-without-consent",
    Severity.ERROR,
    why="what is not strictly necessary may be stored in the browser only after consent",
    advice="add an activity with legal_basis: art-6-1-a that asks for it, or write necessary: true if it is",
    source="section 25(1), (2) TDDDG",
)
def cookie_without_consent(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A cookie that is not necessary while no activity asks for consent."""
    if any(activity.legal_basis in CONSENT for activity in loaded.manifest.activities.values()):
        return
    for name, cookie in loaded.manifest.cookies.items():
        if not cookie.necessary:
            yield Spot(("cookies", name), f"the cookie {name!r} is not necessary, but no activity asks for consent")
