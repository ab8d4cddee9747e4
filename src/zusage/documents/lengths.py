"""Periods and days in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from zusage.promises.period import Period

from .catalogue import Catalogue

Case = Literal["nominative", "accusative", "dative"]


def length(period: Period, say: Catalogue, case: Case = "nominative") -> str:
    """„vier Jahre“, „einen Monat“, „14 Tagen“; a period of nothing is „unverzüglich“."""
    parts = _parts(period)
    return say.listed(_counted(unit, number, say, case) for unit, number in parts) or say("period.none")


def every(period: Period, say: Catalogue) -> str:
    """„jedes Jahr“, „alle sechs Monate“."""
    match _parts(period):
        case [(unit, 1)]:
            return say(f"period.every.{unit}")
        case _:
            return say("period.every.many", period=length(period, say))


def day_in_words(day: date, say: Catalogue) -> str:
    """„1. März 2026“."""
    months: list[str] = say.entry("language.months")
    return say("language.date", day=str(day.day), month=months[day.month - 1], year=str(day.year))


def moment_in_words(at: datetime, say: Catalogue) -> str:
    """„1. März 2026, 14:05:09 Uhr“, by the clock of the zone that it has."""
    return say("language.moment", day=day_in_words(at.date(), say), time=at.strftime("%H:%M:%S"))


def _parts(period: Period) -> list[tuple[str, int]]:
    hours, minutes = divmod(period.minutes, 60)
    counted = (
        ("years", period.years),
        ("months", period.months),
        ("days", period.days),
        ("hours", hours),
        ("minutes", minutes),
    )
    return [(unit, number) for unit, number in counted if number]


def _counted(unit: str, number: int, say: Catalogue, case: Case) -> str:
    forms: dict[str, str] = say.entry(f"period.units.{unit}.{'one' if number == 1 else 'many'}")
    words: list[str] = say.entry("period.numbers")
    spelt = words[number] if number < len(words) else str(number)
    return forms.get(case, forms["nominative"]).format(number=spelt)
