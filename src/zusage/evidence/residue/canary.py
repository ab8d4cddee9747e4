"""What became of a synthetic person, and what of it bears on each promise: pure, and without a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from zusage.promises.promise import CanaryFlown

from ..answers.found import Part
from .figures import Figures
from .found import Residue, Trace
from .judging import NOWHERE
from .observation import Answered, CanaryObservation, Delivered, Overwritten, Searched, Uncounted, Used, Withheld

#: so many places are named in an observation, so that it fits into an entry of the log
_NAMED = 50
_VAULT = "vault: "


def kept_at(table: str) -> str:
    """How the place is called in which the vault keeps rows of a table, as system.table."""
    return f"{_VAULT}{table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The files of one database."""

    #: kinds of value in them before the erasure
    shown: frozenset[str] = frozenset()
    #: erased ones who were looked for
    birds: int = 0
    #: places where one still lies: within time, and too long
    within: frozenset[Trace] = frozenset()
    overdue: frozenset[Trace] = frozenset()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One canary from its joining to the scan after its erasure."""

    #: kinds of value that were put in
    seeded: frozenset[str]
    #: store → what was found
    before: Mapping[str, Residue]
    #: kinds in the answer to its request for access; None: the service answers none
    told: frozenset[str] | None
    after: Mapping[str, Residue]
    #: "store.place" of what may stay → why
    stays: Mapping[str, str]
    #: tables whose rows a duty keeps out of the application's reach → why
    blocked: Mapping[str, str] = field(default_factory=dict)
    #: table in which such people have rows → how many were theirs before the erasure
    rows: Mapping[str, int] = field(default_factory=dict)
    #: table → why a trial does not use it
    unused: Mapping[str, str] = field(default_factory=dict)
    #: kinds of people as one of whom they could not be looked for
    unknown: tuple[str, ...] = ()
    #: store → kinds of value that must come there
    comes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: stores that may hold nothing at any time
    never: frozenset[str] = frozenset()
    pages: Mapping[str, Pages]
    #: each block of the copy and each condition of the package, as they were found
    parts: Mapping[str, Part] = field(default_factory=dict)
    #: system.table of each statistic → before it came, and after it was erased
    figures: Mapping[str, tuple[Figures, Figures]] = field(default_factory=dict)

    @property
    def left(self) -> tuple[Trace, ...]:
        """What is left in reach and is not declared to stay."""
        vault = {kept_at(table) for table in self.blocked}
        traces = (trace for residue in self.after.values() for trace in residue.traces if trace.place not in vault)
        return tuple(sorted(trace for trace in traces if f"{trace.store}.{trace.place}" not in self.stays))

    @property
    def kept(self) -> tuple[str, ...]:
        """Tables of which the vault holds something of theirs, as system.table."""
        traces = (trace for residue in self.after.values() for trace in residue.traces)
        return tuple(sorted({trace.place.removeprefix(_VAULT) for trace in traces if trace.place.startswith(_VAULT)}))

    def seen_for(self, promise: CanaryFlown, on: date) -> CanaryObservation:
        """What bears on one promise."""
        days = {"flown_on": on, "counts_until": promise.every.after(on), "today": on}
        match promise.aspect:
            case "erased":
                return self._searched(promise.store, **days)
            case "blocked":
                return Withheld(declared=tuple(sorted(self.blocked)), before=self._were_in(self.blocked), kept=self.kept, **days)
            case "used":
                return self._used(**days)
            case "told":
                return Answered(seeded=_kinds(self.seeded), told=_kinds(self.told or ()), **days)
            case "delivered":
                return _delivered(self.parts.get(promise.part, Part(unread=("it was not asked for",))), **days)
            case "uncounted":
                before, after = self.figures[promise.store]
                unread = tuple(dict.fromkeys((*before.unread, *after.unread)))
                return Uncounted(figures=before.rows.total(), moved=before.moved(after), unread=unread, **days)
            case "overwritten":
                pages = self.pages[promise.store]
                return Overwritten(
                    shown=_kinds(pages.shown), birds=pages.birds, within=_places(pages.within), overdue=_places(pages.overdue),
                    unread=pages.unread[:_NAMED], **days,
                )  # fmt: skip

    def _used(self, **days: date) -> Used:
        """By the rows that are theirs, and by what was found in any column of a table."""
        used = {table for table, rows in self.rows.items() if rows} | set(self._were_in(self.rows))
        unused = self.rows.keys() - used
        return Used(
            used=tuple(sorted(used)),
            unused=tuple(sorted(unused - self.unused.keys())),
            declared=tuple(sorted(unused & self.unused.keys())),
            unknown=self.unknown,
            **days,
        )

    def _were_in(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Those of some tables in which something of theirs was before the erasure."""
        there = {
            f"{trace.store}.{trace.place}".rpartition(".")[0] for residue in self.before.values() for trace in residue.traces
        }
        return tuple(sorted(there.intersection(tables)))

    def _searched(self, store: str, **days: date) -> Searched:
        before, after, never = self.before[store], self.after[store], store in self.never
        left = _places(trace for trace in self.left if trace.store == store)
        return Searched(
            seeded=_kinds(self.seeded),
            found=_kinds(kind for residue in self.before.values() for kind in residue.kinds),
            here=_kinds(before.kinds),
            expected=_kinds(self.comes.get(store, ())),
            never=never,
            clear=_places(trace for trace in before.traces if never or trace.kind == NOWHERE)[:_NAMED],
            left=left[:_NAMED],
            places_left=len(left),
            looked_at=after.looked_at,
            unread=tuple(dict.fromkeys((*before.unread, *after.unread)))[:_NAMED],
            **days,
        )


def _delivered(part: Part, **days: date) -> Delivered:
    return Delivered(
        wanted=len(part.wanted),
        lacking=_kinds(part.lacking)[:_NAMED],
        sought=len(part.sought),
        wrong=_kinds(part.wrong)[:_NAMED],
        unread=part.unread[:_NAMED],
        **days,
    )


def _kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(kinds)))


def _places(traces: Iterable[Trace]) -> tuple[str, ...]:
    return tuple(sorted({f"{trace.place} ({trace.kind})" for trace in traces}))
