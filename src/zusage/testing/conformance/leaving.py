"""Rows elsewhere that stay and are changed along: copies of a name, references that are emptied."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from zusage.evidence.verdict import Verdict
from zusage.planning.suspension import Suspension
from zusage.promises.condition import parse
from zusage.promises.inventory import OnDelete

from ..bench import Bed, Bench
from ..checks import same
from .shop import inventory, link, table
from .way import NEW, OLD, Way, left, manifest

_KINDS: tuple[OnDelete, ...] = tuple(kind for kind in get_args(OnDelete) if kind != "SET DEFAULT")
#: over for two years, not for nine
MIDDLE = date(2020, 5, 5)
_DATA = {"shop.author": {"classes": {"text": ["name"]}}}
_TEXT = {"de": "x", "en": "x"}


def _reviews(bench: Bench, kind: OnDelete = "NO ACTION") -> Bed:
    """Two authors, of whom the first is due; their reviews bear their names."""
    tables = inventory(
        table("author", {"id": "integer", "name": "text", "day": "date"}),
        table("review", {"id": "integer", "author_id": "integer", "author_name": "text", "stars": "integer", "day": "date"},
              links=[link("author_id", "author", kind)]),
    )  # fmt: skip
    return bench.build(
        tables,
        {
            "author": [{"id": 1, "name": "Ada", "day": OLD}, {"id": 2, "name": "Bob", "day": NEW}],
            "review": [_review(10, 1, "Ada"), _review(11, 1, "Ada"), _review(20, 2, "Bob"), _review(30, None, "guest")],
        },
    )


def _review(number: int, author: int | None, name: str) -> dict[str, object]:
    return {"id": number, "author_id": author, "author_name": name, "stars": 5, "day": NEW}


def _rule(**become: Any) -> dict[str, Any]:
    return {"elsewhere": [{"rows": "shop.review via author_id", "become": become}]}


_GOES = _rule(author_id={}, author_name={"constant": "former author"})
_CHANGES = {**_rule(author_name={}), "then": {"anonymise": {"name": {}}}}


def _names(bed: Bed) -> list[tuple[object, object]]:
    return [(row["author_id"], row["author_name"]) for row in bed.rows("review")]


class LeavingTests:
    """What stays elsewhere is changed in the same transaction."""

    def test_a_row_goes_and_what_refers_to_it_lets_go_and_forgets_the_name(self, bench: Bench) -> None:
        for kind in _KINDS:
            way = Way(_reviews(bench, kind), manifest(_DATA, _GOES))
            (step,) = way.plan().steps
            same((step.rows, step.part_rows, step.obstacles), (1, (("review", 2),), ()), "what the plan says")
            way.goes()
            gone = (None, "former author")
            same(
                (left(way.bed, "author"), _names(way.bed)), ([2], [gone, gone, (2, "Bob"), (None, "guest")]), f"left with {kind}"
            )

    def test_copies_of_a_name_are_emptied_with_it(self, bench: Bench) -> None:
        way = Way(_reviews(bench), manifest(_DATA, _CHANGES))
        way.goes()
        same(_names(way.bed), [(1, None), (1, None), (2, "Bob"), (None, "guest")], "the copies")
        same([row["name"] for row in way.bed.rows("author")], [None, "Bob"], "the names")

    def test_a_copy_that_comes_back_is_seen_and_goes_again(self, bench: Bench) -> None:
        way = Way(_reviews(bench), manifest(_DATA, _CHANGES))
        way.goes()
        way.bed.alter("review", {"id": 11}, {"author_name": "Ada"})
        way.goes()
        same(_names(way.bed)[:2], [(1, None), (1, None)], "the copies")

    def test_a_hold_on_a_copy_holds_the_row(self, bench: Bench) -> None:
        for rule in (_GOES, _CHANGES):
            way = Way(_reviews(bench), manifest(_DATA, rule))
            before = (way.bed.rows("author"), way.bed.rows("review"))
            way.suspensions.place(
                Suspension(id="S-0001", reason="a case", review_on=NEW, holds=(("shop.review", parse("id = 11")),))
            )
            same(way.plan().steps, (), "the plan")
            same(way.verdict(), Verdict.KEPT, "the row is held")
            way.apply()
            same((way.bed.rows("author"), way.bed.rows("review")), before, "something changed")

    def test_a_copy_that_a_rule_of_its_own_still_needs_keeps_the_row(self, bench: Bench) -> None:
        keep = [{"name": "kept", "at_least": "P10Y", "from": "day"}]
        own = {"title": _TEXT, "purpose": _TEXT, "legal_basis": "art-6-1-c", "keep": keep,
               "data": {"shop.review": {"classes": {"text": ["author_name"]}}}}  # fmt: skip
        way = Way(_reviews(bench), manifest(_DATA, _CHANGES, reviews=own))
        same(
            ([step.rows for step in way.plan().steps], way.verdict()),
            ([], Verdict.KEPT),
            "nothing changes while the copy is needed",
        )
        way = Way(_reviews(bench), manifest(_DATA, _GOES, reviews=own))
        way.goes()
        same([row["name"] for row in way.bed.rows("author")], [None, "Bob"], "what nobody needs of the row is emptied")
        same(_names(way.bed)[:2], [(1, "Ada"), (1, "Ada")], "the copies that are needed")

    def test_a_copy_in_what_belongs_to_another_row_is_changed_and_kept_as_it_is_under_that_rows_minimum(
        self, bench: Bench
    ) -> None:
        tables = inventory(
            table("author", {"id": "integer", "name": "text", "day": "date"}),
            table("book", {"id": "integer", "day": "date"}),
            table("review", {"id": "integer", "book_id": "integer", "author_id": "integer", "author_name": "text"},
                  links=[link("book_id", "book"), link("author_id", "author")]),
        )  # fmt: skip
        rows = {
            "author": [{"id": n, "name": name, "day": OLD} for n, name in ((1, "Ada"), (2, "Bob"))],
            "book": [{"id": 1, "day": NEW}, {"id": 2, "day": MIDDLE}],
            "review": [{"id": n, "book_id": n, "author_id": n, "author_name": name} for n, name in ((1, "Ada"), (2, "Bob"))],
        }
        data = {
            **_DATA,
            "shop.book": {},
            "shop.review": {"part_of": "shop.book via book_id", "classes": {"text": ["author_name"]}},
        }
        goes = {"data": "shop.author", **_GOES}
        for beside, gone in (({"at_most": "P9Y"}, [1, 2]), ({"at_least": "P2Y", "at_most": "P9Y"}, [2])):
            way = Way(bench.build(tables, rows), manifest(data, goes, {"name": "books", "data": "shop.book", **beside}))
            way.goes()
            names = {row["id"]: row["author_name"] for row in way.bed.rows("review")}
            same(names, {n: "former author" if n in gone else "Ada" for n in (1, 2)}, f"the copies with {beside}")
            same(left(way.bed, "author"), [n for n in (1, 2) if n not in gone], f"authors left with {beside}")

    def test_rows_that_come_elsewhere_after_the_plan_stop_the_step(self, bench: Bench) -> None:
        way = Way(_reviews(bench), manifest(_DATA, _GOES))
        (step,) = way.plan().steps
        way.bed.put("review", _review(12, 1, "Ada"))
        from zusage.connectors.trouble import MoreThanPlanned

        from ..checks import refused

        writer = way.bed.writer()
        with refused(MoreThanPlanned, "a third review where two were planned"):
            list(writer.carry_out(step, parse("TRUE"), 10, 10))
        same((left(way.bed, "author"), _names(way.bed)[0]), ([1, 2], (1, "Ada")), "something changed")

    def test_a_circle_of_two_rules_is_opened_where_a_reference_is_emptied(self, bench: Bench) -> None:
        tables = inventory(
            table("club", {"id": "integer", "head": "integer", "day": "date", "name": "text"}, links=[link("head", "person")]),
            table("person", {"id": "integer", "club": "integer", "day": "date", "name": "text"}, links=[link("club", "club")]),
        )
        bed = bench.build(
            tables,
            {
                "club": [{"id": 1, "day": OLD}, {"id": 2, "day": NEW}],
                "person": [{"id": n, "club": n, "day": OLD} for n in (1, 2)],
            },
        )
        bed.alter("club", {"id": 1}, {"head": 1})
        bed.alter("club", {"id": 2}, {"head": 2})
        people = {"title": _TEXT, "purpose": _TEXT, "legal_basis": "art-6-1-b", "data": {"shop.person": {"classes": {"text": ["name"]}}},
                  "keep": [{"name": "gone", "at_most": "P1Y", "from": "day",
                            "elsewhere": [{"rows": "shop.club via head", "become": {"head": {}}}]}]}  # fmt: skip
        way = Way(bed, manifest({"shop.club": {"classes": {"text": ["name"]}}}, people=people))
        way.goes()
        same((left(bed, "club"), left(bed, "person"), left(bed, "club", "head")), ([2], [], [None]), "what is left")

    def test_a_table_that_refers_by_two_links_lets_go_by_both(self, bench: Bench) -> None:
        tables = inventory(
            table("author", {"id": "integer", "name": "text", "day": "date"}),
            table("letter", {"id": "integer", "sender_id": "integer", "reader_id": "integer"},
                  links=[link("sender_id", "author"), link("reader_id", "author")]),
        )  # fmt: skip
        ends = [(1, 2), (1, 3), (1, 1), (3, 2)]
        rows: dict[str, list[dict[str, object]]] = {
            "author": [{"id": n, "name": "x", "day": day} for n, day in ((1, OLD), (2, NEW), (3, NEW))],
            "letter": [{"id": n, "sender_id": one, "reader_id": other} for n, (one, other) in enumerate(ends, 1)],
        }
        both = [{"rows": f"shop.letter via {end}", "become": {end: {}}} for end in ("sender_id", "reader_id")]
        way = Way(bench.build(tables, rows), manifest(_DATA, {"elsewhere": both}))
        same([(step.rows, step.part_rows) for step in way.plan().steps], [(1, (("letter", 4),))], "what the plan says")
        way.goes()
        same(
            [(row["sender_id"], row["reader_id"]) for row in way.bed.rows("letter")],
            [(None, 2), (None, 3), (None, None), (3, 2)],
            "the letters",
        )
