"""Whether some row escapes every rule that would end it, found by trying rows on the reference evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

from ..condition import Call, Column, Condition, Literal, Term, columns_of
from ..condition import tree as t
from ..condition.evaluate import holds
from ..inventory import ColumnInfo, TableInfo

_MOST_ROWS = 20_000
#: stands for every text that no condition names
OTHER = "…"


def escaping(conditions: Sequence[Condition], table: TableInfo) -> Mapping[str, Any] | None:
    """A row for which no condition is true. None: there is none, or it cannot be told by trying."""
    if not all(_can_be_tried(condition) for condition in conditions):
        return None
    names = sorted({name for condition in conditions for _, name in columns_of(condition, table.name)})
    infos = [info for info in map(table.column, names) if info]
    constants = [value for condition in conditions for value in _constants(condition)]
    choices = [list(_values(info, constants)) for info in infos]
    rows = (dict(zip(names, values, strict=True)) for values in product(*choices))
    if len(infos) < len(names) or _number_of(choices) > _MOST_ROWS:
        return None
    return next((row for row in rows if not _covered(conditions, table.name, row)), None)


def _number_of(choices: Iterable[Sequence[Any]]) -> int:
    number = 1
    for values in choices:
        number *= len(values)
    return number


def _covered(conditions: Iterable[Condition], table: str, row: Mapping[str, Any]) -> bool:
    try:
        return any(holds(condition, table, row, lambda _: ()) for condition in conditions)
    except TypeError:  # a constant of another kind than the column; whether such a row exists cannot be told
        return True


def _can_be_tried(node: Condition | Term) -> bool:
    """Whether a few values stand for all: only comparisons of one column with constants."""
    match node:
        case t.Compare(_, left, right):
            return not (isinstance(left, Column) and isinstance(right, Column)) and _can_be_tried(left) and _can_be_tried(right)
        case t.IsNull(term) | t.OneOf(term, _):
            return _can_be_tried(term)
        case t.And(parts) | t.Or(parts):
            return all(_can_be_tried(part) for part in parts)
        case t.Not(part) | t.Surely(part) | t.Possibly(part):
            return _can_be_tried(part)
        case Call("coalesce", arguments):
            return all(isinstance(argument, (Column, Literal)) for argument in arguments)
        case _:
            return isinstance(node, (Column, Literal, t.Truth))


def _constants(node: Condition | Term) -> Iterator[Any]:
    match node:
        case Literal(value):
            yield value
        case t.Compare(_, left, right):
            yield from (*_constants(left), *_constants(right))
        case t.OneOf(term, values):
            yield from (*_constants(term), *(value.value for value in values))
        case t.And(parts) | t.Or(parts) | Call(_, parts):
            yield from (value for part in parts for value in _constants(part))
        case t.Not(part) | t.Surely(part) | t.Possibly(part) | t.IsNull(part):
            yield from _constants(part)


def _values(column: ColumnInfo, constants: Iterable[Any]) -> Iterator[Any]:
    """The constants that fit a column, one value on either side of each, and one that nobody names."""
    if column.nullable:
        yield None
    match column.kind:
        case "boolean":
            yield from (False, True)
        case "integer" | "number":
            numbers = {value for value in constants if isinstance(value, (int, float)) and not isinstance(value, bool)}
            yield from sorted({value + step for value in numbers | {0} for step in (-1, 0, 1)})
        case "date" | "time":
            days = {value for value in constants if isinstance(value, date)} | {date(2020, 1, 1)}
            yield from sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})
        case _:
            yield from sorted({value for value in constants if isinstance(value, str)} | {OTHER})
