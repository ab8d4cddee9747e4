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
from zusage.promises.inventory import ColumnKind, Inventory, TableInfo

from .count import Looks
from .plan import Selection
from .suspension import CASES, Suspension

#: what columns are to a comparison
_KINDS: Mapping[ColumnKind, str] = {"integer": "number", "number": "number", "boolean": "number", "text": "text", "uuid": "text"}


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
            if table is None or settled(where, table):
                continue
            unclear = all_of(Possibly(where), Not(Surely(where)))
            if rows := looks.count(Selection(system=system, table=bare, where=unclear)):
                yield Doubt(suspension=one.id, table=name, rows=rows)


def settled(where: Condition, table: TableInfo, present: frozenset[str] = frozenset()) -> bool:
    """Whether a condition is true or false of every row, as far as its form and the table show; ``present`` have a value, where it is asked."""
    match where:
        case Truth() | IsNull() | Exists() | Under() | Rare() | Among() | Placeable() | Surely() | Possibly():
            return True
        case And(parts):
            there = present | {name for part in parts for name in _must_have(part)}
            return all(settled(part, table, there) for part in parts)
        case Or(parts):
            return all(settled(part, table, present) for part in parts)
        case Not(part):
            return settled(part, table, present)
        case OneOf(term, values):
            return _alike((term, *values), table, present)
        case Compare(_, left, right):
            return _alike((left, right), table, present)
        case _:
            return False


def _must_have(part: Condition) -> tuple[str, ...]:
    match part:
        case Not(IsNull(Column(name, None))):
            return (name,)
        case _:
            return ()


def _alike(terms: Iterable[Term], table: TableInfo, present: frozenset[str]) -> bool:
    """All have a value, and all of one kind: a text and a number can be neither equal nor in any order."""
    kinds = {_kind(term, table, present) for term in terms}
    return len(kinds) == 1 and "" not in kinds


def _kind(term: Term, table: TableInfo, present: frozenset[str]) -> str:
    """Of what has a value; nothing of what may lack one, or where its kind is not known."""
    match term:
        case Column(name, None) if info := table.column(name):
            return _KINDS.get(info.kind, "") if name in present or not info.nullable else ""
        case Literal(bool() | int() | float()):
            return "number"
        case Literal(str()):
            return "text"
        case _:
            return ""
