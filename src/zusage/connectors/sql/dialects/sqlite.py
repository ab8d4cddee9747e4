"""SQLite: times are texts or numbers, and a column holds what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from zusage.promises.inventory import ColumnInfo
from zusage.promises.starting_point import midnight

from . import sqlite_times
from .port import Dialect, Element, Kind, Span, Times
from .written import read_time


class SQLite:
    """SQLite 3.35 or newer."""

    name = "sqlite"
    loose = False
    holds_itself = False

    def as_keys(self, beside_constants: Sequence[ColumnInfo] | None = None) -> Dialect:
        """Keys are compared to the letter."""
        return self

    def by_letter(self) -> Dialect:
        """Keys are compared as their columns compare, always."""
        return self

    def truth(self, value: bool) -> Element:
        """SQLite's true is 1."""
        return sa.literal_column("1" if value else "0")

    def literal(self, value: Any) -> Element:
        """Booleans are numbers here, dates are texts."""
        if isinstance(value, bool):
            return self.truth(value)
        return sa.literal(value.isoformat() if isinstance(value, date) else value)

    def missing(self, declared: str) -> Element:
        """A column holds what it is given."""
        return sa.null()

    def is_missing(self, term: Element) -> Element:
        """As SQL says it."""
        return term.is_(sa.null())

    def call(self, function: str, arguments: Sequence[Element]) -> Element:
        """SQLite's own lower and upper know ASCII only, and its abs makes a number of any text."""
        if function in ("lower", "upper"):
            return getattr(sa.func, f"zusage_{function}")(*arguments)  # type: ignore[no-any-return]
        if function == "abs":
            return sa.case((_is_number(arguments[0]), sa.func.abs(arguments[0])))
        return getattr(sa.func, function)(*arguments)  # type: ignore[no-any-return]

    def of_kind(self, kind: Kind, *terms: Element) -> Element:
        """A column holds what it is given, whatever its type."""
        return sa.and_(*(_is_number(term) if kind == "number" else sa.func.typeof(term) == _type(kind) for term in terms))

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
        """By the beginning of the text; numbers are compared exactly."""
        return None if times.epochs.get("") else sqlite_times.roughly_before(term, instant)

    def compare_day(self, operator: str, term: Element, info: ColumnInfo, day: date, times: Times) -> Element:
        """An instant is compared with the beginning of the day in the system's zone."""
        return _against(operator, term, info, day, midnight(day, ZoneInfo(times.zone)), times)

    def placeable(self, term: Element, info: ColumnInfo, earliest: datetime, latest: datetime, times: Times) -> Element:
        """A text that is a time to the letter, or a number where numbers are declared."""
        unit = times.epochs.get("")
        if unit:
            counted = term.between(sa.literal(_epoch(earliest, unit)), sa.literal(_epoch(latest, unit)))
            return sa.func.coalesce(sa.and_(_is_number(term), counted), self.truth(False))
        return sqlite_times.between(term, earliest, latest, times, only_day=info.kind == "date")

    def placed_before(self, term: Element, info: ColumnInfo, span: Span, times: Times) -> Element | None:
        """A text is looked at once for both."""
        return None if times.epochs.get("") else sqlite_times.inside(term, span, times, only_day=info.kind == "date")

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


def _is_number(term: Element) -> Element:
    return sa.func.typeof(term).in_([_type("integer"), _type("real")])


def _against(operator: str, term: Element, info: ColumnInfo, day: date, instant: datetime, times: Times) -> Element:
    """The time compared with a day, or with an instant where it is one; unknown where it is missing or unreadable."""

    unit = times.epochs.get("")
    if unit:
        counted = term.op(operator, is_comparison=True)(sa.literal(_epoch(instant, unit)))
        return sa.case((_is_number(term), counted))
    return sqlite_times.compared(operator, term, day, instant, times, only_day=info.kind == "date")


def _type(name: str) -> Element:
    """Written as it is, so that nothing need be bound."""
    return sa.literal_column(f"'{name}'")
