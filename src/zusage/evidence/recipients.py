"""Looks whether recipients were told (Art. 19 GDPR): what was done is taken from the registers of what was done, never from the queue.

1. Every erasure, rectification and restriction, and its end, has a list of who is to be told; it may be empty.
2. Each recipient on a list has a receipt within the period, or a human said why it is impossible or disproportionate.
3. A list that is not whole, or has lost a notice, cannot be placed.
4. Who must be on a list is worked out anew, as far as it can be when the rows are gone: whoever the ledger of disclosures names before
   that time and, as long as the manifest is the same, whoever gets the data of everybody in an activity of which rows went. One who was
   told of an earlier erasure of what they had need not be told again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from zusage.promises.promise import RecipientsTold

from .observation import Recipients


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that was done to a person's data."""

    #: what it was, as occasions name it
    about: str
    at: datetime
    #: who must be told by the manifest, whoever the person is
    must: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient on a list."""

    #: when it was told, or excused
    ended_at: datetime | None
    excused: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """An occasion of which recipients are told."""

    about: str
    at: datetime
    #: None: the list is not whole
    addressees: tuple[Addressee, ...] | None
    #: the keyed code of the person
    code: str = ""
    erased: bool = False
    #: some rows of theirs went by a rule
    by_rule: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Who is on the list."""
        return frozenset(one.name for one in self.addressees or ())


class TellingBooks(Protocol):
    """The registers, to look at."""

    def operations(self) -> Iterable[Operation]:
        """Everything that was done of which recipients are told."""

    def occasions(self) -> Iterable[Noted]:
        """Everything of which somebody wrote down who is to be told."""

    def ledger(self, code: str) -> Iterable[tuple[str, datetime]]:
        """Who received data of a person, and when, by the ledger of disclosures."""


def look_at_recipients(books: TellingBooks, promise: RecipientsTold, zone: str, today: date) -> Recipients:
    """Every operation and every recipient on its list."""
    occasions = [one for one in books.occasions() if _judged(one.at, promise, zone)]
    listed = {one.about for one in occasions}
    operations = {
        one.about for one in books.operations() if _judged(one.at, promise, zone) and not _over(one.at, promise, zone, today)
    }
    found = Counter(
        _standing(whom, one.at, promise, zone, today)
        for one in occasions
        if one.addressees is not None
        for whom in one.addressees
    )
    return Recipients(
        operations=len(operations | listed),
        unlisted=len(operations - listed),
        recipients=found.total(),
        told=found["told"],
        told_late=found["told late"],
        excused=found["excused"],
        waiting=found["waiting"],
        late=found["late"],
        torn=sum(1 for one in occasions if one.addressees is None),
        omitted=_omitted(books, occasions, promise, zone),
    )


def _omitted(books: TellingBooks, occasions: Sequence[Noted], promise: RecipientsTold, zone: str) -> int:
    """How many recipients are on no list (4)."""
    whole = [one for one in occasions if one.addressees is not None]

    def covered(name: str, one: Noted, since: datetime | None) -> bool:
        earlier = (other for other in whole if other.code == one.code and other.erased and other.at <= one.at)
        return name in one.names or any(name in other.names for other in earlier if since is None or since < other.at)

    missing = {
        (one.about, one.code, name)
        for one in whole
        if not one.by_rule
        for name, at in books.ledger(one.code)
        if at < one.at and not covered(name, one, at)
    }
    for operation in books.operations():
        of_it = [one for one in whole if one.about == operation.about] if _judged(operation.at, promise, zone) else []
        for name in operation.must if of_it else ():
            if not any(covered(name, one, None) for one in of_it):
                missing.add((operation.about, "", name))
    return len(missing)


def _judged(at: datetime, promise: RecipientsTold, zone: str) -> bool:
    return promise.since is None or _day(at, zone) >= promise.since


def _over(at: datetime, promise: RecipientsTold, zone: str, today: date) -> bool:
    """Whether the record of who was told of it may be gone."""
    return today >= promise.kept.after(_day(at, zone))


def _standing(whom: Addressee, at: datetime, promise: RecipientsTold, zone: str, today: date) -> str:
    if whom.excused:
        return "excused"
    last = promise.within.after(_day(at, zone))
    if whom.ended_at is None:
        return "late" if today > last else "waiting"
    return "told late" if _day(whom.ended_at, zone) > last else "told"


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
