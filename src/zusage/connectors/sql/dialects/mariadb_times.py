"""Times in MariaDB: DATE, DATETIME on the wall of the system's zone, TIMESTAMP in UTC, text, and numbers that count from 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from zusage.promises.inventory import ColumnInfo
from zusage.promises.starting_point import midnight

from ..wall import first_wall_from, instant_of
from .port import Element, Span, Times
from .written import FIRST, LAST, read_time

_SECOND = timedelta(seconds=1)
_CLOCK = "%H:%M:%S"
_MIRROR_OF_WHOLE = {"<=": "<", ">": ">="}
#: a day that the calendar has, leap years included
_DAY = (
    "(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_OFFSET = "(?:[Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_READABLE = f"^{_DAY}(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]+)?)?(?:[ \\t\\n\\r\\f\\x0B]*{_OFFSET})?)?\\z"


def before(term: Element, info: ColumnInfo, instant: datetime, zone: str, times: Times) -> Element:
    """A day is compared with the day, a time without offset in the system's zone, one with offset as an instant."""
    return _against("<", term, info, instant.astimezone(ZoneInfo(zone)).date(), instant, times)


def roughly_before(term: Element, info: ColumnInfo, instant: datetime, times: Times) -> Element | None:
    """A day and a time without offset are never later than what they are compared with, by more than two days; others have no index."""
    if times.epochs.get("") or info.kind not in ("date", "time") or instant.year > 9990:
        return None
    return _compared("<", term, _at(_utc(instant) + timedelta(days=3)))


def compare_day(operator: str, term: Element, info: ColumnInfo, day: date, times: Times) -> Element:
    """An instant is compared with the beginning of the day in the system's zone."""
    return _against(operator, term, info, day, midnight(day, ZoneInfo(times.zone)), times)


def placeable(term: Element, info: ColumnInfo, earliest: datetime, latest: datetime, times: Times) -> Element:
    """There, in the calendar, and between the bounds; a day stands for its first instant in UTC."""
    unit = times.epochs.get("")
    if unit:
        low, high = (sa.literal(_epoch(at, unit)) for at in (earliest, latest))
        inside: Element = sa.and_(term >= low, term <= high) if info.kind in ("integer", "number") else sa.false()
    elif info.kind in ("date", "time"):
        walls = [_utc(at) if info.kind == "date" or _aware(info) else _wall(at, times) for at in (earliest, latest + _SECOND)]
        inside = sa.and_(is_day(term), term >= _at(walls[0]), term < _at(walls[1]))
    elif info.kind == "text":
        utc = [_at(_utc(at)) for at in (earliest, latest + _SECOND)]
        wall = [_at(_wall(at, times)) for at in (earliest, latest + _SECOND)]
        shown = sa.and_(_shown(term) >= wall[0], _shown(term) < wall[1])
        moved = sa.and_(_moved(term) >= utc[0], _moved(term) < utc[1])
        inside = sa.case(
            (sa.not_(_readable(term)), sa.false()), (_without_clock(term, info) | _has_offset(term), moved), else_=shown
        )
    else:
        inside = sa.false()
    return sa.func.coalesce(inside, sa.false()).op("=")(sa.true())


def placed_before(term: Element, info: ColumnInfo, span: Span, times: Times) -> Element | None:
    """``placeable`` and ``before`` in one range of days or times, true where both are; None of what must be read first."""
    if times.epochs.get("") or info.kind not in ("date", "time"):
        return None
    utc = info.kind == "date" or _aware(info)
    low, high = (_utc(at) if utc else _wall(at, times) for at in (span.earliest, span.latest + _SECOND))
    if info.kind == "date":
        end: datetime = min(high, datetime.combine(span.day, time()))
    else:
        end = min(high, _utc(span.instant) if utc else _wall(span.instant, times))
    return sa.and_(term < _at(end), term >= _at(low), is_day(term))


def year(term: Element, info: ColumnInfo, times: Times) -> Element:
    """The year of the stored day, or of the number in UTC."""
    unit = times.epochs.get("")
    if unit:
        seconds = term / sa.literal_column("1000") if unit == "milliseconds" else term
        return sa.func.year(sa.func.timestampadd(sa.literal_column("SECOND"), sa.func.floor(seconds), _at(datetime(1970, 1, 1))))
    if info.kind in ("date", "time"):
        return sa.case((is_day(term), sa.func.year(term)))
    return sa.case((_readable(term), sa.func.year(_day_of(term))))


def decode(value: object, info: ColumnInfo, times: Times) -> date | datetime | None:
    """Read a stored time in plain Python, for the reference evaluator and for what leaves the database."""
    unit, zone = times.epochs.get(""), ZoneInfo(times.zone)
    try:
        if unit:
            counted = isinstance(value, int | float | Decimal) and info.kind in ("integer", "number")
            return datetime.fromtimestamp(float(value) / (1000 if unit == "milliseconds" else 1), zone) if counted else None  # type: ignore[arg-type]
        if isinstance(value, str):
            return read_time(value, zone, only_day=False) if info.kind == "text" else None
        if not isinstance(value, date) or not FIRST <= value.isoformat()[:10] <= LAST:
            return None
        return _instant(value.replace(microsecond=0), info, zone) if isinstance(value, datetime) else value
    except (ValueError, OverflowError, OSError):
        return None


def is_day(term: Element) -> Element:
    """A DATE or DATETIME that the calendar has; MariaDB also keeps days such as 0000-00-00 and, if it is told to, 2023-02-30."""
    last = sa.func.last_day(term)
    inside = term.between(sa.literal_column(f"DATE'{FIRST}'"), sa.literal_column(f"TIMESTAMP'{LAST} 23:59:59.999999'"))
    there = sa.and_(sa.func.month(term) > sa.literal_column("0"), sa.func.dayofmonth(term) > sa.literal_column("0"))
    return sa.and_(inside, there, sa.func.dayofmonth(term) <= sa.func.dayofmonth(last))


def _instant(value: datetime, info: ColumnInfo, zone: ZoneInfo) -> datetime:
    return value.replace(tzinfo=UTC).astimezone(zone) if _aware(info) else instant_of(value, zone).astimezone(zone)


def _aware(info: ColumnInfo) -> bool:
    """A TIMESTAMP is an instant, which the connection shows in UTC."""
    return info.declared.lower().startswith("timestamp")


def _against(operator: str, term: Element, info: ColumnInfo, day: date, instant: datetime, times: Times) -> Element:
    """The time compared with a day, or with an instant where it is one; unknown where it is missing or unreadable."""
    unit = times.epochs.get("")
    if unit:
        return _compared(operator, term, sa.literal(_epoch(instant, unit))) if info.kind in ("integer", "number") else sa.null()
    if info.kind == "date":
        return sa.case((is_day(term), _compared(operator, term, sa.literal_column(f"DATE'{day.isoformat()}'"))))
    if info.kind == "time":
        wall = _utc(instant) if _aware(info) else _wall(instant, times)
        return sa.case((is_day(term), _whole(operator, term, wall)))
    if info.kind != "text":
        return sa.null()
    return sa.case(
        (sa.not_(_readable(term)), sa.null()),
        (_without_clock(term, info), _compared(operator, _day_of(term), sa.literal_column(f"DATE'{day.isoformat()}'"))),
        (_has_offset(term), _compared(operator, _moved(term), _at(_utc(instant)))),
        else_=_compared(operator, _shown(term), _at(_wall(instant, times))),
    )


def _whole(operator: str, term: Element, wall: datetime) -> Element:
    """Compared in whole seconds, without touching the column: until the end of the second, or from it."""
    if operator in ("=", "<>"):
        inside = sa.and_(term >= _at(wall), term < _at(wall + _SECOND))
        return inside if operator == "=" else sa.not_(inside)
    if operator in _MIRROR_OF_WHOLE:
        return _compared(_MIRROR_OF_WHOLE[operator], term, _at(wall + _SECOND))
    return _compared(operator, term, _at(wall))


def _compared(operator: str, one: Element, other: Element) -> Element:
    return one.op(operator, is_comparison=True)(other)


def _matches(term: Element, pattern: str) -> Element:
    return sa.cast(term, sa.BINARY).op("REGEXP", is_comparison=True)(sa.literal(pattern))


def _readable(term: Element) -> Element:
    """Exactly what ``read_time`` reads; unknown where the value is missing."""
    inside = sa.func.left(term, 10).between(sa.literal(FIRST), sa.literal(LAST))
    return sa.and_(_matches(term, _READABLE), inside)


def _without_clock(term: Element, info: ColumnInfo) -> Element:
    return sa.func.char_length(term) == sa.literal_column("10")


def _has_offset(term: Element) -> Element:
    return _matches(term, f"(?s):.*{_OFFSET}\\z")


def _day_of(term: Element) -> Element:
    return sa.cast(sa.func.left(term, 10), sa.Date)


def _shown(term: Element) -> Element:
    """Day and clock in whole seconds, as the wall shows them; only of what is readable."""
    clock = sa.func.regexp_substr(term, sa.literal("[0-9]{2}:[0-9]{2}(?::[0-9]{2})?"))
    return sa.cast(sa.func.concat(sa.func.left(term, 10), " ", clock), sa.DateTime)


def _moved(term: Element) -> Element:
    """The same in UTC, by the offset that the text ends with; a day begins in UTC."""
    signed = sa.func.right(term, 6)
    minutes = sa.func.substr(signed, 2, 2) * sa.literal_column("60") + sa.func.right(term, 2)
    shift = sa.case(
        (sa.not_(_matches(term, ":.*[0-9]\\z")) | sa.not_(_has_offset(term)), sa.literal_column("0")),
        (sa.func.left(signed, 1) == sa.literal("-"), minutes),
        else_=-minutes,
    )
    return sa.func.timestampadd(sa.literal_column("MINUTE"), shift, _shown(term))


def _epoch(instant: datetime, unit: str) -> Decimal | int:
    number = Decimal(repr(instant.timestamp())) * (1000 if unit == "milliseconds" else 1)
    return int(number) if number == number.to_integral_value() else number


def _at(wall: datetime) -> Any:
    return sa.literal_column(f"TIMESTAMP'{wall.date().isoformat()} {wall.strftime(_CLOCK)}'")


def _utc(instant: datetime) -> datetime:
    return _up(instant).replace(tzinfo=None)


def _wall(instant: datetime, times: Times) -> datetime:
    return first_wall_from(_up(instant), ZoneInfo(times.zone))


def _up(instant: datetime) -> datetime:
    """The next whole second: stored times lose their fractions, and none of them may seem to lie before."""
    whole = instant.astimezone(UTC).replace(microsecond=0)
    return whole + _SECOND if instant.microsecond else whole
