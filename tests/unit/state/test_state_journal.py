from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from zusage.enforcement.journal import Journal, JournalTorn, StepRecord
from zusage.state import State
from zusage.state.errors import TimeWithoutZone, UnknownRun

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tamper(state: State, sql: str) -> None:
    with closing(sqlite3.connect(state.folder / "state.sqlite3")) as database:
        assert database.execute(sql).rowcount == 1
        database.commit()


def some_run(journal: Journal) -> str:
    run = journal.begin("plan", AT)
    journal.start_step(run, "01-a")
    journal.note_batch(run, "01-a", 10)
    journal.note_batch(run, "01-a", 4)
    return run


def test_the_journal_fulfils_the_port(state: State) -> None:
    journal: Journal = state.journal
    assert journal.begin("plan", AT)


def test_batches_of_a_step_are_added_up(state: State) -> None:
    run = some_run(state.journal)
    assert state.journal.steps(run) == {"01-a": StepRecord(step="01-a", rows=14, outcome=None)}
    state.journal.end_step(run, "01-a", "stopped", "more rows than planned")
    assert state.journal.steps(run) == {"01-a": StepRecord(step="01-a", rows=14, outcome="stopped")}


def test_a_step_worked_unless_it_is_certain_that_it_took_no_row(state: State) -> None:
    journal, run = state.journal, some_run(state.journal)  # 01-a has taken some
    for step in ("02-none", "03-parts", "04-twice", "05-open", "06-stopped"):
        journal.start_step(run, step)
    journal.note_batch(run, "02-none", 0)
    journal.note_batch(run, "03-parts", 0, {"shop.note": 2})
    journal.start_step(run, "04-twice")  # what it had taken before it was killed, no line tells
    for step in ("02-none", "03-parts", "04-twice"):
        journal.end_step(run, step, "done")
    journal.end_step(run, "06-stopped", "stopped", "the server went away")
    assert journal.worked(AT) == {"01-a", "03-parts", "04-twice", "05-open", "06-stopped"}
    assert journal.worked(datetime.now(UTC) + timedelta(days=1)) == frozenset()


def test_an_unfinished_run_is_continued_and_a_finished_one_is_not(state: State) -> None:
    run = some_run(state.journal)
    assert state.journal.begin("plan", AT) == run
    state.journal.end_step(run, "01-a", "done")
    state.journal.end(run, AT, "done")
    assert state.journal.begin("plan", AT) != run


def test_a_plan_is_finished_only_when_a_run_ended_with_everything_done(state: State) -> None:
    run = some_run(state.journal)
    assert not state.journal.finished("plan")
    state.journal.end(run, AT, "stopped")
    assert not state.journal.finished("plan")
    run = state.journal.begin("plan", AT)
    state.journal.end(run, AT, "done")
    assert state.journal.finished("plan")
    assert not state.journal.finished("another")


def test_runs_of_two_plans_do_not_mix(state: State) -> None:
    first = state.journal.begin("one", AT)
    state.journal.start_step(first, "01-a")
    second = state.journal.begin("two", AT)
    assert state.journal.steps(first).keys() == {"01-a"}
    assert state.journal.steps(second) == {}


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_deleted_line_tears_the_journal(state: State, number: int) -> None:
    run = some_run(state.journal)
    state.journal.steps(run)
    tamper(state, f"DELETE FROM zusage_journalline WHERE number = {number}")
    with pytest.raises(JournalTorn, match=run):
        state.journal.steps(run)
    with pytest.raises(JournalTorn):
        state.journal.begin("plan", AT)
    with pytest.raises(JournalTorn):
        state.journal.finished("plan")


@pytest.mark.parametrize(
    "change", ["rows = 11", "step = 'other'", "reason = 'x'", "kind = 'step done'", "at = '2020-01-01 00:00:00'"]
)
def test_a_changed_line_tears_the_journal(state: State, change: str) -> None:
    run = some_run(state.journal)
    tamper(state, f"UPDATE zusage_journalline SET {change} WHERE number = 3")
    with pytest.raises(JournalTorn, match="line 3"):
        state.journal.steps(run)


def test_a_torn_run_does_not_stand_in_the_way_of_a_new_plan(state: State) -> None:
    some_run(state.journal)
    tamper(state, "DELETE FROM zusage_journalline WHERE number = 2")
    fresh = state.journal.begin("new plan", AT)
    assert state.journal.steps(fresh) == {}


def test_nothing_is_written_after_the_end_of_a_run(state: State) -> None:
    run = some_run(state.journal)
    state.journal.end(run, AT, "stopped")
    with pytest.raises(JournalTorn):
        state.journal.note_batch(run, "01-a", 1)


@pytest.mark.parametrize("run", ["RUN-0009", "x", "", "RUN-", "9"])
def test_a_run_that_nobody_began_is_refused(state: State, run: str) -> None:
    with pytest.raises(UnknownRun):
        state.journal.start_step(run, "01-a")


def test_a_time_without_zone_is_refused_and_nothing_is_begun(state: State) -> None:
    with pytest.raises(TimeWithoutZone):
        state.journal.begin("plan", datetime(2026, 3, 1))
    assert state.journal.begin("plan", AT) == "RUN-0001"


def test_a_stopped_run_counts_when_the_same_plan_is_applied_again(state: State) -> None:
    first = state.journal.begin("p", AT)
    state.journal.start_step(first, "a")
    state.journal.note_batch(first, "a", 6)
    state.journal.end_step(first, "a", "done")
    state.journal.start_step(first, "b")
    state.journal.note_batch(first, "b", 4)
    state.journal.end_step(first, "b", "stopped", "disk full")
    state.journal.end(first, AT, "stopped")
    second = state.journal.begin("p", AT)
    assert second != first
    state.journal.start_step(second, "b")
    state.journal.note_batch(second, "b", 3)
    progress = state.journal.progress("p")
    assert (progress["a"].rows, progress["a"].outcome) == (6, "done")
    assert (progress["b"].rows, progress["b"].outcome) == (7, None)


def test_a_step_that_was_stopped_before_it_began_does_not_tear_the_journal(state: State) -> None:
    """What stands in its way is known from the plan; it is said again each time that the plan is applied."""
    for _ in range(2):
        run = state.journal.begin("p", AT)
        state.journal.end_step(run, "a", "stopped", "rows refer to it")
        assert state.journal.begin("p", AT) == run  # killed before its end
        state.journal.end_step(run, "a", "stopped", "rows refer to it")
        state.journal.end(run, AT, "stopped")
    assert state.journal.progress("p") == {"a": StepRecord(step="a", rows=0, outcome="stopped")}
    assert len(list(state.journal.begun())) == 2


def test_a_new_plan_ends_the_run_that_was_given_up(state: State) -> None:
    left = state.journal.begin("old", AT)
    assert [run.run for run in state.journal.unfinished()] == [left]
    begun = state.journal.begin("new", AT)
    assert [run.run for run in state.journal.unfinished()] == [begun]
    assert state.journal.begin("old", AT) not in (left, begun)
