"""Rows of which nobody can tell whether a suspension is meant to hold them: pure.

They are kept, for doubt always keeps a row. So that this is seen, a plan says how many they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from zusage.promises.condition import (
    Among,
    And,
    Column,
    Compare,
    Condition,
    Exists,
    IsNull,
    Literal,
    Not,
    OneOf,
    Or,
    Placeable,
    Possibly,
    Rare,
    Surely,
    Term,
    Truth,
    Under,
    all_of,
)
from zusage.promises.inventory import Inventory

from .count import Looks
from .plan import Selection
from .suspension import CASES, Suspension


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Rows that a suspension may be meant to hold, and that stay because nobody can tell."""

    suspension: str
    #: as system.table
    table: str
    rows: int


def doubted(suspensions: Iterable[Suspension], inventories: Mapping[str, Inventory], looks: Looks) -> Iterator[Doubt]:
    """Where there are such rows; nothing is asked about a condition that is never unknown. Raises SystemTrouble."""
    for one in suspensions:
        for name, where in one.holds:
            system, _, bare = name.partition(".")
            table = inventories[system].tables.get(bare) if name != CASES and system in inventories else None
            if table is None or settled(where, frozenset(column.name for column in table.columns if not column.nullable)):
                continue
            unclear = all_of(Possibly(where), Not(Surely(where)))
            if rows := looks.count(Selection(system=system, table=bare, where=unclear)):
                yield Doubt(suspension=one.id, table=name, rows=rows)


def settled(where: Condition, present: frozenset[str] = frozenset()) -> bool:
    """Whether a condition is true or false of every row, as far as its form shows; columns that are ``present`` have a value."""
    match where:
        case Truth() | IsNull() | Exists() | Under() | Rare() | Among() | Placeable() | Surely() | Possibly():
            return True
        case And(parts):
            there = present | {name for part in parts for name in _must_have(part)}
            return all(settled(part, there) for part in parts)
        case Or(parts):
            return all(settled(part, present) for part in parts)
        case Not(part):
            return settled(part, present)
        case OneOf(term, values):
            return all(_has_value(one, present) for one in (term, *values))
        case Compare(_, left, right):
            return _has_value(left, present) and _has_value(right, present)
        case _:
            return False


def _must_have(part: Condition) -> tuple[str, ...]:
    match part:
        case Not(IsNull(Column(name, None))):
            return (name,)
        case _:
            return ()


def _has_value(term: Term, present: frozenset[str]) -> bool:
    match term:
        case Column(name, None):
            return name in present
        case Literal(value):
            return value is not None
        case _:
            return False
