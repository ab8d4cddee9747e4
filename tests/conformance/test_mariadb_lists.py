"""Rows that go with what belongs to them on MariaDB: listed once, and each asked again, and held, when its batch comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from mariadb_made import Made
from sqlalchemy.engine import Engine
from tests.integration.servers import MariaDB

from zusage.connectors.trouble import MoreThanPlanned
from zusage.promises.condition import ALWAYS, parse
from zusage.promises.promise import Part
from zusage.testing.conformance.shop import carry_out, step
from zusage.testing.mariadb_bench import MariaDbBench, administrator

#: of 1,000 rows with a note each the first 30 are due, but those of which the number has a 3 for its last digit stay, because somebody disputes them
TOTAL, DUE = 1_000, [n for n in range(1, 31) if n % 10 != 3]
STAY = [3, 13, 23, *range(31, TOTAL + 1)]
TABLES = (
    "CREATE TABLE t (id INT PRIMARY KEY, days INT)",
    "CREATE TABLE note (id INT PRIMARY KEY, t_id INT, KEY (t_id))",
    "CREATE TABLE dispute (id INT PRIMARY KEY, t_id INT, KEY (t_id))",
    "INSERT INTO t SELECT seq, seq > 30 FROM seq_1_to_1000",
    "INSERT INTO note SELECT seq, seq FROM seq_1_to_1000",
    "INSERT INTO dispute SELECT seq, seq FROM seq_1_to_1000 WHERE seq % 10 = 3",
    "CREATE INDEX by_days ON t (days)",
    "ANALYZE TABLE t, note, dispute",
)
NOTES = Part(table="note", columns=("t_id",), of="t", referred=("id",))
SWEEP = replace(
    step(parse("days = 0 AND NOT EXISTS (SELECT 1 FROM dispute WHERE t_id = t.id)"), of="t", parts=(NOTES,)), total=TOTAL
)


@pytest.fixture(scope="module")
def bench(mariadb_server: MariaDB) -> Iterator[MariaDbBench]:
    bench = MariaDbBench(mariadb_server.url())
    yield bench
    bench.close()


@pytest.fixture
def made(bench: MariaDbBench) -> Made:
    made = Made(bench)
    made.by(*TABLES)
    return made


def left(made: Made) -> tuple[list[int], list[int]]:
    return sorted(row["id"] for row in made.bed.rows("t")), sorted(row["t_id"] for row in made.bed.rows("note"))


@contextmanager
def asked_with(beginning: str) -> Iterator[list[str]]:
    """The statements that begin so, while it is open; those with ``INSERT INTO zusage_walk`` look through the table for rows that are due."""
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.extend([statement] if statement.startswith(beginning) else [])

    sa.event.listen(Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(Engine, "before_cursor_execute", note)


def test_the_table_is_looked_through_once_and_behind_the_last_row_again(made: Made) -> None:
    with asked_with("INSERT INTO zusage_walk") as asked:
        done = carry_out(made.writer(), SWEEP, limit=len(DUE), batch=5)
    assert (done, left(made)) == ([5, 5, 5, 5, 5, 2], (STAY, STAY))
    assert ["`t`.`id` >" in one for one in asked] == [False, True, True]


def test_what_belongs_to_the_rows_is_found_by_the_list_and_the_table_is_not_asked_again(made: Made) -> None:
    with asked_with("DELETE FROM `note`") as asked:
        carry_out(made.writer(), SWEEP, limit=len(DUE), batch=5)
    assert len(asked) == 6
    assert all("zusage_batch" in one and "`t`" not in one for one in asked), asked[0]
    assert left(made) == (STAY, STAY)


def test_rows_that_stop_being_due_before_their_batch_stay_with_what_is_theirs_and_the_walk_goes_on(made: Made) -> None:
    batches = made.writer().carry_out(SWEEP, ALWAYS, len(DUE), 5)
    assert next(batches) == 5  # 1, 2, 4, 5 and 6
    made.by("INSERT INTO dispute SELECT 100 + seq, seq FROM seq_7_to_12", "UPDATE t SET days = 9 WHERE id = 20")
    assert sum(batches) == len(DUE) - 5 - 7
    assert left(made) == (again := sorted({*STAY, *range(7, 13), 20}), again)


def test_a_row_that_comes_behind_the_last_stops_the_step_where_no_more_were_planned_and_goes_where_they_were(made: Made) -> None:
    batches = made.writer().carry_out(SWEEP, ALWAYS, len(DUE), 20)
    assert next(batches) == 20
    made.by("UPDATE t SET days = 0 WHERE id = 50")
    with pytest.raises(MoreThanPlanned):
        next(batches)
    assert left(made)[0] == [3, 13, *range(23, TOTAL + 1)]
    assert sum(carry_out(made.writer(), SWEEP, limit=8, batch=20)) == 8
    assert left(made)[0] == [n for n in STAY if n != 50]


def test_more_than_planned_leave_all_as_it_is(made: Made) -> None:
    before = left(made)
    with pytest.raises(MoreThanPlanned):
        carry_out(made.writer(), SWEEP, limit=len(DUE) - 1, batch=5)
    assert left(made) == before


def test_whoever_holds_a_row_that_stays_between_those_that_go_is_not_waited_for(made: Made) -> None:
    with closing(administrator(made.bed._server)) as connection, connection.cursor() as cursor:
        connection.select_db(made.bed.name)
        cursor.execute("START TRANSACTION")
        cursor.execute("SELECT id FROM t WHERE id IN (3, 13, 31) FOR UPDATE")
        assert sum(carry_out(made.writer(), SWEEP, limit=len(DUE), batch=5)) == len(DUE)
        connection.rollback()
    assert left(made) == (STAY, STAY)
