"""Rows of MariaDB: told apart by whatever key they have, and changed as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, nullcontext
from dataclasses import replace
from uuid import UUID

import pytest
from mariadb_made import Made, bench, made
from tests.integration.servers import MariaDB

from zusage.connectors.opening import open_corrector, open_returner
from zusage.connectors.sql.databases.sqlite_connection import pseudonym
from zusage.connectors.trouble import CannotHandle, Interrupted, MoreThanPlanned
from zusage.planning.plan import BlockRows, ChangeColumns, Selection
from zusage.planning.replay import STAND_IN, filled
from zusage.promises.condition import ALWAYS, Column, Compare, Literal, OneOf, all_of, parse
from zusage.promises.period import Period
from zusage.promises.promise import Change, Part
from zusage.promises.starting_point import StartingPoint
from zusage.testing.conformance.agreeing import agree
from zusage.testing.conformance.shop import carry_out, chosen, step

__all__ = ["bench", "made"]


KEYS = (
    ("a INT, b INT", "PRIMARY KEY (b, a)", "(1,1),(1,2),(2,1),(2,2),(3,1)"),
    ("a VARCHAR(20) COLLATE utf8mb4_general_ci, b VARCHAR(20)", "PRIMARY KEY (a, b)", "('A','x'),('B','X '),('B','y'),('c','x'),('ß','x')"),
    ("a VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin, b INT NOT NULL", "UNIQUE (a, b), PRIMARY KEY (a)",
     "('A',1),('a',1),('ä',1),('Ä',1),('z z',1)"),
    ("a UUID, b INT", "PRIMARY KEY (a)", "(UUID(),1),(UUID(),1),(UUID(),1),(UUID(),1),(UUID(),1)"),
    ("a INT, b ENUM('z','m','a')", "PRIMARY KEY (a, b)", "(1,'z'),(1,'m'),(1,'a'),(2,'z'),(2,'a')"),
    ("a FLOAT, b INT", "PRIMARY KEY (a)", "(0.1,1),(0.2,1),(0.3,1),(16777217,1),(1e20,1)"),
    ("a DOUBLE, b INT", "PRIMARY KEY (a)", "(0.1,1),(0.2,1),(0.30000000000000004,1),(0.3,1),(1e200,1)"),
    ("a DATETIME(6), b DATE", "PRIMARY KEY (a, b)",
     "('0000-00-00','2020-01-01'),('2020-01-01 00:00:00.000001','0000-00-00'),('2020-01-01','2024-00-00'),('2020-01-01','2020-01-01'),('2030-01-01',0)"),
    ("a BINARY(3), b BIT(9)", "PRIMARY KEY (a, b)", "(x'000000',1),(x'00FF27',1),(x'00FF27',300),(x'5C5C5C',0),(x'FFFFFF',511)"),
    ("a TEXT, b INT", "PRIMARY KEY (a(30))", "('a',1),('b',1),('c',1),('d',1),('e',1)"),
    ("a DECIMAL(30,10), b TIMESTAMP", "PRIMARY KEY (a, b)", "(0.1,NOW()),(0.1,0),(0.3,NOW()),(12345678901234567890.1,NOW()),(-1,NOW())"),
    ("a INT NOT NULL, b INT", "UNIQUE (a)", "(1,1),(2,NULL),(3,1),(4,1),(5,1)"),
)  # fmt: skip


@pytest.mark.parametrize(("columns", "key", "rows"), KEYS, ids=[f"{key[:14]} of {columns[:9]}" for columns, key, _ in KEYS])
def test_a_walk_by_any_key_meets_every_row_once(made: Made, columns: str, key: str, rows: str) -> None:
    bed = made.by(f"CREATE TABLE t ({columns}, x VARCHAR(9), {key})", f"INSERT INTO t (a, b) VALUES {rows}")
    mark = ChangeColumns((Change(column="x", how="constant", value="seen"),))
    assert carry_out(made.writer(), step(ALWAYS, of="t", parts=(), action=mark), batch=2, limit=5) == [2, 2, 1]
    assert [row["x"] for row in bed.rows("t")] == ["seen"] * 5
    assert carry_out(made.writer(), step(ALWAYS, of="t", parts=()), batch=2, limit=5) == [2, 2, 1]
    assert bed.rows("t") == []


@pytest.mark.parametrize("total", [0, 10**9], ids=["by ranges", "by a list"])
def test_a_walk_that_is_cut_beforehand_meets_every_row_once_however_its_keys_lie(made: Made, total: int) -> None:
    keys = [-(2**62), *range(-3, 30), 2**62]
    values = ", ".join(f"({key}, {key % 3 != 0})" for key in keys)
    bed = made.by(
        "CREATE TABLE t (id BIGINT PRIMARY KEY, due BOOLEAN NOT NULL, x INT)", f"INSERT INTO t (id, due) VALUES {values}"
    )
    due = [key for key in keys if key % 3]
    mark = replace(
        step(parse("due = 1"), of="t", parts=(), action=ChangeColumns((Change(column="x", how="constant", value=1),))),
        total=total,
    )
    found = carry_out(made.writer(), mark, batch=5, limit=len(due))
    assert (sum(found), max(found) <= 5) == (len(due), True)
    assert [row["id"] for row in bed.rows("t") if row["x"] == 1] == due
    with pytest.raises(MoreThanPlanned):
        carry_out(made.writer(), mark, batch=5, limit=len(due) - 1)


TIMED_KEYS = (
    ("a DATETIME(6)", "('2026-10-25 02:30:00'),('2026-10-25 02:30:00.000001'),('2026-03-29 02:30:00'),('1000-01-01')"),
    (
        "a DATETIME(3), b BIGINT UNSIGNED",
        "('2026-01-01 10:00:00.120',1),('2026-01-01 10:00:00.120',18446744073709551615),('2026-01-01',1)",
    ),
    ("a DATE", "('2026-01-01'),('2026-01-02'),('2026-12-31')"),
    ("b INT, a TIMESTAMP", "(1,'2026-10-25 00:30:00'),(1,'2026-10-25 01:30:00'),(2,'2026-10-25 00:30:00')"),
    ("a DECIMAL(30,10)", "(0.1),(0.1000000001),(12345678901234567890.1)"),
    ("a BINARY(3)", "(x'000000'),(x'00FF27'),(x'5C2527')"),
)


@pytest.mark.parametrize(("columns", "rows"), TIMED_KEYS, ids=[columns for columns, _ in TIMED_KEYS])
def test_a_row_that_a_backup_brought_back_is_found_by_its_key_alone_whatever_that_holds(
    made: Made, columns: str, rows: str
) -> None:
    key = tuple(one.split()[0] for one in columns.split(", "))
    bed = made.by(f"CREATE TABLE t ({columns}, PRIMARY KEY ({', '.join(key)}))", f"INSERT INTO t VALUES {rows}")
    reader = bed.reader()
    with reader.snapshot():
        found = list(reader.rows(chosen(ALWAYS, "t"), key))
    assert len(found) > 2
    writer = made.writer()
    for left, row in enumerate(found, 1):
        stand_ins = [Literal(f"{STAND_IN}ab:{n}") for n in range(len(key))]
        alone = OneOf(Column(key[0]), (Literal(f"{STAND_IN}ab"),))
        where = all_of(*(Compare("=", Column(name), one) for name, one in zip(key, stand_ins, strict=True))) if key[1:] else alone
        again = filled(step(where, of="t", parts=()), {"ab": row})
        assert reader.count(chosen(again.where, "t")) == 1
        assert sum(carry_out(writer, again)) == 1
        with reader.snapshot():
            assert set(reader.rows(chosen(ALWAYS, "t"), key)) == set(found[left:])


@pytest.mark.parametrize("mode", ["ANSI_QUOTES", "ORACLE", "NO_BACKSLASH_ESCAPES", "HIGH_NOT_PRECEDENCE,PIPES_AS_CONCAT"])
def test_what_the_server_takes_for_quotes_by_itself_matters_to_nobody(made: Made, mode: str) -> None:
    bed = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20))", "INSERT INTO t VALUES (1, 'a\\\\b'), (2, 'a''b'), (3, 'c')"
    )
    try:
        bed.by(f"SET GLOBAL sql_mode = '{mode}'")
        where = OneOf(Column("s"), (Literal("a\\b"), Literal("a'b")))
        assert bed.reader().count(chosen(where, "t")) == 2
        assert sum(carry_out(made.writer(), step(where, of="t", parts=()))) == 2
    finally:
        bed.by("SET GLOBAL sql_mode = DEFAULT")
    assert [row["id"] for row in bed.rows("t")] == [3]


@pytest.mark.parametrize("columns", ["a INT, b INT", "a INT, b INT, UNIQUE (a)", "a INT NOT NULL, b INT, UNIQUE (a, b)"])
def test_a_table_whose_rows_cannot_be_told_apart_is_refused_untouched(made: Made, columns: str) -> None:
    bed = made.by(f"CREATE TABLE t ({columns})", "INSERT INTO t VALUES (1, NULL)")
    with pytest.raises(CannotHandle, match="no primary key"):
        carry_out(made.writer(), step(ALWAYS, of="t", parts=()))
    assert bed.reader().count(chosen(ALWAYS, "t")) == 1
    assert len(bed.rows("t")) == 1


PART = Part(table="c", columns=("p",), of="p", referred=("id",))


def test_pseudonyms_are_those_of_every_other_database(made: Made) -> None:
    values = ["a", "A", "a ", "", "Ä", "ß", "日本😀", 'o\'hara \\ "q"', "x" * 180, "192.0.2.1", "10"]
    bed = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(200), k VARCHAR(60) CHARACTER SET latin1)",
        *(
            f"INSERT INTO t (s) VALUES ('{value.replace(chr(92), chr(92) * 2).replace(chr(39), chr(39) * 2)}')"
            for value in values
        ),
        "UPDATE t SET k = s WHERE id NOT IN (7, 9)",
    )
    change = ChangeColumns((Change(column="s", how="pseudonymise"), Change(column="k", how="pseudonymise")))
    assert carry_out(made.writer(), step(ALWAYS, of="t", parts=(), action=change)) == [len(values)]
    after = bed.rows("t")
    assert [row["s"] for row in after] == [pseudonym(b"bench", value) for value in values]
    assert all(row["k"] == row["s"] or row["id"] in (7, 9) for row in after)
    assert carry_out(made.writer(), step(ALWAYS, of="t", parts=(), action=change)) == [len(values)]
    assert bed.rows("t") == after


def test_the_key_of_pseudonyms_is_in_no_statement_that_changes_rows(made: Made, mariadb_server: MariaDB) -> None:
    from zusage.connectors.sql.databases.mariadb_pseudonym import pads

    made.by("CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(60))", "INSERT INTO t VALUES (1, 'x')")
    mariadb_server.run("SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.general_log", "SET GLOBAL general_log = ON")
    change = ChangeColumns((Change(column="s", how="pseudonymise"),))
    carry_out(made.writer(), step(ALWAYS, of="t", parts=(), action=change))
    mariadb_server.run("SET GLOBAL general_log = OFF")
    said = [str(row[0]) for row in mariadb_server.run("SELECT CONVERT(argument USING latin1) FROM mysql.general_log")]
    updates = [text for text in said if text.startswith("UPDATE")]
    inner = pads(b"bench")[0]
    told = [text for text in said if inner.hex() in text.lower() or inner.decode("latin1")[:8] in text]
    assert updates
    assert [text for text in told if text.startswith("SET @zusage_inner")]
    assert not [text for text in told if not text.startswith("SET @zusage_inner")]


def test_days_that_no_calendar_has_are_kept_in_documents_as_they_are(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY, d DATE, other DATE, at DATETIME, doc JSON, bits BIT(3), raw BLOB, clock TIME, u UUID)",
        "INSERT INTO t VALUES (1,'2015-05-05','0000-00-00','2024-00-00 10:00:00','{\"a\": 1}',5,x'00FF','-10:00:00','00000000-0000-0000-0000-00000000000a')",
    )
    taken: list[dict[str, object]] = []
    block = BlockRows(StartingPoint(("d",)), Period(years=1), "UTC")
    writer = made.writer(lambda rows: taken.extend(dict(row.values) for row in rows))
    before = bed.rows("t")
    carry_out(writer, step(ALWAYS, of="t", parts=(), action=block))
    assert taken == before
    assert (taken[0]["other"], taken[0]["at"], taken[0]["bits"]) == ("0000-00-00", "2024-00-00 10:00:00", 5)
    assert UUID(str(taken[0]["u"])).int == 10
    from zusage.vault.codec import decode, encode

    assert {name: decode(encode(value)) for name, value in taken[0].items()} == taken[0]


def test_short_floating_numbers_come_back_from_a_document_as_they_were(made: Made) -> None:
    """The server writes six of their digits, which the bed reads as well: what is stored is asked for."""
    bed = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY, d DATE, f FLOAT)",
        "INSERT INTO t VALUES (1,'2015-05-05',16777216),(2,'2015-05-05',0.1),(3,'2015-05-05',NULL),(4,'2015-05-05',123456.789),(5,'2015-05-05',-3.4e38)",
    )
    bed.by("GRANT INSERT ON `zb%`.* TO bench_writer@'%'")
    stored = "AS SELECT id, CAST(f AS DOUBLE) AS f FROM t ORDER BY id"
    bed.by(f"CREATE TABLE was {stored}")
    taken: list[tuple[str, Mapping[str, object]]] = []
    writer = made.writer(lambda rows: taken.extend(("t", row.values) for row in rows))
    block = BlockRows(StartingPoint(("d",)), Period(years=1), "UTC")
    carry_out(writer, step(ALWAYS, of="t", parts=(), action=block))
    assert [row["f"] for _, row in taken][:3] == [16777216.0, 0.1, None]
    with closing(open_returner("shop", bed._system)) as returner:
        assert (bed.rows("t"), returner.put_back(taken)) == ([], 5)
    bed.by(f"CREATE TABLE now {stored}")
    assert bed.rows("now") == bed.rows("was")


@pytest.mark.parametrize(
    "text", ["d IS NULL", "at IS NULL AND s = 'a'", "NOT (stamp IS NOT NULL)", "d IS NULL OR at IS NULL", "d IS NOT NULL"]
)
def test_a_day_that_no_calendar_has_is_not_missing_where_one_must_be_there(made: Made, text: str) -> None:
    bed = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9), d DATE NOT NULL, at DATETIME NOT NULL, stamp TIMESTAMP NOT NULL)",
        "INSERT INTO t VALUES (1, 'a', '0000-00-00', '0000-00-00', 0), (2, 'a', '2020-01-01', '2020-01-01', '2020-01-01')",
    )
    wanted = [1, 2] if text == "d IS NOT NULL" else []
    assert [row for row, said in agree(bed, bed.reader(), "t", parse(text)).items() if said] == wanted
    assert sum(carry_out(made.writer(), step(parse(text), of="t", parts=()))) == len(wanted)
    assert len(bed.rows("t")) == 2 - len(wanted)


def test_a_time_that_the_database_sets_at_each_change_stays_for_periods_run_from_it(made: Made) -> None:
    stamp = "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"
    bed = made.by(
        f"CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9), changed_at {stamp})",
        "INSERT INTO t VALUES (1, 'a', '2020-01-01'), (2, 'b', '2020-01-01')",
    )
    change = ChangeColumns((Change(column="s", how="clear"),))
    assert carry_out(made.writer(), step(parse("id = 1"), of="t", parts=(), action=change)) == [1]
    assert [(row["s"], str(row["changed_at"])[:10]) for row in bed.rows("t")] == [(None, "2020-01-01"), ("b", "2020-01-01")]
    bed.by("UPDATE t SET s = 'c' WHERE id = 2")
    assert str(bed.rows("t")[1]["changed_at"])[:4] > "2025", "without us the database does set it"


def test_a_trigger_that_puts_back_what_was_taken_out_stops_the_step_with_a_word(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9))",
        "INSERT INTO t VALUES (1, 'MARKER')",
        "CREATE TRIGGER keeps BEFORE UPDATE ON t FOR EACH ROW SET NEW.s = OLD.s",
    )
    action = ChangeColumns((Change(column="s", how="clear"),))
    todo = replace(step(parse("s IS NOT NULL"), of="t", parts=(), action=action), triggers=("t: keeps",))
    with pytest.raises(CannotHandle, match=r"1 rows of t still hold .* \(t: keeps\) puts it back") as caught:
        carry_out(made.writer(), todo)
    assert "MARKER" not in str(caught.value)
    bed.by("DROP TRIGGER keeps")
    assert (carry_out(made.writer(), todo), bed.rows("t")[0]["s"]) == ([1], None)


@pytest.mark.parametrize("engine", ["MyISAM", "Aria", "MEMORY"])
def test_without_transactions_a_stopped_step_says_so_and_ends_the_same_when_taken_up(made: Made, engine: str) -> None:
    """A trigger that refuses one row in the middle stands for a kill: what was done before it stays done."""
    bed = made.by(
        f"CREATE TABLE p (id INT PRIMARY KEY) ENGINE={engine}",
        f"CREATE TABLE c (id INT PRIMARY KEY, p INT, KEY (p)) ENGINE={engine}",
        "INSERT INTO p SELECT seq FROM seq_1_to_6",
        "INSERT INTO c SELECT seq, (seq + 1) DIV 2 FROM seq_1_to_12",
        "CREATE TRIGGER stop BEFORE DELETE ON p FOR EACH ROW IF OLD.id = 3 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'MARKER'; END IF",
    )
    todo = replace(step(parse("id < 6"), of="p", parts=(PART,)), without_undo=("p", "c"))
    with pytest.raises(Interrupted, match="stays done") as caught:
        carry_out(made.writer(), todo)
    assert "MARKER" not in str(caught.value)
    assert {row["id"] for row in bed.rows("p")} >= {3, 6}
    assert [row["p"] for row in bed.rows("c")] == [6, 6]
    bed.by("DROP TRIGGER stop")
    carry_out(made.writer(), todo)
    assert ([row["id"] for row in bed.rows("p")], [row["p"] for row in bed.rows("c")]) == ([6], [6, 6])
    few = replace(todo, where=ALWAYS, part_rows=(("c", 1),))
    with pytest.raises(MoreThanPlanned):
        carry_out(made.writer(), few)
    assert (len(bed.rows("p")), len(bed.rows("c"))) == (1, 2)


def test_without_transactions_rows_with_parts_are_not_blocked(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE p (id INT PRIMARY KEY, d DATE)",
        "CREATE TABLE c (id INT PRIMARY KEY, p INT) ENGINE=MyISAM",
        "INSERT INTO p VALUES (1, '2015-01-01')",
        "INSERT INTO c VALUES (1, 1)",
    )
    block = BlockRows(StartingPoint(("d",)), Period(years=1), "UTC")
    with pytest.raises(CannotHandle, match="engine without transactions"):
        carry_out(made.writer(), step(ALWAYS, of="p", parts=(PART,), action=block))
    assert (len(bed.rows("p")), len(bed.rows("c"))) == (1, 1)


@pytest.mark.parametrize(("engine", "refused"), [("MyISAM", "cannot undo a change"), ("InnoDB", "")])
def test_a_value_is_tried_on_hidden_rows_only_where_they_can_be_taken_back(made: Made, engine: str, refused: str) -> None:
    """Otherwise the rehearsal would leave the row in the application's reach."""
    bed = made.by(f"CREATE TABLE person (id INT PRIMARY KEY, name VARCHAR(20)) ENGINE={engine}")
    bed.by("GRANT INSERT ON `zb%`.* TO bench_writer@'%'")
    corrector, row = open_corrector("shop", bed._system), {"id": 1, "name": "wrong"}
    meant = Selection(system="shop", table="person", where=parse("id = 1"))
    with closing(corrector), pytest.raises(CannotHandle, match=refused) if refused else nullcontext():
        assert corrector.correct_hidden([("person", row)], meant, "name", "right")[2:] == ("wrong", "right")
    assert bed.rows("person") == []
