"""Calendar periods as ISO 8601 durations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

_SHAPE = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?P<time>T(?=.)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?)?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in calendar units, or in hours and minutes, never both.

    Calendar units are counted in whole days of the manifest's time zone, as §§ 187(1), 188 BGB and
    Art. 3 of Regulation (EEC, Euratom) No 1182/71 count: the day of the event does not count, and the
    period ends when its last day ends. Hours and minutes are counted from the instant.
    """

    years: int = 0
    months: int = 0
    days: int = 0
    minutes: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read an ISO 8601 duration such as ``P3Y``, ``P18M``, ``P14D`` or ``PT30M``; ValueError otherwise."""
        found = _SHAPE.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a period; write an ISO 8601 duration such as P4Y, P6M, P14D or PT30M")
        number = {k: int(v or 0) for k, v in found.groupdict().items() if k != "time"}
        period = cls(
            number["years"],
            number["months"],
            number["weeks"] * 7 + number["days"],
            number["hours"] * 60 + number["minutes"],
        )
        if period.minutes and period.is_calendar:
            raise ValueError(f"{text!r} mixes days with hours; write one or the other, because they are counted differently")
        if period.years > 200 or period.months > 2400 or period.days > 73_000 or period.minutes > 10_000_000:
            raise ValueError(f"{text!r} is longer than two hundred years; write the period that you mean")
        return period

    @property
    def is_calendar(self) -> bool:
        """Whether the period is counted in days rather than from the instant."""
        return bool(self.years or self.months or self.days)

    @property
    def rough_days(self) -> float:
        """Length in days for comparing two periods; a year counts 365.25 days, a month its twelfth."""
        return self.years * 365.25 + self.months * 30.4375 + self.days + self.minutes / 1440

    def after(self, day: date) -> date:
        """The last day of the period that ``day`` starts; a month without that day ends on its last (§ 188(3) BGB)."""
        return day + relativedelta(years=self.years, months=self.months, days=self.days)

    def before(self, day: date) -> date:
        """A day near the one from which the period would end on ``day``; exact but for month ends."""
        return day - relativedelta(years=self.years, months=self.months, days=self.days)

    @property
    def elapsed(self) -> timedelta:
        """The length of a period in hours and minutes."""
        return timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        if self.minutes:
            hours, minutes = divmod(self.minutes, 60)
            return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        parts = (f"{n}{u}" for n, u in ((self.years, "Y"), (self.months, "M"), (self.days, "D")) if n)
        return "P" + ("".join(parts) or "0D")
