"""What a survey of MariaDB tells, with a role that can only look."""

from __future__ import annotations

import pytest
from mariadb_made import Made, bench, made
from tests.integration.servers import MariaDB

from zusage.connectors.sql.databases.mariadb_catalogue import UNSEEN
from zusage.connectors.trouble import CannotHandle, Unreachable
from zusage.promises.condition import ALWAYS
from zusage.promises.inventory import ColumnInfo, ForeignKey, TableInfo
from zusage.testing.conformance.shop import carry_out, chosen, ids, inventory, step, table
from zusage.testing.conformance.way import OLD, Way, left, manifest
from zusage.testing.mariadb_bench import MariaDbBench

__all__ = ["bench", "made"]


def column(table: TableInfo, name: str) -> ColumnInfo:
    found = table.column(name)
    assert found is not None
    return found


def test_the_kind_of_a_column_follows_its_declared_type(made: Made, bench: MariaDbBench) -> None:
    kinds = {
        "VARCHAR(9)": "text", "TEXT": "text", "CHAR(3) CHARACTER SET latin1": "text", "ENUM('a','b')": "text", "SET('a','b')": "text",
        "INT": "integer", "BIGINT UNSIGNED": "integer", "YEAR": "integer", "BIT(5)": "integer", "DECIMAL(9,2)": "number",
        "FLOAT": "number", "DOUBLE": "number", "BOOLEAN": "boolean", "BIT(1)": "boolean", "DATE": "date", "DATETIME(3)": "time",
        "TIMESTAMP NULL": "time", "BLOB": "binary", "VARBINARY(9)": "binary", "JSON": "json", "UUID": "uuid", "TIME": "other", "INET6": "other",
        "GEOMETRY": "other",
    }  # fmt: skip
    if not bench.knows_uuids:
        del kinds["UUID"]
    columns = ", ".join(f"`{n}` {declared}" for n, declared in enumerate(kinds))
    table = made.by(f"CREATE TABLE t (id INT PRIMARY KEY, {columns})").inventory.tables["t"]
    assert {declared: column(table, str(n)).kind for n, declared in enumerate(kinds)} == kinds


def test_lengths_choices_computed_columns_uniqueness_and_checks_are_told(made: Made) -> None:
    table = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE, kind ENUM('it''s','b') NOT NULL, twice INT AS (id * 2) VIRTUAL, "
        "kept INT AS (id + 1) STORED, doc JSON, age INT CHECK (age > 17), a INT, b INT, UNIQUE (a, b), CONSTRAINT c CHECK (a < b))"
    ).inventory.tables["t"]
    assert (column(table, "name").length, column(table, "kind").choices) == (40, ("it's", "b"))
    assert [name.name for name in table.columns if name.generated] == ["twice", "kept"]
    assert set(table.unique) == {("name",), ("a", "b")}
    assert set(table.checks) == {"`age` > 17", "`a` < `b`"}
    assert (table.primary_key, column(table, "name").nullable, column(table, "a").nullable) == (("id",), False, True)


def test_foreign_keys_tell_their_columns_in_order_and_what_becomes_of_the_row(made: Made) -> None:
    tables = made.by(
        "CREATE TABLE p (x INT, y INT, code VARCHAR(9) UNIQUE, PRIMARY KEY (y, x))",
        "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, code VARCHAR(9), up INT, FOREIGN KEY (b, a) REFERENCES p (y, x) ON DELETE SET NULL, "
        "FOREIGN KEY (code) REFERENCES p (code) ON DELETE CASCADE, CONSTRAINT `ON DELETE CASCADE` FOREIGN KEY (up) REFERENCES c (id), "
        "CONSTRAINT z FOREIGN KEY (up) REFERENCES c (id) ON DELETE NO ACTION ON UPDATE CASCADE)",
    ).inventory.tables
    assert set(tables["c"].foreign_keys) == {
        ForeignKey(("b", "a"), "p", ("y", "x"), "SET NULL"),
        ForeignKey(("code",), "p", ("code",), "CASCADE"),
        ForeignKey(("up",), "c", ("id",), "RESTRICT"),
        ForeignKey(("up",), "c", ("id",), "NO ACTION"),
    }


def test_foreign_keys_from_and_to_other_databases_are_told_with_their_tables(bench: MariaDbBench) -> None:
    other, made = Made(bench), Made(bench)
    beside = other.bed.name
    other.by("CREATE TABLE region (id INT PRIMARY KEY, name TEXT)")
    made.by(f"CREATE TABLE t (id INT PRIMARY KEY, region INT, FOREIGN KEY (region) REFERENCES `{beside}`.region (id))")
    other.by(
        f"CREATE TABLE far (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES `{made.bed.name}`.t (id) ON DELETE CASCADE)"
    )
    tables = made.by().inventory.tables
    assert set(tables) == {"t", f"{beside}.region", f"{beside}.far"}
    assert tables["t"].foreign_keys == (ForeignKey(("region",), f"{beside}.region", ("id",), "RESTRICT"),)
    far = tables[f"{beside}.far"]
    assert far.foreign_keys == (ForeignKey(("t",), "t", ("id",), "CASCADE"),)
    assert (far.schema, far.bare, far.primary_key) == (beside, "far", ("id",))
    other.by("INSERT INTO region VALUES (1, 'north')")
    assert made.bed.reader().count(chosen(ALWAYS, f"{beside}.region")) == 1


def test_what_refers_from_another_database_stops_the_step(bench: MariaDbBench) -> None:
    from zusage.connectors.trouble import StillReferred
    from zusage.planning.plan import Obstacle

    other, made = Made(bench), Made(bench)
    made.by("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)")
    other.by(
        f"CREATE TABLE far (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES `{made.bed.name}`.t (id) ON DELETE CASCADE)",
        "INSERT INTO far VALUES (1, 2)",
    )
    bed = made.by()
    obstacle = Obstacle(table=f"{other.bed.name}.far", columns=("t",), of="t", referred=("id",), on_delete="CASCADE")
    with pytest.raises(StillReferred):
        carry_out(made.writer(), step(ALWAYS, of="t", parts=(), referrers=(obstacle,)))
    assert ids(bed, "t") == [1, 2]


def test_triggers_are_told_to_a_role_that_has_no_right_to_them(made: Made) -> None:
    made.by("CREATE TABLE t (id INT)", "CREATE TABLE u (id INT)")
    bed = made.by("CREATE TRIGGER `pulled %` AFTER DELETE ON t FOR EACH ROW SET @x = 1")
    assert (bed.inventory.tables["t"].triggers, bed.inventory.tables["u"].triggers) == (("pulled %",), ())
    assert bed.inventory.tables["t"].fires == (("pulled %", ("DELETE",)),)


def test_where_triggers_cannot_be_seen_that_is_said_instead_of_none(made: Made, mariadb_server: MariaDB) -> None:
    made.by("CREATE TABLE t (id INT)", "CREATE VIEW v AS SELECT id FROM t")
    mariadb_server.run("REVOKE EXECUTE ON FUNCTION zusage.catalogue FROM bench_reader@'%'")
    try:
        tables = made.bed.reader().survey().tables
    finally:
        mariadb_server.run("GRANT EXECUTE ON FUNCTION zusage.catalogue TO bench_reader@'%'")
    assert (tables["t"].triggers, tables["v"].triggers) == ((UNSEEN,), ())


def test_a_table_that_the_server_cannot_open_is_not_taken_for_one_that_is_not_there(made: Made, mariadb_server: MariaDB) -> None:
    bed = made.by("CREATE TABLE t (id INT)", "CREATE TABLE hurt (id INT)")
    assert set(bed.inventory.tables) == {"t", "hurt"}
    file = mariadb_server.home / "data" / bed.name / "hurt.frm"
    mode = file.stat().st_mode
    file.chmod(0)
    try:
        mariadb_server.run("FLUSH TABLES")
        with pytest.raises(CannotHandle, match=r"has a table hurt .*CHECK TABLE hurt"):
            bed.reader().survey()
    finally:
        file.chmod(mode)
    assert set(bed.reader().survey().tables) == {"t", "hurt"}


def test_what_goes_wrong_while_triggers_are_told_is_not_taken_for_a_lack_of_rights(made: Made, mariadb_server: MariaDB) -> None:
    bed = made.by("CREATE TABLE t (id INT)")
    ((_, _, text, *_),) = mariadb_server.run("SHOW CREATE FUNCTION zusage.catalogue")
    refusing = "CREATE OR REPLACE FUNCTION zusage.catalogue(shown VARCHAR(64)) RETURNS LONGTEXT BEGIN SIGNAL SQLSTATE '45000'; RETURN ''; END"
    mariadb_server.run(refusing)
    try:
        with pytest.raises(Unreachable, match="1644"):
            bed.reader().survey()
    finally:
        mariadb_server.run("DROP FUNCTION catalogue", text, database="zusage")
        mariadb_server.run("GRANT EXECUTE ON FUNCTION zusage.catalogue TO bench_reader@'%', bench_writer@'%'")
    assert bed.reader().survey().tables["t"].triggers == ()


def test_reader_and_writer_see_the_same_schema(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE p (id INT PRIMARY KEY, name VARCHAR(9) UNIQUE)",
        "CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)",
        "CREATE TRIGGER pulled AFTER DELETE ON c FOR EACH ROW SET @x = 1",
        "CREATE VIEW v AS SELECT * FROM p",
    )
    assert bed.reader().survey().fingerprint() == made.writer().survey().fingerprint()


def test_engines_partitions_views_and_sequences_are_told_apart(made: Made) -> None:
    tables = made.by(
        "CREATE TABLE safe (id INT PRIMARY KEY)",
        "CREATE TABLE old (id INT PRIMARY KEY) ENGINE=MyISAM",
        "CREATE TABLE aria (id INT PRIMARY KEY) ENGINE=Aria",
        "CREATE TABLE quick (id INT PRIMARY KEY) ENGINE=MEMORY",
        "CREATE TABLE cut (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (5), PARTITION b VALUES LESS THAN MAXVALUE)",
        "CREATE VIEW v AS SELECT id FROM safe WHERE id = 1",
        "CREATE SEQUENCE numbers",
    ).inventory.tables
    assert {name: table.transactional for name, table in tables.items() if not table.is_view} == {
        "safe": True, "old": False, "aria": False, "quick": False, "cut": True,
    }  # fmt: skip
    assert [name for name, table in tables.items() if table.is_view] == ["v"]
    assert not made.bed.reader().visibility("v").shown


def test_a_partitioned_table_is_walked_whole(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE cut (id INT PRIMARY KEY, x INT) PARTITION BY HASH (id) PARTITIONS 4",
        "INSERT INTO cut SELECT seq, seq % 2 FROM seq_1_to_40",
    )
    from zusage.promises.condition import parse

    assert carry_out(made.writer(), step(parse("x = 1"), of="cut", parts=()), batch=7) == [7, 7, 6]
    assert ids(bed, "cut") != []
    assert {row["x"] for row in bed.rows("cut")} == {0}


def test_a_table_that_keeps_its_history_is_neither_looked_at_nor_changed(made: Made) -> None:
    bed = made.by("CREATE TABLE t (id INT PRIMARY KEY) WITH SYSTEM VERSIONING", "INSERT INTO t VALUES (1)")
    assert bed.inventory.tables["t"].history
    with pytest.raises(CannotHandle, match="system versioning"):
        bed.reader().count(chosen(ALWAYS, "t"))
    with pytest.raises(CannotHandle, match="system versioning"):
        carry_out(made.writer(), step(ALWAYS, of="t", parts=()))
    assert len(bed.rows("t")) == 1


def test_columns_that_are_not_granted_leave_the_table_not_shown_to_be_whole(made: Made, mariadb_server: MariaDB) -> None:
    bed = made.by("CREATE TABLE t (id INT PRIMARY KEY, secret TEXT)")
    assert bed.reader().visibility("t").shown
    name = bed.name
    mariadb_server.run(
        "CREATE OR REPLACE USER partly@'%' IDENTIFIED BY 'bench'", f"GRANT SELECT (id) ON `{name}`.t TO partly@'%'",
    )  # fmt: skip
    from zusage.connectors.opening import open_reader
    from zusage.promises.manifest import System

    address = mariadb_server.url(name, "partly", "bench")
    reader = open_reader("shop", System.model_validate({"url": address}))
    assert [column.name for column in reader.survey().tables["t"].columns] == ["id"]
    seen = reader.visibility("t")
    assert not seen.shown
    assert "columns" in seen.how
    reader.close()
    mariadb_server.run("DROP USER partly@'%'")


def test_a_table_whose_rows_nothing_tells_apart_is_refused_in_the_plan_and_the_others_go(bench: MariaDbBench) -> None:
    tables = inventory(table("click", {"id": "integer", "day": "date"}, key=()), table("visit", {"id": "integer", "day": "date"}))
    rows = [{"id": 1, "day": OLD}, {"id": 1, "day": OLD}]
    bed = bench.build(tables, {"click": rows, "visit": rows[:1]})
    data = {"shop.click": {"structure": ["id", "day"]}, "shop.visit": {"structure": ["day"]}}
    way = Way(bed, manifest(data, *({"name": name, "data": f"shop.{name}"} for name in ("click", "visit"))))
    (stopped,) = [step for step in way.plan().steps if step.stopped]
    assert (stopped.table, stopped.rows) == ("click", 2)
    assert "cannot be told apart" in stopped.refused[0]
    assert [(result.rows, bool(result.stopped)) for result in way.apply()] in ([(0, True), (1, False)], [(1, False), (0, True)])
    assert (left(bed, "click"), left(bed, "visit")) == ([1, 1], [])
