"""What somebody's choices amount to today, purpose by purpose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .offer import Offer, Purpose, covers
from .record import Choice


class Stand(StrEnum):
    """How a purpose stands; only ``allowed`` allows anything."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    #: the purpose reaches further than what was agreed to
    OUTGROWN = "outgrown"
    UNASKED = "unasked"

    @property
    def asks(self) -> bool:
        """Whether people are to be asked; a refusal is not asked again before it expires."""
        return self in (Stand.EXPIRED, Stand.OUTGROWN, Stand.UNASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one purpose stands, and since when."""

    purpose: str
    stand: Stand
    since: datetime | None
    until: datetime | None


def standing(
    offer: Offer, choices: Iterable[Choice], reaches: Mapping[str, Mapping[str, frozenset[str]]], now: datetime
) -> tuple[Standing, ...]:
    """Every purpose of an offer by the choices of one subject, oldest first.

    ``reaches`` has, for each text that the choices name, what a consent to it covers. A text that is not there covers nothing.
    """
    last: dict[str, Choice] = {}
    for choice in choices:
        last |= dict.fromkeys(choice.answers, choice)
    return tuple(_one(purpose, last.get(purpose.name), reaches, now) for purpose in offer.purposes)


def _one(purpose: Purpose, choice: Choice | None, reaches: Mapping[str, Mapping[str, frozenset[str]]], now: datetime) -> Standing:
    if choice is None:
        return Standing(purpose=purpose.name, stand=Stand.UNASKED, since=None, until=None)
    agreed = reaches.get(choice.text, {}).get(purpose.name, frozenset())
    return Standing(purpose=purpose.name, stand=_stand(purpose, choice, agreed, now), since=choice.at, until=choice.until)


def _stand(purpose: Purpose, choice: Choice, agreed: frozenset[str], now: datetime) -> Stand:
    if choice.until <= now:
        return Stand.EXPIRED
    match choice.answers[purpose.name]:
        case "given":
            return Stand.ALLOWED if covers(agreed, purpose) else Stand.OUTGROWN
        case "refused":
            return Stand.REFUSED
        case "withdrawn":
            return Stand.WITHDRAWN
