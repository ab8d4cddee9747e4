"""Looks whether recipients were told (Art. 19 GDPR): what was done is taken from the registers of what was done, never from the queue.

1. Every erasure, rectification and restriction, and its end, has a list of who is to be told; it may be empty.
2. Each recipient on a list has a receipt within the period, or a human said why it is impossible or disproportionate.
3. A list that is not whole, or has lost a notice, cannot be placed.
4. Who must be on a list is worked out anew, as far as it can be when the rows are gone: whoever the ledger of disclosures names before
   that time and, as long as the manifest is the same, whoever gets the data of everybody in an activity of which rows went. One who was
   told of an earlier erasure of what they had need not be told again. The ledger says nothing of what a rule took: its rows are not of one row.
5. Of what a rule took, who must be on a list was noted at an earlier look (``witness``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from zusage.promises.promise import RecipientsTold

from .observation import Recipients
from .witness.sighting import Sighting, Witnessed


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
    #: when it was certain that it had happened; None: it is not
    settled: datetime | None = None

    @property
    def done(self) -> str:
        """What was done: of a rule, the whole plan, whatever stands behind its digest."""
        return " ".join(self.about.partition("/")[0].split()[:2]) if self.by_rule else self.about

    @property
    def names(self) -> frozenset[str]:
        """Who is on the list."""
        return frozenset(one.name for one in self.addressees or ())


#: by the code of a person, who received data of them, and when
Ledger = Callable[[str], Iterable[tuple[str, datetime]]]


class TellingBooks(Protocol):
    """The registers, to look at."""

    def operations(self) -> Iterable[Operation]:
        """Everything that was done of which recipients are told."""

    def occasions(self) -> Iterable[Noted]:
        """Everything of which somebody wrote down who is to be told."""

    def ledger(self, code: str) -> Iterable[tuple[str, datetime]]:
        """Who received data of a person, and when, by the ledger of disclosures."""


def look_at_recipients(
    books: TellingBooks,
    promise: RecipientsTold,
    zone: str,
    today: date,
    witness: Callable[[Callable[[Sighting], bool | None], Callable[[Sighting], bool]], Witnessed] = lambda *_: Witnessed(),
) -> Recipients:
    """Every operation and every recipient on its list.

    ``witness`` looks what became of what was noted, and asks of each whether it was told, and whether that would still be on record.
    """

    def counts(one: Operation | Sighting) -> bool:
        return _judged(one.at, promise, zone) and not _over(one.at, promise, zone, today)

    every = tuple(books.occasions())
    seen = witness(_Lists.of(every).has, counts)
    occasions = [one for one in every if _judged(one.at, promise, zone)]
    done = [one for one in books.operations() if counts(one)]
    listed, operations = {one.done for one in occasions}, {one.about for one in done}
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
        omitted=_omitted(done, occasions, books.ledger),
        rules=seen.rules,
        unseen=seen.unseen,
        blind=seen.blind,
        there=seen.there,
        witnessed=seen.witnessed,
        silent=seen.silent,
        otherwise=seen.otherwise,
    )


@dataclass(frozen=True, slots=True)
class _Lists:
    """Whole lists of erasures, by who is on them."""

    by_code: Mapping[str, Sequence[Noted]]

    @classmethod
    def of(cls, occasions: Iterable[Noted]) -> _Lists:
        found: dict[str, list[Noted]] = {}
        for one in occasions:
            if one.erased or one.by_rule:
                found.setdefault(one.code, []).append(one)
        return cls(found)

    def has(self, sighting: Sighting) -> bool | None:
        """Whether a recipient is on the list of an erasure of the same person or row since; None where it is not yet settled who is."""
        codes = sighting.codes or self.by_code.keys()
        mine = [one for code in codes for one in self.by_code.get(code, ())]
        since = [one for one in mine if one.settled is None or max(one.at, one.settled) >= sighting.at]
        if any(sighting.recipient in one.names for one in since):
            return True
        return None if any(one.by_rule and one.settled is None for one in since) else False


def _omitted(operations: Iterable[Operation], occasions: Iterable[Noted], ledger: Ledger) -> int:
    """How many recipients are on no list (4)."""
    whole = [one for one in occasions if one.addressees is not None]
    by_code, by_done = defaultdict[str, list[Noted]](list), defaultdict[str, list[Noted]](list)
    for one in whole:
        by_done[one.done].append(one)
        if one.erased:
            by_code[one.code].append(one)

    def covered(name: str, one: Noted, since: datetime | None) -> bool:
        earlier = (other for other in by_code[one.code] if other.at <= one.at)
        return name in one.names or any(name in other.names for other in earlier if since is None or since < other.at)

    missing = {
        (one.about, one.code, name)
        for one in whole
        if not one.by_rule
        for name, at in ledger(one.code)
        if at < one.at and not covered(name, one, at)
    }
    for operation in operations:
        of_it = by_done[operation.about]
        settled = not any(one.by_rule and one.settled is None for one in of_it)
        for name in operation.must if of_it and settled else ():
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
