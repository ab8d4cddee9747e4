"""Rows changed along an index on MariaDB: each that is due once, none else, and nobody is waited for who holds a row that stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from mariadb_made import Made, bench
from sqlalchemy.engine import Engine

from zusage.connectors.trouble import Interrupted, MoreThanPlanned
from zusage.planning.plan import ChangeColumns
from zusage.promises.condition import ALWAYS, And, Before, Column, Placeable, Surely, all_of, parse
from zusage.promises.promise import Change
from zusage.testing.conformance.shop import carry_out, step
from zusage.testing.mariadb_bench import MariaDbBench, administrator

__all__ = ["bench"]

#: of 500 rows the first 40 are due, one each day but for three that share one; the 5th has nothing left to lose
TOTAL, DUE = 500, [n for n in range(1, 41) if n != 5]
TABLE = (
    "CREATE TABLE t (id INT PRIMARY KEY, day DATE, x VARCHAR(20), more CHAR(200) DEFAULT 'so that no index is the table')",
    "INSERT INTO t (id, day, x) SELECT 501 - seq, '2020-01-01' + INTERVAL seq DAY, 'MARKER-1' FROM seq_1_to_500",
    "UPDATE t SET day = '2020-01-01' + INTERVAL IF(id IN (8, 9), 7, id) DAY",
    "UPDATE t SET x = NULL WHERE id = 5",
    "CREATE INDEX by_day ON t (day)",
    "ANALYZE TABLE t",
)
DAY = Column("day")
OVER = And(
    (
        Placeable(DAY, datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)),
        Surely(Before(DAY, datetime(2020, 2, 11, tzinfo=UTC), "UTC")),
    )
)
CLEAR = ChangeColumns((Change(column="x", how="clear"),))
FORGET = replace(step(all_of(OVER, parse("x IS NOT NULL")), of="t", parts=(), action=CLEAR), total=TOTAL)


@pytest.fixture
def made(bench: MariaDbBench) -> Made:
    made = Made(bench)
    made.by(*TABLE)
    return made


@pytest.fixture(params=[100, 10], ids=["one piece", "batches"])
def batch(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def left(made: Made) -> list[object]:
    return [row["id"] for row in made.bed.rows("t") if row["x"]]


@contextmanager
def held(made: Made, which: str) -> Iterator[None]:
    """Somebody is about to change these rows."""
    with closing(administrator(made.bed._server)) as connection, connection.cursor() as cursor:
        connection.select_db(made.bed.name)
        cursor.execute("START TRANSACTION")
        assert cursor.execute(f"UPDATE t SET more = '' WHERE {which}")
        yield
        connection.rollback()


@contextmanager
def ways() -> Iterator[list[str]]:
    """By which index each statement that changes rows went, while it is open."""
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.extend(
            name
            for name in ("by_day", "PRIMARY")
            if "UPDATE" in statement and f"FORCE INDEX ({name})" in statement.replace("`", "")
        )

    sa.event.listen(Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(Engine, "before_cursor_execute", note)


def test_rows_that_are_due_are_found_by_the_index_and_no_others_change(made: Made, batch: int) -> None:
    with ways() as gone:
        done = carry_out(made.writer(), FORGET, limit=40, batch=batch)
    assert (sum(done), max(done) <= batch, left(made)) == (len(DUE), True, list(range(41, TOTAL + 1)))
    assert set(gone) == {"by_day"}


def test_whoever_holds_the_row_behind_the_last_is_not_waited_for(made: Made, batch: int) -> None:
    with held(made, "id = 41"), ways() as gone:
        assert sum(carry_out(made.writer(), FORGET, limit=40, batch=batch)) == len(DUE)
    assert left(made) == list(range(41, TOTAL + 1))
    assert gone[-2:] == ["by_day", "PRIMARY"]


def test_whoever_holds_a_row_that_only_the_index_has_is_not_waited_for(made: Made, batch: int) -> None:
    with held(made, "id = 5"), ways() as gone:
        assert sum(carry_out(made.writer(), FORGET, limit=40, batch=batch)) == len(DUE)
    assert left(made) == list(range(41, TOTAL + 1))
    assert (gone[:2], "by_day" in gone[2:]) == (["by_day", "PRIMARY"], False)


def test_a_row_that_is_due_and_held_is_waited_for_as_long_as_the_session_is_patient(
    made: Made, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "zusage.connectors.sql.databases.mariadb_connection._SETTINGS",
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = 1, lock_wait_timeout = 1, autocommit = 1",
    )
    writer = made.writer()
    with held(made, "id = 3"), pytest.raises(Interrupted, match="lock") as caught:
        carry_out(writer, FORGET, limit=40, batch=batch)
    assert (caught.value.retryable, left(made)) == (True, [n for n in range(1, TOTAL + 1) if n != 5])
    assert sum(carry_out(writer, FORGET, limit=40, batch=batch)) == len(DUE)


def test_a_row_that_stops_being_due_between_two_batches_stays_and_one_that_begins_to_be_is_never_too_many(made: Made) -> None:
    batches = made.writer().carry_out(FORGET, ALWAYS, 40, 10)
    first = next(batches)
    made.by("UPDATE t SET day = '2024-01-01' WHERE id = 30", "UPDATE t SET day = '2020-02-09' WHERE id = 400")
    rest = sum(batches)
    assert (first + rest, left(made)) == (len(DUE), [30, *(n for n in range(41, TOTAL + 1) if n != 400)])


def test_more_than_planned_is_put_back_and_many_of_one_day_are_walked_by_the_key(made: Made, batch: int) -> None:
    with pytest.raises(MoreThanPlanned):
        carry_out(made.writer(), FORGET, limit=len(DUE) - 1, batch=batch)
    assert left(made) == [n for n in range(1, TOTAL + 1) if n != 5]
    made.by("UPDATE t SET day = '2020-01-20' WHERE day < '2020-02-11'")
    done = carry_out(made.writer(), FORGET, limit=40, batch=batch)
    assert (sum(done), max(done) <= batch, left(made)) == (len(DUE), True, list(range(41, TOTAL + 1)))
