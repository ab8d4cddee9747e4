"""Times without an offset: what a clock on the wall showed, and which instant that was.

When clocks are set back an hour is shown twice, and when they are set forward one is never shown. Both ways of reading here
take the later instant: a time without an offset is the first instant from which on the clock never again shows less. So
no period ends too early, and what the database compares as text is exactly what is computed here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, that a time without an offset means."""
    later = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if later.astimezone(zone).replace(tzinfo=None) == wall:
        return later
    low, high = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    while high - low > _SECOND:  # the clock was set forward over this time: the moment in which that was done
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (low, middle) if _shows(middle, zone) >= wall else (middle, high)
    return high


def first_wall_from(instant: datetime, zone: ZoneInfo) -> datetime:
    """The smallest time without an offset, in whole seconds, that means this instant or a later one."""
    shown = _shows(instant, zone)
    if instant_of(shown, zone) == instant and instant_of(shown - _SECOND, zone) < instant:
        return shown
    low = shown - timedelta(days=1)
    high = low + timedelta(days=2)
    while high - low > _SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (low, middle) if instant_of(middle, zone) >= instant else (middle, high)
    return high


def _shows(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
