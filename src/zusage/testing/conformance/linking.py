"""Keys of every form: of several columns, texts and UUIDs, unique ones beside the primary key, types beside numbers, none at all."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zusage.evidence.verdict import Verdict
from zusage.planning.suspension import Suspension
from zusage.promises.condition import parse
from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, TableInfo

from ..bench import Bed, Bench, Rows
from ..checks import same, true
from .shop import inventory, link, table
from .way import NEW, OLD, Way, left, manifest

_A, _B = "0b4c1d2e-8f1a-4c3b-9d5e-6f7a8b9c0d1e", "ffffffff-0000-4000-8000-000000000001"


def _order(kind: ColumnKind, key: tuple[str, ...] = ("number",), **more: ColumnKind) -> TableInfo:
    return table("order", {"number": kind, **more, "day": "date", "text": "text"}, key=key)


def _lines(kind: ColumnKind, *, year: bool = False) -> TableInfo:
    columns: dict[str, ColumnKind] = {
        "id": "integer",
        "order_number": kind,
        **({"order_year": "integer"} if year else {}),
        "text": "text",
    }
    to = (
        ForeignKey(("order_year", "order_number"), "order", ("year", "number"))
        if year
        else ForeignKey(("order_number",), "order", ("number",))
    )
    return table("line", columns, links=[to])


def _data(link: str) -> dict[str, Any]:
    return {
        "shop.order": {"classes": {"text": ["text"]}, "structure": ["day"]},
        "shop.line": {"part_of": link, "classes": {"text": ["text"]}},
    }


_NOTE = {"part_of": "shop.order via order_id"}


def _two(bench: Bench, name: str, data: Mapping[str, Any], rule: Mapping[str, Any], *columns: str) -> Way:
    """Two purposes hold orders: ``talk``, by default their text, with lines; another, with notes. Wishes refer to orders."""
    below = {"id": "integer", "order_id": "integer"}
    tables = inventory(
        table("order", {"id": "integer", "day": "date", "text": "text", "place": "text"}),
        table("line", below, links=[link("order_id", "order")]),  # type: ignore[arg-type]
        table("note", below, links=[link("order_id", "order")]),  # type: ignore[arg-type]
        table("wish", below),  # type: ignore[arg-type]
    )
    orders = [{"id": n, "day": day, "text": "here", "place": "there"} for n, day in ((1, OLD), (2, NEW))]
    rows: dict[str, list[dict[str, object]]] = {"order": orders, "wish": [{"id": 1, "order_id": 1}]}
    rows |= {part: [{"id": of * n, "order_id": n} for n in (1, 2)] for part, of in (("line", 10), ("note", 100))}
    mine = {"shop.order": {"classes": {"text": list(columns) or ["text"]}}, "shop.line": {"part_of": "shop.order via order_id"}}
    words = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}, "legal_basis": "art-6-1-b"}
    other = {**words, "data": data, "keep": [{"name": "gone", "at_most": "P1Y", "from": "day", **rule}]}
    return Way(bench.build(tables, rows), manifest(mine, **{name: other}))


class LinkTests:
    """What belongs together by keys of any form goes together, and nothing else goes."""

    def test_keys_that_are_texts_or_uuids(self, bench: Bench) -> None:
        cases: tuple[tuple[ColumnKind, tuple[str, str]], ...] = (("text", ("A 1", "b 1")), ("uuid", (_A, _B)))
        for kind, (gone, stays) in cases:
            orders = [{"number": gone, "day": OLD, "text": "x"}, {"number": stays, "day": NEW, "text": "y"}]
            lines = [{"id": n, "order_number": number, "text": "z"} for n, number in enumerate((gone, gone, stays, None), 1)]
            bed = bench.build(inventory(_order(kind), _lines(kind)), {"order": orders, "line": lines[:3]})
            Way(bed, manifest(_data("shop.order(number) via order_number"))).goes()
            same((len(bed.rows("order")), left(bed, "line")), (1, [3]), f"left with a key that is a {kind}")

    def test_keys_of_several_columns_share_no_part_of_their_values(self, bench: Bench) -> None:
        tables = inventory(_order("text", ("year", "number"), year="integer"), _lines("text", year=True))
        pairs = ((2015, "a", OLD), (2015, "b", NEW), (2016, "a", NEW), (2016, "b", OLD))
        orders = [{"year": year, "number": number, "day": day, "text": "x"} for year, number, day in pairs]
        lines = [{"id": n, "order_year": year, "order_number": number} for n, (year, number, _) in enumerate(pairs, 1)]
        bed = bench.build(tables, {"order": orders, "line": lines})
        Way(bed, manifest(_data("shop.order(year, number) via (order_year, order_number)"))).goes()
        same((left(bed, "order", "year"), left(bed, "line")), ([2015, 2016], [2, 3]), "what is left")

    def test_a_row_is_held_through_a_key_of_several_columns(self, bench: Bench) -> None:
        tables = inventory(_order("text", ("year", "number"), year="integer"), _lines("text", year=True))
        orders = [{"year": 2015, "number": number, "day": OLD, "text": "x"} for number in ("a", "b")]
        lines = [{"id": n, "order_year": 2015, "order_number": number} for n, number in ((1, "a"), (2, "b"))]
        way = Way(
            bench.build(tables, {"order": orders, "line": lines}),
            manifest(_data("shop.order(year, number) via (order_year, order_number)")),
        )
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=(("shop.line", parse("id = 1")),)))
        way.goes()
        same((left(way.bed, "order", "number"), left(way.bed, "line")), (["a"], [1]), "what is left")

    def test_what_several_columns_refer_to_waits_for_them(self, bench: Bench) -> None:
        tables = inventory(_order("text", ("year", "number"), year="integer"), _lines("text", year=True))
        orders = [{"year": 2015, "number": number, "day": OLD, "text": "x"} for number in ("a", "b")]
        bed = bench.build(tables, {"order": orders, "line": [{"id": 1, "order_year": 2015, "order_number": "a"}]})
        waits = {"waits_for": ["shop.line(year, number) via (order_year, order_number)"]}
        Way(bed, manifest({"shop.order": {"classes": {"text": ["text"]}}}, waits)).goes()
        same(left(bed, "order", "number"), ["a"], "orders left")

    def test_what_two_purposes_say_of_a_row_holds_whichever_comes_first(self, bench: Bench) -> None:
        way = _two(bench, "about", {"shop.order": {"classes": {"text": ["text", "place"]}}, "shop.note": _NOTE}, {})
        way.goes()
        same((left(way.bed, "order"), left(way.bed, "line"), left(way.bed, "note")), ([2], [20], [200]), "what is left")

    def test_a_row_stays_for_one_purpose_while_another_waits_for_what_refers_to_it(self, bench: Bench) -> None:
        waits = {"waits_for": ["shop.wish via order_id"]}
        way = _two(bench, "about", {"shop.order": {"classes": {"text": ["place"]}}, "shop.note": _NOTE}, waits)
        way.apply()
        rows = {row["id"]: (row["text"], row["place"]) for row in way.bed.rows("order")}
        same(rows, {1: (None, "there"), 2: ("here", "there")}, "orders left")
        same(({*way.verdicts().values()}, left(way.bed, "line")), ({Verdict.KEPT}, [20]), "what both say")

    def test_a_column_that_one_purpose_alone_held_goes_where_the_other_holds_the_rest(self, bench: Bench) -> None:
        way = _two(
            bench,
            "about",
            {"shop.order": {"classes": {"text": ["place"]}}, "shop.note": _NOTE},
            {"at_most": "P99Y"},
            "text",
            "place",
        )
        way.goes()
        rows = {row["id"]: (row["text"], row["place"]) for row in way.bed.rows("order")}
        same(rows, {1: (None, "there"), 2: ("here", "there")}, "orders left")

    def test_what_waits_for_rows_that_go_with_others_goes_with_the_same_plan(self, bench: Bench) -> None:
        tables = inventory(
            table("box", {"id": "integer", "day": "date"}),
            table("order", {"id": "integer", "day": "date"}),
            table("line", {"id": "integer", "order_id": "integer", "box_id": "integer"},
                  links=[link("order_id", "order"), link("box_id", "box")]),
        )  # fmt: skip
        days = [{"id": 1, "day": OLD}, {"id": 2, "day": NEW}]
        lines = [{"id": n, "order_id": n, "box_id": n} for n in (1, 2)]
        bed = bench.build(tables, {"box": [{**one, "day": OLD} for one in days], "order": days, "line": lines})
        words = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}, "legal_basis": "art-6-1-b"}
        orders = {"shop.order": {"structure": ["day"]}, "shop.line": {"part_of": "shop.order via order_id"}}
        keep = [{"name": "gone", "at_most": "P1Y", "from": "day"}]
        waits = {"waits_for": ["shop.line via box_id"]}
        way = Way(bed, manifest({"shop.box": {"structure": ["day"]}}, waits, zones={**words, "data": orders, "keep": keep}))
        way.goes("zones/gone/at-most")
        same((left(bed, "box"), left(bed, "order"), left(bed, "line")), ([2], [2], [2]), "what is left")

    def test_a_hold_on_one_thing_that_belongs_to_a_row_holds_the_others(self, bench: Bench) -> None:
        way = _two(bench, "about", {"shop.order": {"classes": {"text": ["place"]}}, "shop.note": _NOTE}, {"at_most": "P99Y"})
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=(("shop.note", parse("id = 100")),)))
        same(way.plan().steps, (), "what would go")
        same(way.verdict(), Verdict.KEPT, "what a hold keeps")
        way.suspensions.lift("S-0001")
        way.goes()
        same((left(way.bed, "order"), left(way.bed, "line")), ([1, 2], [20]), "what is left")

    def test_a_reference_to_a_unique_column_beside_the_primary_key(self, bench: Bench) -> None:
        orders = replace(
            table("order", {"id": "integer", "number": "text", "day": "date", "text": "text"}), unique=(("number",),)
        )
        lines = table(
            "line", {"id": "integer", "order_number": "text"}, links=[ForeignKey(("order_number",), "order", ("number",))]
        )
        rows = [{"id": 1, "number": "x-1", "day": OLD}, {"id": 2, "number": "x-2", "day": NEW}, {"id": 3, "day": OLD}]
        bed = bench.build(
            inventory(orders, lines), {"order": rows, "line": [{"id": n, "order_number": f"x-{n}"} for n in (1, 2)]}
        )
        Way(
            bed,
            manifest(
                _data("shop.order(number) via order_number") | {"shop.line": {"part_of": "shop.order(number) via order_number"}}
            ),
        ).goes()
        same((left(bed, "order"), left(bed, "line")), ([2], [2]), "what is left")

    def test_rows_of_a_table_without_a_primary_key_are_each_deleted_once(self, bench: Bench) -> None:
        rows = [{"id": n, "day": day, "text": "twin"} for n, day in ((1, OLD), (1, OLD), (2, NEW), (2, NEW), (3, OLD))]
        bed = bench.build(inventory(table("visit", {"id": "integer", "day": "date", "text": "text"}, key=())), {"visit": rows})
        way = Way(bed, manifest({"shop.visit": {"classes": {"text": ["text"]}}}))
        same([step.rows for step in way.plan().steps], [3], "rows of the plan")
        if "keyless" in bench.lacks:
            (result,) = way.apply()
            true("visit" in result.stopped and "key" in result.stopped, "it is said which table and why")
            same(len(bed.rows("visit")), 5, "visits left")
            return
        way.goes()
        same(left(bed, "visit"), [2, 2], "visits left")

    def test_the_two_sides_of_a_table_that_joins_two_others(self, bench: Bench) -> None:
        tables = inventory(
            table("member", {"id": "integer", "day": "date", "text": "text"}),
            table("course", {"id": "integer", "title": "text"}),
            table("member_course", {"member_id": "integer", "course_id": "integer"}, key=("member_id", "course_id"),
                  links=[link("member_id", "member"), link("course_id", "course")]),
        )  # fmt: skip
        rows: Rows = {
            "member": [{"id": 1, "day": OLD}, {"id": 2, "day": NEW}],
            "course": [{"id": 7, "title": "Chor"}],
            "member_course": [{"member_id": 1, "course_id": 7}, {"member_id": 2, "course_id": 7}],
        }
        bed = bench.build(tables, rows)
        Way(
            bed,
            manifest(
                {"shop.member": {"classes": {"text": ["text"]}}, "shop.member_course": {"part_of": "shop.member via member_id"}}
            ),
        ).goes()
        same((left(bed, "member"), left(bed, "course"), left(bed, "member_course", "member_id")), ([2], [7], [2]), "what is left")


def _notes(bench: Bench) -> Bed:
    """Notes say by a type and a number, without a key, to what they belong."""
    tables = inventory(
        table("order", {"id": "integer", "day": "date", "text": "text"}),
        table("customer", {"id": "integer", "day": "date", "text": "text"}),
        table("note", {"id": "integer", "subject_type": "text", "subject_id": "integer", "text": "text"}),
    )
    pairs = (("Order", 1), ("Order", 2), ("Customer", 1), ("Customer", 2))
    return bench.build(
        tables,
        {
            "order": [{"id": 1, "day": OLD}, {"id": 2, "day": NEW}],
            "customer": [{"id": 1, "day": NEW}, {"id": 2, "day": OLD}],
            "note": [{"id": n, "subject_type": kind, "subject_id": id, "text": "x"} for n, (kind, id) in enumerate(pairs, 1)],
        },
    )


def _of(kind: str) -> dict[str, Any]:
    below = {"part_of": f"shop.{kind.lower()} via subject_id where subject_type = '{kind}'", "classes": {"text": ["text"]}}
    return {f"shop.{kind.lower()}": {"classes": {"text": ["text"]}}, "shop.note": below}


class PolymorphicTests:
    """References by a type and a number, which no key of the database backs."""

    def test_only_rows_of_the_type_belong(self, bench: Bench) -> None:
        bed = _notes(bench)
        customers = {
            "title": {"de": "x", "en": "x"},
            "purpose": {"de": "x", "en": "x"},
            "legal_basis": "art-6-1-b",
            "data": _of("Customer"),
        }
        rule = {"name": "gone", "at_most": "P1Y", "from": "day"}
        way = Way(bed, manifest(_of("Order"), people={**customers, "keep": [rule]}))
        way.goes()
        same((left(bed, "order"), left(bed, "customer"), left(bed, "note")), ([2], [1], [2, 3]), "what is left")
        same(way.verdict("people/gone/at-most"), Verdict.KEPT, "the other promise")

    def test_a_text_that_names_numbers_of_one_type_and_texts_of_another_leads_to_both(self, bench: Bench) -> None:
        """The number in it is a column that the database computes: a text is never equal to a number."""
        if "generated" in bench.lacks:
            return
        number = "CASE WHEN subject_type = 'Order' THEN CAST(subject_id AS INTEGER) END"
        note = table("note", {"id": "integer", "subject_type": "text", "subject_id": "text", "text": "text"})
        computed = ColumnInfo("order_id", "integer", True, generated=True, declared=number)
        orders = table("order", {"id": "integer", "day": "date", "text": "text"})
        customers = table("customer", {"id": "text", "day": "date", "text": "text"})
        pairs = (("Order", "1"), ("Order", "2"), ("Customer", "1"), ("Customer", "b-2"))
        bed = bench.build(
            inventory(orders, customers, replace(note, columns=(*note.columns, computed))),
            {
                "order": [{"id": 1, "day": OLD}, {"id": 2, "day": NEW}],
                "customer": [{"id": "1", "day": NEW}, {"id": "b-2", "day": OLD}],
                "note": [{"id": n, "subject_type": kind, "subject_id": id, "text": "x"} for n, (kind, id) in enumerate(pairs, 1)],
            },
        )
        below = {"part_of": "shop.order via order_id where subject_type = 'Order'", "classes": {"text": ["text"]}}
        ordered = {"shop.order": {"classes": {"text": ["text"]}}, "shop.note": below}
        text = {"de": "x", "en": "x"}
        people = {"title": text, "purpose": text, "legal_basis": "art-6-1-b", "data": _of("Customer"),
                  "keep": [{"name": "gone", "at_most": "P1Y", "from": "day"}]}  # fmt: skip
        Way(bed, manifest(ordered, people=people)).goes()
        same((left(bed, "order"), left(bed, "customer"), left(bed, "note")), ([2], ["1"], [2, 3]), "what is left")

    def test_rows_of_a_type_that_nobody_declared_are_not_lost_sight_of(self, bench: Bench) -> None:
        way = Way(_notes(bench), manifest(_of("Order")))
        way.apply()
        same(left(way.bed, "note"), [2, 3, 4], "notes left")
        same(way.verdict(), Verdict.UNDECIDED, "notes of customers belong to nothing that is declared")

    def test_what_is_blocked_is_documented_with_the_rows_of_its_type(self, bench: Bench) -> None:
        way = Way(_notes(bench), manifest(_of("Order"), {"at_most": "P10Y", "purpose_ends": {"from": "day", "after": "P1Y"}}))
        way.apply()
        same([[row["id"] for row in entry.parts["note"]] for entry in way.vault.entries.values()], [[1]], "notes in the document")
        same(left(way.bed, "note"), [2, 3, 4], "notes left")

    def test_a_hold_on_a_row_of_the_type_holds_what_it_belongs_to(self, bench: Bench) -> None:
        way = Way(_notes(bench), manifest(_of("Order")))
        way.suspensions.place(Suspension(id="S-0001", reason="a case", review_on=NEW, holds=(("shop.note", parse("id = 1")),)))
        way.apply()
        same((left(way.bed, "order"), left(way.bed, "note")), ([1, 2], [1, 2, 3, 4]), "what is left")
        way.suspensions.lift("S-0001")
        way.suspensions.place(Suspension(id="S-0002", reason="a case", review_on=NEW, holds=(("shop.note", parse("id = 3")),)))
        way.apply()
        same((left(way.bed, "order"), left(way.bed, "note")), ([2], [2, 3, 4]), "a note of a customer holds no order")

    def test_a_row_waits_for_rows_of_the_type(self, bench: Bench) -> None:
        bed = _notes(bench)
        waits = {"waits_for": ["shop.note via subject_id where subject_type = 'Customer'"]}
        way = Way(bed, manifest({"shop.order": {"classes": {"text": ["text"]}}}, waits))
        way.apply()
        same(left(bed, "order"), [1, 2], "an order whose number a note of a customer has")
        Way(
            bed,
            manifest(
                {"shop.order": {"classes": {"text": ["text"]}}},
                {"waits_for": ["shop.note via subject_id where subject_type = 'Fax'"]},
            ),
        ).goes()
        same(left(bed, "order"), [2], "orders left")


class SchemaTests:
    """Tables in another schema than the connection's own."""

    def test_what_belongs_to_a_row_across_schemas_goes_with_it(self, bench: Bench) -> None:
        if "schemas" in bench.lacks:
            return
        orders = table("order", {"id": "integer", "day": "date", "text": "text"})
        bills = table("books.bill", {"id": "integer", "order_id": "integer", "text": "text"}, links=[link("order_id", "order")])
        reminders = table("books.reminder", {"id": "integer", "bill_id": "integer"}, links=[link("bill_id", "books.bill")])
        tables = inventory(orders, replace(bills, schema="books"), replace(reminders, schema="books"))
        rows: Rows = {
            "order": [{"id": 1, "day": OLD}, {"id": 2, "day": NEW}, {"id": 3, "day": OLD}],
            "books.bill": [{"id": n * 10, "order_id": n, "text": "x"} for n in (1, 2, 3)],
            "books.reminder": [{"id": 100, "bill_id": 10}, {"id": 300, "bill_id": 30}],
        }
        bed = bench.build(tables, rows)
        data = {
            "shop.order": {"classes": {"text": ["text"]}},
            "shop.books.bill": {"part_of": "shop.order via order_id", "classes": {"text": ["text"]}},
            "shop.books.reminder": {"part_of": "shop.books.bill via bill_id"},
        }
        exempt = 'EXISTS (SELECT 1 FROM books.bill WHERE books.bill.order_id = "order".id AND bill.id = 30)'
        Way(bed, manifest(data, {"unless": exempt})).goes()
        same(
            (left(bed, "order"), left(bed, "books.bill"), left(bed, "books.reminder")), ([2, 3], [20, 30], [300]), "what is left"
        )
