"""Tables that refer to themselves and to each other: everything due goes, whatever hangs on what stays is kept, and both sides say so."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import get_args

from zusage.connectors.trouble import InACircle
from zusage.evidence.verdict import Verdict
from zusage.planning.suspension import Suspension
from zusage.promises.condition import Column, Compare, Condition, Literal, Not, Under, parse
from zusage.promises.inventory import ForeignKey, Inventory, OnDelete

from ..bench import Bed, Bench, Rows
from ..checks import same, true
from .agreeing import agree
from .shop import inventory, link, table
from .way import NEW, OLD, Way, left, manifest

_FORBIDDING: tuple[OnDelete, ...] = ("NO ACTION", "RESTRICT")
#: its purpose has ended, and its period has not
_ENDED = date(2023, 5, 5)
_KINDS: tuple[OnDelete, ...] = tuple(kind for kind in get_args(OnDelete) if kind != "SET DEFAULT")


def _comments(on_delete: OnDelete = "NO ACTION") -> Inventory:
    """Comments that answer comments; every comment has marks."""
    return inventory(
        table("comment", {"id": "integer", "answers": "integer", "day": "date", "text": "text", "author": "text"},
              links=[link("answers", "comment", on_delete)]),
        table("mark", {"id": "integer", "comment_id": "integer"}, links=[link("comment_id", "comment")]),
    )  # fmt: skip


_DATA: Mapping[str, Mapping[str, object]] = {
    "shop.comment": {"classes": {"text": ["text"]}, "structure": ["day", "answers"]},
    "shop.mark": {"part_of": "shop.comment via comment_id"},
}


def _row(number: int, answers: int | None, day: date | None) -> dict[str, object]:
    return {"id": number, "answers": answers, "day": day, "text": f"text {number}"}


def _shared(bench: Bench, long: str, rows: Sequence[dict[str, object]]) -> Way:
    """Two purposes hold a comment: one its text with its marks for a year, the other its author."""
    other = {
        "data": {"shop.comment": {"classes": {"text": ["author"]}}},
        "keep": [{"name": "long", "at_most": long, "from": "day"}],
    }
    words = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}, "legal_basis": "art-6-1-b"}
    mine = {"shop.comment": {"classes": {"text": ["text"]}, "structure": ["answers", "day"]}, "shop.mark": _DATA["shop.mark"]}
    marks = [{"id": 100 + int(str(row["id"])), "comment_id": row["id"]} for row in rows]
    return Way(
        bench.build(_comments(), {"comment": [{**row, "author": "somebody"} for row in rows], "mark": marks}),
        manifest(mine, about={**words, **other}),
    )


def _posts(bench: Bench, kind: OnDelete, comments: Sequence[tuple[int, int, int | None]]) -> Way:
    """Posts, of which the last is new, with comments, each with its post and the comment that it answers."""
    tables = inventory(
        table("post", {"id": "integer", "day": "date"}),
        table("comment", {"id": "integer", "post_id": "integer", "answers": "integer"},
              links=[link("post_id", "post"), link("answers", "comment", kind)]),
    )  # fmt: skip
    rows: Rows = {
        "post": [{"id": n, "day": NEW if n == 9 else OLD} for n in (1, 2, 3, 4, 5, 9)],
        "comment": [{"id": n, "post_id": post, "answers": other} for n, post, other in comments],
    }
    data = {"shop.post": {"structure": ["day"]}, "shop.comment": {"part_of": "shop.post via post_id", "structure": ["answers"]}}
    return Way(bench.build(tables, rows), manifest(data))


def _threads(bench: Bench, rows: Sequence[dict[str, object]], on_delete: OnDelete = "NO ACTION") -> Way:
    marks = [{"id": 100 + int(str(row["id"])), "comment_id": row["id"]} for row in rows]
    return Way(bench.build(_comments(on_delete), {"comment": list(rows), "mark": marks}), manifest(_DATA))


class TreeTests:
    """Rows that refer to rows of their own table."""

    def test_a_tree_that_is_due_goes_whole_whatever_its_foreign_key_and_depth(self, bench: Bench) -> None:
        for kind in _KINDS:
            deep = [_row(n, n - 1 if n > 1 else None, OLD) for n in range(1, 9)]
            wide = [_row(20, None, OLD), *(_row(n, 20, OLD) for n in range(21, 27)), _row(30, 22, OLD)]
            way = _threads(bench, [*deep, *wide, _row(40, None, NEW)], kind)
            way.goes()
            same((left(way.bed, "comment"), left(way.bed, "mark")), ([40], [140]), f"what is left with ON DELETE {kind}")

    def test_a_row_stays_with_whatever_stays_under_it_and_the_rest_goes(self, bench: Bench) -> None:
        for kind in _FORBIDDING:
            kept = [_row(1, None, OLD), _row(2, 1, OLD), _row(3, 2, NEW)]
            gone = [_row(4, 3, OLD), _row(5, 1, OLD), _row(6, None, OLD), _row(7, 6, OLD)]
            way = _threads(bench, [*kept, *gone], kind)
            way.goes()
            same(left(way.bed, "comment"), [1, 2, 3], f"comments left with ON DELETE {kind}")

    def test_rows_of_two_rules_that_refer_to_each_other_go_with_one_plan_that_says_how_many(self, bench: Bench) -> None:
        for kind in _FORBIDDING:
            bound = [_row(n, n - 1 if n > 1 else None, OLD) | {"author": "a" if n % 2 else None} for n in (1, 2, 3)]
            free = [_row(5, None, OLD), _row(6, 5, OLD) | {"author": "b"}, _row(7, 6, NEW), _row(8, None, OLD)]
            tables: Rows = {"comment": [*bound, *free], "mark": [{"id": 101, "comment_id": 1}]}
            known, unknown = {"name": "known", "only": "author IS NOT NULL"}, {"name": "unknown", "only": "author IS NULL"}
            way = Way(bench.build(_comments(kind), tables), manifest(_DATA, known, unknown))
            same(way.verdicts()["talk/known/at-most"], Verdict.BROKEN, "before")
            counted = [(step.promise, step.rows) for step in way.plan().steps]
            rounds = [("talk/known/at-most", 1), ("talk/unknown/at-most", 2), ("talk/known/at-most", 1)]
            same(counted, rounds, f"what the plan says with ON DELETE {kind}")
            same([(r.rows, r.stopped) for r in way.apply()], [(1, ""), (2, ""), (1, "")], "what was carried out")
            same((left(way.bed, "comment"), left(way.bed, "mark")), ([5, 6, 7], []), "what is left")
            same(set(way.verdicts().values()), {Verdict.KEPT}, "after")

    def test_what_is_held_or_has_no_time_holds_what_it_refers_to(self, bench: Bench) -> None:
        way = _threads(bench, [_row(1, None, OLD), _row(2, 1, OLD), _row(3, None, OLD), _row(4, 3, None), _row(5, None, OLD)])
        held = (("shop.comment", parse("id = 2")),)
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=held))
        same([(step.rows, step.obstacles) for step in way.plan().steps], [(1, ())], "rows of the plan")
        way.apply()
        same(left(way.bed, "comment"), [1, 2, 3, 4], "comments left")
        same(way.verdict(), Verdict.UNDECIDED, "a comment has no time")

    def test_what_only_one_purpose_held_goes_out_of_a_row_that_waits_for_what_refers_to_it(self, bench: Bench) -> None:
        way = _shared(bench, "P99Y", [_row(1, None, OLD), _row(2, 1, OLD), _row(3, 2, NEW)])
        way.goes()
        texts = {row["id"]: row["text"] for row in way.bed.rows("comment")}
        same((texts, left(way.bed, "mark")), ({1: None, 2: None, 3: "text 3"}, [103]), "texts and marks left")

    def test_what_belongs_to_a_row_that_no_purpose_holds_any_more_goes_while_the_row_waits(self, bench: Bench) -> None:
        way = _shared(bench, "P6M", [_row(1, None, OLD), _row(2, 1, OLD), _row(3, 2, NEW), _row(4, None, OLD)])
        same([(step.table, step.rows) for step in way.plan().steps[:2]], [("comment", 1), ("mark", 2)], "what goes first")
        way.goes()
        texts = {row["id"]: row["text"] for row in way.bed.rows("comment")}
        same((texts, left(way.bed, "mark")), ({1: None, 2: None, 3: "text 3"}, [103]), "texts and marks left")

    def test_what_belongs_to_a_row_that_waits_for_a_held_one_goes_and_what_is_of_the_held_one_stays(self, bench: Bench) -> None:
        way = _shared(bench, "P6M", [_row(1, None, OLD), _row(2, 1, OLD), _row(3, None, OLD)])
        held = (("shop.comment", parse("id = 2")),)
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=held))
        way.goes()
        texts = {row["id"]: row["text"] for row in way.bed.rows("comment")}
        same((texts, left(way.bed, "mark")), ({1: None, 2: "text 2"}, [102]), "texts and marks left")

    def test_a_row_that_waits_for_one_that_is_blocked_goes_from_the_vault_with_the_same_plan(self, bench: Bench) -> None:
        rows = [_row(1, None, OLD), _row(2, 1, _ENDED), _row(3, 2, OLD), _row(4, 3, _ENDED), _row(5, 4, OLD), _row(6, None, NEW)]
        tables: Rows = {"comment": rows, "mark": [{"id": 100 + n, "comment_id": n} for n in range(1, 7)]}
        ends = {"at_most": "P4Y", "purpose_ends": {"from": "day", "after": "P1M"}}
        way = Way(bench.build(_comments(), tables), manifest(_DATA, ends))
        gone = [(step.promise, step.rows, step.total, step.part_rows) for step in way.plan().steps][1:]
        same(gone[0][:3], ("talk/gone/blocked", 4, 6), "what is blocked")
        same(gone[1], ("blocked/shop", 2, 4, (("comment", 2),)), "what goes from the vault at once")
        true("shop.comment" in replace(way.plan(), guard=0.4).needs_approval, "the guard weighs what goes by way of the vault")
        way.goes("talk/gone/blocked")
        same((left(way.bed, "comment"), left(way.bed, "mark")), ([6], [106]), "left in the tables")
        same(sorted(row.key for row in way.vault.entries.values()), [(2,), (4,)], "left in the vault")
        same(way.verdict(), Verdict.KEPT, "the maximum")

    def test_an_answer_that_stays_and_would_go_or_change_by_itself_stops_the_step(self, bench: Bench) -> None:
        for kind in ("CASCADE", "SET NULL"):
            way = _threads(bench, [_row(1, None, OLD), _row(2, 1, OLD), _row(3, 2, NEW)], kind)
            (step,) = way.plan().steps
            same(
                [(one.table, one.rows) for one in step.obstacles], [("comment", 2)], f"what stops the step with ON DELETE {kind}"
            )
            way.apply()
            same((left(way.bed, "comment"), way.verdict()), ([1, 2, 3], Verdict.BROKEN), f"left with ON DELETE {kind}")

    def test_a_hold_under_a_row_keeps_the_row_whatever_the_foreign_key(self, bench: Bench) -> None:
        way = _threads(bench, [_row(1, None, OLD), _row(2, 1, OLD), _row(3, None, OLD)], "CASCADE")
        held = (("shop.comment", parse("id = 2")),)
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=held))
        way.goes()
        same((left(way.bed, "comment"), left(way.bed, "mark")), ([1, 2], [101, 102]), "what is left")

    def test_rows_that_belong_to_others_go_with_them_whichever_of_them_refers_to_which(self, bench: Bench) -> None:
        for kind in ("NO ACTION", "CASCADE"):
            way = _posts(bench, kind, [(1, 1, None), (2, 1, 1), (3, 5, 2), (4, 2, 3), (5, 9, None)])  # batches are of three posts
            way.goes()
            same((left(way.bed, "post"), left(way.bed, "comment")), ([9], [5]), f"left with ON DELETE {kind}")

    def test_an_answer_of_what_stays_to_what_would_go_stops_the_step_and_is_counted_in_the_plan(self, bench: Bench) -> None:
        way = _posts(bench, "NO ACTION", [(1, 1, None), (2, 1, 1), (3, 9, 2), (4, 2, None)])
        (step,) = way.plan().steps
        same([(one.table, one.of, one.rows) for one in step.obstacles], [("comment", "comment", 1)], "obstacles")
        (result,) = way.apply()
        true("Empty the reference" in result.stopped, "it is said what to do")
        same((left(way.bed, "comment"), way.verdict()), ([1, 2, 3, 4], Verdict.BROKEN), "what is left")

    def test_a_row_that_refers_to_itself_goes(self, bench: Bench) -> None:
        way = _threads(bench, [_row(1, 1, OLD), _row(2, 1, OLD), _row(3, 3, NEW)])
        way.goes()
        same(left(way.bed, "comment"), [3], "comments left")

    def test_rows_in_a_circle_are_left_with_a_clear_word(self, bench: Bench) -> None:
        way = _threads(bench, [_row(1, None, OLD), _row(2, None, OLD), _row(3, None, OLD)])
        way.bed.alter("comment", {"id": 1}, {"answers": 2})
        way.bed.alter("comment", {"id": 2}, {"answers": 1})
        (result,) = way.apply()
        wanted = str(InACircle("01-talk/gone/at-most", "comment", "answers", 2))
        same((result.rows, result.stopped), (1, wanted), "what the step says")
        same(left(way.bed, "comment"), [1, 2], "comments left")

    def test_a_tree_by_a_key_of_several_columns_goes_too(self, bench: Bench) -> None:
        key = ForeignKey(("above_year", "above_no"), "node", ("year", "no"))
        columns = {"year": "integer", "no": "integer", "above_year": "integer", "above_no": "integer", "day": "date"}
        tables = inventory(table("node", columns, key=("year", "no"), links=[key]))  # type: ignore[arg-type]
        rows = [_node(1, None, OLD), _node(2, 1, OLD), _node(3, 2, OLD), _node(4, None, OLD), _node(5, 4, NEW)]
        way = Way(bench.build(tables, {"node": rows}), manifest({"shop.node": {"structure": ["day", "above_year", "above_no"]}}))
        way.goes()
        same(left(way.bed, "node", "no"), [4, 5], "nodes left")

    def test_what_is_under_a_row_is_found_the_same_way_everywhere(self, bench: Bench) -> None:
        rows = [_row(1, None, OLD), _row(2, 1, OLD), _row(3, 2, NEW), _row(4, 1, OLD), _row(5, 5, NEW), _row(6, None, None)]
        bed = _threads(bench, rows).bed
        wanted: dict[Condition, set[int]] = {
            Compare("=", Column("id"), Literal(3)): {1, 2},
            Compare("=", Column("text"), Literal("text 4")): {1},
            Compare("=", Column("id"), Literal(1)): set(),
            parse("day IS NOT NULL"): {1, 2, 5},
            parse("EXISTS (SELECT 1 FROM mark WHERE comment_id = comment.id AND id = 103)"): {1, 2},
        }
        for where, above in wanted.items():
            under = Under("comment", ("answers",), ("id",), where)
            found = agree(bed, bed.reader(), "comment", under)
            same({row for row, said in found.items() if said}, above, f"rows above those with {where}")
            agree(bed, bed.reader(), "comment", Not(under))


def _node(number: int, above: int | None, day: date) -> dict[str, object]:
    return {"year": 2015, "no": number, "above_year": 2015 if above else None, "above_no": above, "day": day}


def _customers(kind: OnDelete) -> Inventory:
    """Customers have addresses, and one of these is their own choice; addresses have notes, of which one is the address's own."""
    return inventory(
        table("customer", {"id": "integer", "chosen": "integer", "day": "date", "text": "text"}, links=[link("chosen", "address", kind)]),
        table("address", {"id": "integer", "customer_id": "integer", "best": "integer", "text": "text"},
              links=[link("customer_id", "customer", kind), link("best", "note", kind)]),
        table("note", {"id": "integer", "address_id": "integer", "text": "text"}, links=[link("address_id", "address", kind)]),
    )  # fmt: skip


_CIRCLE: Mapping[str, Mapping[str, object]] = {
    "shop.customer": {"classes": {"text": ["text"]}, "structure": ["day", "chosen"]},
    "shop.address": {"part_of": "shop.customer via customer_id", "classes": {"text": ["text"]}, "structure": ["best"]},
    "shop.note": {"part_of": "shop.address via address_id", "classes": {"text": ["text"]}},
}


def _circle(bench: Bench, kind: OnDelete) -> Bed:
    """Three customers with two addresses each, in a circle that is closed after everything is there."""
    numbers = (1, 2, 3)
    addresses = [{"id": 10 * n + m, "customer_id": n, "text": "street"} for n in numbers for m in (0, 1)]
    bed = bench.build(
        _customers(kind),
        {
            "customer": [{"id": n, "day": NEW if n == 3 else OLD, "text": "name"} for n in numbers],
            "address": addresses,
            "note": [{"id": 100 + int(str(one["id"])), "address_id": one["id"], "text": "note"} for one in addresses],
        },
    )
    for number in numbers:
        bed.alter("address", {"id": 10 * number + 1}, {"best": 100 + 10 * number + 1})
        bed.alter("customer", {"id": number}, {"chosen": 10 * number + 1})
    return bed


class CircleTests:
    """Tables that refer to each other."""

    def test_tables_in_circles_go_together_when_the_links_can_be_emptied(self, bench: Bench) -> None:
        for kind in _FORBIDDING:
            way = Way(_circle(bench, kind), manifest(_CIRCLE))
            before = way.bed.rows("customer")[2]
            way.goes()
            same(
                (left(way.bed, "customer"), left(way.bed, "address"), left(way.bed, "note")), ([3], [30, 31], [130, 131]), "left"
            )
            same(way.bed.rows("customer"), [before], f"a customer who stays has changed, with ON DELETE {kind}")

    def test_what_is_blocked_in_a_circle_is_documented_as_it_was(self, bench: Bench) -> None:
        ends = {"at_most": "P10Y", "purpose_ends": {"from": "day", "after": "P1Y"}}
        way = Way(_circle(bench, "NO ACTION"), manifest(_CIRCLE, ends))
        way.goes("talk/gone/blocked")
        documents = sorted(way.vault.entries.values(), key=lambda row: str(row.key))
        same([row.values["chosen"] for row in documents], [11, 21], "the links in the documents")
        same([row["best"] for row in documents[0].parts["address"]], [None, 111], "the links in the parts of the documents")

    def test_links_that_must_have_a_value_are_looked_at_when_the_transaction_ends(self, bench: Bench) -> None:
        if "deferring" in bench.lacks:
            return
        chosen = ForeignKey(("chosen",), "address", ("id",), deferrable=True)
        people = table("customer", {"id": "integer", "chosen": "integer", "day": "date"}, links=[chosen])
        people = replace(people, columns=tuple(replace(one, nullable=one.name == "day") for one in people.columns))
        homes = table("address", {"id": "integer", "customer_id": "integer"})
        rows: Rows = {"address": [{"id": n * 10, "customer_id": n} for n in (1, 2)],
                "customer": [{"id": 1, "chosen": 10, "day": OLD}, {"id": 2, "chosen": 20, "day": NEW}]}  # fmt: skip
        bed = bench.build(inventory(homes, people), rows)
        own = {"shop.customer": {"structure": ["day", "chosen"]}, "shop.address": {"part_of": "shop.customer via customer_id"}}
        Way(bed, manifest(own)).goes()
        same((left(bed, "customer"), left(bed, "address")), ([2], [20]), "what is left")

    def test_a_circle_of_tables_with_rules_of_their_own_is_refused_by_name(self, bench: Bench) -> None:
        from zusage.planning.order import ForeignKeyCycle

        own = {name: {key: value for key, value in data.items() if key != "part_of"} for name, data in _CIRCLE.items()}
        own["shop.address"]["structure"] = ["best", "customer_id"]
        way = Way(
            _circle(bench, "NO ACTION"),
            manifest(own, {"data": "shop.customer"}, {"data": "shop.address", "name": "too", "from": "id"}),
        )
        try:
            way.plan()
        except ForeignKeyCycle as error:
            true("shop.customer" in str(error) and "elsewhere" in str(error), "the message says where and what to do")
        else:
            raise AssertionError("a circle of two rules was planned")
