"""Looks whether recipients were told (Art. 19 GDPR): what was done is taken from the registers of what was done, never from the queue.

1. Every erasure, rectification and restriction, and its end, has a list of who is to be told; it may be empty.
2. Each recipient on a list has a receipt within the period, or a human said why it is impossible or disproportionate.
3. A list that is not whole, or has lost a notice, cannot be placed; nor can one of what a rule took that is lost itself.
4. Who must be on a list is worked out anew, as far as it can be when the rows are gone: whoever the ledger of disclosures names before
   that time and, as long as the manifest is the same, whoever gets the data of everybody in an activity of which rows went. One who was
   told of an earlier erasure of what they had need not be told again. The ledger says nothing of what a rule took: its rows are not of one row.
5. Of what a rule took, who must be on a list was noted at an earlier look (``witness``). For one who is on none somebody may answer, which
   is said with each verdict.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from zusage.promises.promise import RecipientsTold

from .observation import Recipients
from .witness.sighting import Answer, Sighting, Witnessed


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

    def lost(self) -> Iterable[tuple[datetime, int]]:
        """When a rule took rows of which lists are lost, and how many are."""

    def ledger(self, code: str) -> Iterable[tuple[str, datetime]]:
        """Who received data of a person, and when, by the ledger of disclosures."""


def look_at_recipients(
    books: TellingBooks, promise: RecipientsTold, zone: str, today: date, witness: Looking | None = None
) -> Recipients:
    """Every operation and every recipient on its list; ``witness`` looks what became of what was noted.

    Lists of what rules took may be millions: of these no more is held than who is on those of each plan, and what the witness asks for.
    """
    times = _Times(promise, ZoneInfo(zone), today)
    noted = witness.noted() if witness else ()
    seen, found, torn = _Seen(noted), Counter[str](), 0
    for one in books.occasions():
        seen.add(one, judged=times.judged(one.at))
        if times.judged(one.at):
            torn += one.addressees is None
            found.update(times.standing(whom, one.at) for whom in one.addressees or ())
    torn += sum(number for at, number in books.lost() if times.counts(at))
    done = [one for one in books.operations() if times.counts(one.at)]
    listed, operations = set(seen.done), {one.about for one in done}
    what = witness.look(noted, seen.told, lambda sighting: times.counts(sighting.at)) if witness else Witnessed()
    return Recipients(
        operations=len(operations | listed),
        unlisted=len(operations - listed),
        recipients=found.total(),
        told=found["told"],
        told_late=found["told late"],
        excused=found["excused"],
        waiting=found["waiting"],
        late=found["late"],
        torn=torn,
        omitted=_omitted(done, seen, books.ledger),
        rules=what.rules,
        unseen=what.unseen,
        blind=what.blind,
        there=what.there,
        witnessed=what.witnessed,
        silent=what.silent,
        answered=Counter(map(times.name, what.answered)),
        answers={times.name(one): one.digest for one in what.answered},
        otherwise=what.otherwise,
    )


class Looking(Protocol):
    """Looks what became of rows that were noted."""

    def noted(self) -> Sequence[Sighting]:
        """What was noted at the last look."""

    def look(
        self, noted: Sequence[Sighting], told: Callable[[Sighting], bool | None], on_record: Callable[[Sighting], bool]
    ) -> Witnessed:
        """What became of it; ``told`` answers whether the recipient is on a list, None where that is not settled."""


class _Seen:
    """What is held of all lists."""

    def __init__(self, noted: Iterable[Sighting]) -> None:
        self.wanted = frozenset(code for one in noted for code in one.codes)
        self.whoever = any(not one.codes for one in noted)
        #: lists that are no rule's, and count
        self.whole = list[Noted]()
        #: of erasures, by the code of whose they are, as far as somebody asks
        self.by_code = defaultdict[str, list[Noted]](list)
        #: by what was done: who is on its lists, and None where one is not whole, or not settled
        self.done = dict[str, set[str | None]]()

    def add(self, one: Noted, *, judged: bool) -> None:
        """A list."""
        if (one.erased and not one.by_rule) or (one.by_rule and (self.whoever or one.code in self.wanted)):
            self.by_code[one.code].append(one)
        if judged:
            names = self.done.setdefault(one.done, set())
            names.update(one.names, (None,) if one.addressees is None or (one.by_rule and one.settled is None) else ())
            if one.addressees is not None and not one.by_rule:
                self.whole.append(one)

    def told(self, sighting: Sighting) -> bool | None:
        """Whether a recipient is on the list of an erasure of the same person or row since; None where it is not yet settled who is."""
        codes = sighting.codes or tuple(self.by_code)
        mine = [one for code in codes for one in self.by_code.get(code, ())]
        since = [one for one in mine if one.settled is None or max(one.at, one.settled) >= sighting.at]
        if any(sighting.recipient in one.names for one in since):
            return True
        return None if any(one.by_rule and one.settled is None for one in since) else False


def _omitted(operations: Iterable[Operation], seen: _Seen, ledger: Ledger) -> int:
    """How many recipients are on no list (4)."""
    by_done = defaultdict[str, list[Noted]](list)
    for one in seen.whole:
        by_done[one.about].append(one)
    erased = {code: [one for one in mine if one.erased] for code, mine in seen.by_code.items()}

    def covered(name: str, one: Noted, since: datetime | None) -> bool:
        earlier = (other for other in erased.get(one.code, ()) if other.at <= one.at)
        return name in one.names or any(name in other.names for other in earlier if since is None or since < other.at)

    missing = {
        (one.about, one.code, name)
        for one in seen.whole
        for name, at in ledger(one.code)
        if at < one.at and not covered(name, one, at)
    }
    for operation in operations:
        of_it, names = by_done[operation.about], seen.done.get(operation.about, {None})
        for name in operation.must if None not in names else ():
            if name not in names and not any(covered(name, one, None) for one in of_it):
                missing.add((operation.about, "", name))
    return len(missing)


class _Times:
    """What counts on a day; the day of an instant is worked out once, for many lists are of the same."""

    def __init__(self, promise: RecipientsTold, zone: ZoneInfo, today: date) -> None:
        self._promise, self._today = promise, today
        remember = lru_cache(10_000)
        self._day = remember(lambda at: at.astimezone(zone).date())
        self._last = remember(lambda at: promise.within.after(self._day(at)))
        self._kept = remember(lambda at: promise.kept.after(self._day(at)))

    def judged(self, at: datetime) -> bool:
        """Whether what was done then is judged."""
        return self._promise.since is None or self._day(at) >= self._promise.since

    def counts(self, at: datetime) -> bool:
        """Whether it is judged, and who was told of it must still be on record."""
        return self.judged(at) and self._today < self._kept(at)

    def name(self, answer: Answer) -> str:
        """How an answer is named."""
        return f"{answer.number} of {self._day(answer.at).isoformat()}"

    def standing(self, whom: Addressee, at: datetime) -> str:
        """What became of one on a list."""
        if whom.excused:
            return "excused"
        if whom.ended_at is None:
            return "late" if self._today > self._last(at) else "waiting"
        return "told late" if self._day(whom.ended_at) > self._last(at) else "told"
