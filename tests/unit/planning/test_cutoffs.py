"""Three ways to say when a period is over agree: the definition, the planner's backward solution, the prover's search."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.evidence.limits import first_day_not_over
from zusage.evidence.limits import over as sought
from zusage.planning.clock import Clock
from zusage.promises.condition.evaluate import holds
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint

ZONES = ["Europe/Berlin", "UTC", "America/Sao_Paulo", "Pacific/Auckland", "Asia/Kolkata"]
periods = st.one_of(
    st.builds(Period, years=st.integers(0, 12), months=st.integers(0, 30), days=st.integers(0, 400)),
    st.builds(Period, minutes=st.integers(1, 100_000)),
)
starts = st.builds(StartingPoint, st.just(("at",)), st.sampled_from(["exact", "end_of_month", "end_of_year"]))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda t: t.replace(microsecond=0)
)


def answers(start: StartingPoint, period: Period, as_of: datetime, zone: str, value: date | datetime) -> tuple[object, ...]:
    """Over or not: by definition, by the planner's condition, by the prover's condition."""
    row = {"at": value}

    def by(condition: object) -> object:
        return holds(condition, "t", row, lambda _: [])  # type: ignore[arg-type]

    return (
        start.has_ended(value, period, as_of, ZoneInfo(zone)),
        by(Clock(as_of, zone).over(start, period)),
        by(sought(start, period, as_of, zone)),
    )


@given(starts, periods, instants, st.sampled_from(ZONES), st.integers(-3, 3), st.integers(-90_000, 90_000))
def test_definition_planner_and_prover_agree_around_the_limit(
    start: StartingPoint, period: Period, as_of: datetime, zone: str, days: int, seconds: int
) -> None:
    near = first_day_not_over(start, period, as_of, ZoneInfo(zone)) if period.is_calendar else as_of.date()
    value = datetime(near.year, near.month, near.day, tzinfo=UTC) + timedelta(days=days, seconds=seconds)
    assert len(set(answers(start, period, as_of, zone, value))) == 1


@given(starts, periods.filter(lambda p: p.is_calendar), instants, st.sampled_from(ZONES), st.integers(-400, 400))
def test_they_agree_on_calendar_days_too(start: StartingPoint, period: Period, as_of: datetime, zone: str, days: int) -> None:
    near = first_day_not_over(start, period, as_of, ZoneInfo(zone))
    assert len(set(answers(start, period, as_of, zone, near + timedelta(days=days)))) == 1


@pytest.mark.parametrize(
    ("start", "period", "value", "last_instant"),
    [
        # § 147(4) AO: from the end of the calendar year; a voucher of 2017 is kept until the end of 2025
        ("end_of_year(at)", "P8Y", date(2017, 1, 1), "2025-12-31T22:59:59+00:00"),
        ("end_of_year(at)", "P8Y", date(2017, 12, 31), "2025-12-31T22:59:59+00:00"),
        # new year's eve in Berlin is already next year there while it is still the old one in UTC
        ("end_of_year(at)", "P1Y", datetime(2019, 12, 31, 23, 30, tzinfo=UTC), "2021-12-31T22:59:59+00:00"),
        # § 188(3) BGB: a month without that day ends on its last
        ("at", "P1M", date(2023, 1, 31), "2023-02-28T22:59:59+00:00"),
        ("at", "P1Y", date(2024, 2, 29), "2025-02-28T22:59:59+00:00"),
        # the day of the event does not count, and the last day counts to its end, also when clocks change
        ("at", "P14D", datetime(2024, 3, 20, 9, 0, tzinfo=UTC), "2024-04-03T21:59:59+00:00"),
        ("at", "P1D", datetime(2024, 10, 26, 22, 30, tzinfo=UTC), "2024-10-28T22:59:59+00:00"),
        ("end_of_month(at)", "P1M", date(2024, 2, 3), "2024-03-29T22:59:59+00:00"),
    ],
)
def test_the_last_instant_of_a_period_is_not_over_and_the_next_second_is(
    start: str, period: str, value: date | datetime, last_instant: str
) -> None:
    last = datetime.fromisoformat(last_instant)
    point, length = StartingPoint.parse(start), Period.parse(period)
    assert set(answers(point, length, last, "Europe/Berlin", value)) == {False}
    assert set(answers(point, length, last + timedelta(seconds=1), "Europe/Berlin", value)) == {True}


def test_hours_count_from_the_instant() -> None:
    began = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    half_an_hour, point = Period.parse("PT30M"), StartingPoint.parse("at")
    assert set(answers(point, half_an_hour, began + timedelta(minutes=30), "Europe/Berlin", began)) == {False}
    assert set(answers(point, half_an_hour, began + timedelta(minutes=30, seconds=1), "Europe/Berlin", began)) == {True}


@given(starts, periods, instants)
def test_a_missing_start_is_unknown_to_both(start: StartingPoint, period: Period, as_of: datetime) -> None:
    for condition in (Clock(as_of, "Europe/Berlin").over(start, period), sought(start, period, as_of, "Europe/Berlin")):
        assert holds(condition, "t", {"at": None}, lambda _: []) is None
