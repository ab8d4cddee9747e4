"""How many rows a batch has, where it should last no longer than a moment."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.enforcement.enforcement_world import DUE, filled, plan_for

from zusage.connectors.opening import open_writer
from zusage.connectors.sql import sizing
from zusage.connectors.sql.sizing import Size
from zusage.planning.plan import ChangeColumns
from zusage.promises.condition import ALWAYS, Condition, Rare
from zusage.promises.manifest import System
from zusage.promises.promise import Change
from zusage.testing.sqlite_bench import SqliteBench

ROWS = 60
FORGET = ChangeColumns((Change(column="s", how="clear"),))
RARE = Rare(table="t", where=ALWAYS, columns=("n", "s"), goes=("s",), at_least=ROWS + 1)


@pytest.fixture(autouse=True)
def few_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "_FIRST", 10)
    monkeypatch.setattr(sizing, "_A_SECOND", 0)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SqliteBench]:
    made = SqliteBench(tmp_path)
    yield made
    made.close()


def batches(bench: SqliteBench, seconds: float, *, most: int = 2000, where: Condition = DUE) -> list[int]:
    """The rows of each batch in which all rows of a table lose something, and that they have lost it."""
    bed = filled(bench, ROWS)
    (step,) = plan_for(bed, ROWS, where=where, action=FORGET).steps
    writer = open_writer("shop", System(url=f"sqlite:///{bed.path}"), None, lambda: b"", seconds=seconds)
    try:
        found = list(writer.carry_out(replace(step, total=ROWS), ALWAYS, ROWS, most))
    finally:
        writer.close()
    assert [row["s"] for row in bed.rows("t")] == [None] * ROWS
    return found


def test_batches_grow_as_long_as_they_are_over_sooner_and_never_beyond_their_most(bench: SqliteBench) -> None:
    assert batches(bench, 60, most=25) == [10, 20, 25, 5]


def test_batches_shrink_to_single_rows_where_even_these_last_too_long(bench: SqliteBench) -> None:
    found = batches(bench, 1e-9)
    assert found == [10, 5, 2, *[1] * (ROWS - 17)]


def test_where_it_is_no_matter_a_batch_has_as_many_rows_as_it_may(bench: SqliteBench) -> None:
    assert batches(bench, 0, most=25) == [25, 25, 10]


def test_groups_that_are_too_small_go_together_however_long_that_lasts(bench: SqliteBench) -> None:
    assert batches(bench, 1e-9, most=ROWS + 1, where=RARE) == [ROWS]


def test_one_odd_moment_halves_a_batch_at_most_and_what_it_takes_by_the_row_decides() -> None:
    size = Size(1000, 0.02)
    found = []
    for lasted, rows in ((0.01, 10), (0.02, 20), (5.0, 20), (0.04, 10), (0.0, 5), (0.02, 2)):
        size.lasted(lasted, rows)
        found.append(size.rows)
    assert found == [20, 20, 10, 5, 10, 5]
