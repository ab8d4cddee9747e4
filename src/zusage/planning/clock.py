"""When is it, where, and which times are plausible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from zusage.promises.condition import Before, Column, Condition, IsNull, Placeable, all_of, any_of
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint, midnight


@dataclass(frozen=True, slots=True)
class Window:
    """Between which instants a time is believed."""

    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The instant as of which everything is judged, in the manifest's time zone."""

    as_of: datetime
    zone: str

    def today(self) -> date:
        """The calendar day in the manifest's time zone."""
        return self.as_of.astimezone(ZoneInfo(self.zone)).date()

    def window(self, manifest: Manifest, system: str) -> Window:
        """The plausible times of a system."""
        declared = manifest.stores[system]
        ahead = declared.plausible_ahead.after(self.as_of.date())
        zone = ZoneInfo(self.zone)
        return Window(midnight(declared.plausible_from, zone), midnight(ahead, zone))

    def cutoff(self, start: StartingPoint, period: Period) -> datetime:
        """The instant before which a period must have begun to be over now.

        Solved backwards from today: for calendar periods the midnight after the last day that works.
        """
        if not period.is_calendar and start.rounding == "exact":
            return self.as_of - period.elapsed
        return _midnight_of(self.today(), self.zone, start, period)

    def placeable(self, start: StartingPoint, window: Window) -> Condition:
        """The starting point is set and believable."""
        first, *others = (Column(name) for name in start.columns)
        parts: list[Condition] = [Placeable(first, window.earliest, window.latest)]
        parts += [any_of(IsNull(c), Placeable(c, window.earliest, window.latest)) for c in others]
        return all_of(*parts)

    def over(self, start: StartingPoint, period: Period) -> Condition:
        """The period that the starting point began is over; unknown where the start is missing."""
        return self._before(start, self.cutoff(start, period))

    def began_before(self, start: StartingPoint, day: date) -> Condition:
        """The starting point, unrounded, lies before a day; unknown where it is missing."""
        return self._before(start, midnight(day, ZoneInfo(self.zone)))

    def _before(self, start: StartingPoint, instant: datetime) -> Condition:
        first, *others = (Column(name) for name in start.columns)
        parts: list[Condition] = [Before(first, instant, self.zone)]
        parts += [any_of(IsNull(c), Before(c, instant, self.zone)) for c in others]
        return all_of(*parts)


@lru_cache(maxsize=4096)  # for every rule that another one waits for, it is asked anew
def _midnight_of(today: date, zone: str, start: StartingPoint, period: Period) -> datetime:
    day = min(period.before(today) + timedelta(days=3), today)
    while period.after(start.rounded(day)) >= today:
        day -= timedelta(days=1)
    return midnight(day + timedelta(days=1), ZoneInfo(zone)).astimezone(UTC)
