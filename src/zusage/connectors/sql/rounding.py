"""Values that are generalised: whole numbers to the multiple below them, days to the first of their month, year or decade."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

Element = sa.ColumnElement[Any]
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"


def lessened(dialect: str, column: Element, step: int | str) -> Element:
    """The value as it says less: a multiple of a number, or the beginning of a ``month``, ``year`` or ``decade``.

    What SQLite stores beside whole numbers or days becomes nothing.
    """
    if isinstance(step, str):
        return _beginning(dialect, column, step)
    down = column.op("-")(_over(column, step))
    return sa.case((sa.func.typeof(column) == "integer", down)) if dialect == "sqlite" else down


def is_lessened(dialect: str, column: Element, step: int | str) -> Element:
    """The value says no more than that; unknown where it is missing."""
    if isinstance(step, str):
        return sa.case(
            (column.is_not(sa.null()), sa.func.coalesce(column.op("=")(_beginning(dialect, column, step)), sa.false()))
        )
    found = _over(column, step) == sa.literal_column("0")
    if dialect != "sqlite":
        return found
    return sa.case((column.is_not(sa.null()), sa.and_(sa.func.typeof(column) == "integer", found)))


def _over(column: Element, step: int) -> Element:
    """How far above the multiple it is; also below zero, where databases give a negative rest."""
    by = sa.literal_column(str(int(step)), sa.Integer())
    rest = sa.type_coerce(column, sa.Integer()) % by
    return ((rest + by) % by).self_group()


def _beginning(dialect: str, column: Element, of: str) -> Element:
    if dialect == "postgresql":
        return sa.cast(sa.func.date_trunc(of, sa.cast(column, sa.DateTime())), sa.Date())
    if dialect == "mariadb":
        year: Element = sa.func.year(column)
        if of == "month":
            return sa.func.str_to_date(sa.func.date_format(column, "%Y-%m-01"), "%Y-%m-%d")
        first = year - sa.type_coerce(year, sa.Integer()) % sa.literal_column("10") if of == "decade" else year
        return sa.case(
            (year >= sa.literal_column("100"), sa.func.makedate(first, sa.literal_column("1")))
        )  # shorter years mean others
    kept = {"month": (8, "01"), "year": (5, "01-01"), "decade": (3, "0-01-01")}[of]
    made = sa.func.substr(column, 1, kept[0]).op("||")(kept[1])
    return sa.case((sa.and_(sa.func.typeof(column) == "text", column.op("GLOB")(_DAY)), made))
