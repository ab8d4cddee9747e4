"""Values of every type on PostgreSQL: compared, made pseudonyms and put back as they were written."""

from __future__ import annotations

import pytest

from zusage.connectors.opening import open_reader, open_writer
from zusage.connectors.sql.databases.sqlite_connection import pseudonym
from zusage.connectors.trouble import CannotHandle
from zusage.planning.plan import BlockRows, ChangeColumns
from zusage.promises.condition import ALWAYS, Column, Compare, Condition, Not, Shaped, parse
from zusage.promises.manifest import System
from zusage.promises.period import Period
from zusage.promises.promise import Change
from zusage.promises.starting_point import StartingPoint
from zusage.testing.conformance.agreeing import agree
from zusage.testing.conformance.shop import carry_out, chosen, step
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed
from zusage.vault.codec import decode, encode


def test_values_of_every_type_are_compared_as_they_are_written(bed: PostgresBed) -> None:
    bed.by(
        "CREATE EXTENSION citext", "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        "CREATE TABLE t (id int PRIMARY KEY, c char(5), ci citext, lo text COLLATE loose, m mood, u uuid, i inet, r real, n numeric, "
        "f float8, j jsonb, w timestamp, z timestamptz)",
        "INSERT INTO t VALUES (1, 'ab', 'Ada', 'Ada', 'sad', '00000000-0000-0000-0000-00000000000a', '192.0.2.1', 0.1, 0.1, 0.1, "
        "'{\"a\": 1}', '2020-01-01', '2020-01-01'), (2, NULL, NULL, NULL, NULL, NULL, NULL, 'NaN', 'NaN', 'NaN', NULL, NULL, NULL)",
        "CREATE TABLE q (id int, m text, c text)", "INSERT INTO q VALUES (1, 'sad', 'ab')",
    )  # fmt: skip
    reader = bed.reader()
    for text in (
        "c = 'ab'", "length(c) = 2", "c LIKE 'ab'", "ci = 'Ada'", "lo = 'Ada'", "lo LIKE 'A%'", "lo IN ('Ada')", "m = 'sad'",
        "m IN ('sad', 'cross')", "upper(m) = 'SAD'", "u = '00000000-0000-0000-0000-00000000000a'", "i = '192.0.2.1/32'",
        "r = 0.1", "n = 0.1", "f = 0.1", "r < n + 0", "length(j) = 8", "EXISTS (SELECT 1 FROM q WHERE q.m = t.m)",
        "EXISTS (SELECT 1 FROM q WHERE q.c = t.c)",
    ):  # fmt: skip
        if "+" not in text:
            assert reader.count(chosen(parse(text), "t")) == 1, text
    for text in (
        "ci = 'ada'",
        "lo = 'ada'",
        "ci LIKE 'a%'",
        "lo LIKE 'a%'",
        "lo IN ('ada')",
        "n > 5",
        "NOT n > 5 AND id = 2",
        "u = 'a'",
    ):
        assert reader.count(chosen(parse(text), "t")) == 0, text
    with pytest.raises(CannotHandle, match="offset"):
        reader.count(chosen(Compare("<", Column("w"), Column("z")), "t"))
    with pytest.raises(CannotHandle, match="coalesce"):
        reader.count(chosen(parse("coalesce(n, 'x') = 'x'"), "t"))


def test_upper_and_lower_case_are_those_of_unicode_whatever_the_database_knows(bed: PostgresBed) -> None:
    bed.by("CREATE TABLE t (id int PRIMARY KEY, x text)", "INSERT INTO t VALUES (1, 'STRAßE'), (2, 'İI'), (3, 'ΑΣ'), (4, 'ŉ')")
    words = {1: ("straße", "STRASSE"), 2: ("i̇i", "İI"), 3: ("ας", "ΑΣ"), 4: ("ŉ", "ʼN")}
    reader = bed.reader()
    for number, (lower, upper) in words.items():
        for text in (f"lower(x) = '{lower}'", f"upper(x) = '{upper}'"):
            assert agree(bed, reader, "t", parse(text))[number] is True, text


@pytest.mark.parametrize("key", [b"bench", b"k" * 64, b"longer than a block " * 9])
def test_a_pseudonym_is_the_one_that_is_made_everywhere(bed: PostgresBed, key: bytes) -> None:
    values = ["Ada", "", "Bö%_\\'\"", "日本 " * 60]
    bed.by("CREATE TABLE t (id int, x text)")
    bed.fill({"t": [{"id": n, "x": value} for n, value in enumerate(values)]})
    writer = open_writer("shop", System(url=bed.address(WRITER, PASSWORD)), None, lambda: key)
    carry_out(writer, step(ALWAYS, of="t", parts=(), action=ChangeColumns((Change(column="x", how="pseudonymise"),))))
    writer.close()
    assert [row["x"] for row in bed.rows("t")] == [pseudonym(key, value) for value in values]


def test_what_leaves_for_the_vault_can_be_put_back_to_the_last_byte(bed: PostgresBed) -> None:
    bed.by(
        "CREATE TABLE t (id uuid PRIMARY KEY, day date, far date, bc timestamp, inf timestamptz, i interval, net inet, j json, jb jsonb, "
        "n numeric, f float8, r int4range, tags text[], b bytea, m money, tz timetz, p point)",
        "INSERT INTO t VALUES ('00000000-0000-0000-0000-00000000000a', '2020-02-29', '12000-01-01', '0044-03-15 BC', 'infinity', "
        "'1 mon 30 days', '192.0.2.0/24', '{\"b\":  1, \"a\": 1.50}', '{\"b\": 1.50}', 1.500, 0.1, '[1,5)', '{a,NULL,\"x,y\"}', "
        "'\\x00ff', '12.30', '12:00+02', '(1,2)')",
        "CREATE TABLE again (LIKE t)",
    )  # fmt: skip
    taken: list[dict[str, object]] = []
    block = BlockRows(StartingPoint(("day",)), Period(years=1), "UTC")
    writer = bed.writer(lambda rows: taken.extend({k: decode(encode(v)) for k, v in row.values.items()} for row in rows))
    before = bed.rows("t")
    carry_out(writer, step(ALWAYS, of="t", parts=(), action=block))
    assert (bed.rows("t"), len(taken)) == ([], 1)
    bed.fill({"again": taken})
    assert bed.rows("again") == before
    with bed.connected() as connection:
        whole = connection.execute(b"SELECT again::text, j::text FROM again").fetchone()
    assert whole is not None
    assert '"{""b"":  1, ""a"": 1.50}"' in whole[0]
    assert "1 mon 30 days" in whole[0]


def _rows(bed: PostgresBed, condition: Condition) -> int:
    return bed.reader().count(chosen(condition, "t"))


def test_two_zones_and_both_kinds_of_time_in_one_table_are_compared_each_as_it_means(bed: PostgresBed) -> None:
    bed.by(
        "CREATE TABLE t (id int, w timestamp, z timestamptz)",
        "INSERT INTO t VALUES (1, '2023-12-31 23:30', '2023-12-31 23:30+00')",
    )
    assert _rows(bed, parse("w < DATE '2024-01-01' AND z < DATE '2024-01-01'")) == 1
    berlin = open_reader("shop", System(url=bed.address(READER, PASSWORD), time_zone="Europe/Berlin"))
    assert berlin.count(chosen(parse("w < DATE '2024-01-01' AND z >= DATE '2024-01-01'"), "t")) == 1
    assert dict(berlin.census("t", StartingPoint(("z",)), ALWAYS)) == {2024: 1}
    berlin.close()


def test_an_array_becomes_a_constant_as_the_database_writes_one_and_one_of_several_dimensions_is_never_half_shortened(
    bed: PostgresBed,
) -> None:
    bed.by(
        "CREATE TABLE t (id int PRIMARY KEY, a text[] NOT NULL, b text[])",
        "INSERT INTO t VALUES (1, '{x,y}', '{{abc,d},{e,f}}'), (2, '{}', NULL)",
    )
    empty = Shaped(Column("a"), "constant", "{}")
    assert agree_of(bed, empty) == (1, 1)
    carry_out(
        bed.writer(), step(ALWAYS, action=ChangeColumns((Change(column="a", how="constant", value="{}"),)), of="t", parts=())
    )
    assert agree_of(bed, empty) == (2, 0)
    short = Shaped(Column("b"), "truncated", 1)
    carry_out(bed.writer(), step(ALWAYS, action=ChangeColumns((Change(column="b", how="truncate", value=1),)), of="t", parts=()))
    assert [row["b"] for row in bed.rows("t")] == [[["abc", "d"], ["e", "f"]], None]
    assert agree_of(bed, short) == (0, 1)


def agree_of(bed: PostgresBed, condition: Condition) -> tuple[int, int]:
    """How many rows fulfil a condition, and how many do not."""
    reader = bed.reader()
    return reader.count(chosen(condition, "t")), reader.count(chosen(Not(condition), "t"))
