"""Times: every spelling at its boundaries, and periods at theirs, on both ways from a promise to a condition."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, product
from zoneinfo import ZoneInfo

from zusage.connectors.port import Reader
from zusage.evidence import limits
from zusage.planning.clock import Clock
from zusage.planning.plan import Selection
from zusage.promises.condition import (
    And,
    Before,
    Column,
    Compare,
    Condition,
    Literal,
    Not,
    Placeable,
    Possibly,
    Surely,
)
from zusage.promises.inventory import ColumnInfo, TableInfo
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint, midnight

from ..bench import Bed, Bench, Spelling
from ..checks import same, true
from .agreeing import agree, reference
from .shop import inventory, table

_SECOND = timedelta(seconds=1)
_FAR = datetime(9999, 12, 1, tzinfo=UTC)
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
#: nights on which clocks are changed, ends of years and months, and the day that most years lack
DAYS = (
    date(2023, 2, 28), date(2023, 3, 1), date(2024, 1, 1), date(2024, 1, 29), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 1),
    date(2024, 3, 31), date(2024, 4, 1), date(2024, 10, 27), date(2024, 10, 28),
)  # fmt: skip
_AS_OF = tuple(
    datetime(*parts, tzinfo=UTC)  # type: ignore[misc]
    for parts in (
        (2024, 2, 29, 12), (2025, 2, 28, 12), (2025, 3, 1, 0), (2024, 12, 31, 22, 59, 59), (2024, 12, 31, 23), (2024, 3, 31, 0, 30),
        (2024, 3, 31, 1), (2024, 3, 31, 1, 30), (2024, 10, 27, 0, 30), (2024, 10, 27, 1, 15), (2024, 10, 27, 2),
    )
)  # fmt: skip
_EXACT = StartingPoint(("t",))
_ROUNDED = (StartingPoint(("t",), "end_of_year"), StartingPoint(("t",), "end_of_month"))
_CASES: tuple[tuple[datetime, Period, StartingPoint], ...] = (
    *product(_AS_OF, (Period(years=1), Period(months=1), Period(days=1), Period(minutes=30)), (_EXACT,)),
    *product(_AS_OF[2:5], (Period(years=1), Period(minutes=60)), _ROUNDED),
)


def _around(means: date | datetime | None) -> tuple[datetime, ...]:
    """Instants at the meaning, a second before and after it, and far from it."""
    if means is None:
        return (_EARLIEST, _LATEST)
    at = means if isinstance(means, datetime) else midnight(means, ZoneInfo("UTC"))
    day = timedelta(days=1)
    return (at - _SECOND, at, at + _SECOND, at + day - _SECOND, at + day, at - day, _EARLIEST)


class TimeTests:
    """What a stored time means, and when a period that it begins is over."""

    def test_every_spelling_means_its_instant_and_what_is_none_is_never_placed(self, bench: Bench) -> None:
        for alike in _alike(bench.spellings()):
            bed = _spelt(bench, alike)
            means = {n: bed.means("event", "t", row["t"]) for n, row in enumerate(bed.rows("event"))}
            for n, spelling in enumerate(alike):
                same(_plain(means[n]), _plain(spelling.means), f"what {spelling} means")
            reader = bed.reader()
            for condition in dict.fromkeys(chain.from_iterable(map(_questions, alike))):
                found = agree(bed, reader, "event", condition)
                wanted = {n: _answer(condition, spelling) for n, spelling in enumerate(alike)}
                same(found, wanted, f"{alike}: {condition}")
            _found_at_once(bed, reader, alike)

    def test_a_period_is_over_exactly_when_its_definition_says_so_on_both_ways(self, bench: Bench) -> None:
        for kind, zone in (("date", "UTC"), ("time", "UTC"), ("time", "Europe/Berlin")):
            starts = list(DAYS) if kind == "date" else list(_instants(zone))
            bed = bench.build(
                inventory(table("event", {"id": "integer", "t": kind})),  # type: ignore[dict-item]
                {"event": [{"id": n, "t": start} for n, start in enumerate(starts)]},
                zone=zone,
            )
            reader = bed.reader()
            rows = {int(str(row["id"])): bed.means("event", "t", row["t"]) for row in bed.rows("event")}
            true(all(isinstance(at, date) for at in rows.values()), "a start was not understood")
            for as_of, period, start in _CASES:
                if kind == "date" and not period.is_calendar and start.rounding == "exact":
                    continue  # hours cannot be counted from a day
                wanted = {n: start.has_ended(at, period, as_of, BERLIN) for n, at in rows.items() if isinstance(at, date)}
                planned = Clock(as_of, "Europe/Berlin").over(start, period)
                proven = limits.over(start, period, as_of, "Europe/Berlin")
                for over in {planned, proven}:
                    same(reference(bed, "event", over), wanted, f"{period} from {start} at {as_of} in {zone}")
                    agree(bed, reader, "event", over, dict(wanted))

    def test_what_is_missing_is_never_over(self, bench: Bench) -> None:
        bed = bench.build(inventory(table("event", {"id": "integer", "t": "time"})), {"event": [{"id": 1, "t": None}]})
        over = Clock(_LATEST, "UTC").over(StartingPoint(("t",)), Period(days=1))
        same(agree(bed, bed.reader(), "event", over), {1: None}, "a period without a start")
        same(agree(bed, bed.reader(), "event", Not(Possibly(over))), {1: False}, "a doubt in favour of deletion")


def _plain(means: object) -> str | None:
    instant = means.astimezone(UTC) if isinstance(means, datetime) else means
    return instant.isoformat() if isinstance(instant, date) else None


def _alike(spellings: Sequence[Spelling]) -> Iterator[tuple[Spelling, ...]]:
    """Spellings that may stand in one column."""
    columns: dict[tuple[str, ...], list[Spelling]] = {}
    for one in spellings:
        columns.setdefault((one.kind, one.declared, one.zone, one.epoch), []).append(one)
    yield from map(tuple, columns.values())


def _spelt(bench: Bench, alike: tuple[Spelling, ...]) -> Bed:
    """A table of which each row has a time as one of these spells it."""
    first = alike[0]
    column = ColumnInfo("t", first.kind, True, declared=first.declared)
    event = TableInfo("event", (ColumnInfo("id", "integer", False), column), ("id",))
    return bench.build(
        inventory(event),
        {"event": [{"id": n, "t": spelling.stored} for n, spelling in enumerate(alike)]},
        zone=first.zone,
        epochs={"event.t": first.epoch} if first.epoch else None,
    )


def _found_at_once(bed: Bed, reader: Reader, alike: tuple[Spelling, ...]) -> None:
    """That a time is believed and over is one question, which finds it when both are so and at no other time."""
    ever: set[int] = set()
    for condition in dict.fromkeys(chain.from_iterable(map(_both, alike))):
        wanted = {n for n, said in reference(bed, "event", condition).items() if said}
        found = reader.count(Selection(system=reader.system, table="event", where=condition))
        same(found, len(wanted), f"{alike}: what is believed and over, {condition}")
        ever |= wanted
    same(ever, {n for n, spelling in enumerate(alike) if spelling.means is not None}, f"{alike}: which is ever believed and over")


def _at(spelling: Spelling) -> datetime | None:
    means = spelling.means
    return means if isinstance(means, datetime) or means is None else midnight(means, ZoneInfo("UTC"))


def _both(spelling: Spelling) -> Iterator[Condition]:
    """That the time is believed and that it is over, at the bounds of each while the other is so."""
    at = _at(spelling) or midnight(date(2024, 1, 1), ZoneInfo("UTC"))
    bounds = ((_EARLIEST, _LATEST), (at, at), (at + _SECOND, _LATEST), (_EARLIEST, at - _SECOND))
    for (earliest, latest), instant in (
        *product(bounds, (_FAR,)),
        *product(bounds[:2], (at, at + _SECOND, at + timedelta(days=1))),
    ):
        yield And((Placeable(Column("t"), earliest, latest), Surely(Before(Column("t"), instant, "UTC"))))


def _questions(spelling: Spelling) -> Iterator[Condition]:
    column, at = Column("t"), _at(spelling)
    yield Placeable(column, _EARLIEST, _LATEST)
    if at is not None:
        yield Placeable(column, at, at)
        yield Placeable(column, at + _SECOND, _LATEST)
        yield Placeable(column, _EARLIEST, at - _SECOND)
    for instant in _around(spelling.means):
        yield Before(column, instant, "UTC")
    for day in (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)):
        yield Compare("<", column, Literal(day))


def _answer(condition: Condition, spelling: Spelling) -> bool | None:
    """What is true of a time by what it means, worked out here and by no evaluator."""
    at, means = _at(spelling), spelling.means
    match condition:
        case Placeable(earliest=earliest, latest=latest):
            return at is not None and earliest <= at <= latest
        case Before(instant=instant):
            return None if means is None else means < (instant if isinstance(means, datetime) else instant.date())
        case Compare(right=Literal(value=date() as day)):
            return _earlier(means, day, spelling.zone)
    raise AssertionError(f"no question that is asked here: {condition}")


def _earlier(means: date | datetime | None, day: date, zone: str) -> bool | None:
    if means is None:
        return None
    return means < (midnight(day, ZoneInfo(zone)) if isinstance(means, datetime) else day)


def _instants(zone: str) -> Iterator[datetime]:
    """Each day's beginning and end in Berlin, and every half hour of the nights on which clocks are changed."""
    for day in DAYS:
        start = midnight(day, BERLIN)
        yield from (start - _SECOND, start, start + timedelta(hours=12))
    for hour, minute in product((1, 2, 3), (0, 30)):
        for day in (date(2024, 3, 31), date(2024, 10, 27)):
            wall = datetime(day.year, day.month, day.day, hour, minute)
            yield wall if zone == "Europe/Berlin" else wall.replace(tzinfo=UTC)
