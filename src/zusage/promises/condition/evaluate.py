"""The reference evaluator: what a condition means, in plain Python, one row at a time.

It is slow and obvious on purpose. Both paths that compile conditions to SQL are compared with it on boundary rows, so that the
part that changes and the part that proves cannot share a mistake unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from . import tree as t

Row = Mapping[str, Any]
Rows = Callable[[str], Sequence[Row]]
_PSEUDONYM = re.compile(r"psn1:[A-Za-z0-9_-]{43}")


def holds(node: t.Condition, table: str, row: Row, rows: Rows) -> bool | None:
    """Whether a row of ``table`` fulfils a condition: true, false or None for unknown."""
    return _holds(node, {table: row}, table, rows)


def _holds(node: t.Condition, scope: Mapping[str, Row], table: str, rows: Rows) -> bool | None:
    def term(of: t.Term) -> Any:
        return _value(of, scope, table)

    match node:
        case t.Truth(value):
            return value
        case t.Compare(operator, left, right):
            return _compare(operator, term(left), term(right))
        case t.IsNull(of):
            return term(of) is None
        case t.OneOf(of, values):
            found = term(of)
            return None if found is None else any(_compare("=", found, v.value) for v in values)
        case t.Like(of, pattern):
            text = term(of)
            return None if text is None else bool(re.fullmatch(_like(pattern), str(text), re.DOTALL))
        case t.And(parts):
            seen = [_holds(part, scope, table, rows) for part in parts]
            return False if False in seen else None if None in seen else True
        case t.Or(parts):
            seen = [_holds(part, scope, table, rows) for part in parts]
            return True if True in seen else None if None in seen else False
        case t.Not(part):
            inner = _holds(part, scope, table, rows)
            return None if inner is None else not inner
        case t.Surely(part):
            return _holds(part, scope, table, rows) is True
        case t.Possibly(part):
            return _holds(part, scope, table, rows) is not False
        case t.Exists(inner_table, where):
            return any(_holds(where, {**scope, inner_table: row}, inner_table, rows) is True for row in rows(inner_table))
        case t.Before(column, instant, zone):
            return _before(term(column), instant, zone)
        case t.Placeable(column, earliest, latest):
            return _placeable(term(column), earliest, latest)
        case t.Shaped(column, shape, value):
            return _shaped(term(column), shape, value)


def _value(node: t.Term, scope: Mapping[str, Row], table: str) -> Any:
    match node:
        case t.Column(name, of):
            return scope[of or table][name]
        case t.Literal(value):
            return value
        case t.Call(function, arguments):
            return _call(function, [_value(argument, scope, table) for argument in arguments])


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
        "abs": abs,
    }
    return plain[function](values[0])


def _compare(operator: t.Operator, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    if isinstance(left, datetime) and isinstance(right, date) and not isinstance(right, datetime):
        right = datetime(right.year, right.month, right.day, tzinfo=left.tzinfo)
    outcomes: dict[t.Operator, Callable[[], bool]] = {
        "=": lambda: left == right,
        "<>": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }
    return bool(outcomes[operator]())


def _like(pattern: str) -> str:
    return "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)


def _before(value: Any, instant: datetime, zone: str) -> bool | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value < instant
    return bool(value < instant.astimezone(ZoneInfo(zone)).date())


def _placeable(value: Any, earliest: datetime, latest: datetime) -> bool:
    if isinstance(value, datetime):
        return earliest <= value <= latest
    if isinstance(value, date):
        return earliest.astimezone(UTC).date() <= value <= latest.astimezone(UTC).date()
    return False


def _shaped(value: Any, shape: t.Shape, wanted: str | int | None) -> bool | None:
    if value is None:
        return None
    if shape == "pseudonym":
        return bool(_PSEUDONYM.fullmatch(str(value)))
    if shape == "truncated":
        return len(str(value)) <= int(wanted or 0)
    return bool(value == wanted)
