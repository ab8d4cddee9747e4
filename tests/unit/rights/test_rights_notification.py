"""Whom to tell, how often, and when a human must look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zusage.rights.notification import Notice, Occasion, Received, escalated, may_learn, merged, told_before, wait_after

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
OCCASION = Occasion(kind="erased", about="plan x", code="c", at=AT)
_RECEIVED = st.builds(
    Received,
    recipient=st.sampled_from(["a", "b", "c"]),
    upto=st.sampled_from(["", "2026-01-01", "2026-02-01"]),
    what=st.none() | st.frozensets(st.sampled_from(["name", "street"])),
)


def _notice(**more: object) -> Notice:
    fields = {"id": "N-0001", "occasion": OCCASION, "settled": True, "recipient": "a", "key": "k", "state": "waiting"}
    return Notice(**{**fields, **more})  # type: ignore[arg-type]


@given(st.lists(_RECEIVED))
def test_merging_forgets_nobody_and_keeps_the_last_time(found: list[Received]) -> None:
    once = merged(found)
    assert [one.recipient for one in once] == sorted({one.recipient for one in found})
    for one in once:
        mine = [other for other in found if other.recipient == one.recipient]
        assert one.upto == max(other.upto for other in mine)
        assert (one.what or frozenset()) == frozenset().union(*(other.what or () for other in mine))


def test_who_was_told_of_an_erasure_is_told_again_only_of_data_that_went_later() -> None:
    one = Received(recipient="a", upto="2026-05-01 10:00:00")
    assert told_before(one, {"a": "2026-05-01 10:00:00"})
    assert not told_before(one, {"a": "2026-04-30 10:00:00"})
    assert not told_before(one, {})
    assert not told_before(Received(recipient="a"), {"a": ""})  # nobody knows when: told again rather than never


def test_a_right_value_goes_where_the_wrong_one_is_known_to_have_gone() -> None:
    assert may_learn(Received(recipient="a", what=frozenset({"street"})), "Street", ())
    assert may_learn(Received(recipient="a", what=frozenset({"contact"})), "street", ("contact",))
    assert not may_learn(Received(recipient="a", what=frozenset({"name"})), "street", ("contact",))
    assert not may_learn(Received(recipient="a", what=None), "street", ("contact",))


def test_waits_double_up_to_a_day_and_never_end() -> None:
    waits = [wait_after(tries) for tries in range(1, 40)]
    assert waits[0] == timedelta(minutes=5)
    assert waits[1] == timedelta(minutes=10)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=1)


def test_a_human_must_look_after_some_days_or_when_a_processor_cancels() -> None:
    after = timedelta(days=3)
    assert not escalated(_notice(), AT + after, after)
    assert escalated(_notice(), AT + after + timedelta(seconds=1), after)
    assert not escalated(_notice(state="told"), AT + 9 * after, after)
    assert not escalated(_notice(state="impossible"), AT + 9 * after, after)
    assert escalated(_notice(state="told", progress="cancelled"), AT, after)
