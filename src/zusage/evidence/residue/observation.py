"""What was seen of a synthetic person who joined, asked for access and was erased: places, kinds of value and days, never a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """One store, searched before and after the erasure."""

    flown_on: date
    #: the last day on which the flight counts, and the day of the look
    counts_until: date
    today: date
    #: kinds of value that were put in, those that were found in any store before the erasure, and those in this one
    seeded: tuple[str, ...]
    found: tuple[str, ...]
    here: tuple[str, ...]
    #: kinds of value that must have been here before the erasure; none where any will do
    expected: tuple[str, ...] = ()
    #: nothing may be here at any time
    never: bool
    #: places where something was that may be nowhere, or never here, not even before the erasure
    clear: tuple[str, ...]
    #: places where something is left that is not declared to stay: the first of them, and how many there are
    left: tuple[str, ...]
    places_left: int
    #: columns, files and members of archives that were read
    looked_at: int
    #: what could not be read
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to their request for access."""

    flown_on: date
    counts_until: date
    today: date
    #: kinds of value that were put in, and those that the answer holds
    seeded: tuple[str, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overwritten:
    """The files of a database, searched for those who were erased, this time or before."""

    flown_on: date
    counts_until: date
    today: date
    #: kinds of value that were found in the files before the erasure
    shown: tuple[str, ...]
    #: erased ones who were looked for
    birds: int
    #: places where one still lies: within the declared time, and for longer
    within: tuple[str, ...]
    overdue: tuple[str, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What a duty keeps of them, opened as for an answer, after the erasure."""

    flown_on: date
    counts_until: date
    today: date
    #: tables that are declared to be kept, those of them that held something before the erasure, and all of which the vault holds something
    declared: tuple[str, ...]
    before: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """The tables of the manifest in which such people have rows, before the erasure."""

    flown_on: date
    counts_until: date
    today: date
    #: tables with a row of theirs, and those without
    used: tuple[str, ...]
    unused: tuple[str, ...]
    #: those without of which it is declared that a trial does not use them
    declared: tuple[str, ...]
    #: kinds of people as one of whom nobody could look for them
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One block of the copy that they were given, or one condition of the package, by names of what was wanted and seen."""

    flown_on: date
    counts_until: date
    today: date
    #: how many things must be in it, and those that are not
    wanted: int
    lacking: tuple[str, ...]
    #: how many may not be in it and were looked for, and those that are
    sought: int
    wrong: tuple[str, ...]
    #: what could not be looked at
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """A statistic that remains, before the canary came and after it was erased."""

    flown_on: date
    counts_until: date
    today: date
    #: rows before, and how many of them are new, gone, or other than they were
    figures: int
    moved: int
    unread: tuple[str, ...]


CanaryObservation = Searched | Answered | Overwritten | Withheld | Used | Delivered | Uncounted
