"""How the rows of a batch are told on PostgreSQL: by pages and locks, by places, or by the condition alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest
import sqlalchemy as sa

from zusage.connectors.sql.databases import postgresql_pages
from zusage.connectors.sql.databases.port import Cutting
from zusage.connectors.sql.databases.postgresql import PostgresDatabase
from zusage.connectors.trouble import MoreThanPlanned
from zusage.planning.plan import ChangeColumns, Obstacle, Step
from zusage.promises.condition import ALWAYS, parse
from zusage.promises.promise import Change, Part
from zusage.testing.conformance.shop import carry_out, ids, step
from zusage.testing.postgres_bench import PASSWORD, WRITER, PostgresBed

#: rows that are locked before they go, since others might refer to them
REFERRED = Obstacle(table="u", columns=("t_id",), of="t", referred=("id",), on_delete="NO ACTION")


def locking(where: str) -> Step:
    return step(parse(where), of="t", parts=(), referrers=(REFERRED,))


def forgetting(where: str) -> Step:
    return step(parse(where), of="t", parts=(), action=ChangeColumns((Change(column="x", how="clear"),)))


@pytest.fixture(params=["dense", "sparse"])
def density(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a range of pages, and as a list of places where few rows lie on many pages."""
    monkeypatch.setattr(postgresql_pages, "_DENSE", 0.0 if request.param == "dense" else 10**9)


@pytest.mark.usefixtures("density")
@pytest.mark.parametrize("batch", [7, 1000])
def test_rows_that_are_locked_first_go_and_no_other(bed: PostgresBed, batch: int) -> None:
    bed.by("CREATE TABLE t (id int, x text)", "CREATE TABLE u (t_id int)",
           "INSERT INTO t SELECT n, repeat('x', 900) FROM generate_series(1, 600) n")  # fmt: skip
    found = carry_out(bed.writer(), locking("id > 590 OR id < 30"), limit=39, batch=batch)
    assert (sum(found), max(found) <= batch, ids(bed, "t")) == (39, True, list(range(30, 591)))


@pytest.mark.usefixtures("density")
@pytest.mark.parametrize(("batch", "total"), [(7, 600), (7, 10**9), (1000, 600)])
def test_rows_that_one_statement_changes_are_changed_once_and_no_other(bed: PostgresBed, batch: int, total: int) -> None:
    bed.by("CREATE TABLE t (id int, x text)", "INSERT INTO t SELECT n, repeat('x', 900) FROM generate_series(1, 600) n")
    found = carry_out(bed.writer(), replace(forgetting("id > 590 OR id < 30"), total=total), limit=39, batch=batch)
    assert (sum(found), max(found) <= batch) == (39, True)
    assert [row["id"] for row in bed.rows("t") if row["x"] is None] == [*range(1, 30), *range(591, 601)]


@pytest.mark.usefixtures("density")
def test_locks_that_others_left_behind_are_none_of_the_batch(bed: PostgresBed) -> None:
    bed.by(
        "CREATE TABLE t (id int, x text)", "CREATE TABLE u (t_id int)", "INSERT INTO t SELECT n, '' FROM generate_series(1, 60) n"
    )
    with bed.connected() as one, bed.connected() as other:
        for connection in (one, other):
            connection.execute(b"BEGIN; SELECT * FROM t WHERE id <= 50 FOR KEY SHARE")
        for connection in (one, other):
            connection.execute(b"COMMIT")
    assert sum(carry_out(bed.writer(), locking("id <= 20"), batch=6)) == 20
    assert ids(bed, "t") == list(range(21, 61))


@pytest.mark.usefixtures("density")
def test_a_row_that_somebody_moves_while_the_batch_waits_for_it_is_found_where_it_lies_then(bed: PostgresBed) -> None:
    bed.by("CREATE TABLE t (id int, x text)", "CREATE TABLE u (t_id int)",
           "INSERT INTO t SELECT n, repeat('x', 1500) FROM generate_series(1, 40) n")  # fmt: skip
    writer, found = bed.writer(), list[int]()
    writer.survey()
    with bed.connected() as other:
        other.execute(b"BEGIN; UPDATE t SET x = repeat('y', 1500) WHERE id = 3")
        thread = threading.Thread(target=lambda: found.extend(carry_out(writer, locking("id <= 35"), batch=10)))
        thread.start()
        _until_somebody_waits(bed)
        other.execute(b"COMMIT")
    thread.join(30)
    assert (sum(found), ids(bed, "t")) == (35, [36, 37, 38, 39, 40])


def _until_somebody_waits(bed: PostgresBed) -> None:
    asked = f"SELECT 1 FROM pg_stat_activity WHERE usename = '{WRITER}' AND datname = '{bed.name}' AND wait_event_type = 'Lock'"
    with bed.connected() as connection:
        for _ in range(1200):
            if connection.execute(asked.encode()).fetchone():
                return
            time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_what_belongs_to_a_batch_goes_with_it_wherever_its_numbers_lie(bed: PostgresBed) -> None:
    bed.by(
        "CREATE TABLE t (id int PRIMARY KEY, x int)",
        "CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t (id))",
        "CREATE TABLE w (u_id int REFERENCES u (id))",
        "INSERT INTO t SELECT (n * 37) % 101 - 50, n FROM generate_series(1, 100) n",
        "INSERT INTO u SELECT n, n % 50 - 25 FROM generate_series(1, 400) n",
        "INSERT INTO u VALUES (500, NULL)",
        "INSERT INTO w SELECT n FROM generate_series(1, 400) n",
    )
    parts = (
        Part(table="u", columns=("t_id",), of="t", referred=("id",)),
        Part(table="w", columns=("u_id",), of="u", referred=("id",)),
    )
    assert sum(carry_out(bed.writer(), step(parse("id < 0"), of="t", parts=parts), batch=7)) == 49
    assert {row["t_id"] for row in bed.rows("u")} == {None, *range(25)}
    assert len(bed.rows("w")) == 200


def test_one_statement_that_changes_more_than_planned_is_put_back(bed: PostgresBed) -> None:
    bed.by("CREATE TABLE t (id int, x text)", "INSERT INTO t SELECT n, 'x' FROM generate_series(1, 9) n")
    with pytest.raises(MoreThanPlanned):
        carry_out(bed.writer(), forgetting("id <= 5"), limit=4)
    assert [row["x"] for row in bed.rows("t")] == ["x"] * 9
    assert carry_out(bed.writer(), forgetting("id <= 5"), limit=5) == [5]


def only_where_walks_are_cut(bed: PostgresBed) -> None:
    """PostgreSQL 13 reads no range of pages alone, so that no walk is cut beforehand, and no sample is taken for it."""
    with bed.connected() as connection:
        if connection.info.server_version < 140000:
            pytest.skip("no walk is cut beforehand before PostgreSQL 14")


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [
        ("INSERT INTO t SELECT 41, repeat('x', 1500)", [*range(1, 10), 41]),
        ("UPDATE t SET x = repeat('y', 1500) WHERE id = 40", [*range(1, 10)]),
    ],
    ids=["a row that came waits for the next plan", "a row that moved is met"],
)
def test_after_a_walk_that_was_cut_beforehand_the_table_is_asked_again_only_if_a_row_was_missed(
    bed: PostgresBed, meanwhile: str, left: list[int]
) -> None:
    only_where_walks_are_cut(bed)
    bed.by("CREATE TABLE t (id int, x text)", "INSERT INTO t SELECT n, repeat('x', 1500) FROM generate_series(1, 40) n")
    batches = bed.writer().carry_out(forgetting("id > 9"), ALWAYS, 100, 10)
    assert next(batches) == 6
    bed.by("VACUUM t", meanwhile)
    with bed.connected() as connection:
        assert connection.execute(b"SELECT ctid < '(3,1)' FROM t WHERE id >= 40 ORDER BY ctid").fetchone() == (True,)
    assert 6 + sum(batches) == 31
    assert [row["id"] for row in bed.rows("t") if row["x"]] == left


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that count all rows of a stretch; of a table that is large enough for a sample of it."""
    monkeypatch.setattr(postgresql_pages, "_SURE", 0)
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.extend([statement] if "width_bucket" in statement else [])

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def ended(bed: PostgresBed, *, looked_at: int = 3000) -> Step:
    """Of 3,000 rows the days of every third are over, and of these 100 have nothing left to lose. Statistics are of the first."""
    only_where_walks_are_cut(bed)
    fill = "INSERT INTO t SELECT n, CASE WHEN n > 300 THEN 'Ada' END, n % 3, repeat('x', 900) FROM generate_series"
    bed.by(
        "CREATE TABLE t (id int, x text, days int, fill text) WITH (autovacuum_enabled = off)",
        "CREATE INDEX by_days ON t (days)",
        f"{fill}(1, {looked_at}) n",
        "VACUUM ANALYZE t",
        f"{fill}({looked_at + 1}, 3000) n",
    )
    return forgetting("days = 0 AND x IS NOT NULL")


def test_an_index_counts_and_a_sample_tells_where_the_rows_lie(bed: PostgresBed, counted: list[str]) -> None:
    found = carry_out(bed.writer(), ended(bed), limit=1000, batch=600)
    assert (sum(found), len(found) > 1, ["TABLESAMPLE" in one for one in counted]) == (900, True, [True])
    assert [row["id"] for row in bed.rows("t") if row["x"]] == [n for n in range(301, 3001) if n % 3]


@pytest.mark.parametrize(("limit", "left"), [(900, 1800), (899, 2700)])
def test_where_the_index_has_more_than_planned_the_rows_are_counted_and_none_goes_of_too_many(
    bed: PostgresBed, counted: list[str], limit: int, left: int
) -> None:
    with pytest.raises(MoreThanPlanned) if left == 2700 else nullcontext():
        carry_out(bed.writer(), ended(bed), limit=limit, batch=300)
    assert (len(["x" for row in bed.rows("t") if row["x"]]), ["TABLESAMPLE" in one for one in counted]) == (left, [False])


def test_a_sample_that_tells_too_little_is_no_ground_for_batches(
    bed: PostgresBed, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_pages, "_TOLD", 1001)
    assert max(carry_out(bed.writer(), ended(bed), limit=1000, batch=300)) <= 300
    assert ["TABLESAMPLE" in one for one in counted] == [True, False]


@pytest.mark.parametrize(("looked_at", "sampled"), [(1600, [True]), (10, [False])])
def test_no_sample_is_taken_of_a_table_that_has_grown_since_anybody_knew_how_full_its_pages_are(
    bed: PostgresBed, counted: list[str], looked_at: int, sampled: list[bool]
) -> None:
    for way in ("seqscan", "bitmapscan"):
        bed.by(f"ALTER DATABASE {bed.name} SET enable_{way} = off")  # the index is there, whatever the server takes the table for
    assert sum(carry_out(bed.writer(), ended(bed, looked_at=looked_at), limit=1000, batch=600)) == 900
    assert ["TABLESAMPLE" in one for one in counted] == sampled


def test_when_batches_become_too_small_for_a_sample_to_tell_of_them_their_rows_are_counted(
    bed: PostgresBed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_pages, "_SURE", 50)
    ended(bed)
    table, database = bed.writer().survey().tables["t"], PostgresDatabase()
    engine = database.changing("shop", sa.make_url(bed.address(WRITER, PASSWORD)), lambda: b"")
    with engine.connect() as connection, connection.begin():
        batches, changed = database.batches(connection, table, "01"), []
        over = batches.clause.c.days == 0
        assert batches.cut(over, Cutting(600, 600, 64, True, True, 3.0, 1000, over)) == 1000
        for size in (600, *[20] * 100):
            if not batches.choose(over, size, 1000 - sum(changed), alone=True):
                break
            changed.append(connection.execute(sa.update(batches.clause).where(batches.inside()).values(x=None)).rowcount)
    engine.dispose()
    assert (sum(changed), changed[0] > 20, max(changed[1:]) <= 20) == (1000, True, True)
