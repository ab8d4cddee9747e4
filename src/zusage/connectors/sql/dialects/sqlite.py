"""SQLite: times are texts or numbers, and a column holds what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from zusage.promises.inventory import ColumnInfo
from zusage.promises.starting_point import midnight

from ..wall import first_wall_from
from .port import Element, Kind, Times
from .written import FIRST, LAST, read_time

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_CLOCK = "%Y-%m-%d %H:%M:%S"
_SECOND = timedelta(seconds=1)


class SQLite:
    """SQLite 3.35 or newer."""

    name = "sqlite"
    loose = False
    holds_itself = False

    def truth(self, value: bool) -> Element:
        """SQLite's true is 1."""
        return sa.literal_column("1" if value else "0")

    def literal(self, value: Any) -> Element:
        """Booleans are numbers here, dates are texts."""
        if isinstance(value, bool):
            return self.truth(value)
        return sa.literal(value.isoformat() if isinstance(value, date) else value)

    def call(self, function: str, arguments: Sequence[Element]) -> Element:
        """SQLite's own lower and upper know ASCII only, and its abs makes a number of any text."""
        if function in ("lower", "upper"):
            return getattr(sa.func, f"zusage_{function}")(*arguments)  # type: ignore[no-any-return]
        if function == "abs":
            return sa.case((_is_number(arguments[0]), sa.func.abs(arguments[0])))
        return getattr(sa.func, function)(*arguments)  # type: ignore[no-any-return]

    def of_kind(self, kind: Kind, *terms: Element) -> Element:
        """A column holds what it is given, whatever its type."""
        return sa.and_(*(_is_number(term) if kind == "number" else sa.func.typeof(term) == kind for term in terms))

    def same_kind(self, one: Element, other: Element) -> Element:
        """Both are numbers, or both are of one type."""
        both = sa.and_(_is_number(one), _is_number(other))
        return sa.or_(sa.func.typeof(one) == sa.func.typeof(other), both)

    def compared(self, operator: str, one: Element, other: Element) -> Element:
        """As SQLite compares: every byte counts."""
        return one.op(operator, is_comparison=True)(other)

    def among(self, term: Element, values: Sequence[Element]) -> Element:
        """IN."""
        return term.in_(values)

    def linked(self, one: Element, other: Element) -> Element:
        """A plain comparison."""
        return one.op("=", is_comparison=True)(other)

    def like(self, term: Element, pattern: str) -> Element:
        """GLOB, because LIKE ignores case here."""
        glob = "".join({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}.get(letter, letter) for letter in pattern)
        return term.op("GLOB", is_comparison=True)(sa.literal(glob))

    def before(self, term: Element, info: ColumnInfo, instant: datetime, zone: str, times: Times) -> Element:
        """A day is compared with the day, a time without offset in the system's zone, one with offset as an instant."""
        day = instant.astimezone(ZoneInfo(zone)).date()
        return _against("<", term, info, day, instant, times)

    def roughly_before(self, term: Element, info: ColumnInfo, instant: datetime, times: Times) -> Element | None:
        """Texts begin with the day; no offset moves one by more than two days. Numbers are compared exactly."""
        if times.epochs.get("") or instant.year > 9990:
            return None
        return term.op("<", is_comparison=True)(sa.literal((instant.astimezone(UTC).date() + timedelta(days=3)).isoformat()))

    def compare_day(self, operator: str, term: Element, info: ColumnInfo, day: date, times: Times) -> Element:
        """An instant is compared with the beginning of the day in the system's zone."""
        return _against(operator, term, info, day, midnight(day, ZoneInfo(times.zone)), times)

    def placeable(self, term: Element, info: ColumnInfo, earliest: datetime, latest: datetime, times: Times) -> Element:
        """A text that is a time to the letter, or a number where numbers are declared."""
        unit = times.epochs.get("")
        if unit:
            counted = term.between(sa.literal(_epoch(earliest, unit)), sa.literal(_epoch(latest, unit)))
            return sa.func.coalesce(sa.and_(_is_number(term), counted), self.truth(False))
        low, high = _bound(term, info, earliest, times), _bound(term, info, latest + _SECOND, times)
        inside = sa.and_(_readable(term), _instant(term, info) >= low, _instant(term, info) < high)
        if info.kind == "date":
            return sa.func.coalesce(inside, self.truth(False))
        low_wall, high_wall = _wall(earliest, times), _wall(latest + _SECOND, times)
        return sa.func.coalesce(
            sa.case(
                (_canonical(term), sa.and_(term >= low_wall, term < high_wall)),
                (_with_fraction(term), sa.and_(_clock(term) >= low_wall, _clock(term) < high_wall)),
                else_=inside,
            ),
            self.truth(False),
        )

    def year(self, term: Element, info: ColumnInfo, times: Times) -> Element:
        """The first four digits, or the year of the number in UTC."""
        unit = times.epochs.get("")
        if unit:
            seconds = term / 1000 if unit == "milliseconds" else term
            return sa.cast(sa.func.strftime("%Y", seconds, "unixepoch"), sa.Integer)
        return sa.cast(sa.func.substr(term, 1, 4), sa.Integer)

    def is_constant(self, term: Element, value: str | int | None) -> Element:
        """A column of numbers takes a text for the number that it spells."""
        return term.op("=", is_comparison=True)(self.literal(value))

    def pseudonym_shape(self, term: Element) -> Element:
        """``psn1:`` and 43 letters of base64url."""
        letters = sa.func.substr(term, 6).op("NOT GLOB", is_comparison=True)(sa.literal("*[^A-Za-z0-9_-]*"))
        return sa.and_(sa.func.substr(term, 1, 5) == "psn1:", sa.func.length(term) == 48, letters)

    def decode(self, value: object, info: ColumnInfo, times: Times) -> date | datetime | None:
        """Read a stored time in plain Python, for the reference evaluator and for what leaves the database."""
        unit = times.epochs.get("")
        try:
            if unit and isinstance(value, int | float):
                return datetime.fromtimestamp(value / (1000 if unit == "milliseconds" else 1), ZoneInfo(times.zone))
            if unit or not isinstance(value, str):
                return None
            return read_time(value, ZoneInfo(times.zone), only_day=info.kind == "date")
        except (ValueError, OverflowError, OSError):
            return None


def _epoch(instant: datetime, unit: str) -> float:
    number = instant.timestamp() * (1000 if unit == "milliseconds" else 1)
    return int(number) if number.is_integer() else number


def _glob(term: Element, pattern: str) -> Element:
    return term.op("GLOB", is_comparison=True)(sa.literal(pattern))


def _is_number(term: Element) -> Element:
    return sa.func.typeof(term).in_(["integer", "real"])


def _has_offset(term: Element) -> Element:
    return sa.or_(_glob(term, "*[Zz]"), _glob(term, "*[+-][0-9][0-9]:[0-9][0-9]"))


def _is_day(term: Element, info: ColumnInfo) -> Element:
    return sa.literal_column("1") == 1 if info.kind == "date" else sa.func.length(term) == 10


def _canonical(term: Element) -> Element:
    """Day and clock as SQLite itself writes them: told at once, and compared as text."""
    return sa.and_(sa.func.datetime(term, "+0 days") == term, term.between(FIRST, LAST), sa.func.typeof(term) == "text")


def _with_fraction(term: Element) -> Element:
    """The same with microseconds, as many libraries write it."""
    form = _glob(term, f"{_DAY} [0-9][0-9]:[0-9][0-9]:[0-9][0-9].{'[0-9]' * 6}")
    return sa.and_(form, sa.func.datetime(_clock(term), "+0 days") == _clock(term), term.between(FIRST, LAST))


def _clock(term: Element) -> Element:
    return sa.func.substr(term, 1, 19)


def _readable(term: Element) -> Element:
    """Exactly what ``_TIME`` matches and the calendar has; unknown where the value is missing."""
    head = sa.func.substr(term, 1, 10)
    day = sa.and_(_glob(head, _DAY), sa.func.date(head, "+0 days") == head, head.between(FIRST, LAST))
    clock = sa.and_(_glob(term, f"{_DAY}[ T][0-2][0-9]:[0-5][0-9]*"), sa.func.substr(term, 12, 2) < "24")
    known = sa.and_(clock, _glob(term, "*[0-9Zz]"), sa.func.datetime(term).is_not(sa.null()))
    return sa.and_(sa.func.typeof(term) == "text", day, sa.or_(sa.func.length(term) == 10, known))


def _instant(term: Element, info: ColumnInfo) -> Element:
    """Day and clock in whole seconds: in UTC where an offset is given, otherwise as the wall shows them."""
    if info.kind == "date":
        return sa.func.datetime(sa.func.substr(term, 1, 10))
    zulu = sa.case((_glob(term, "*[Zz]"), "Z"), (_has_offset(term), sa.func.substr(term, -6)), else_="")
    whole = sa.func.substr(term, 1, 19).concat(zulu)
    return sa.func.datetime(sa.case((_glob(term, "*.*"), whole), else_=term))


def _bound(term: Element, info: ColumnInfo, instant: datetime, times: Times) -> Element:
    """The instant as ``_instant`` would write it for this term: a day stands for its first instant in UTC."""
    wall = _wall(instant, times)
    utc = sa.or_(_is_day(term, info), _has_offset(term))
    return sa.case((utc, sa.literal(_utc(instant))), else_=sa.literal(wall))


def _utc(instant: datetime) -> str:
    return _whole(instant).strftime(_CLOCK)


def _wall(instant: datetime, times: Times) -> str:
    return first_wall_from(_whole(instant), ZoneInfo(times.zone)).strftime(_CLOCK)


def _whole(instant: datetime) -> datetime:
    """The next whole second: stored times lose their fractions, and none of them may seem to lie before."""
    whole = instant.astimezone(UTC).replace(microsecond=0)
    return whole + _SECOND if instant.microsecond else whole


def _against(operator: str, term: Element, info: ColumnInfo, day: date, instant: datetime, times: Times) -> Element:
    """The time compared with a day, or with an instant where it is one; unknown where it is missing or unreadable."""

    def compared(one: Element, other: str | float) -> Element:
        return one.op(operator, is_comparison=True)(sa.literal(other))

    unit = times.epochs.get("")
    if unit:
        return sa.case((_is_number(term), compared(term, _epoch(instant, unit))))
    wall = _wall(instant, times)
    plain = [(_canonical(term), compared(term, wall)), (_with_fraction(term), compared(_clock(term), wall))]
    return sa.case(
        *(plain if info.kind != "date" else ()),
        (sa.not_(_readable(term)), sa.null()),
        (_is_day(term, info), compared(sa.func.substr(term, 1, 10), day.isoformat())),
        (_has_offset(term), compared(_instant(term, info), _utc(instant))),
        else_=compared(_instant(term, info), wall),
    )
