"""Groups on MariaDB: what it would take for alike in silence is not alike, and what it would cut is not counted."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from mariadb_made import Made, bench, made

from zusage.connectors.port import Grouping
from zusage.connectors.sql.reader import SqlReader
from zusage.promises.condition import ALWAYS, NEVER, Linked, Literal, Rare
from zusage.testing.conformance.shop import chosen

__all__ = ["bench", "made"]


def _asked(*columns: str, at_least: int = 2, linked: tuple[Linked, ...] = ()) -> Grouping:
    goes = () if linked else columns
    return Grouping(
        table="a", where=ALWAYS, columns=columns, goes=goes, at_least=at_least, counts=None, held=NEVER, linked=linked
    )


@pytest.mark.parametrize("kind", ["TEXT", "VARCHAR(900)"])
def test_long_texts_that_differ_at_their_end_are_not_alike(made: Made, kind: str) -> None:
    bed = made.by(
        f"CREATE TABLE a (id INT PRIMARY KEY, text {kind})",
        "INSERT INTO a VALUES (1, CONCAT(REPEAT('x', 800), 'a')), (2, CONCAT(REPEAT('x', 800), 'a')), (3, CONCAT(REPEAT('x', 800), 'b'))",
    )
    reader = bed.reader()
    found = reader.groups(_asked("text"))
    assert (found.groups, found.small, found.people) == (2, 1, 3)
    assert reader.count(chosen(Rare("a", ALWAYS, ("text",), ("text",), 2), "a")) > 0
    reader.close()


def test_long_texts_of_joined_rows_that_differ_at_their_end_are_not_alike(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE a (id INT PRIMARY KEY, region INT)",
        "CREATE TABLE b (id INT PRIMARY KEY, of INT, text TEXT)",
        "INSERT INTO a VALUES (1, 1), (2, 1), (3, 1)",
        "INSERT INTO b VALUES (1, 1, CONCAT(REPEAT('x', 800), 'a')), (2, 2, CONCAT(REPEAT('x', 800), 'a')), (3, 3, CONCAT(REPEAT('x', 800), 'b'))",
    )
    reader = bed.reader()
    found = reader.groups(_asked("region", linked=(Linked("b", ("text",), ("of",), ("id",)),)))
    assert (found.groups, found.small, found.people) == (2, 1, 3)
    reader.close()


def test_what_the_server_cuts_is_of_no_group_and_is_told(made: Made) -> None:
    bed = made.by(
        "CREATE TABLE a (id INT PRIMARY KEY, region INT)",
        "CREATE TABLE b (id INT PRIMARY KEY, of INT, name INT)",
        "INSERT INTO a VALUES (1, 1), (2, 1), (3, 1), (4, 1)",
        "INSERT INTO b SELECT seq, 1 + seq % 2, seq DIV 2 FROM seq_1_to_200",
    )
    link = Linked("b", ("name",), ("of",), ("id",))
    reader = bed.reader()
    assert isinstance(reader, SqlReader)
    assert reader.groups(_asked("region", linked=(link,))).untold == 0
    rare = chosen(Rare("a", ALWAYS, ("region",), (), 2, linked=(link,)), "a")
    assert reader.count(rare) > 0
    reader._connection.execute(sa.text("SET SESSION group_concat_max_len = 40"))
    found = reader.groups(_asked("region", linked=(link,)))
    assert (found.untold, found.people, found.groups) == (2, 2, 0)
    assert reader.count(rare) == 0
    reader.close()


@pytest.mark.parametrize(
    ("key", "link", "one", "other"),
    [
        ("VARCHAR(20) COLLATE utf8mb4_general_ci", "VARCHAR(20) COLLATE utf8mb4_general_ci", "'a'", "'A'"),
        ("VARCHAR(20) COLLATE utf8mb4_bin", "VARCHAR(20) COLLATE utf8mb4_general_ci", "'a'", "'A'"),
        ("VARCHAR(20) CHARACTER SET latin1", "VARCHAR(500) CHARACTER SET utf8mb4", "'ä'", "'Ä'"),
        ("UUID", "UUID", "'00000000-0000-0000-0000-00000000000a'", "'00000000-0000-0000-0000-00000000000b'"),
        ("BIGINT", "INT", "1", "2"),
    ],
)
def test_rows_belong_to_what_they_refer_to_letter_by_letter(made: Made, key: str, link: str, one: str, other: str) -> None:
    bed = made.by(
        f"CREATE TABLE a (id INT PRIMARY KEY, code {key}, region INT)",
        f"CREATE TABLE b (id INT PRIMARY KEY, of {link}, kind VARCHAR(9), name INT)",
        f"INSERT INTO a VALUES (1, {one}, 1), (2, {other}, 1), (3, NULL, 1)",
        f"INSERT INTO b VALUES (1, {one}, 'a', 7), (2, {one}, 'a', 8), (3, {other}, 'a', 8), (4, {other}, 'A', 7), (5, NULL, 'a', 7)",
    )
    reader = bed.reader()
    link_to = Linked("b", ("name",), ("of",), ("code",))
    found = reader.groups(_asked("region", linked=(link_to,)))
    assert (found.groups, found.small, found.people) == (1, 0, 3), "the same two, and none"
    typed = Linked("b", ("name",), ("of", "kind"), ("code", Literal("a")))
    found = reader.groups(_asked("region", linked=(typed,)))
    assert (found.groups, found.small, found.people) == (2, 2, 3), "of the type alone one has two and the other one"
    reader.close()
