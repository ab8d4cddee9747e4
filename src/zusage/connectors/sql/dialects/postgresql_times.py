"""Times in PostgreSQL: days, clocks without a zone, instants, numbers since 1970, and texts.

A time that Python does not have (infinity, before Christ, after the year 9999) can be compared with nothing: unknown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from zusage.promises.inventory import ColumnInfo

from ..wall import first_wall_from, instant_of
from .port import Element, Span, Times, Unit
from .written import FIRST, LAST

#: how a column holds times
Sort = Literal["day", "wall", "instant", "epoch", "text", "none"]
_TICK, _SECOND, _DAY = timedelta(microseconds=1), timedelta(seconds=1), timedelta(days=1)
_INSTANT = sa.DateTime(timezone=True)
_UNKNOWN = sa.cast(sa.null(), sa.Boolean)
_FIRST, _LAST = date.fromisoformat(FIRST), date.fromisoformat(LAST)
_WRITTEN = (
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?"
    "([ \t\n\r\f\v]*(Z|z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?)?$"
)
_OFFSET = "(Z|z|[+-][0-9]{2}:[0-9]{2})$"


def has_offset(info: ColumnInfo) -> bool:
    """The column's times are instants."""
    return "with time zone" in info.declared


def compared(operator: str, term: Element, sort: Sort, day: date, instant: datetime, times: Times) -> Element:
    """The time compared with a day, or with an instant where it is one; unknown where it is missing or unreadable."""
    match sort:
        case "day":
            return sa.case((readable(term), _op(term, operator, sa.literal(day))))
        case "wall":
            return sa.case((readable(term), _walls(operator, term, instant, ZoneInfo(times.zone))))
        case "instant":
            return sa.case((readable(term), _op(term, operator, sa.literal(instant, _INSTANT))))
        case "epoch":
            return sa.case((_countable(term, times), _op(term, operator, _count(instant, times))))
        case "text":
            return _texts(operator, term, day, instant, times)
        case "none":
            return _UNKNOWN


def roughly_before(term: Element, sort: Sort, instant: datetime, times: Times) -> Element | None:
    """Holds of every time before the instant; None where no index could serve it."""
    if instant.year > 9990:
        return None
    later = instant.astimezone(UTC).replace(tzinfo=None) + timedelta(days=3)
    match sort:
        case "day":
            return term < sa.literal(later.date())
        case "wall":
            return term < sa.literal(later)
        case "instant":
            return term < sa.literal(instant, _INSTANT)
        case "epoch":
            return term < _count(instant, times)
        case "text" | "none":
            return None


def between(term: Element, sort: Sort, earliest: datetime, latest: datetime, times: Times) -> Element:
    """The time lies between two instants, both included; a day stands for its first instant in UTC."""
    match sort:
        case "day":
            first, last = earliest.astimezone(UTC), latest.astimezone(UTC).date()
            from_day = first.date() + timedelta(days=1) if first.time() > time() else first.date()
            return sa.and_(readable(term), term >= sa.literal(from_day), term <= sa.literal(last))
        case "wall":
            zone = ZoneInfo(times.zone)
            low, high = (sa.literal(first_wall_from(one, zone)) for one in (earliest, latest + _TICK))
            return sa.and_(readable(term), term >= low, term < high)
        case "instant":
            low, high = (sa.literal(one, _INSTANT) for one in (earliest, latest))
            return sa.and_(readable(term), term >= low, term <= high)
        case "epoch":
            return sa.and_(_countable(term, times), term.between(_count(earliest, times), _count(latest, times)))
        case "text":
            return sa.case((_written(term), _text_between(term, earliest, latest + _SECOND, times)))
        case "none":
            return sa.false()


def inside(term: Element, sort: Sort, span: Span, times: Times) -> Element | None:
    """What ``between`` and ``compared`` with "<" say together, as one range; None where values must be read first."""
    match sort:
        case "day":
            first, last = span.earliest.astimezone(UTC), span.latest.astimezone(UTC).date()
            from_day = first.date() + _DAY if first.time() > time() else first.date()
            return _range(term, sa.literal(max(from_day, _FIRST)), sa.literal(min(last, _LAST, span.day - _DAY) + _DAY))
        case "wall":
            first, after = (datetime.combine(one, time()) for one in (_FIRST, _LAST + _DAY))
            low, high, end = (
                first_wall_from(one, ZoneInfo(times.zone)) for one in (span.earliest, span.latest + _TICK, span.instant)
            )
            return _range(term, sa.literal(max(low, first)), sa.literal(min(high, end, after)))
        case "instant":
            first, after = (datetime.combine(one, time(), UTC) for one in (_FIRST, _LAST + _DAY))
            low, high = max(span.earliest, first), min(span.instant, span.latest + _TICK, after)
            return _range(term, sa.literal(low, _INSTANT), sa.literal(high, _INSTANT))
        case "epoch" | "text" | "none":
            return None


def _range(term: Element, low: Element, high: Element) -> Element:
    return sa.and_(term < high, term >= low)


def year(term: Element, sort: Sort, times: Times) -> Element:
    """The calendar year, without one where the time is missing or unreadable."""
    match sort:
        case "day" | "wall":
            return sa.case((readable(term), _year(term)))
        case "instant":
            return sa.case((readable(term), _year(sa.func.timezone(times.zone, term))))
        case "epoch":
            seconds = term / 1000.0 if times.epochs[""] == "milliseconds" else term
            return sa.case((_countable(term, times), _year(sa.func.timezone("UTC", sa.func.to_timestamp(seconds)))))
        case "text":
            return sa.case((_written(term), sa.cast(sa.func.substr(term, 1, 4), sa.Integer)))
        case "none":
            return sa.cast(sa.null(), sa.Integer)


def readable(term: Element) -> Element:
    """A day or a time that Python has, and can move by any offset."""
    return sa.and_(term >= sa.literal_column(f"'{FIRST}'"), term < sa.literal_column(f"'{_LAST + timedelta(days=1)}'"))


def aware(value: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant that a stored time means, in the zone; None where it cannot be moved there."""
    inside = value.astimezone(UTC) if value.tzinfo else value
    if not _FIRST <= inside.date() <= _LAST:
        return None
    return (value if value.tzinfo else instant_of(value, zone)).astimezone(zone)


def of_epoch(value: float | Decimal, unit: Unit, zone: ZoneInfo) -> datetime | None:
    """The instant that a number counts to; None where there is no such instant."""
    try:
        found = datetime.fromtimestamp(float(value) / (1000 if unit == "milliseconds" else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(zone) if _FIRST <= found.date() <= _LAST else None


def _op(term: Element, operator: str, other: Any) -> Element:
    return term.op(operator, is_comparison=True)(other)


def _walls(operator: str, term: Element, instant: datetime, zone: ZoneInfo) -> Element:
    """What the clock showed, from the first time that means this instant to the first that means a later one."""
    low, high = sa.literal(first_wall_from(instant, zone)), sa.literal(first_wall_from(instant + _TICK, zone))
    match operator:
        case "<":
            return term < low
        case "<=":
            return term < high
        case ">":
            return term >= high
        case ">=":
            return term >= low
        case "=":
            return sa.and_(term >= low, term < high)
        case _:
            return sa.or_(term < low, term >= high)


def _countable(term: Element, times: Times) -> Element:
    first, last = datetime.combine(_FIRST, time(), UTC), datetime.combine(_LAST, time.max, UTC)
    return term.between(_count(first, times), _count(last, times))


def _count(instant: datetime, times: Times) -> Element:
    number = Decimal(repr(instant.timestamp())) * (1000 if times.epochs[""] == "milliseconds" else 1)
    whole = number == number.to_integral_value()
    return sa.literal(int(number), sa.BigInteger()) if whole else sa.literal(number, sa.Numeric())


def _year(term: Any) -> Element:
    return sa.cast(sa.extract("year", term), sa.Integer)


def _written(term: Element) -> Element:
    """Exactly what ``written.read`` reads: the form first, then whether the calendar has the day; never unknown."""
    day, month = sa.func.substr(term, 9, 2), sa.func.substr(term, 6, 2)
    number = sa.cast(sa.func.substr(term, 1, 4), sa.Integer)
    leap = sa.and_(number % 4 == 0, sa.or_(number % 100 != 0, number % 400 == 0))
    last = sa.case((month.in_(["04", "06", "09", "11"]), "30"), (month != "02", "31"), (leap, "29"), else_="28")
    head = sa.collate(sa.func.substr(term, 1, 10), "C")
    known = sa.and_(sa.collate(day, "C") <= last, head >= FIRST, head <= LAST)
    return sa.case((_op(term, "~", sa.literal(_WRITTEN)), known), else_=sa.false())


def _parts(term: Element) -> tuple[Element, Element, Element]:
    """Of a written time: its day, its clock to the second, and its offset, which is missing where there is none."""
    head = sa.func.substring(term, "^.{11}[0-9:]+")
    clock = sa.func.rpad(sa.func.replace(head, "T", " "), 19, ":00")
    return sa.func.substr(term, 1, 10), clock, sa.func.substring(term, _OFFSET)


def _texts(operator: str, term: Element, day: date, instant: datetime, times: Times) -> Element:
    """A day, a clock or an instant, as it is written."""
    on, clock, offset = _parts(term)
    at = sa.cast(clock.concat(offset), _INSTANT)
    return sa.case(
        (sa.not_(_written(term)), sa.null()),
        (sa.func.char_length(term) == 10, _op(sa.collate(on, "C"), operator, day.isoformat())),
        (offset.is_not(sa.null()), _op(at, operator, sa.cast(_utc(instant) + "Z", _INSTANT))),
        else_=_op(sa.collate(clock, "C"), operator, _shown(instant, times.zone)),
    )


def _text_between(term: Element, earliest: datetime, after: datetime, times: Times) -> Element:
    on, clock, offset = _parts(term)
    first = sa.cast(on.concat(" 00:00:00Z"), _INSTANT)
    at = sa.cast(clock.concat(offset), _INSTANT)
    low, high = (sa.cast(_utc(one) + "Z", _INSTANT) for one in (earliest, after))
    shown = sa.collate(clock, "C")
    return sa.case(
        (sa.func.char_length(term) == 10, sa.and_(first >= low, first < high)),
        (offset.is_not(sa.null()), sa.and_(at >= low, at < high)),
        else_=sa.and_(shown >= _shown(earliest, times.zone), shown < _shown(after, times.zone)),
    )


def _utc(instant: datetime) -> str:
    return _whole(instant).isoformat(" ")[:19]


def _shown(instant: datetime, zone: str) -> str:
    """The smallest time on a clock in the zone that means this instant or a later one."""
    return first_wall_from(_whole(instant), ZoneInfo(zone)).isoformat(" ")[:19]


def _whole(instant: datetime) -> datetime:
    """The next whole second: written times lose their fractions, and none of them may seem to lie before."""
    whole = instant.astimezone(UTC).replace(microsecond=0)
    return whole + _SECOND if instant.microsecond else whole
