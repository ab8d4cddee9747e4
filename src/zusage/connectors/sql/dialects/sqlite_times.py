"""Times that stand as text in SQLite, as SQL to read: ``§`` is the column.

The fragments are written out instead of built up, because a condition asks for the same column twenty times: rendering it once is
what makes a plan of many rules quick. Every value in them is a day or a clock that was computed here, never anybody's text.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from ..wall import first_wall_from
from .port import Element, Span, Times
from .written import FIRST, LAST

_CLOCK = "%Y-%m-%d %H:%M:%S"
_AND = " AND "
_SECOND = timedelta(seconds=1)
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_HEAD = "substr(§, 1, 10)"
_WHOLE = "substr(§, 1, 19)"
#: day and clock as SQLite itself writes them: told at once, for it never writes a number so, and compared as text
_WRITTEN = "datetime(§, '+0 days') = §"
_CANONICAL = f"{_WRITTEN} AND § BETWEEN '{FIRST}' AND '{LAST}'"
#: the same with microseconds, as many libraries write it
_WITH_FRACTION = (
    f"§ GLOB '{_DAY} [0-9][0-9]:[0-9][0-9]:[0-9][0-9].{'[0-9]' * 6}' AND datetime({_WHOLE}, '+0 days') = {_WHOLE} "
    f"AND § BETWEEN '{FIRST}' AND '{LAST}'"
)
#: exactly what ``written.read_time`` reads and the calendar has; unknown where the value is missing
_READABLE = (
    f"(typeof(§) = 'text' AND {_HEAD} GLOB '{_DAY}' AND date({_HEAD}, '+0 days') = {_HEAD} AND {_HEAD} BETWEEN '{FIRST}' AND '{LAST}' "
    f"AND (length(§) = 10 OR (§ GLOB '{_DAY}[ T][0-2][0-9]:[0-5][0-9]*' AND substr(§, 12, 2) < '24' AND § GLOB '*[0-9Zz]' "
    "AND datetime(§) IS NOT NULL)))"
)
_HAS_OFFSET = "(§ GLOB '*[Zz]' OR § GLOB '*[+-][0-9][0-9]:[0-9][0-9]')"
#: day and clock in whole seconds: in UTC where an offset is given, otherwise as the wall shows them
_INSTANT = (
    f"datetime(CASE WHEN § GLOB '*.*' THEN {_WHOLE} || "
    f"CASE WHEN § GLOB '*[Zz]' THEN 'Z' WHEN {_HAS_OFFSET} THEN substr(§, -6) ELSE '' END ELSE § END)"
)
_INSTANT_OF_DAY = f"datetime({_HEAD})"


class Written(sa.ColumnElement[Any]):
    """A piece of SQL about one column."""

    inherit_cache = False

    def __init__(self, sql: str, column: Element) -> None:
        self.sql = sql
        self.column = column
        self.type = sa.types.NULLTYPE

    def get_children(self, **_: Any) -> tuple[Element, ...]:
        """The column."""
        return (self.column,)


@compiles(Written)
def _render(element: Written, compiler: Any, **options: Any) -> str:
    return f"({element.sql.replace('§', compiler.process(element.column, **options))})"


def compared(operator: str, column: Element, day: date, instant: datetime, times: Times, *, only_day: bool) -> Element:
    """The time compared with a day, or with an instant where it is one; unknown where it is missing or unreadable."""
    if only_day:
        return Written(f"CASE WHEN NOT {_READABLE} THEN NULL ELSE {_begins(operator, day)} END", column)
    wall = f"'{_wall(instant, times)}'"
    return Written(
        f"CASE WHEN {_CANONICAL} THEN § {operator} {wall} WHEN {_WITH_FRACTION} THEN {_WHOLE} {operator} {wall} "
        f"WHEN NOT {_READABLE} THEN NULL {_read(operator, day, instant, times)} END",
        column,
    )


def _begins(operator: str, day: date) -> str:
    return f"{_HEAD} {operator} '{day.isoformat()}'"


def _read(operator: str, day: date, instant: datetime, times: Times) -> str:
    """The last branches of a CASE that has found the text to be a time."""
    utc, wall = f"'{_utc(instant)}'", f"'{_wall(instant, times)}'"
    return (
        f"WHEN length(§) = 10 THEN {_begins(operator, day)} "
        f"WHEN {_HAS_OFFSET} THEN {_INSTANT} {operator} {utc} ELSE {_INSTANT} {operator} {wall}"
    )


def between(column: Element, earliest: datetime, latest: datetime, times: Times, *, only_day: bool) -> Element:
    """A text that is a time to the letter, between two instants; never unknown."""
    if only_day:
        return Written(f"coalesce({_days(earliest, latest)}, 0)", column)
    low, high = (f"'{_wall(one, times)}'" for one in (earliest, latest + _SECOND))
    return Written(
        f"coalesce(CASE WHEN {_CANONICAL} THEN § >= {low} AND § < {high} "
        f"WHEN {_WITH_FRACTION} THEN {_WHOLE} >= {low} AND {_WHOLE} < {high} "
        f"ELSE {_READABLE} AND {_moved(earliest, latest, times)} END, 0)",
        column,
    )


def inside(column: Element, span: Span, times: Times, *, only_day: bool) -> Element:
    """What ``between`` and ``compared`` with "<" say together, true where both are, and roughly what an index can serve."""
    roughly = _rough(span.instant)
    if only_day:
        return Written(f"{roughly}{_begins('<', span.day)} AND {_days(span.earliest, span.latest)}", column)
    low, high, wall = (_wall(one, times) for one in (span.earliest, span.latest + _SECOND, span.instant))
    first, end = f"'{max(low, FIRST)}'", f"'{min(high, wall, LAST)}'"
    return Written(
        f"{roughly}CASE WHEN {_WRITTEN} THEN § >= {first} AND § < {end} "
        f"WHEN {_WITH_FRACTION} THEN {_WHOLE} >= {first} AND {_WHOLE} < {end} "
        f"WHEN NOT {_READABLE} THEN NULL WHEN NOT ({_moved(span.earliest, span.latest, times)}) THEN 0 "
        f"{_read('<', span.day, span.instant, times)} END",
        column,
    )


def _days(earliest: datetime, latest: datetime) -> str:
    low, high = _utc(earliest), _utc(latest + _SECOND)
    return f"{_READABLE} AND {_INSTANT_OF_DAY} >= '{low}' AND {_INSTANT_OF_DAY} < '{high}'"


def _moved(earliest: datetime, latest: datetime, times: Times) -> str:
    return f"{_INSTANT} >= {_bound(earliest, times)} AND {_INSTANT} < {_bound(latest + _SECOND, times)}"


def roughly_before(column: Element, instant: datetime) -> Element | None:
    """Texts begin with the day; no offset moves one by more than two days."""
    rough = _rough(instant)
    return Written(rough.removesuffix(_AND), column) if rough else None


def _rough(instant: datetime) -> str:
    """To stand before other tests; nothing at the end of time."""
    return "" if instant.year > 9990 else f"§ < '{(instant.astimezone(UTC).date() + timedelta(days=3)).isoformat()}'{_AND}"


def _bound(instant: datetime, times: Times) -> str:
    """The instant as ``_INSTANT`` would write it for the column: a day stands for its first instant in UTC."""
    return f"CASE WHEN length(§) = 10 OR {_HAS_OFFSET} THEN '{_utc(instant)}' ELSE '{_wall(instant, times)}' END"


def _utc(instant: datetime) -> str:
    return _whole(instant).strftime(_CLOCK)


def _wall(instant: datetime, times: Times) -> str:
    return first_wall_from(_whole(instant), ZoneInfo(times.zone)).strftime(_CLOCK)


def _whole(instant: datetime) -> datetime:
    """The next whole second: stored times lose their fractions, and none of them may seem to lie before."""
    whole = instant.astimezone(UTC).replace(microsecond=0)
    return whole + _SECOND if instant.microsecond else whole
