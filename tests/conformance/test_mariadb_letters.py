"""Texts of MariaDB: each letter counts, whatever its collations take for one; where that leaves a doubt, rows stay."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from mariadb_made import Made, bench, made

from zusage.connectors.sql.reader import SqlReader
from zusage.connectors.trouble import CannotHandle
from zusage.promises.condition import ALWAYS, Column, Compare, Exists, Like, Literal, Not, Possibly, all_of, joined, parse
from zusage.promises.promise import Part
from zusage.testing.conformance.agreeing import agree
from zusage.testing.conformance.shop import carry_out, chosen, step

__all__ = ["bench", "made"]


@pytest.mark.parametrize("refers", ["k1", "K1"])
def test_a_row_stays_while_one_refers_to_it_however_that_spells_the_key(made: Made, refers: str) -> None:
    bed = made.by(
        "CREATE TABLE t (k VARCHAR(9) PRIMARY KEY, due BOOLEAN)",
        "CREATE TABLE later (n INT PRIMARY KEY, t_k VARCHAR(9))",
        "INSERT INTO t VALUES ('k1', 1), ('k2', 1)",
        "INSERT INTO later VALUES (1, 'k9')",
    )
    waits = all_of(parse("due"), Not(Exists("later", joined(("t_k",), None, ("k",), "t"))))
    one = step(waits, of="t", parts=())
    assert bed.reader().count(chosen(waits, "t")) == 2
    writer = made.writer()
    bed.by(f"INSERT INTO later VALUES (2, '{refers}')")
    if refers == "k1":
        assert sum(carry_out(writer, one)) == 1
    else:
        with pytest.raises(CannotHandle, match="in other letters"):
            carry_out(writer, one)
    assert "k1" in {row["k"] for row in bed.rows("t")}
    bed.by("DELETE FROM later WHERE n = 2")
    assert sum(carry_out(writer, one)) == (1 if refers == "k1" else 2)
    assert bed.rows("t") == []


@pytest.mark.parametrize("above", [True, False], ids=["what they belong to is held", "they are held"])
def test_rows_that_name_in_other_letters_what_is_held_keep_their_batch(made: Made, above: bool) -> None:
    bed = made.by(
        "CREATE TABLE who (k VARCHAR(9) PRIMARY KEY)",
        "CREATE TABLE t (id INT PRIMARY KEY, who_k VARCHAR(9), FOREIGN KEY (who_k) REFERENCES who (k))",
        "INSERT INTO who VALUES ('k1'), ('k2')",
        "INSERT INTO t VALUES (1, 'k1'), (2, 'K1'), (3, 'k2')",
    )
    held = Compare("=", Column("k" if above else "who_k"), Literal("k1"))
    free = Not(Exists("who", all_of(joined(("who_k",), "t", ("k",), None), held))) if above else Not(Possibly(held))
    with pytest.raises(CannotHandle, match="in other letters"):
        carry_out(made.writer(), step(ALWAYS, of="t", parts=()), free=free)
    assert [row["id"] for row in bed.rows("t")] == [1, 2, 3]
    bed.by("UPDATE t SET who_k = 'k2' WHERE id = 2")
    assert sum(carry_out(made.writer(), step(ALWAYS, of="t", parts=()), free=free)) == 2
    assert [row["id"] for row in bed.rows("t")] == [1]


def test_a_hold_on_a_text_that_is_no_key_says_nothing_of_other_letters(made: Made) -> None:
    bed = made.by("CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9))", "INSERT INTO t VALUES (1, 'a'), (2, 'A')")
    assert sum(carry_out(made.writer(), step(ALWAYS, of="t", parts=()), free=Not(Possibly(parse("s = 'a'"))))) == 1
    assert [row["id"] for row in bed.rows("t")] == [1]


TEXTS = {
    "s = 'a'": {1},
    "s = 'A'": {2},
    "s = 'a '": {3},
    "s <> 'a'": {2, 3, 4, 5, 6, 7, 8, 9, 11, 12},
    "s = 'ss'": {5},
    "s = 'ß'": {4},
    "s > 'a'": {3, 4, 5, 6, 7, 8, 9, 12},
    "s < 'a'": {2, 11},
    "s IN ('A', 'é')": {2, 7},
    "s LIKE 'a%'": {1, 3},
    "s LIKE '_'": {1, 2, 4, 7, 9},
    "s LIKE '%\\%'": {12},
    "s LIKE '\\_%'": set(),
    "length(s) = 1": {1, 2, 4, 7, 9},
    "length(s) = 2": {3, 5, 6, 8, 12},
    "lower(s) = 'a'": {1, 2},
    "upper(s) = 'SS'": {4, 5},
    "upper(s) = 'É'": {7},
    "trim(s) = 'a'": {1, 3},
    "s = 0": set(),
    "n = '0'": set(),
    "e = 'b'": {2},
    "e > 'a'": {2},
    "k = 'A'": {2},
    "k = 'a'": {1},
    "u = '00000000-0000-0000-0000-00000000000a'": {1},
    "bits = 3": {1},
    "flag": {2},
    "d = 0.1": {1},
    "f = 0.1": {1},
    "coalesce(k, s) = 'a'": {1},
    "coalesce(n, s) = 'a '": {3},
    "coalesce(n, s) = 0": {1},
}


def test_every_letter_case_and_space_counts_whatever_the_collation(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20) COLLATE utf8mb4_general_ci, n INT, e ENUM('z','a','b'), "
        "k VARCHAR(9) CHARACTER SET latin1, u UUID, bits BIT(5), flag BIT(1), d DECIMAL(5,2), f DOUBLE, KEY (s))",
        "INSERT INTO t (id, s) VALUES (2,'A'),(3,'a '),(4,'ß'),(5,'ss'),(6,'e\u0301'),(7,'é'),(8,'日本'),(9,'😀'),(10,NULL),(11,''),(12,'b\\\\')",
        "INSERT INTO t VALUES (1,'a',0,'a','a','00000000-0000-0000-0000-00000000000A',3,0,0.1,0.1)",
        "UPDATE t SET e = 'b', k = 'A', flag = 1 WHERE id = 2",
    )
    reader = bed.reader()
    for text, wanted in TEXTS.items():
        if text.startswith("u = ") and not made.knows_uuids:
            continue  # a text, of which every letter counts
        found = agree(bed, reader, "t", parse(text))
        assert {row for row, said in found.items() if said} == wanted, text
    assert agree(bed, reader, "t", Compare("=", Literal("a"), Literal("A")))[1] is False
    assert agree(bed, reader, "t", Like(Column("n"), "0"))[1] is True


@pytest.mark.parametrize("collation", ["utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "latin1_swedish_ci"])
def test_a_column_is_found_by_its_index_also_where_letters_count(made: Made, collation: str) -> None:
    charset = collation.partition("_")[0]
    bed = made.by(
        f"CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20) CHARACTER SET {charset} COLLATE {collation}, KEY (s))",
        "INSERT INTO t SELECT seq, CONCAT('v', seq) FROM seq_1_to_2000",
        "ANALYZE TABLE t",
    )
    reader = bed.reader()
    assert isinstance(reader, SqlReader)
    plans: list[object] = []

    @sa.event.listens_for(reader._connection, "before_cursor_execute")
    def explain(connection: sa.Connection, cursor: Any, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT count"):
            cursor.execute(f"EXPLAIN {statement}", values)
            plans.extend(row[5] for row in cursor.fetchall())

    assert reader.count(chosen(parse("s = 'v77' OR s IN ('v1', 'V2')"), "t")) == 2
    assert plans == ["s"]


PART = Part(table="c", columns=("p",), of="p", referred=("id",))


def test_a_part_that_its_foreign_key_takes_for_alike_is_refused_with_its_row(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE p (id VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY)",
        "CREATE TABLE c (id INT PRIMARY KEY, p VARCHAR(9) COLLATE utf8mb4_general_ci, FOREIGN KEY (p) REFERENCES p (id))",
        "INSERT INTO p VALUES ('abc'), ('b')",
        "INSERT INTO c VALUES (1, 'ABC'), (2, 'b')",
    )
    belongs = Exists("p", Compare("=", Column("p", "c"), Column("id", "p")))
    assert agree(bed, bed.reader(), "c", belongs) == {1: False, 2: True}
    assert carry_out(made.writer(), step(parse("id = 'b'"), of="p", parts=(PART,))) == [1]
    with pytest.raises(CannotHandle, match="small letters"):
        carry_out(made.writer(), step(ALWAYS, of="p", parts=(PART,)))
    assert (bed.rows("p"), bed.rows("c")) == ([{"id": "abc"}], [{"id": 1, "p": "ABC"}])


def test_keys_of_unlike_collations_are_linked_by_their_letters(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE p (id VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY)",
        "CREATE TABLE c (id INT PRIMARY KEY, p VARCHAR(9) CHARACTER SET latin1)",
        "INSERT INTO p VALUES ('ä'), ('b')",
        "INSERT INTO c VALUES (1, 'Ä'), (2, 'ä'), (3, 'b')",
    )
    belongs = Exists("p", Compare("=", Column("p", "c"), Column("id", "p")))
    assert agree(bed, bed.reader(), "c", belongs) == {1: False, 2: True, 3: True}
