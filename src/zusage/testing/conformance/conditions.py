"""What conditions mean: every node of the tree on rows with missing values, compared with what was worked out by hand."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from zusage.connectors.trouble import CannotHandle
from zusage.promises.condition import (
    ALWAYS,
    And,
    Column,
    Compare,
    Condition,
    Exists,
    Like,
    Literal,
    Not,
    OneOf,
    Or,
    Possibly,
    Shaped,
    Surely,
    parse,
    to_text,
)

from ..bench import Bench
from ..checks import refused, same
from .agreeing import agree
from .shop import chosen, fill

#: condition → customers of whom it is true, and of whom it is unknown
TEXTS: dict[str, tuple[set[int], set[int]]] = {
    "TRUE": ({1, 2, 3, 4, 5, 6, 7}, set()),
    "FALSE": (set(), set()),
    "vip": ({1, 5, 7}, {3}),
    "NOT vip": ({2, 4, 6}, {3}),
    "vip = FALSE": ({2, 4, 6}, {3}),
    "points = 10": ({1, 6}, {2}),
    "points <> 10": ({3, 4, 5, 7}, {2}),
    "points < 0": ({3}, {2}),
    "points <= 0": ({3, 4}, {2}),
    "points > 7": ({1, 6}, {2}),
    "points >= 7": ({1, 5, 6}, {2}),
    "points = -3": ({3}, {2}),
    "7 < points": ({1, 6}, {2}),
    "total = 1.5": ({1, 2, 3, 4, 5, 6, 7}, set()),
    "points > total": ({1, 5, 6, 7}, {2}),
    "abs(points) = 3": ({3, 7}, {2}),
    "coalesce(points, 99) = 99": ({2}, set()),
    "coalesce(points, -1) < 0": ({2, 3}, set()),
    "email IS NULL": ({2}, set()),
    "email IS NOT NULL": ({1, 3, 4, 5, 6, 7}, set()),
    "(points = 10) IS TRUE": ({1, 6}, set()),
    "(points = 10) IS FALSE": ({3, 4, 5, 7}, set()),
    "name = 'ada'": ({2}, {5}),
    "name = 'straße'": ({7}, {5}),
    "name = 'O''Hara \"Q\"'": ({4}, {5}),
    "lower(name) = 'ada'": ({1, 2}, {5}),
    "lower(email) = 'äöü'": ({6}, {2}),
    "'b' > lower(name)": ({1, 2, 6}, {5}),
    "upper(email) = 'ÄÖÜ'": ({6}, {2}),
    "length(name) = 6": ({6, 7}, {5}),
    "trim(name) = 'trim'": ({6}, {5}),
    "name IN ('Ada', 'straße')": ({1, 7}, {5}),
    "name NOT IN ('Ada', 'straße')": ({2, 3, 4, 6}, {5}),
    "points IN (0, 3)": ({4, 7}, {2}),
    "points BETWEEN 0 AND 7": ({4, 5, 7}, {2}),
    "name LIKE 'A%'": ({1}, {5}),
    "name LIKE '%a'": ({1, 2}, {5}),
    "name LIKE '_da'": ({1, 2}, {5}),
    "name LIKE '%*[x]?'": ({3}, {5}),
    "name LIKE '%[x]%'": ({3}, {5}),
    "name LIKE '%*'": (set(), {5}),
    "name LIKE '???'": (set(), {5}),
    "name LIKE '%''%\"%'": ({4}, {5}),
    "name LIKE ''": (set(), {5}),
    "name NOT LIKE 'A%'": ({2, 3, 4, 6, 7}, {5}),
    "vip AND points = 10": ({1}, set()),
    "vip OR points = 10": ({1, 5, 6, 7}, {2, 3}),
    "NOT (vip AND points = 10)": ({2, 3, 4, 5, 6, 7}, set()),
    "joined < DATE '2020-01-01'": ({1, 2, 6}, {5}),
    "joined <= DATE '2020-01-01'": ({1, 2, 3, 6}, {5}),
    "joined = DATE '2016-02-29'": ({6}, {5}),
    "joined <> DATE '2016-02-29'": ({1, 2, 3, 4, 7}, {5}),
    "joined BETWEEN DATE '2019-12-31' AND DATE '2021-02-28'": ({2, 3, 4}, {5}),
    "joined IN (DATE '2015-05-05', DATE '2024-12-31')": ({1, 7}, {5}),
    "DATE '2020-01-01' < joined": ({4, 7}, {5}),
    "seen > DATE '2020-01-01'": ({1, 2, 3, 4, 5, 6, 7}, set()),
    "seen <= DATE '2020-01-01'": (set(), set()),
    "seen < DATE '2020-01-02'": ({1, 2, 3, 4, 5, 6, 7}, set()),
    "EXISTS (SELECT 1 FROM \"order\")": ({1, 2, 3, 4, 5, 6, 7}, set()),
    "EXISTS (SELECT 1 FROM review)": (set(), set()),
    "EXISTS (SELECT 1 FROM \"order\" WHERE customer_id = customer.id)": ({1, 2, 7}, set()),
    "EXISTS (SELECT 1 FROM \"order\" AS o WHERE o.customer_id = customer.id AND o.closed IS NULL)": ({1}, set()),
    "NOT EXISTS (SELECT 1 FROM \"order\" WHERE customer_id = customer.id AND closed < DATE '2020-01-01')": (
        {2, 3, 4, 5, 6, 7},
        set(),
    ),
    "EXISTS (SELECT 1 FROM \"order\" WHERE customer_id = customer.id AND EXISTS "
    "(SELECT 1 FROM line WHERE order_id = \"order\".id AND text = 'plate' AND customer.vip))": ({1, 7}, set()),
    "EXISTS (SELECT 1 FROM \"order\" WHERE customer_id = customer.points)": ({5}, set()),
    "EXISTS (SELECT 1 FROM customer AS other WHERE other.points = customer.points AND other.id <> customer.id)": ({1, 6}, set()),
    "EXISTS (SELECT 1 FROM customer WHERE customer.points = 0 AND customer.id = 4)": ({1, 2, 3, 4, 5, 6, 7}, set()),
    "EXISTS (SELECT 1 FROM \"order\" WHERE customer_id = customer.id AND EXISTS (SELECT 1 FROM \"order\" AS o "
    "WHERE o.customer_id = \"order\".customer_id AND o.id <> \"order\".id AND o.customer_id = customer.id))": ({1}, set()),
    "EXISTS (SELECT 1 FROM customer AS a WHERE a.points < customer.points AND EXISTS "
    "(SELECT 1 FROM customer AS b WHERE b.points < a.points AND b.points > customer.points))": (set(), set()),
    "EXISTS (SELECT 1 FROM line_note WHERE line_id IS NULL AND customer.name = 'ada')": ({2}, set()),
}  # fmt: skip
TREES: tuple[tuple[Condition, set[int], set[int]], ...] = (
    (And(()), {1, 2, 3, 4, 5, 6, 7}, set()),
    (Or(()), set(), set()),
    (OneOf(Column("points"), ()), set(), set()),
    (OneOf(Column("name"), (Literal("ada"), Literal(1))), {2}, {1, 3, 4, 5, 6, 7}),
    (Surely(parse("points = 10")), {1, 6}, set()),
    (Possibly(parse("points = 10")), {1, 2, 6}, set()),
    (Not(Surely(parse("points = 10"))), {2, 3, 4, 5, 7}, set()),
    (Not(Possibly(parse("points = 10"))), {3, 4, 5, 7}, set()),
    (Surely(Not(Possibly(parse("points = 10")))), {3, 4, 5, 7}, set()),
    (Shaped(Column("points"), "constant", 10), {1, 6}, {2}),
    (Shaped(Column("points"), "constant", "10"), {1, 6}, {2}),
    (Shaped(Column("email"), "constant", ""), {5}, {2}),
    (Shaped(Column("points"), "multiple", 10), {1, 4, 6}, {2}),
    (Shaped(Column("joined"), "beginning", "month"), {3}, {5}),
    (Shaped(Column("joined"), "beginning", "decade"), {3}, {5}),
    (Shaped(Column("name"), "truncated", 3), {1, 2}, {5}),
    (Shaped(Column("name"), "truncated", 0), set(), {5}),
    (Shaped(Column("name"), "pseudonym"), set(), {5}),
    (Compare("=", Column("name"), Literal(5)), set(), {1, 2, 3, 4, 5, 6, 7}),
    (Compare("<", Column("points"), Literal("a")), set(), {1, 2, 3, 4, 5, 6, 7}),
    (Compare("=", Column("name"), Column("points")), set(), {1, 2, 3, 4, 5, 6, 7}),
    (Compare("=", Literal(1), Literal(1)), {1, 2, 3, 4, 5, 6, 7}, set()),
    (Compare("=", Literal(1), Literal("1")), set(), {1, 2, 3, 4, 5, 6, 7}),
    (Like(Column("points"), "1%"), {1, 6}, {2}),
    (Exists("order", ALWAYS), {1, 2, 3, 4, 5, 6, 7}, set()),
)  # fmt: skip


class ConditionTests:
    """Conditions mean the same everywhere."""

    def test_every_condition_that_can_be_written_means_what_was_worked_out(self, bench: Bench) -> None:
        bed = fill(bench)
        reader = bed.reader()
        for text, (yes, unknown) in TEXTS.items():
            found = agree(bed, reader, "customer", parse(text))
            same({row for row, it in found.items() if it is True}, yes, f"true of: {text}")
            same({row for row, it in found.items() if it is None}, unknown, f"unknown of: {text}")

    def test_every_node_of_the_tree_means_what_was_worked_out(self, bench: Bench) -> None:
        bed = fill(bench)
        reader = bed.reader()
        for condition, yes, unknown in TREES:
            found = agree(bed, reader, "customer", condition)
            same({row for row, it in found.items() if it is True}, yes, f"true of: {condition}")
            same({row for row, it in found.items() if it is None}, unknown, f"unknown of: {condition}")

    def test_a_condition_with_two_rows_of_one_table_reads_back_from_its_text(self, bench: Bench) -> None:
        bed = fill(bench)
        for text in TEXTS:
            again = parse(to_text(parse(text)))
            same(again, parse(text), f"read back: {text}")
            if " AS " in text:
                agree(bed, bed.reader(), "customer", again)

    def test_a_column_of_another_table_outside_exists_is_refused(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        hidden = "EXISTS (SELECT 1 FROM line AS l WHERE line.id = l.order_id)"
        for text in ('"order".id = 1', 'EXISTS (SELECT 1 FROM line WHERE "order".id = 1)', hidden):
            with refused(CannotHandle, f"a table that is not in sight: {text}"):
                reader.count(chosen(parse(text)))
