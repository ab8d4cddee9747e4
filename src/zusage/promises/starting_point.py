"""From when a period runs, and when it has ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from .period import Period

Rounding = Literal["exact", "end_of_month", "end_of_year"]
_NAME = r"[^\W\d]\w*"
_CALL = re.compile(r"(?:(end_of_year|end_of_month)\s*\(\s*(.+?)\s*\)|(.+))")
_LATEST = re.compile(rf"latest\s*\(\s*({_NAME}(?:\s*,\s*{_NAME})+)\s*\)")


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """The event that starts a period: one column, or the latest of several.

    Of several columns the first must be set; the others count where they are. ``end_of_year`` moves the
    start to the end of the calendar year, as § 147(4) AO, § 257(5) HGB and § 199(1) BGB do.
    """

    columns: tuple[str, ...]
    rounding: Rounding = "exact"

    @classmethod
    def parse(cls, text: str) -> StartingPoint:
        """Read ``column``, ``end_of_year(column)``, ``end_of_month(…)`` or ``latest(a, b)``; ValueError otherwise."""
        found = _CALL.fullmatch(text.strip())
        rounding, inner, plain = found.groups() if found else (None, None, None)
        source = inner or plain or ""
        latest = _LATEST.fullmatch(source)
        columns = tuple(re.split(r"\s*,\s*", latest[1])) if latest else (source,)
        if not all(re.fullmatch(_NAME, column) for column in columns):
            raise ValueError(
                f"{text!r} is not a starting point; write a column, end_of_year(column), end_of_month(column) or latest(a, b)"
            )
        return cls(columns, rounding or "exact")  # type: ignore[arg-type]

    def rounded(self, day: date) -> date:
        """The day from which the period is counted."""
        if self.rounding == "end_of_year":
            return date(day.year, 12, 31)
        if self.rounding == "end_of_month":
            first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            return first_of_next - timedelta(days=1)
        return day

    def has_ended(self, start: date | datetime, period: Period, as_of: datetime, zone: ZoneInfo) -> bool:
        """Whether a period that ``start`` began is over at ``as_of``: the definition that all else is measured against.

        ``start`` is a calendar day, or an aware instant. A calendar period is over when its last day has ended in
        ``zone``; one of hours when more than its length has passed.
        """
        if isinstance(start, datetime):
            if not period.is_calendar and self.rounding == "exact":
                return start.astimezone(UTC) + period.elapsed < as_of
            start = start.astimezone(zone).date()
        return period.after(self.rounded(start)) < as_of.astimezone(zone).date()

    def __str__(self) -> str:
        inner = self.columns[0] if len(self.columns) == 1 else f"latest({', '.join(self.columns)})"
        return inner if self.rounding == "exact" else f"{self.rounding}({inner})"


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which ``day`` begins in ``zone``, as UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
