"""The promises that follow from a manifest, one by one: each can be kept, broken or undecided on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .condition import Condition
from .period import Period
from .starting_point import StartingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of another table that live and die with a row: ``column`` there refers to ``referred`` here or in a nearer part."""

    table: str
    column: str
    #: the table that the rows belong to
    of: str
    referred: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Rows of ``table`` that, while their ``column`` refers to ``referred`` here, keep the row."""

    table: str
    column: str
    referred: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one column."""

    column: str
    how: Literal["clear", "constant", "truncate", "pseudonymise"]
    value: str | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One keep rule of one purpose about some columns of the rows of one table."""

    #: activity/rule
    id: str
    activity: str
    system: str
    table: str
    columns: tuple[str, ...]
    classes: tuple[str, ...]
    only: Condition | None
    unless: Condition | None
    start: StartingPoint | None
    at_least: Period | None
    at_most: Period | None
    purpose_start: StartingPoint | None = None
    purpose_ends: Period | None = None
    waits: tuple[Waits, ...] = ()
    parts: tuple[Part, ...] = ()
    #: empty: the row is deleted
    changes: tuple[Change, ...] = ()
    duty: str | None = None
    #: the kind of people whose rows they are, and the column with their key
    person: tuple[str, str] | None = None
    #: manifest path of the rule
    path: tuple[str | int, ...] = ()

    @property
    def deletes(self) -> bool:
        """Whether the end is deletion rather than anonymisation or pseudonymisation."""
        return not self.changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What every promise has."""

    id: str
    #: items of a catalogue that this promise keeps
    refs: tuple[str, ...]
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAtMost(Promise):
    """The data are gone, or changed beyond recognition, when the period is over."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAtLeast(Promise):
    """Nothing goes before the period is over."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(Promise):
    """After the purpose has ended the data are out of the application's reach until their final limit."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryRow(Promise):
    """Every row of a table fulfils a condition."""

    system: str
    table: str
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class NoColumn(Promise):
    """A table has no column of these names."""

    system: str
    table: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted(Promise):
    """Every table and column of a system has a purpose in the manifest."""

    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested(Promise):
    """A named role says so, again within each period."""

    role: str
    every: Period


AnyPromise = KeptAtMost | KeptAtLeast | Blocked | EveryRow | NoColumn | Accounted | Attested
