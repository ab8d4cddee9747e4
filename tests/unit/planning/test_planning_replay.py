"""What stands in the plan of a replay for keys of rows, and what is asked for in its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from zusage.planning.plan import DeleteRows, Step
from zusage.planning.replay import STAND_IN, filled
from zusage.promises.condition import Column, Compare, Condition, Literal, OneOf, all_of
from zusage.promises.condition.evaluate import holds

AT = datetime(2026, 3, 29, 2, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))


def _step(where: Condition) -> Step:
    return Step(id="", promise="orders/claims/again", system="shop", table="purchase", action=DeleteRows(), where=where)


@pytest.mark.parametrize("alone", [True, False])
def test_a_key_with_a_time_is_found_as_that_time_and_not_by_how_it_is_written(alone: bool) -> None:
    number = Compare("=", Column("number"), Literal(f"{STAND_IN}ab:1"))
    where = (
        OneOf(Column("at"), (Literal(f"{STAND_IN}ab"),))
        if alone
        else all_of(Compare("=", Column("at"), Literal(f"{STAND_IN}ab:0")), number)
    )
    found = filled(_step(where), {"ab": (AT, "B-7")}).where
    moment = timedelta(microseconds=1)
    for at, here in ((AT, True), (AT.astimezone(UTC), True), (AT + moment, False), (AT - moment, False)):
        assert holds(found, "purchase", {"at": at, "number": "B-7"}, {}) is here
