"""Locks are waited out, a full disk stops clearly, and the journal says what was done and nothing else."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from enforcement_world import DIGEST, enforcing, filled, noted, plan_for, two_steps

from zusage.connectors.port import Writer
from zusage.connectors.trouble import Interrupted
from zusage.planning.plan import ChangeColumns
from zusage.planning.suspension import Suspension
from zusage.promises.condition import Column, Literal, Not, Possibly, Shaped, parse
from zusage.promises.promise import Change
from zusage.testing.memory_state import MemoryJournal, MemorySuspensions
from zusage.testing.sqlite_bench import SqliteBed, SqliteBench

LONG = "y" * 900
GROW = ChangeColumns((Change(column="s", how="constant", value=LONG),))
SHORT = Not(Possibly(Shaped(Column("s"), "constant", LONG)))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteBench]:
    monkeypatch.setattr("zusage.connectors.sql.databases.sqlite_connection._PATIENCE_SECONDS", 0.05)
    bench = SqliteBench(tmp_path)
    yield bench
    bench.close()


def _hold(bed: SqliteBed, seconds: float) -> threading.Thread:
    """Another program locks the database for a while."""
    taken = threading.Event()

    def work() -> None:
        with bed.connected() as other:
            other.execute("BEGIN EXCLUSIVE")
            taken.set()
            time.sleep(seconds)
            other.execute("COMMIT")

    thread = threading.Thread(target=work)
    thread.start()
    taken.wait()
    return thread


def test_a_lock_that_passes_is_waited_out(bench: SqliteBench) -> None:
    bed = filled(bench, 120)
    plan, writer, journal = plan_for(bed, 120), bed.writer(), MemoryJournal()
    writer.survey()
    thread = _hold(bed, 0.6)
    (result,) = enforcing(writer, journal).apply(plan, DIGEST)
    thread.join()
    assert (result.stopped, result.rows, noted(journal), len(bed.rows("t"))) == ("", 120, 120, 0)
    assert journal.finished(plan.digest)


def test_a_lock_in_the_middle_of_a_step_is_waited_out_without_taking_a_row_twice(bench: SqliteBench) -> None:
    bed = filled(bench, 120)
    plan, journal, threads = plan_for(bed, 120), MemoryJournal(), list[threading.Thread]()
    work = enforcing(bed.writer(), journal)

    class _LockedOnce(MemoryJournal):
        def note_batch(self, run: str, step: str, rows: int, parts: Mapping[str, int] | None = None) -> None:
            journal.note_batch(run, step, rows, parts)
            if not threads:
                threads.append(_hold(bed, 0.5))

    work = enforcing(bed.writer(), journal)
    object.__setattr__(work, "journal", _LockedOnce(journal.lines, journal._runs, journal._steps))
    (result,) = work.apply(plan, DIGEST)
    threads[0].join()
    assert (result.stopped, noted(journal), len(bed.rows("t"))) == ("", 120, 0)


def test_a_lock_that_stays_stops_the_run_clearly_and_the_next_run_ends_it(
    bench: SqliteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("zusage.enforcement.apply.time.sleep", waits.append)
    bed = filled(bench, 120)
    plan, writer, journal = plan_for(bed, 120), bed.writer(), MemoryJournal()
    writer.survey()
    with bed.connected() as other:
        other.execute("BEGIN EXCLUSIVE")
        (result,) = enforcing(writer, journal).apply(plan, DIGEST)
        other.execute("ROLLBACK")
    assert "locked" in result.stopped
    assert "apply the same plan again" in result.stopped
    assert waits == sorted(waits)
    assert len(waits) == 3  # four tries, each wait longer
    assert (noted(journal), len(bed.rows("t")), journal.finished(plan.digest)) == (0, 120, False)
    (again,) = enforcing(writer, journal).apply(plan, DIGEST)
    assert (again.stopped, len(bed.rows("t"))) == ("", 0)


def test_between_batches_the_systems_are_left_to_others_as_long_as_the_pace_says(
    bench: SqliteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed, waits, clock = filled(bench, 120), list[float](), count(step=3)
    monkeypatch.setattr("zusage.enforcement.apply.time.sleep", waits.append)
    monkeypatch.setattr("zusage.enforcement.apply.time.monotonic", lambda: next(clock))
    work = replace(enforcing(bed.writer(), MemoryJournal()), pace=0.25)
    (result,) = work.apply(plan_for(bed, 120), DIGEST)
    assert (result.stopped, len(bed.rows("t"))) == ("", 0)
    assert waits == [9.0, 9.0, 9.0]  # after each of three batches, which took three seconds by this clock


def test_a_suspension_placed_while_the_systems_are_left_to_others_holds_the_next_batch(
    bench: SqliteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed, held = filled(bench, 120), MemorySuspensions()
    hold = Suspension(id="S-0001", reason="dispute", review_on=date(2030, 1, 1), holds=(("shop.t", parse("id > 55")),))
    monkeypatch.setattr("zusage.enforcement.apply.time.sleep", lambda _: held.placed or held.place(hold))
    work = replace(enforcing(bed.writer(), MemoryJournal()), pace=0.25, suspensions=held)
    (result,) = work.apply(plan_for(bed, 120), DIGEST)
    assert (result.stopped, [row["id"] for row in bed.rows("t")]) == ("", [*range(56, 121)])


def test_a_full_disk_stops_clearly_with_the_journal_true_and_the_next_run_ends_it(bench: SqliteBench) -> None:
    bed = filled(bench, 400)
    plan = two_steps(plan_for(bed, 400, where=SHORT, action=GROW))
    writer, journal = bed.writer(), MemoryJournal()
    _limit(writer, "page_count + 40")
    results = enforcing(writer, journal).apply(plan, DIGEST)
    changed = _grown(bed)
    assert 0 < changed < 400
    assert noted(journal) == changed == results[0].rows
    assert "full" in results[0].stopped
    assert len(results) == 1  # what was counted on it is not begun
    assert journal.lines[-1][2] == "stopped"
    _limit(writer, "1000000")
    again = enforcing(writer, journal).apply(plan, DIGEST)
    assert (again[0].stopped, again[0].rows, noted(journal), _grown(bed)) == ("", 400, 400, 400)


def _limit(writer: Writer, pages: str) -> None:
    """As if the disk had room for so many pages only."""
    connection: Any = writer._connection.connection.dbapi_connection  # type: ignore[attr-defined]
    count = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {eval(pages, {'page_count': count})}")


def _grown(bed: SqliteBed) -> int:
    return sum(row["s"] == LONG for row in bed.rows("t"))


def test_a_file_that_may_not_grow_stops_clearly_and_stays_whole(bench: SqliteBench) -> None:
    bed = filled(bench, 400)
    script = """
        import resource, sys
        sys.path.insert(0, sys.argv[2])
        from pathlib import Path
        from enforcement_world import DIGEST, enforcing, noted, plan_for
        from test_trouble import GROW, SHORT
        from zusage.testing.memory_state import MemoryJournal
        from zusage.testing.sqlite_bench import SqliteBed
        from zusage.testing.conformance.shop import inventory, table
        path = Path(sys.argv[1])
        bed = SqliteBed(path, inventory(table("t", {"id": "integer", "n": "integer", "s": "text"})))
        plan, journal = plan_for(bed, 400, where=SHORT, action=GROW), MemoryJournal()
        limit = path.stat().st_size + 120_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        (result,) = enforcing(bed.writer(), journal, batch=20).apply(plan, DIGEST)
        print(noted(journal), result.rows, result.stopped)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(bed.path), os.path.dirname(__file__)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    noted_rows, rows, reason = done.stdout.split(" ", 2)
    assert int(noted_rows) == int(rows) == _grown(bed)
    assert 0 < int(rows) < 400
    assert "rolled back" in reason
    with bed.connected() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_plan_that_was_carried_out_changes_nothing_more_even_if_rows_match_again(bench: SqliteBench) -> None:
    bed = filled(bench, 10)
    plan, journal = plan_for(bed, 10), MemoryJournal()
    enforcing(bed.writer(), journal).apply(plan, DIGEST)
    bed.put("t", {"id": 99, "n": 1})
    assert enforcing(bed.writer(), journal).apply(plan, DIGEST) == ()
    assert len(bed.rows("t")) == 1


def test_more_rows_than_planned_are_never_changed_over_all_runs_of_a_plan(bench: SqliteBench) -> None:
    bed = filled(bench, 100)
    plan, journal = plan_for(bed, 60), MemoryJournal()
    (result,) = enforcing(bed.writer(), journal).apply(plan, DIGEST)
    assert "more than the 60 rows" in result.stopped
    left = len(bed.rows("t"))
    assert left == 100 - noted(journal) >= 40
    enforcing(bed.writer(), journal).apply(plan, DIGEST)
    assert len(bed.rows("t")) == left


def test_no_line_of_the_journal_holds_a_value_of_a_row(bench: SqliteBench) -> None:
    bed = filled(bench, 3)
    bed.alter("t", {"id": 2}, {"s": "MARKER-7"})
    journal = MemoryJournal()
    enforcing(bed.writer(), journal).apply(plan_for(bed, 3, where=Possibly(Shaped(Column("s"), "constant", "x"))), DIGEST)
    assert "MARKER-7" not in repr(journal.lines)
    assert Literal("x").value not in [part for line in journal.lines for part in line]


def test_a_connection_that_goes_after_the_commit_leaves_a_word_that_more_may_have_gone(bench: SqliteBench) -> None:
    bed = filled(bench, 20)
    plan, writer, journal = plan_for(bed, 20), bed.writer(), MemoryJournal()
    real, tries = writer.carry_out, count(1)

    def carry_out(*given: Any) -> Iterator[int]:
        """The first batch is committed, and its answer never comes."""
        for rows in real(*given):
            if next(tries) == 1:
                raise Interrupted("shop", "the connection is lost", retryable=True, lost=True)
            yield rows

    writer.carry_out = carry_out  # type: ignore[method-assign]
    (result,) = enforcing(writer, journal).apply(plan, DIGEST)
    record = journal.progress(plan.digest)[plan.steps[0].id]
    assert (result.stopped, bed.rows("t")) == ("", [])
    assert (record.rows, record.outcome, record.lost) == (0, "done", True)
