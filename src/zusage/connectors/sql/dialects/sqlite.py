"""SQLite: times are texts or numbers, and a column holds what it is given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from zusage.promises.inventory import ColumnInfo

from .port import Element, Times

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_CLOCK = "%Y-%m-%d %H:%M:%S"


class SQLite:
    """SQLite 3.35 or newer."""

    name = "sqlite"

    def truth(self, value: bool) -> Element:
        """SQLite's true is 1."""
        return sa.literal_column("1" if value else "0")

    def literal(self, value: Any) -> Element:
        """Booleans are numbers here, dates are texts."""
        if isinstance(value, bool):
            return self.truth(value)
        return sa.literal(value.isoformat() if isinstance(value, date) else value)

    def like(self, term: Element, pattern: str) -> Element:
        """GLOB, because LIKE ignores case here."""
        glob = "".join({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}.get(letter, letter) for letter in pattern)
        return term.op("GLOB", is_comparison=True)(sa.literal(glob))

    def before(self, term: Element, info: ColumnInfo, instant: datetime, zone: str, times: Times) -> Element:
        """A day is compared with the day, a time without offset in the system's zone, one with offset as an instant."""
        unit = times.epochs.get("")
        if unit:
            return term < sa.literal(_epoch(instant, unit))
        day = instant.astimezone(ZoneInfo(zone)).date().isoformat()
        naive = instant.astimezone(ZoneInfo(times.zone)).strftime(_CLOCK)
        aware = instant.astimezone(UTC).strftime(_CLOCK)
        if info.kind == "date":
            return sa.func.substr(term, 1, 10) < sa.literal(day)
        return sa.case(
            (sa.func.length(term) == 10, term < sa.literal(day)),
            (_has_offset(term), sa.func.datetime(term) < sa.literal(aware)),
            else_=sa.func.datetime(term) < sa.literal(naive),
        )

    def placeable(self, term: Element, info: ColumnInfo, earliest: datetime, latest: datetime, times: Times) -> Element:
        """A text that begins with a day of the calendar and that SQLite can read, or a number where numbers are declared."""
        unit = times.epochs.get("")
        if unit:
            number = sa.func.typeof(term).in_(["integer", "real"])
            inside = sa.and_(term >= sa.literal(_epoch(earliest, unit)), term <= sa.literal(_epoch(latest, unit)))
            return sa.func.coalesce(sa.and_(number, inside), self.truth(False))
        head = sa.func.substr(term, 1, 10)
        readable = sa.and_(
            sa.func.typeof(term) == "text",
            head.op("GLOB", is_comparison=True)(sa.literal(_DAY)),
            sa.func.date(head) == head,
            sa.func.datetime(term).is_not(sa.null()),
            sa.func.datetime(term) >= sa.literal(earliest.astimezone(UTC).strftime(_CLOCK)),
            sa.func.datetime(term) <= sa.literal(latest.astimezone(UTC).strftime(_CLOCK)),
        )
        return sa.func.coalesce(readable, self.truth(False))

    def year(self, term: Element, info: ColumnInfo, times: Times) -> Element:
        """The first four digits, or the year of the number in UTC."""
        unit = times.epochs.get("")
        if unit:
            seconds = term / 1000 if unit == "milliseconds" else term
            return sa.cast(sa.func.strftime("%Y", seconds, "unixepoch"), sa.Integer)
        return sa.cast(sa.func.substr(term, 1, 4), sa.Integer)

    def pseudonym_shape(self, term: Element) -> Element:
        """``psn1:`` and 43 letters of base64url."""
        letters = sa.func.substr(term, 6).op("NOT GLOB", is_comparison=True)(sa.literal("*[^A-Za-z0-9_-]*"))
        return sa.and_(sa.func.substr(term, 1, 5) == "psn1:", sa.func.length(term) == 48, letters)

    def decode(self, value: object, info: ColumnInfo, times: Times) -> date | datetime | None:
        """Read a stored time in plain Python, for the reference evaluator and for what leaves the database."""
        unit = times.epochs.get("")
        try:
            if unit and isinstance(value, int | float):
                return datetime.fromtimestamp(value / (1000 if unit == "milliseconds" else 1), UTC)
            if unit or not isinstance(value, str):
                return None
            if info.kind == "date" or len(value) == 10:
                return date.fromisoformat(value[:10])
            found = datetime.fromisoformat(value.replace("Z", "+00:00"))
            aware = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(times.zone))
            return aware.astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError, OSError):
            return None


def _epoch(instant: datetime, unit: str) -> int:
    return int(instant.timestamp()) * (1000 if unit == "milliseconds" else 1)


def _has_offset(term: Element) -> Element:
    zulu = term.op("GLOB", is_comparison=True)(sa.literal("*Z"))
    offset = term.op("GLOB", is_comparison=True)(sa.literal("*[+-][0-9][0-9]:[0-9][0-9]"))
    return sa.or_(zulu, offset)
