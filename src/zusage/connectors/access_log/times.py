"""The time of a line, in the ways that servers write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_COMMON = re.compile(rb"\[?(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.\d+)? ([+-])(\d\d)(\d\d)\]?")
_ISO = re.compile(rb"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:(Z)|([+-])(\d\d):?(\d\d))?")
_WORDS = re.compile(rb"\[?[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)? (\d{4})\]?")
_NUMBER = re.compile(rb"(\d{10})(?:\.\d+)?|(\d{13})")
#: where the time stands in lines of which the fields cannot be told apart
AT_THE_START = re.compile(rb"\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\S+|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:.]+ \d{4})")


@lru_cache(maxsize=1 << 16)
def moment(text: bytes, zone: str) -> datetime | None:
    """The instant; a time without an offset is meant in ``zone``, the later one where a clock shows it twice. None: no time."""
    try:
        return _moment(text, zone)
    except (ValueError, OverflowError):
        return None


def _moment(text: bytes, zone: str) -> datetime | None:
    if found := _COMMON.fullmatch(text):
        day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
        parts = (int(year), _MONTHS.get(month, 0), int(day), int(hour), int(minute), min(int(second), 59))
        return datetime(*parts, tzinfo=_offset(sign, hours, minutes))
    if found := _ISO.match(text):
        *parts_, utc, sign, hours, minutes = found.groups()
        year, month_, day, hour, minute, second = map(int, parts_)
        if utc or sign:
            return datetime(
                year, month_, day, hour, minute, min(second, 59), tzinfo=UTC if utc else _offset(sign, hours, minutes)
            )
        return datetime(year, month_, day, hour, minute, min(second, 59), tzinfo=ZoneInfo(zone), fold=1)
    if found := _WORDS.fullmatch(text):
        month, day, hour, minute, second, year = found.groups()
        numbers = (int(year), _MONTHS.get(month, 0), int(day), int(hour), int(minute), min(int(second), 59))
        return datetime(*numbers, tzinfo=ZoneInfo(zone), fold=1)
    if found := _NUMBER.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]) if found[1] else int(found[2]) // 1000, UTC)
    return None


def _offset(sign: bytes, hours: bytes, minutes: bytes) -> timezone:
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-distance if sign == b"-" else distance)
