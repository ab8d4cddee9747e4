"""What a plan rests on must still be so; otherwise nothing is changed and nothing is noted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from enforcement_world import AT, DIGEST, enforcing, filled, plan_for, two_steps

from zusage.enforcement.refusal import PlanRefused, PlanStale
from zusage.planning.plan import Obstacle, Plan
from zusage.testing.memory_state import MemoryJournal
from zusage.testing.sqlite_bench import SqliteBed, SqliteBench


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[SqliteBed]:
    bench = SqliteBench(tmp_path)
    yield filled(bench, 10)
    bench.close()


def _changed(bed: SqliteBed, statement: str) -> None:
    with bed.connected() as connection:
        connection.execute(statement)


REFUSED: dict[str, Callable[[Plan], Plan]] = {
    "of another manifest": lambda plan: replace(plan, manifest="1" * 64),
    "too old": lambda plan: replace(plan, as_of=AT - timedelta(days=2), valid_until=AT - timedelta(seconds=1)),
    "of the future": lambda plan: replace(plan, as_of=AT + timedelta(minutes=6)),
    "of another schema": lambda plan: replace(plan, schemas=(("shop", "1" * 64),)),
    "of a system that is not there": lambda plan: replace(plan, schemas=(*plan.schemas, ("other", "1" * 64))),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_plan_is_refused_before_anything_is_changed_or_noted_when_it_is(bed: SqliteBed, change: Callable[[Plan], Plan]) -> None:
    journal = MemoryJournal()
    with pytest.raises(PlanStale, match=r"carried out only on what it was made for"):
        enforcing(bed.writer(), journal).apply(change(plan_for(bed, 10)), DIGEST)
    assert not journal.lines
    assert len(bed.rows("t")) == 10


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t ADD COLUMN more TEXT",
        "CREATE TABLE other (id INTEGER, t_id INTEGER REFERENCES t (id) ON DELETE CASCADE)",
        "CREATE TRIGGER pulled AFTER DELETE ON t BEGIN SELECT 1; END",
        "ALTER TABLE t RENAME COLUMN s TO r",
        "CREATE VIEW v AS SELECT * FROM t",
    ],
)
def test_a_schema_that_changed_since_the_plan_refuses_it(bed: SqliteBed, statement: str) -> None:
    plan = plan_for(bed, 10)
    _changed(bed, statement)
    with pytest.raises(PlanStale, match="schema"):
        enforcing(bed.writer(), MemoryJournal()).apply(plan, DIGEST)
    assert len(bed.rows("t")) == 10


def test_rows_and_indexes_that_changed_since_the_plan_do_not(bed: SqliteBed) -> None:
    plan = plan_for(bed, 10)
    _changed(bed, "CREATE INDEX i ON t (s)")
    _changed(bed, "UPDATE t SET n = 2 WHERE id <= 4")
    (result,) = enforcing(bed.writer(), MemoryJournal()).apply(plan, DIGEST)
    assert (result.stopped, result.rows, len(bed.rows("t"))) == ("", 6, 4)


@pytest.mark.parametrize(("ahead", "fine"), [(0, True), (-4, True), (-6, False), (24 * 60, True), (24 * 60 + 1, False)])
def test_a_plan_is_good_from_when_it_was_made_until_its_day_is_over(bed: SqliteBed, ahead: int, fine: bool) -> None:
    work = enforcing(bed.writer(), MemoryJournal(), now=lambda: AT + timedelta(minutes=ahead))
    if fine:
        work.check(plan_for(bed, 10), DIGEST)
    else:
        with pytest.raises(PlanStale):
            work.check(plan_for(bed, 10), DIGEST)


def test_a_step_with_an_obstacle_is_stopped_and_so_is_what_was_counted_on_it(bed: SqliteBed) -> None:
    plan = two_steps(plan_for(bed, 10))
    obstacle = Obstacle(table="r", columns=("t_id",), of="t", referred=("id",), on_delete="CASCADE", rows=1)
    plan = replace(plan, steps=(replace(plan.steps[0], obstacles=(obstacle,)), plan.steps[1]))
    journal = MemoryJournal()
    first, second = enforcing(bed.writer(), journal).apply(plan, DIGEST)
    assert "part_of" in first.stopped
    assert "waits_for" in first.stopped
    assert "was stopped" in second.stopped
    assert (len(bed.rows("t")), journal.lines[-1][2]) == (10, "stopped")


def test_every_refusal_says_what_why_and_what_to_do() -> None:
    for kind in PlanRefused.__subclasses__():
        assert kind.__doc__
    error = PlanStale("the manifest has changed since the plan was made")
    assert (error.what, error.why, error.advice) == (
        "the manifest has changed since the plan was made",
        "A plan is carried out only on what it was made for.",
        "Make a new plan (`zusage plan`, of a demand `zusage erasure plan`) and review it.",
    )
