"""Times that stand as text in a column: which texts are times, and what they mean."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from ..wall import instant_of

#: the first and the last day that databases and Python alike can move by any offset
FIRST, LAST = "0001-01-02", "9999-12-30"
_TIME = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[ T](?P<clock>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)(?:(?<=:\d\d:\d\d)\.\d+)?"
    r"(?:\s*(?P<offset>Z|z|[+-](?:0\d|1[0-4]):[0-5]\d))?)?",
    re.ASCII,
)


def read_time(text: str, zone: ZoneInfo, *, only_day: bool) -> date | datetime | None:
    """The day or the instant, in the zone, that a text means; None where it is none. Raises ValueError for a day that no calendar has."""
    found = _TIME.fullmatch(text)
    if found is None or not FIRST <= found["day"] <= LAST:
        return None
    day = date.fromisoformat(found["day"])
    return day if only_day or not found["clock"] else _instant(day, found, zone)


def _instant(day: date, found: re.Match[str], zone: ZoneInfo) -> datetime:
    wall = datetime.combine(day, time.fromisoformat(found["clock"]))
    if not found["offset"]:
        return instant_of(wall, zone).astimezone(zone)
    offset = found["offset"].upper().replace("Z", "+00:00")
    return datetime.fromisoformat(wall.isoformat() + offset).astimezone(zone)
