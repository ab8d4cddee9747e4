"""A rule about how long some columns of some rows are kept, from which up to three promises follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal as OneWord

from .condition import Column, Compare, Condition, Key, Literal, OneOf, all_of
from .period import Period
from .starting_point import StartingPoint

#: days before the last possible one from which on people are warned of an end, so that a sweep may fail and nobody stays too long
WARNED_AHEAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of another table that live and die with a row: ``columns`` there refer to ``referred`` here or in a nearer part."""

    table: str
    columns: tuple[str, ...]
    #: the table that the rows belong to
    of: str
    #: as many as ``columns``, in their order; a constant where the rows belong only with that value, such as a type beside a number
    referred: tuple[Key, ...]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each column with the one that it refers to."""
        return tuple((one, other) for one, other in zip(self.columns, self.referred, strict=True) if isinstance(other, str))

    @property
    def fixed(self) -> Condition:
        """What a row must have beside, whatever it refers to."""
        pairs = zip(self.columns, self.referred, strict=True)
        return all_of(*(Compare("=", Column(one), other) for one, other in pairs if isinstance(other, Literal)))

    def above(self, row: Mapping[str, object]) -> tuple[object, ...]:
        """What ``columns`` of a row must be to belong to a row above."""
        return tuple(row[key] if isinstance(key, str) else key.value for key in self.referred)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Rows of ``table`` that, while their ``columns`` refer to ``referred`` here, keep the row."""

    table: str
    columns: tuple[str, ...]
    #: as for a Part
    referred: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one column."""

    column: str
    how: OneWord[
        "clear", "constant", "truncate", "pseudonymise", "unique", "json", "mask", "code", "items", "multiple", "beginning"
    ]
    #: as for ``Shaped``; of ``mask`` the bits that stay (``24/48``), of ``code`` how long a key lives
    value: str | int | None = None
    #: of ``items``: which items go from the list in the document, by the name that says whose each is
    among: OneOf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Rows elsewhere that refer to a row, stay when it goes or changes, and are changed with it."""

    part: Part
    changes: tuple[Change, ...]


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
    elsewhere: tuple[Elsewhere, ...] = ()
    #: empty: the row is deleted
    changes: tuple[Change, ...] = ()
    duty: str | None = None
    #: the kind of people whose rows they are, and the column with their key
    person: tuple[str, str] | None = None
    #: manifest path of the rule
    path: tuple[str | int, ...] = ()
    #: how long before the end people are warned
    warns: Period | None = None
    #: of rows whose people must be warned: who was, long enough ago
    warned: Condition | None = None
    #: rows for which the periods count as over, because their erasure was demanded (Art. 17 GDPR)
    demanded: Condition | None = None

    @property
    def deletes(self) -> bool:
        """Whether the end is deletion rather than anonymisation or pseudonymisation."""
        return not self.changes

    @property
    def as_held(self) -> Rule:
        """The rule as far as it keeps a row in its place: a change does not need the row, a minimum does."""
        return replace(self, at_most=None) if self.changes else self

    def must_wait_for(self, other: Rule) -> bool:
        """Whether a change of shared columns waits for another rule: all but another stage of the same purpose."""
        return other.id != self.id and (not other.changes or other.activity != self.activity or other.at_least is not None)

    def blocks_as_long_as(self, minimum: Rule) -> bool:
        """Whether what this rule blocks stays, for sure, at least as long as another rule's minimum demands."""
        if self.at_most is None or minimum.at_least is None or minimum.start != self.start or minimum.unless is not None:
            return False
        return minimum.only in (None, self.only) and minimum.at_least.rough_days <= self.at_most.rough_days
