"""Cookies and whatever else the site keeps in the visitor's browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from ..manifest.activities import CONSENT
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


@rule(
    "cookie-of-no-consent",
    Severity.ERROR,
    why="nobody can tell which choice in the banner lets it in, so that it would be set without one",
    advice="add activity: the activity whose consent it needs, or necessary: true",
    source="section 25(1), (2) TDDDG",
)
def cookie_of_no_consent(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A cookie that is neither necessary nor of an activity that is asked for, where the banner is ours."""
    manifest = loaded.manifest
    for name, cookie in manifest.cookies.items() if manifest.consents else ():
        of = manifest.activities.get(cookie.activity) if cookie.activity else None
        if not cookie.necessary and not (of and of.legal_basis in CONSENT):
            yield Spot(("cookies", name), f"the cookie {name!r} is not necessary and belongs to no consent")


@rule(
    "banner-without-service",
    Severity.ERROR,
    why="a choice that nobody records can neither be shown nor withdrawn",
    advice="add consents: {sites: [https://…]}, and the cookie that remembers the choice",
    source="Art. 7(1), (3) GDPR",
)
def banner_without_service(loaded: Loaded, on: date) -> Iterator[Spot]:
    """An activity that is asked for in a banner, without a service that keeps the answer."""
    for name, activity in loaded.manifest.activities.items():
        if activity.consent and activity.consent.asked == "banner" and not loaded.manifest.consents:
            yield Spot(
                ("activities", name, "consent"), f"{name} is asked for in a banner, but nothing says how the answer is kept"
            )


@rule(
    "consent-cookie",
    Severity.ERROR,
    why="people must be told of the cookie that remembers their choice, and that it lives exactly as long as the choice",
    advice="declare it under cookies with necessary: true and the lifetime that consents.lasts has",
    source="section 25(2) TDDDG; Art. 13(2)(a) GDPR",
)
def consent_cookie(loaded: Loaded, on: date) -> Iterator[Spot]:
    """The cookie with the choice is not declared, not necessary or lives for another time."""
    consents = loaded.manifest.consents
    if consents is None:
        return
    cookie = loaded.manifest.cookies.get(consents.cookie)
    if cookie is None:
        yield Spot(("consents",), f"the cookie {consents.cookie!r}, which remembers the choice, is not declared")
    elif not cookie.necessary or cookie.lifetime != consents.lasts:
        what = f"the cookie {consents.cookie!r} is not declared as necessary with a lifetime of {consents.lasts}"
        yield Spot(("cookies", consents.cookie), what)


@rule(
    "nothing-asked",
    Severity.WARNING,
    why="a service that asks for nothing records nothing",
    advice="write asked: banner or asked: mail under consent of the activities that people are asked for, or take consents out",
    source="Art. 7(1) GDPR",
)
def nothing_asked(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A service for consent, while no activity is asked for by it."""
    asked = (a.consent.asked for a in loaded.manifest.activities.values() if a.consent and a.legal_basis in CONSENT)
    if loaded.manifest.consents and not {"banner", "mail"} & set(asked):
        yield Spot(("consents",), "no activity is asked for in the banner or by mail")
