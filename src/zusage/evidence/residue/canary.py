"""What became of a synthetic person, and the verdict on it: pure, and without a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..judgement import Judgement, broken, kept, undecided
from .found import Residue, Trace

#: the kind of a value that no store may hold at all, not even before the erasure
NOWHERE = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One canary from its joining to the scan after its erasure."""

    #: kinds of value that were put in
    seeded: frozenset[str]
    before: Residue
    #: kinds in the answer to its request for access; None: the service answers none
    told: frozenset[str] | None
    after: Residue
    #: "store.place" of what may stay → why
    stays: Mapping[str, str]
    #: places in the files of databases where an erased canary, of this or an earlier run, still lies: within time, and too long
    physical: tuple[Trace, ...] = ()
    overdue: tuple[Trace, ...] = ()
    #: files of databases that could not be read
    unread: tuple[str, ...] = ()

    @property
    def left(self) -> tuple[Trace, ...]:
        """What is left in reach and is not declared to stay."""
        return tuple(trace for trace in self.after.traces if f"{trace.store}.{trace.place}" not in self.stays)

    @property
    def missing(self) -> frozenset[str]:
        """Kinds that were found nowhere before the erasure, so that their absence after it shows nothing."""
        return self.seeded - self.before.kinds - {NOWHERE}


def judge_flight(seen: Flight) -> Judgement:
    """In this order.

    1. A password in clear, before or after: broken.
    2. Anything left after the erasure beyond what is declared to stay: broken at once.
    3. Anything in the files of a database for longer than is declared: broken.
    4. Presence was not shown for a kind of value, or something could not be read: undecided.
    5. An answer to the request for access that lacks a kind of value: broken.
    """
    if clear := [trace for trace in seen.before.traces if trace.kind == NOWHERE]:
        return broken(f"a password lies in clear in {_places(clear)}")
    if seen.left:
        return broken(f"left after the erasure: {_places(seen.left)}")
    if seen.overdue:
        return broken(f"physically there for longer than declared: {_places(seen.overdue)}")
    if not seen.seeded or seen.missing:
        return undecided(
            f"not found anywhere before the erasure, so that absence shows nothing: {', '.join(sorted(seen.missing))}"
        )
    if unread := (*seen.before.unread, *seen.after.unread, *seen.unread):
        return undecided(f"could not be read: {'; '.join(dict.fromkeys(unread))}")
    if seen.told is not None and (untold := seen.seeded - seen.told - {NOWHERE}):
        return broken(f"the answer to the request for access lacks {', '.join(sorted(untold))}")
    asked = "access told all, " if seen.told is not None else ""
    later = f", physically still in {_places(seen.physical)}" if seen.physical else ""
    return kept(
        f"{len(seen.seeded)} kinds of value were there, {asked}the erasure left none in {seen.after.looked_at} places{later}"
    )


def _places(traces: tuple[Trace, ...] | list[Trace]) -> str:
    return ", ".join(sorted({f"{trace.store}.{trace.place} ({trace.kind})" for trace in traces})[:10])
