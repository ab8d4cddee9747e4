"""The reference evaluator: what a condition means, in plain Python, one row at a time.

It is slow and obvious on purpose. Both paths that compile conditions to SQL are compared with it on boundary rows, so that the
part that changes and the part that proves cannot share a mistake unseen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from zusage.promises.inside import Path, is_inside, items_in, removed, valued

from . import tree as t
from .rarity import Rarity
from .rounding import lessened

Row = Mapping[str, Any]
Rows = Callable[[str], Sequence[Row]]
#: (table, column, stored value) → the time that it means: a day, an aware instant, or the value itself where it is none
Times = Callable[[str, str, Any], Any]
#: (name of a set, row) → whether the row is one of it
Members = Callable[[str, Row], bool]
_PSEUDONYM = re.compile(r"psn1:[A-Za-z0-9_-]{43}")


class OutOfSight(LookupError):
    """A column is named of a table that is neither the one in question nor one that EXISTS goes through."""


def _no_sets(name: str, row: Row) -> bool:
    raise OutOfSight(name)


def holds(
    node: t.Condition,
    table: str,
    row: Row,
    rows: Rows,
    times: Times = lambda _, __, stored: stored,
    members: Members = _no_sets,
) -> bool | None:
    """Whether a row of ``table`` fulfils a condition: true, false or None for unknown."""
    return _Scope({table: (table, row)}, table, rows, times, members).holds(node)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The rows that are in sight with their tables, by name, and the one that columns without a name belong to."""

    seen: Mapping[str, tuple[str, Row]]
    name: str
    rows: Rows
    times: Times
    members: Members

    def holds(self, node: t.Condition) -> bool | None:
        match node:
            case t.Truth(value):
                return value
            case t.Compare("=", t.Column(name, of), value) if (items := items_in(name)) is not None:
                return self.value(value) in items.keys(self._seen(of)[1].get(items.column))
            case t.OneOf(t.Column() as column, values) if items_in(column.name) is not None:
                return any(self.holds(t.Compare("=", column, value)) for value in values)
            case t.Compare(operator, left, right):
                return self._compare(operator, left, right)
            case t.IsNull(of):
                return self.value(of) is None
            case t.OneOf(of, values):
                return _or([self._compare("=", of, value) for value in values])
            case t.Like(of, pattern):
                text = self.value(of)
                return None if text is None else bool(re.fullmatch(_like(pattern), str(text), re.DOTALL))
            case t.And(parts):
                return self._every(parts)
            case t.Or(parts):
                return _or([self.holds(part) for part in parts])
            case t.Not(part):
                return _not(self.holds(part))
            case t.Surely(part):
                return self.holds(part) is True
            case t.Possibly(part):
                return self.holds(part) is not False
            case t.Among(name):
                return self.members(name, self._seen(None)[1])
            case t.Exists(inner, where, name):
                return any(self._with(name or inner, inner, row).holds(where) is True for row in self.rows(inner))
            case t.Under():
                return self._under(node)
            case t.Rare():
                return self._rare(node)
            case t.Before(column, instant, zone):
                return _before(self._time(column), instant, zone)
            case t.Placeable(column, earliest, latest):
                return _placeable(self._time(column), earliest, latest)
            case t.Shaped(column, shape, value):
                return _shaped(self.value(column), shape, value)

    def _every(self, parts: Iterable[t.Condition]) -> bool | None:
        """One that is false settles it."""
        unknown = False
        for part in parts:
            held = self.holds(part)
            if held is False:
                return False
            unknown = unknown or held is None
        return None if unknown else True

    def _under(self, node: t.Under) -> bool:
        """Go up from every row that fulfils ``where`` until nothing new is met, and see whether this row was."""

        def holding(rows: Iterable[Row], condition: t.Condition | None) -> list[Row]:
            return [row for row in rows if condition is None or self._with(node.table, node.table, row).holds(condition) is True]

        every = self.rows(node.table)
        met: list[tuple[Any, ...]] = []
        nearest = holding(every, node.where)
        while nearest:
            keys = [tuple(row[name] for name in node.columns) for row in holding(nearest, node.through)]
            new = [key for key in dict.fromkeys(keys) if None not in key and key not in met]
            met += new
            nearest = [row for row in every if tuple(row[name] for name in node.referred) in new]
        return tuple(self._seen(None)[1][name] for name in node.referred) in met

    def _rare(self, node: t.Rare) -> bool:
        def fulfils(table: str, row: Row, where: t.Condition) -> bool:
            return self._with(table, table, row).holds(where) is True

        return Rarity(node, self.rows, fulfils, self.members).of(self._seen(None)[1])

    def value(self, node: t.Term) -> Any:
        match node:
            case t.Column(name, of):
                row = self._seen(of)[1]
                stored = valued(row, name) if is_inside(name) else row[name]
                return str(stored) if isinstance(stored, UUID) else stored
            case t.Literal(value):
                return value
            case t.Call(function, arguments):
                return _call(function, [self.value(argument) for argument in arguments])

    def _seen(self, name: str | None) -> tuple[str, Row]:
        if (name or self.name) not in self.seen:
            raise OutOfSight(name)
        return self.seen[name or self.name]

    def _with(self, name: str, table: str, row: Row) -> _Scope:
        """One more row in sight; an outer one of the same name is hidden by it, as in SQL."""
        return _Scope({**self.seen, name: (table, row)}, name, self.rows, self.times, self.members)

    def _time(self, column: t.Column) -> Any:
        return self.times(self._seen(column.table)[0], column.name, self.value(column))

    def _compare(self, operator: t.Operator, left: t.Term, right: t.Term) -> bool | None:
        """A column that is compared with a day is taken as the time that it means."""
        one, other = self.value(left), self.value(right)
        if isinstance(left, t.Column) and isinstance(other, date):
            one = self._time(left)
        if isinstance(right, t.Column) and isinstance(one, date) and isinstance(left, t.Literal):
            other = self._time(right)
        return _compare(operator, one, other)


def _or(parts: Sequence[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


def _not(part: bool | None) -> bool | None:
    return None if part is None else not part


def _call(function: str, values: list[Any]) -> Any:
    if function == "coalesce":
        return next((value for value in values if value is not None), None)
    if values[0] is None:
        return None
    plain: dict[str, Callable[[Any], Any]] = {
        "lower": lambda v: str(v).lower(),
        "upper": lambda v: str(v).upper(),
        "length": lambda v: len(str(v)),
        "trim": lambda v: str(v).strip(" "),
        "abs": lambda v: abs(v) if _kind(v) == "number" else None,
    }
    return plain[function](values[0])


def _compare(operator: t.Operator, left: Any, right: Any) -> bool | None:
    """What is missing, and values of different kinds, can be neither equal nor in any order: unknown."""
    if left is None or right is None or _kind(left) != _kind(right):
        return None
    if _kind(left) == "time":
        left, right = _alike(left, right), _alike(right, left)
    elif isinstance(left, Decimal) or isinstance(right, Decimal):
        left, right = _decimal(left), _decimal(right)
    outcomes: dict[t.Operator, Callable[[], bool]] = {
        "=": lambda: left == right,
        "<>": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }
    return bool(outcomes[operator]())


def _kind(value: Any) -> str:
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (((int, float, Decimal), "number"), (str, "text"), (date, "time"))
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)


def _alike(value: date, other: date) -> date:
    """Beside an instant, a day is its first instant there."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), other.tzinfo).astimezone(UTC) if isinstance(other, datetime) else value


def _decimal(value: Any) -> Any:
    """Beside a decimal number, 0.1 is a tenth and not the nearest that a processor knows."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def _like(pattern: str) -> str:
    return "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)


def _before(value: Any, instant: datetime, zone: str) -> bool | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC) < instant.astimezone(UTC)
    return value < instant.astimezone(ZoneInfo(zone)).date() if isinstance(value, date) else None


def _placeable(value: Any, earliest: datetime, latest: datetime) -> bool:
    """A day stands for its first instant in UTC."""
    if isinstance(value, date):
        instant = value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
        return earliest.astimezone(UTC) <= instant.astimezone(UTC) <= latest.astimezone(UTC)
    return False


def _nothing_at(value: Any, path: str) -> bool | None:
    """Nothing lies at a path in a JSON document; unknown where something else than an object, or a list, is on the way."""
    try:
        found = json.loads(value) if isinstance(value, str | bytes) else value
    except ValueError:
        return None
    ways, below = removed(path)
    return None if found is None else _nothing_below(found, ways, below)


def _nothing_below(found: Any, ways: Sequence[Path], below: Path) -> bool | None:
    """Of every item of a list: one in which something lies settles it, otherwise one of which nobody can tell."""
    for key in ways[0] if ways else below[:-1]:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
        if found is None:
            return True
    if not ways:
        return found.get(below[-1]) is None if isinstance(found, dict) else None
    if not isinstance(found, list):
        return None
    said = [_nothing_below(item, ways[1:], below) for item in found if item is not None]
    return False if False in said else None if None in said else True


def _shaped(value: Any, shape: t.Shape, wanted: str | int | None) -> bool | None:
    if value is None:
        return None
    if shape == "pseudonym":
        return bool(_PSEUDONYM.fullmatch(str(value)))
    if shape == "truncated" and isinstance(value, list):
        return all(one is None or len(str(one)) <= int(wanted or 0) for one in value)
    if shape == "truncated":
        return len(str(value)) <= int(wanted or 0)
    if shape in ("multiple", "beginning"):
        return bool(value == lessened(value, wanted or 1))
    if shape == "unique":
        before, after = map(re.escape, t.around_random(str(wanted)))
        return bool(re.fullmatch(f"{before}[0-9a-f]{{{t.RANDOM_DIGITS}}}{after}", str(value)))
    if shape == "json":
        return _nothing_at(value, str(wanted))
    return bool(value == wanted or str(value) == str(wanted))
