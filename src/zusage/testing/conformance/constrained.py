"""Anonymising columns that have constraints, and documents inside columns."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zusage.connectors.trouble import NotAnswered
from zusage.evidence.verdict import Verdict
from zusage.promises.condition import Column, Not, Shaped, parse
from zusage.promises.inventory import ColumnInfo, Inventory

from ..bench import Bed, Bench
from ..checks import same, true
from .agreeing import agree
from .shop import inventory, table
from .way import NEW, OLD, Way, manifest

_HEX = "[0-9a-f]{32}"


def _accounts() -> Inventory:
    """Accounts whose address must be there, differ and hold an at sign; their points are never below zero."""
    plain = table("account", {"id": "integer", "email": "text", "points": "integer", "day": "date"})
    columns = tuple(replace(column, nullable=column.nullable and column.name != "email") for column in plain.columns)
    return inventory(replace(plain, columns=columns, unique=(("email",),), checks=("points >= 0", "email LIKE '%@%'")))


def _rows() -> list[dict[str, object]]:
    names = ("ada@mail.example", "bob@mail.example", "eve@mail.example")
    return [{"id": n, "email": name, "points": n, "day": NEW if n == 3 else OLD} for n, name in enumerate(names, 1)]


def _anonymise(**columns: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"then": {"anonymise": columns}}


_DATA = {"shop.account": {"classes": {"text": ["email", "points"]}}}


class ConstrainedTests:
    """NOT NULL, UNIQUE and CHECK on what is anonymised."""

    def test_a_random_text_differs_in_each_row_and_is_made_once(self, bench: Bench) -> None:
        way = Way(
            bench.build(_accounts(), {"account": _rows()}),
            manifest(_DATA, _anonymise(email={"unique": "gone-*@deleted.invalid"})),
        )
        way.goes()
        found = [str(row["email"]) for row in way.bed.rows("account")]
        same(
            [bool(re.fullmatch(f"gone-{_HEX}@deleted\\.invalid", one)) for one in found], [True, True, False], "which are random"
        )
        same((len(set(found)), found[2]), (3, "eve@mail.example"), "how many differ, and who is not due")
        way.apply()
        same([str(row["email"]) for row in way.bed.rows("account")], found, "made again, they are others")

    def test_a_random_text_that_was_tampered_with_is_seen(self, bench: Bench) -> None:
        way = Way(bench.build(_accounts(), {"account": _rows()}), manifest(_DATA, _anonymise(email={"unique": "gone-*@x"})))
        way.goes()
        for spoilt in (
            "ada@mail.example",
            f"gone-{'0' * 31}g@x",
            f"gone-{'0' * 31}@x",
            f"gone-{'0' * 32}@y",
            f"gone-{'0' * 33}@x",
        ):
            way.bed.alter("account", {"id": 1}, {"email": spoilt})
            same(way.verdict(), Verdict.BROKEN, f"the verdict with {spoilt}")

    def test_what_a_constraint_forbids_is_undone_and_said_without_any_value(self, bench: Bench) -> None:
        if "checks" in bench.lacks:
            return
        cases: tuple[Mapping[str, Any], ...] = (
            {"email": {}}, {"email": {"constant": "gone@x"}}, {"email": {"unique": "no at sign"}}, {"points": {"constant": -1}},
        )  # fmt: skip
        for columns in cases:
            way = Way(bench.build(_accounts(), {"account": _rows()}), manifest(_DATA, _anonymise(**columns)))
            before = way.bed.rows("account")
            (result,) = way.apply()
            true(bool(result.stopped), f"{columns} was carried out")
            true("mail.example" not in result.stopped, f"a value stands in: {result.stopped}")
            same(way.bed.rows("account"), before, f"something changed with {columns}")
            same(way.verdict(), Verdict.BROKEN, "the promise")

    def test_what_a_random_text_looks_like_means_the_same_everywhere(self, bench: Bench) -> None:
        texts = (f"a-{'0f' * 16}-z", f"a-{'0F' * 16}-z", f"a-{'0g' * 16}-z", f"b-{'0f' * 16}-z", f"a-{'0f' * 16}-", "", None)
        rows = [{"id": n, "text": text} for n, text in enumerate(texts, 1)]
        bed = bench.build(inventory(table("note", {"id": "integer", "text": "text"})), {"note": rows})
        shaped = Shaped(Column("text"), "unique", "a-*-z")
        same(agree(bed, bed.reader(), "note", shaped)[1], True, "the one that is")
        agree(bed, bed.reader(), "note", Not(shaped))


_DOCUMENTS: Sequence[object] = (
    {"customer": {"name": "Ada", "age": 7}, "total": 3},
    {"customer": {"name": None, "age": 7}},
    {"customer": {"age": 7}},
    {"customer": None},
    {"customer": [{"name": "Ada"}]},
    {"customer": "Ada"},
    {},
    [{"customer": {"name": "Ada"}}],
    "Ada",
)


def _document(row: Mapping[str, object]) -> object:
    value = row["payload"]
    return json.loads(value) if isinstance(value, str) else value


def _events(bench: Bench, documents: Sequence[object], kind: str = "json") -> Bed:
    column = ColumnInfo("payload", kind, True)  # type: ignore[arg-type]
    plain = table("event", {"id": "integer", "day": "date"})
    rows = [{"id": n, "day": OLD, "payload": json.dumps(one)} for n, one in enumerate(documents, 1)]
    return bench.build(
        inventory(replace(plain, columns=(*plain.columns, column))), {"event": [*rows, {"id": 99, "day": OLD, "payload": None}]}
    )


class DocumentTests:
    """Values inside values."""

    def test_what_lies_at_a_path_goes_and_the_rest_of_the_document_stays(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        documents = [
            {"customer": {"name": "Ada", "mail": "x", "age": 7}, "total": 3},
            {"customer": {"name": "Bob"}},
            {"total": 1},
        ]
        paths = {"json": ["customer.name", "customer.mail"]}
        way = Way(
            _events(bench, documents), manifest({"shop.event": {"classes": {"text": ["payload"]}}}, _anonymise(payload=paths))
        )
        way.goes()
        wanted = [{"customer": {"age": 7}, "total": 3}, {"customer": {}}, {"total": 1}, None]
        same([_document(row) for row in way.bed.rows("event")], wanted, "the documents")

    def test_a_document_in_which_a_list_stands_on_the_way_is_never_taken_for_done(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        documents = [{"customer": {"name": "Ada"}}, {"customer": [{"name": "Bob"}]}]
        paths = {"json": ["customer.name"]}
        way = Way(
            _events(bench, documents), manifest({"shop.event": {"classes": {"text": ["payload"]}}}, _anonymise(payload=paths))
        )
        same([step.rows for step in way.plan().steps], [1], "rows of the plan")
        way.apply()
        same([_document(row) for row in way.bed.rows("event")][:2], [{"customer": {}}, documents[1]], "the documents")
        same(way.verdict(), Verdict.BROKEN, "a name is left in a list")

    def test_a_text_that_stands_in_the_place_of_an_object_goes_by_a_rule_for_such_documents(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        documents = [{"customer": {"name": "Ada", "age": 7}}, {"customer": "Bob", "total": 1}, {"customer": 4711}, {"total": 2}]
        data = {"shop.event": {"classes": {"text": ["payload"]}}}
        first = _anonymise(payload={"json": ["customer.name"]})
        way = Way(_events(bench, documents), manifest(data, first))
        way.apply()
        same(_document(way.bed.rows("event")[1]), documents[1], "what nobody spoke of")
        same(way.verdict(), Verdict.BROKEN, "a name stands where an object was expected")
        only = {"name": "older", "only": "payload->customer IS NOT NULL", **_anonymise(payload={"json": ["customer"]})}
        way.manifest = manifest(data, first, only)
        way.goes("talk/older/at-most")
        wanted = [{"customer": {"age": 7}}, {"total": 1}, {}, {"total": 2}]
        same([_document(row) for row in way.bed.rows("event")][:4], wanted, "the documents")
        same(set(way.verdicts().values()), {Verdict.KEPT}, "afterwards")

    def test_a_text_that_a_language_serialised_goes_whole_and_is_never_looked_into(self, bench: Bench) -> None:
        serialised = 'a:2:{s:4:"name";s:3:"Ada";s:4:"lang";s:2:"de";}'
        person = table("person", {"id": "integer", "prefs": "text", "day": "date"})
        rows = [{"id": 1, "prefs": serialised, "day": OLD}, {"id": 2, "prefs": serialised, "day": NEW}]
        data = {"shop.person": {"classes": {"text": ["prefs"]}}}
        inside = Way(bench.build(inventory(person), {"person": rows}), manifest(data, _anonymise(prefs={"json": ["name"]})))
        try:
            inside.apply()
            true(inside.verdict() != Verdict.KEPT, "a name that nobody can see is not said to be gone")
        except NotAnswered as refused:  # PostgreSQL reads it as JSON, and ends the statement
            true("no JSON document" in str(refused), "it is said why")
        same([row["prefs"] for row in inside.bed.rows("person")], [serialised, serialised], "what nobody can look into")
        whole = Way(bench.build(inventory(person), {"person": rows}), manifest(data, _anonymise(prefs={})))
        whole.goes()
        same([row["prefs"] for row in whole.bed.rows("person")], [None, serialised], "what is left")

    def test_nothing_at_a_path_means_the_same_everywhere(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        bed = _events(bench, _DOCUMENTS)
        wanted = {1: False, 2: True, 3: True, 4: True, 5: None, 6: None, 7: True, 8: None, 9: None, 99: None}
        same(
            agree(bed, bed.reader(), "event", Shaped(Column("payload"), "json", "customer.name")),
            wanted,
            "nothing at customer.name",
        )
        agree(bed, bed.reader(), "event", Not(Shaped(Column("payload"), "json", "total")))
        agree(bed, bed.reader(), "event", parse("payload->customer->name = 'Ada' OR payload->total = '3'"))

    def test_a_document_is_emptied_as_a_whole(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        way = Way(
            _events(bench, _DOCUMENTS), manifest({"shop.event": {"classes": {"text": ["payload"]}}}, _anonymise(payload={}))
        )
        way.goes()
        same({row["payload"] for row in way.bed.rows("event")}, {None}, "the documents")


class GeneratedTests:
    """Columns that the database computes."""

    def test_a_computed_column_follows_the_one_from_which_it_is_computed(self, bench: Bench) -> None:
        if "generated" in bench.lacks:
            return
        plain = table("person", {"id": "integer", "name": "text", "day": "date"})
        computed = ColumnInfo("search", "text", True, generated=True, declared="lower(name)")
        tables = inventory(replace(plain, columns=(*plain.columns, computed)))
        bed = bench.build(tables, {"person": [{"id": 1, "name": "Ada", "day": OLD}, {"id": 2, "name": "Bob", "day": NEW}]})
        true(bool(bed.reader().survey().tables["person"].column("search")), "the computed column is seen")
        Way(bed, manifest({"shop.person": {"classes": {"text": ["name", "search"]}}}, _anonymise(name={}))).goes()
        same(
            [(row["name"], row["search"]) for row in bed.rows("person")],
            [(None, None), ("Bob", "bob")],
            "names and what is computed",
        )

    def test_where_another_purpose_keeps_the_row_a_computed_column_is_not_written(self, bench: Bench) -> None:
        if "generated" in bench.lacks:
            return
        plain = table("person", {"id": "integer", "name": "text", "bank": "text", "day": "date"})
        computed = ColumnInfo("search", "text", True, generated=True, declared="lower(name)")
        bed = bench.build(
            inventory(replace(plain, columns=(*plain.columns, computed))),
            {"person": [{"id": 1, "name": "Ada", "bank": "x", "day": OLD}, {"id": 2, "name": "Bob", "bank": "y", "day": NEW}]},
        )
        text = {"de": "x", "en": "x"}
        longer = {"title": text, "purpose": text, "legal_basis": "art-6-1-c", "data": {"shop.person": {"classes": {"text": ["bank"]}}},
                  "keep": [{"name": "kept", "at_most": "P20Y", "from": "day"}]}  # fmt: skip
        Way(bed, manifest({"shop.person": {"classes": {"text": ["name", "search"]}}}, books=longer)).goes()
        found = [(row["name"], row["search"], row["bank"]) for row in bed.rows("person")]
        same(found, [(None, None, "x"), ("Bob", "bob", "y")], "what is left")
