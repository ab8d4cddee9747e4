from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from zusage.planning.suspension import held_by
from zusage.promises.condition import parse
from zusage.state import State
from zusage.state.errors import AlreadyLifted, HoldRefused, HoldsNothing, SuspensionChanged, UnknownSuspension

REVIEW = date(2026, 6, 1)
HOLDS = (("shop.order", "customer_id = 4711"), ("shop.invoice", 'EXISTS (SELECT 1 FROM "order" WHERE id = 3)'))


def tamper(state: State, sql: str) -> None:
    with closing(sqlite3.connect(state.folder / "state.sqlite3")) as database:
        assert database.execute(sql).rowcount == 1
        database.commit()


def test_a_placed_suspension_reads_back_as_the_value_that_planning_uses(state: State) -> None:
    placed = state.suspensions.place(HOLDS, "lawsuit", REVIEW, "m.meier", person_digest="ab" * 32)
    assert placed.id == "S-0001"
    assert placed.holds == tuple((table, parse(text)) for table, text in HOLDS)
    assert (placed.reason, placed.review_on, placed.person_digest, placed.lifted) == ("lawsuit", REVIEW, "ab" * 32, False)
    assert state.suspensions.all() == (placed,)
    assert held_by(state.suspensions.current(), "shop", "order") == parse("customer_id = 4711")


def test_a_lifted_suspension_holds_nothing_more_but_stays_on_record(state: State) -> None:
    first = state.suspensions.place(HOLDS, "lawsuit", REVIEW, "m")
    second = state.suspensions.place(HOLDS, "audit", REVIEW, "m")
    assert state.suspensions.lift(first.id, "k", "settled").lifted
    assert state.suspensions.current() == (second,)
    assert [s.id for s in state.suspensions.all()] == ["S-0001", "S-0002"]
    record = state.suspensions.placements()[0]
    assert (record.placed_by, record.lifted_by, record.lift_reason) == ("m", "k", "settled")


def test_lifting_twice_or_what_never_was_is_refused(state: State) -> None:
    state.suspensions.place(HOLDS, "lawsuit", REVIEW, "m")
    state.suspensions.lift("S-0001", "k", "settled")
    with pytest.raises(AlreadyLifted):
        state.suspensions.lift("S-0001", "z", "again")
    assert state.suspensions.placements()[0].lifted_by == "k"
    for id in ("S-0002", "1", "S-x", ""):
        with pytest.raises(UnknownSuspension):
            state.suspensions.lift(id, "k", "")


def test_named_suspensions_come_in_the_order_asked_for_and_a_missing_one_is_never_skipped(state: State) -> None:
    for reason in ("a", "b", "c"):
        state.suspensions.place(HOLDS, reason, REVIEW, "m")
    state.suspensions.lift("S-0002", "k", "over")
    assert [s.reason for s in state.suspensions.get(["S-0003", "S-0002"])] == ["c", "b"]
    with pytest.raises(UnknownSuspension, match="S-0009"):
        state.suspensions.get(["S-0001", "S-0009"])


def test_a_suspension_past_its_review_is_reported_and_holds_on(state: State) -> None:
    state.suspensions.place(HOLDS, "lawsuit", REVIEW, "m")
    assert state.suspensions.to_review(REVIEW) == ()
    assert [s.id for s in state.suspensions.to_review(date(2026, 6, 2))] == ["S-0001"]
    assert len(state.suspensions.current()) == 1
    state.suspensions.lift("S-0001", "k", "over")
    assert state.suspensions.to_review(date(2026, 6, 2)) == ()


def test_a_review_changed_by_hand_is_refused(state: State) -> None:
    state.suspensions.place(HOLDS, "lawsuit", REVIEW, "m")
    state.suspensions.review("S-0001", "k", "appealed", date(2027, 1, 1))
    (seen,) = state.suspensions.placements()[0].reviews
    assert (seen.by, seen.reason, seen.was_due) == ("k", "appealed", REVIEW)
    assert state.suspensions.current()[0].review_on == date(2027, 1, 1)
    tamper(state, "UPDATE zusage_suspension SET reviews = '[]'")
    with pytest.raises(SuspensionChanged):
        state.suspensions.all()


@pytest.mark.parametrize(
    ("table", "text"), [("order", "id = 1"), ("shop.", "id = 1"), ("shop.order", "DROP TABLE x"), ("shop.order", "id = ")]
)
def test_a_hold_that_cannot_be_read_is_refused_and_nothing_is_placed(state: State, table: str, text: str) -> None:
    with pytest.raises(HoldRefused):
        state.suspensions.place([*HOLDS, (table, text)], "lawsuit", REVIEW, "m")
    assert state.suspensions.all() == ()


def test_a_suspension_of_nothing_is_refused_but_a_person_alone_is_enough(state: State) -> None:
    with pytest.raises(HoldsNothing):
        state.suspensions.place([], "lawsuit", REVIEW, "m")
    assert state.suspensions.place([], "lawsuit", REVIEW, "m", person_digest="cd").person_digest == "cd"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM zusage_hold WHERE id = 2",
        "UPDATE zusage_hold SET condition = 'customer_id = 1' WHERE id = 1",
        "UPDATE zusage_suspension SET person_digest = NULL",
        "UPDATE zusage_suspension SET lifted_at = '2026-01-01 00:00:00'",
    ],
)
def test_a_suspension_changed_by_hand_is_refused_everywhere(state: State, sql: str) -> None:
    state.suspensions.place(HOLDS, "lawsuit", REVIEW, "m", person_digest="ab")
    tamper(state, sql)
    for read in (state.suspensions.all, state.suspensions.current, lambda: state.suspensions.get([])):
        with pytest.raises(SuspensionChanged, match="S-0001"):
            read()
    with pytest.raises(SuspensionChanged):
        state.suspensions.lift("S-0001", "k", "over")
