"""SQLite does what every connector must, with both of its journals, and what is SQLite's alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from zusage.connectors.port import Reader, Writer
from zusage.connectors.sql.databases.sqlite import SqliteDatabase
from zusage.connectors.sql.databases.sqlite_connection import changing
from zusage.connectors.sql.dialects.port import Times
from zusage.connectors.sql.reader import SqlReader
from zusage.connectors.trouble import CannotHandle, CanWrite, Unreachable
from zusage.planning.plan import BlockRows, ChangeColumns
from zusage.promises.condition import ALWAYS, parse
from zusage.promises.inventory import Inventory
from zusage.promises.period import Period
from zusage.promises.promise import Change
from zusage.promises.starting_point import StartingPoint
from zusage.testing.bench import Bench
from zusage.testing.conformance import Conformance
from zusage.testing.conformance.agreeing import agree
from zusage.testing.conformance.deleting import DeletingTests
from zusage.testing.conformance.reading import ReadingTests
from zusage.testing.conformance.shop import carry_out, chosen, ids, inventory, step, table
from zusage.testing.sqlite_bench import SqliteBed, SqliteBench


class TestSqlite(Conformance):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        bench = SqliteBench(tmp_path)
        yield bench
        bench.close()


class TestWriteAhead(ReadingTests, DeletingTests):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        bench = SqliteBench(tmp_path, "WAL")
        yield bench
        bench.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator["Made"]:
    made = Made(tmp_path)
    yield made
    made.bed.close()


class Made:
    """A file made by hand-written statements."""

    def __init__(self, folder: Path) -> None:
        self.bed = SqliteBed(folder / "made.sqlite3", Inventory("shop", "sqlite", {}))
        self.bed.path.touch()

    def by(self, *statements: str) -> SqliteBed:
        with self.bed.connected() as connection:
            for statement in statements:
                connection.execute(statement)
        self.bed.inventory = self.bed.reader().survey()
        return self.bed


def _writer(bed: SqliteBed) -> Writer:
    return bed.writer(lambda rows: None)


def _links(reader: Reader, name: str) -> list[tuple[tuple[str, ...], str, tuple[str, ...], str]]:
    return [(key.columns, key.table, key.referred, key.on_delete) for key in reader.survey().tables[name].foreign_keys]


def test_a_table_without_row_numbers_is_read_but_refused_to_the_writer_untouched(made: Made) -> None:
    bed = made.by("CREATE TABLE t (id TEXT PRIMARY KEY, x TEXT) WITHOUT ROWID", "INSERT INTO t VALUES ('a', 'b')")
    assert bed.reader().count(chosen(parse("x = 'b'"), "t")) == 1
    with pytest.raises(CannotHandle, match="WITHOUT ROWID"):
        carry_out(_writer(bed), step(ALWAYS, of="t", parts=()))
    assert ids(bed, "t") == ["a"]


@pytest.mark.parametrize("name", ["rowid", "ROWID", "RowId", "_rowid_", "oid"])
def test_a_column_named_like_the_row_number_does_not_lead_to_other_rows(made: Made, name: str) -> None:
    bed = made.by(f'CREATE TABLE t (id INT, "{name}" INTEGER)', "INSERT INTO t VALUES (1, 7), (2, 7), (3, 8)")
    assert carry_out(_writer(bed), step(parse("id = 2"), of="t", parts=()), batch=1) == [1]
    assert ids(bed, "t") == [1, 3]


def test_a_table_that_uses_every_name_of_the_row_number_is_refused(made: Made) -> None:
    bed = made.by('CREATE TABLE t (id INT, rowid INT, "_ROWID_" INT, Oid INT)', "INSERT INTO t VALUES (1, 1, 1, 1)")
    with pytest.raises(CannotHandle):
        carry_out(_writer(bed), step(ALWAYS, of="t", parts=()))
    assert len(bed.rows("t")) == 1


def test_rows_of_a_table_without_a_key_are_deleted_and_changed_but_never_blocked(made: Made) -> None:
    bed = made.by("CREATE TABLE t (id INT, x TEXT)", "INSERT INTO t VALUES (1, 'a'), (1, 'a'), (2, 'a')")
    assert carry_out(_writer(bed), step(parse("id = 1"), of="t", parts=()), batch=1) == [1, 1]
    change = ChangeColumns((Change(column="x", how="clear"),))
    assert carry_out(_writer(bed), step(ALWAYS, of="t", parts=(), action=change)) == [1]
    assert bed.rows("t") == [{"id": 2, "x": None}]


def test_a_view_is_read_not_shown_to_be_whole_and_never_changed(made: Made) -> None:
    bed = made.by("CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1), (2)", "CREATE VIEW v AS SELECT id FROM t WHERE id = 1")
    reader = bed.reader()
    assert reader.survey().tables["v"].is_view
    assert reader.count(chosen(ALWAYS, "v")) == 1
    assert not reader.visibility("v").shown
    with pytest.raises(CannotHandle):
        carry_out(_writer(bed), step(ALWAYS, of="v", parts=()))
    assert ids(bed, "t") == [1, 2]


def test_a_foreign_key_counts_however_its_names_are_spelt(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE Customer (Id INTEGER PRIMARY KEY)",
        "CREATE TABLE a (id INT, Customer_ID INT REFERENCES CUSTOMER (ID) ON DELETE CASCADE)",
        "CREATE TABLE b (id INT, customer INT, FOREIGN KEY (CUSTOMER) REFERENCES customer ON UPDATE CASCADE ON DELETE SET NULL)",
        'CREATE TABLE c (id INT, x INT /* REFERENCES nothing */ REFERENCES "Customer" DEFERRABLE INITIALLY DEFERRED)',
    )
    reader = bed.reader()
    assert _links(reader, "a") == [(("Customer_ID",), "Customer", ("Id",), "CASCADE")]
    assert _links(reader, "b") == [(("customer",), "Customer", ("Id",), "SET NULL")]
    assert _links(reader, "c") == [(("x",), "Customer", ("Id",), "NO ACTION")]
    assert [one.name for one, _ in reader.survey().referrers("Customer")] == ["a", "b", "c"]


def test_a_foreign_key_of_several_columns_is_one_and_keeps_their_order(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE p (x INT, y INT, PRIMARY KEY (y, x))",
        "CREATE TABLE c (id INT, a INT, b INT, FOREIGN KEY (a, b) REFERENCES p, FOREIGN KEY (b) REFERENCES c (id))",
    )
    assert _links(bed.reader(), "c") == [(("a", "b"), "p", ("y", "x"), "NO ACTION"), (("b",), "c", ("id",), "NO ACTION")]


def test_a_foreign_key_to_a_table_that_does_not_exist_is_reported_under_its_name(made: Made) -> None:
    bed = made.by("CREATE TABLE c (id INT, x INT REFERENCES nowhere, y INT REFERENCES gone (z) ON DELETE CASCADE)")
    assert [(table, kind) for _, table, _, kind in _links(bed.reader(), "c")] == [("nowhere", "NO ACTION"), ("gone", "CASCADE")]


def test_triggers_are_listed_with_the_table_on_which_they_fire(made: Made) -> None:
    bed = made.by("CREATE TABLE T (id INT)", "CREATE TRIGGER pulled AFTER DELETE ON t BEGIN SELECT 1; END")
    assert bed.reader().survey().tables["T"].triggers == ("pulled",)


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("VARCHAR(9)", "text"),
        ("TEXT", "text"),
        ("INT", "integer"),
        ("BIGINT", "integer"),
        ("DECIMAL(9,2)", "number"),
        ("REAL", "number"),
        ("BOOLEAN", "boolean"),
        ("DATE", "date"),
        ("DATETIME", "time"),
        ("TIMESTAMP", "time"),
        ("BLOB", "binary"),
    ],
)
def test_the_kind_of_a_column_follows_its_declared_type(made: Made, declared: str, kind: str) -> None:
    column = made.by(f"CREATE TABLE t (id {declared})").inventory.tables["t"].column("id")
    assert column is not None
    assert column.kind == kind


def test_a_computed_column_is_reported_as_one(made: Made) -> None:
    column = made.by("CREATE TABLE t (id INT, twice INT GENERATED ALWAYS AS (id * 2))").inventory.tables["t"].column("twice")
    assert column is not None
    assert column.generated


def test_values_of_another_kind_than_their_column_are_unknown_and_never_released(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE t (id INTEGER, points INTEGER, name TEXT, day DATE)",
        "INSERT INTO t VALUES (1, 'many', 5, '2020-01-01'), (2, 3, 'x', 5), (3, x'00', x'00', 'soon'), (4, 3.0, '3', NULL)",
    )
    reader = bed.reader()
    expected = {
        "points = 3": {1: None, 2: True, 3: None, 4: True},
        "points <> 3": {1: None, 2: False, 3: None, 4: False},
        "points IN (3, 4)": {1: None, 2: True, 3: None, 4: True},
        "name = '5'": {1: True, 2: False, 3: None, 4: False},
        "name = 5": {1: None, 2: None, 3: None, 4: None},
        "name IN ('3')": {1: False, 2: False, 3: None, 4: True},
        "points < 5": {1: None, 2: True, 3: None, 4: True},
        "abs(points) = 3": {1: None, 2: True, 3: None, 4: True},
        "day < DATE '2024-01-01'": {1: True, 2: None, 3: None, 4: None},
        "DATE '2024-01-01' > day": {1: True, 2: None, 3: None, 4: None},
    }
    for text, wanted in expected.items():
        assert agree(bed, reader, "t", parse(text)) == wanted, text


def test_a_file_that_is_missing_or_no_database_is_unreachable_and_not_made(tmp_path: Path) -> None:
    missing = SqliteBed(tmp_path / "missing.sqlite3", inventory(table("t", {"id": "integer"})))
    for open_it in (missing.reader, missing.writer, missing.application):
        with pytest.raises(Unreachable):
            open_it()
    assert not missing.path.exists()
    missing.path.write_text("this is a text of more than sixteen characters")
    with pytest.raises(Unreachable):
        missing.reader()


def test_a_reader_whose_connection_could_write_is_refused(tmp_path: Path) -> None:
    bed = SqliteBench(tmp_path).build(inventory(table("t", {"id": "integer"})), {})
    writing = changing("shop", sa.make_url(f"sqlite:///{bed.path}"), lambda: b"")
    with pytest.raises(CanWrite):
        SqlReader("shop", SqliteDatabase(), writing, "place", Times())
    assert list(bed.reader().survey().tables) == ["t"]


def test_deleted_values_are_overwritten_in_the_file(tmp_path: Path) -> None:
    bed = SqliteBench(tmp_path).build(inventory(table("t", {"id": "integer", "x": "text"})), {"t": [{"id": 1, "x": "MARKER-77"}]})
    assert b"MARKER-77" in bed.path.read_bytes()
    writer = bed.writer()
    carry_out(writer, step(ALWAYS, of="t", parts=()))
    writer.close()
    assert b"MARKER-77" not in bed.path.read_bytes()


def test_an_application_that_is_locked_out_is_trouble_and_not_an_empty_table(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zusage.connectors.sql.databases.sqlite_connection._PATIENCE_SECONDS", 0.1)
    bed = made.by("CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1)")
    application, reader = bed.application(), bed.reader()
    with bed.connected() as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unreachable):
            application.reachable(chosen(ALWAYS, "t"))
        with pytest.raises(Unreachable):
            application.changeable(chosen(ALWAYS, "t"), 5)
        with pytest.raises(Unreachable):
            reader.count(chosen(ALWAYS, "t"))
        other.execute("ROLLBACK")
    assert application.reachable(chosen(ALWAYS, "t")) == 1


def test_an_application_whose_changes_a_trigger_forbids_is_trouble(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE t (id INT)",
        "INSERT INTO t VALUES (1)",
        "CREATE TRIGGER no BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    with pytest.raises(Unreachable):
        bed.application().changeable(chosen(ALWAYS, "t"), 5)


def test_no_message_holds_a_value_of_a_row(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE t (id INT, x TEXT UNIQUE CHECK (x NOT LIKE 'gone%'))",
        "INSERT INTO t VALUES (1, 'MARKER-1'), (2, 'MARKER-2')",
    )
    for value in ("MARKER-3", "gone MARKER-4"):
        change = ChangeColumns((Change(column="x", how="constant", value=value),))
        with pytest.raises(Exception, match="shop") as caught:
            carry_out(_writer(bed), step(ALWAYS, of="t", parts=(), action=change))
        assert "MARKER" not in str(caught.value)


def test_a_row_is_blocked_under_the_key_that_the_application_knows(made: Made) -> None:
    bed = made.by("CREATE TABLE t (id TEXT PRIMARY KEY, day DATE)", "INSERT INTO t VALUES ('A-1', '2020-02-29')")
    taken: list[object] = []
    block = BlockRows(StartingPoint(("day",)), Period(years=1), "UTC")
    writer = bed.writer(lambda rows: taken.extend((row.key, row.delete_from.isoformat()) for row in rows))
    carry_out(writer, step(ALWAYS, of="t", parts=(), action=block))
    assert taken == [(("A-1",), "2021-03-01")]
