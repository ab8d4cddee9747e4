"""When a period is over, worked out by the prover for itself.

The planner solves backwards for the day; the prover searches for it with the forward definition only, so that one mistake in the
backward calculation shows as a disagreement.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from zusage.promises.condition import Before, Column, Condition, IsNull, Not, Placeable, Surely, all_of, any_of
from zusage.promises.manifest import Store
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint, midnight

_FIRST = date(1, 1, 1).toordinal()


@lru_cache(maxsize=512)
def first_day_not_over(start: StartingPoint, period: Period, as_of: datetime, zone: ZoneInfo) -> date:
    """The first day from which the period is not over at ``as_of``, by bisection of the definition."""
    low, high = _FIRST, as_of.date().toordinal() + 2
    while low < high:
        middle = (low + high) // 2
        if start.has_ended(date.fromordinal(middle), period, as_of, zone):
            low = middle + 1
        else:
            high = middle
    return date.fromordinal(low)


def over(start: StartingPoint, period: Period, as_of: datetime, zone: str) -> Condition:
    """The period is over; unknown where the start is missing."""
    if period.is_calendar or start.rounding != "exact":
        instant = midnight(first_day_not_over(start, period, as_of, ZoneInfo(zone)), ZoneInfo(zone))
    else:
        instant = (as_of - period.elapsed).astimezone(UTC)
    first, *others = (Column(name) for name in start.columns)
    later = [any_of(IsNull(column), Before(column, instant, zone)) for column in others]
    return all_of(Before(first, instant, zone), *later)


def believable(start: StartingPoint, system: Store, as_of: datetime, zone: str) -> Condition:
    """Every starting column that must be there is there, and all that are there lie between plausible bounds."""
    here = ZoneInfo(zone)
    earliest, latest = midnight(system.plausible_from, here), midnight(system.plausible_ahead.after(as_of.date()), here)
    first, *others = (Column(name) for name in start.columns)
    later = [any_of(IsNull(column), Placeable(column, earliest, latest)) for column in others]
    return all_of(Placeable(first, earliest, latest), *later)


def certainly(condition: Condition | None) -> Condition:
    """The condition is true; nothing said is true of every row."""
    return Surely(condition) if condition is not None else all_of()


def certainly_not(condition: Condition | None) -> Condition:
    """The condition is false; nothing said is false of no row."""
    return Surely(Not(condition)) if condition is not None else any_of()
