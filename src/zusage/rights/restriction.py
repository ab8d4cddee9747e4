"""Restriction of processing (Art. 18 GDPR): on which grounds, how long, and what must come before it ends. Rules without any system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from .roles import same_holder

#: the letters of Art. 18(1) GDPR: accuracy contested, unlawful but not to be erased, needed for claims, objection not yet decided
Ground = Literal["a", "b", "c", "d"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)

#: for what restricted data may be used apart from being stored (Art. 18(2) GDPR): with the person's consent, for legal claims, to
#: protect the rights of another person, for an important public interest
Use = Literal["consent", "legal-claims", "rights-of-another", "public-interest"]
USES: tuple[Use, ...] = get_args(Use)
#: a use is opened for no longer than this; who needs longer says so again
LONGEST = timedelta(days=14)


class UseRefused(Exception):
    """Restricted data may not be used so: what, why and what to do. No message holds anything of the person."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what} (Art. 18(2) GDPR). Nothing was opened. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A use of restricted data: for what, by whom, agreed to by whom, why, and how long."""

    id: str
    restriction: str
    use: Use
    by: str
    second: str
    reasons: str
    since: datetime
    until: datetime
    closed_at: datetime | None = None


def usable(restriction: Restriction, by: str, second: str, reasons: str, time: timedelta) -> None:
    """Raises UseRefused where a use needs a second human, reasons or a shorter time, or where nothing is restricted any more."""
    if restriction.lifted_at is not None:
        raise UseRefused(f"{restriction.id} was lifted: the application has its rows again", "Use them there.")
    if not second or same_holder(second, by):
        raise UseRefused("a use of restricted data needs a second human", "Let somebody else agree, as `second`.")
    if not reasons.strip():
        raise UseRefused("no reasons are given", "Say in `reasons` why the use is needed.")
    if not timedelta() < time <= LONGEST:
        raise UseRefused(f"a use is opened for {LONGEST.days} days at most", "Name a shorter time, and open it again if need be.")


#: the paragraphs of § 35 BDSG under which a restriction stands in the place of an erasure: disproportionate effort with data that are not
#: processed automatically (1), interests of the person (2), retention by contract or statutes of an association (3)
Paragraph = Literal["1", "2", "3"]
PARAGRAPHS: tuple[Paragraph, ...] = get_args(Paragraph)
#: the letters of Art. 17(1) GDPR beside which each can stand: never beside unlawful processing for (1), only (a) and (d) for (2), (a) for (3)
_BESIDE: Mapping[Paragraph, str] = {"1": "abcef", "2": "ad", "3": "a"}


class NotInstead(Exception):
    """An erasure may not be replaced by a restriction so: what, why and what to do. No message holds anything of the person."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what} (§ 35 BDSG). Nothing was restricted. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """A human's decision that data are restricted in the place of their erasure."""

    paragraph: Paragraph
    #: the letter of Art. 17(1) GDPR under which erasure was demanded or due
    demanded: str
    second: str
    #: why; no name of a person
    reasons: str


def replaceable(instead: Instead, by: str, *, german: bool) -> None:
    """Raises NotInstead where § 35 BDSG does not allow it, or where a human, a second one or reasons are missing."""
    if not german:
        raise NotInstead("the controller is not subject to German law", "Erase the data.")
    if instead.demanded not in _BESIDE[instead.paragraph]:
        raise NotInstead(
            f"paragraph {instead.paragraph} does not stand beside Art. 17(1)({instead.demanded}) GDPR", "Erase the data."
        )
    if not instead.second or same_holder(instead.second, by):
        raise NotInstead("not to erase needs a second human", "Let somebody else agree, as `second`.")
    if not instead.reasons.strip():
        raise NotInstead("no reasons are given", "Say in `reasons` why the data cannot be erased.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One person's data, out of the application's reach until it is lifted. It names the person by a keyed code."""

    id: str
    code: str
    ground: Ground
    by: str
    since: datetime
    #: the suspension that keeps every deletion away from the data meanwhile
    suspension: str
    #: entries of the vault that were the person's before, for another reason, and stay there afterwards
    earlier: frozenset[str]
    #: when the person was told that it will be lifted (Art. 18(3))
    told_at: datetime | None = None
    #: it stands in the place of an erasure
    instead: Instead | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What is still within the application's reach of one table of a restricted person."""

    table: str
    #: rows that the application can read, and rows that it can change; None: nobody could look
    readable: int | None
    changeable: int | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A restriction and what a look through the application's eyes shows of it."""

    restriction: Restriction
    #: rows that it hides
    hidden: int
    #: files of rows that wait with them
    files: int = 0
    reached: tuple[Reached, ...]
    #: it was in force before, on the same ground, and what was asked for now was added to it
    taken_up: bool = False

    @property
    def broken(self) -> bool:
        """Some row can be read or changed."""
        return any((one.readable or 0) + (one.changeable or 0) for one in self.reached)

    @property
    def shown(self) -> bool:
        """There is something to hide, all of it was looked for, and none was found."""
        return not self.broken and self.hidden > 0 and all(one.readable is not None for one in self.reached)
