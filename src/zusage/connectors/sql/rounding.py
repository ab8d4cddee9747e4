"""Numbers that are generalised to the multiple below them, such as a year of birth to its decade."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

Element = sa.ColumnElement[Any]


def below(dialect: str, column: Element, step: int) -> Element:
    """The multiple of ``step`` at or below the number; what SQLite stores beside whole numbers becomes nothing."""
    down = column.op("-")(_over(column, step))
    return sa.case((sa.func.typeof(column) == "integer", down)) if dialect == "sqlite" else down


def is_multiple(dialect: str, column: Element, step: int) -> Element:
    """The value is such a multiple; unknown where it is missing."""
    found = _over(column, step) == sa.literal_column("0")
    if dialect != "sqlite":
        return found
    return sa.case((column.is_not(sa.null()), sa.and_(sa.func.typeof(column) == "integer", found)))


def _over(column: Element, step: int) -> Element:
    """How far above the multiple it is; also below zero, where databases give a negative rest."""
    by = sa.literal_column(str(int(step)), sa.Integer())
    rest = sa.type_coerce(column, sa.Integer()) % by
    return ((rest + by) % by).self_group()
