"""What hangs on a selection: counted in one look, and the same as counted one by one."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from zusage.connectors.trouble import CannotHandle
from zusage.promises.condition import ALWAYS, NEVER, Among, Column, Compare, Condition, Exists, Not, Surely, all_of, parse

from ..bench import Bench, Values
from ..checks import refused, same, true
from .shop import OLD, PARTS, chosen, fill, inventory, table

#: conditions of every kind that may stand where only true counts
_ODD: tuple[Condition, ...] = (
    Not(Surely(parse("points = 10"))),
    Surely(Not(Surely(parse("joined < DATE '2020-01-01'")))),
    parse("(vip OR points = 10) IS TRUE AND NOT (email IS NULL)"),
)


class WeighingTests:
    """Rows, what belongs to them, and what stands in their way."""

    def test_parts_are_counted_with_the_rows_to_which_they_belong_however_deep(self, bench: Bench) -> None:
        weight = fill(bench).reader().weigh(chosen(OLD), PARTS, (), {})
        same(weight.rows, 3, "customers who joined before 2020")
        same(dict(weight.parts), {"order": 3, "line": 4, "line_note": 1}, "what belongs to them")

    def test_marks_count_among_the_selected_rows_alone(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        ordered = Exists("order", Compare("=", Column("customer_id"), Column("id", "customer")))
        weight = reader.weigh(chosen(OLD), (), (ordered, parse("vip"), NEVER, ALWAYS), {})
        same(weight.marked, (2, 1, 0, 3), "customers with an order, vips, none and all")
        for condition in _ODD:
            alone = reader.count(chosen(condition))
            same(reader.weigh(chosen(condition), (), (condition,), {}).marked, (alone,), f"marked and counted: {condition}")

    def test_nothing_selected_weighs_nothing(self, bench: Bench) -> None:
        weight = fill(bench).reader().weigh(chosen(NEVER), PARTS, (ALWAYS,), {})
        same((weight.rows, sum(weight.parts.values()), weight.marked), (0, 0, (0,)), "the weight of nothing")

    def test_rows_of_a_named_set_are_told_from_all_others(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        vips = {"old": chosen(OLD), "old vips": chosen(all_of(Among("old"), parse("vip"))), "none": chosen(NEVER)}
        for name, rows in (("old", 3), ("old vips", 1), ("none", 0)):
            same(reader.weigh(chosen(Among(name)), (), (), vips).rows, rows, f"rows of {name}")
            same(reader.weigh(chosen(Not(Surely(Among(name)))), (), (), vips).rows, 7 - rows, f"rows outside {name}")
        link = Compare("=", Column("customer_id", "order"), Column("id"))
        orders = chosen(Exists("customer", all_of(link, Among("old"))), "order")
        same(reader.weigh(orders, PARTS[1:], (), vips).rows, 3, "orders of the set")

    def test_a_set_of_rows_without_a_key_is_told_by_what_it_says(self, bench: Bench) -> None:
        note = table("note", {"id": "integer", "text": "text"}, key=())
        rows: list[Values] = [{"id": 1, "text": "a"}, {"id": 1, "text": "a"}, {"id": 2, "text": None}]
        reader = bench.build(inventory(note), {"note": rows}).reader()
        sets = {"a": chosen(parse("text = 'a'"), "note")}
        same(reader.weigh(chosen(Among("a"), "note"), (), (), sets).rows, 2, "rows of the set")
        same(reader.weigh(chosen(Not(Among("a")), "note"), (), (), sets).rows, 1, "rows outside, one of them unknown")

    def test_a_set_that_nobody_has_told_is_refused(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        with refused(CannotHandle, "an unknown set"):
            reader.weigh(chosen(Among("nothing")), (), (), {})
        true(reader.count(chosen(ALWAYS)) == 7, "the reader still looks")
