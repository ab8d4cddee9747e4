"""Rows that are looked for again by values that were read: each is compared as the database holds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from zusage.promises.condition import Before, Column, Compare, Condition, Literal, Not, OneOf, all_of, any_of

#: kinds of values that are compared as the database holds them; any other, such as a UUID, is compared as it is written
_AS_HELD = (int, str, date, Decimal, bytes)


def as_held(value: object) -> Literal:
    """A value that was read, as a constant."""
    return Literal(value if isinstance(value, _AS_HELD) else str(value))


def has(column: Column, value: object) -> Condition:
    """The column holds this value; a time with an offset is found as a time, for databases write it in ways of their own."""
    if isinstance(value, datetime) and value.tzinfo:
        return all_of(Not(Before(column, value, "UTC")), Before(column, value + timedelta(microseconds=1), "UTC"))
    return Compare("=", column, as_held(value))


def has_one_of(column: Column, values: Collection[object]) -> Condition:
    """The column holds one of these values."""
    if any(isinstance(value, date | Decimal | bytes) for value in values):
        return any_of(*(has(column, value) for value in values))
    return OneOf(column, tuple(map(as_held, values)))


def with_keys(key: Sequence[str], rows: Iterable[Sequence[object]]) -> Condition:
    """The rows with these values of their key."""
    if len(key) == 1:
        return has_one_of(Column(key[0]), [row[0] for row in rows])
    return any_of(*(all_of(*(has(Column(name), value) for name, value in zip(key, row, strict=True))) for row in rows))
