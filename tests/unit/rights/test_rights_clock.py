"""By when a request must be answered, against days counted by hand with the Regulation and a calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.evidence.observation import Rows
from zusage.evidence.requests import CaseBooks, Filed, Happened, _months_after, look_at_answers
from zusage.promises.law.working_days import closed_in
from zusage.promises.period import Period
from zusage.rights.case import Event, Kind, told
from zusage.rights.clock import Times, due, extendable_until, last_day, overdue

BERLIN, BAVARIA = closed_in("BE"), closed_in("BY")
never = lambda _: False  # noqa: E731


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        (date(2026, 3, 5), 1, date(2026, 4, 7)),  # 5 April 2026 is Easter Sunday, 6 April Easter Monday
        (date(2026, 8, 31), 1, date(2026, 9, 30)),  # September has no 31st
        (date(2027, 1, 29), 1, date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2028, 1, 31), 1, date(2028, 2, 29)),  # a leap year
        (date(2026, 11, 25), 1, date(2026, 12, 28)),  # Christmas, Boxing Day on a Saturday, Sunday
        (date(2026, 2, 8), 1, date(2026, 3, 9)),  # 8 March: Women's Day in Berlin, and a Sunday
        (date(2026, 9, 3), 3, date(2026, 12, 3)),
        (date(2026, 9, 30), 1, date(2026, 10, 30)),
    ],
)
def test_a_month_ends_as_the_regulation_says(received: date, months: int, last: date) -> None:
    assert last_day(received, months, BERLIN) == last
    assert _months_after(received, months, BERLIN) == last


def test_a_holiday_of_one_land_moves_the_day_there_alone() -> None:
    received = date(2027, 2, 8)  # 8 March 2027 is a Monday: Women's Day, a holiday in Berlin
    assert last_day(received, 1, BERLIN) == date(2027, 3, 9)
    assert last_day(received, 1, BAVARIA) == date(2027, 3, 8)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.sampled_from([1, 3]), st.sampled_from([BERLIN, BAVARIA, never]))
def test_doer_and_prover_count_alike_though_each_counts_by_itself(received: date, months: int, closed: object) -> None:
    assert last_day(received, months, closed) == _months_after(received, months, closed)  # type: ignore[arg-type]


def test_a_prompt_question_of_identity_stops_the_clock_and_a_late_one_does_not() -> None:
    received = date(2026, 9, 1)
    assert due(Times(received=received, asked=date(2026, 9, 3)), never) is None
    assert due(Times(received=received, asked=date(2026, 9, 3), shown=date(2026, 9, 13)), never) == date(2026, 10, 11)
    assert due(Times(received=received, asked=date(2026, 9, 20)), never) == date(2026, 10, 1)
    assert due(Times(received=received, asked=date(2026, 9, 20), shown=date(2026, 9, 30)), never) == date(2026, 10, 1)


def test_a_question_that_nobody_answers_stops_the_clock_no_longer_than_it_was_open() -> None:
    times = Times(received=date(2026, 9, 1), asked=date(2026, 9, 3), lapsed=date(2026, 10, 3))
    assert due(times, never) == date(2026, 11, 1)
    assert not overdue(times, None, date(2026, 11, 1), never)
    assert overdue(times, None, date(2026, 11, 2), never)
    late = Times(received=date(2026, 9, 1), asked=date(2026, 9, 20), lapsed=date(2026, 10, 20))
    assert due(late, never) == date(2026, 10, 1)


def test_an_extension_adds_two_months_and_only_within_the_first() -> None:
    times = Times(received=date(2026, 9, 1), extended=True)
    assert due(times, never) == date(2026, 12, 1)
    assert extendable_until(times, never) == date(2026, 10, 1)


def test_overdue_begins_the_day_after_the_last() -> None:
    times = Times(received=date(2026, 9, 1))
    assert not overdue(times, None, date(2026, 10, 1), never)
    assert overdue(times, None, date(2026, 10, 2), never)
    assert not overdue(times, date(2026, 10, 1), date(2026, 12, 1), never)
    assert overdue(times, date(2026, 10, 2), date(2026, 12, 1), never)


def test_a_question_that_is_answered_late_stops_the_clock_no_longer_than_it_was_open() -> None:
    late = Times(received=date(2026, 9, 1), asked=date(2026, 9, 3), shown=date(2026, 10, 20), lapsed=date(2026, 10, 3))
    assert due(late, never) == date(2026, 11, 1)


def test_a_refusal_is_due_within_the_first_month_whatever_was_said_of_a_longer_time() -> None:
    times = Times(received=date(2026, 9, 1), extended=True, refused=True)
    assert due(times, never) == date(2026, 10, 1)
    assert overdue(times, date(2026, 10, 2), date(2026, 10, 2), never)
    assert not overdue(times, date(2026, 10, 1), date(2026, 12, 2), never)


def test_holidays_are_those_of_the_country_and_an_unknown_one_has_weekends_alone() -> None:
    received = date(2026, 9, 26)  # 26 October 2026 is a Monday and Austria's national day
    assert last_day(received, 1, closed_in(None, "AT")) == date(2026, 10, 27)
    assert last_day(received, 1, closed_in(None)) == date(2026, 10, 26)
    assert last_day(date(2027, 2, 8), 1, closed_in("BE", "AT")) == date(2027, 3, 8)
    assert last_day(date(2026, 9, 3), 1, closed_in(None, "XX")) == date(2026, 10, 5)


def at(kind: str, day: date) -> tuple[Event, Happened]:
    moment = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    until = day + timedelta(days=30) if kind == "identity asked" else None
    event = Event(kind=cast(Kind, kind), at=moment, by="one", detail=until.isoformat() if until else "")
    return event, Happened(kind=kind, at=moment, until=until)


START = date(2026, 9, 1)
STEPS = st.tuples(st.sampled_from(["identity asked", "identity shown", "extended", "refused", "answered"]), st.integers(0, 120))


@given(st.lists(STEPS, max_size=6), st.integers(0, 140))
def test_doer_and_prover_call_the_same_requests_late(steps: list[tuple[str, int]], today: int) -> None:
    steps = sorted(steps, key=lambda one: one[1])
    ended = next((n for n, (kind, _) in enumerate(steps) if kind == "answered"), len(steps))
    steps = [one for one in steps[: ended + 1] if one[1] <= today]
    pairs = [at("received", START), *(at(kind, START + timedelta(days=days)) for kind, days in steps)]
    case = told("C-0001", "access", [event for event, _ in pairs])
    first = case.last("extended")
    on = START + timedelta(days=today)
    answered = START + timedelta(days=steps[-1][1]) if steps and steps[-1][0] == "answered" else None
    times = case.times("Europe/Berlin", answered or on)
    if first and (until := extendable_until(times, never)) and first.at.date() > until:
        return  # the doer refuses such an extension; the prover does not count it
    books = SimpleNamespace(filed=lambda: [Filed(events=tuple(one for _, one in pairs), ended_at=None, speaks=True)])
    seen = look_at_answers(cast(CaseBooks, books), "Europe/Berlin", never, on, Period.parse("P1M"))
    assert isinstance(seen, Rows)
    assert (seen.forbidden == 1) == overdue(times, answered, on, never)
