"""Lists with an item of each of several people: in documents, in lists, as documents, and arrays; only the items of one go."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zusage.evidence.verdict import Verdict
from zusage.planning.plan import ChangeColumns
from zusage.promises.condition import Column, Compare, Literal, OneOf, Shaped
from zusage.promises.inside import items_in
from zusage.promises.inventory import ColumnInfo, ColumnKind
from zusage.promises.promise import Change

from ..bench import Bed, Bench
from ..checks import same, true
from .agreeing import agree
from .shop import carry_out, inventory, step, table
from .way import NEW, OLD, Way, manifest


def _one(key: object, **more: object) -> dict[str, object]:
    return {"id": key, "says": "ü \"x\" 'y' \\", "share": 1.25, "big": 12345678901, **more}


#: how the list is named → each document, and what is left of it without the items of 3
_LISTS: Mapping[str, Sequence[tuple[object, object]]] = {
    "payload->all[]->id": (
        ({"all": [_one(1), _one(3), _one("3")], "title": "x"}, {"all": [_one(1)], "title": "x"}),
        ({"all": [_one(13), _one({"id": 3}), _one(None), 3, [_one(3)]]},) * 2,
        ({"all": _one(3)},) * 2,
        ([_one(3)],) * 2,
    ),
    "payload[]->id": (
        ([_one(1), _one("3"), _one(30), _one(3)], [_one(1), _one(30)]),
        ([_one(3)], []),
        ([3, "3", [_one(3)], {"x": {"id": 3}}],) * 2,
        (_one(3),) * 2,
        ([],) * 2,
    ),
    "payload[]": (
        ([1, "3", 3, 13, None, "x"], [1, 13, None, "x"]),
        ([[3], {"id": 3}, 3.5, True],) * 2,
        ({"all": [3]},) * 2,
        ("3",) * 2,
        (3,) * 2,
    ),
    "payload->groups[]->members[]->id": (
        (
            {"groups": [{"name": "a", "members": [_one(3), _one(1)]}, {"name": "b", "members": [_one(2)]}, {"name": "c"}]},
            {"groups": [{"name": "a", "members": [_one(1)]}, {"name": "b", "members": [_one(2)]}, {"name": "c"}]},
        ),
        ({"groups": [{"members": [_one("3")]}, {"members": [_one(3)]}, "3"]}, {"groups": [{"members": []}, {"members": []}, "3"]}),
        ({"groups": [_one(3), {"members": _one(3)}, [_one(3)], None]},) * 2,
        ({"groups": {"members": [_one(3)]}},) * 2,
    ),
    "payload[][]->who->id": (
        ([[{"who": _one(3)}, {"who": _one(4)}], [], 1, [{"who": _one("3")}]], [[{"who": _one(4)}], [], 1, []]),
        ([{"who": _one(3)}, [_one(3)], "3"],) * 2,
    ),
    "payload->a[]->b[][]": (
        ({"a": [{"b": [[3, 4], ["3"]], "c": 3}, {"b": [3]}]}, {"a": [{"b": [[4], []], "c": 3}, {"b": [3]}]}),
        ({"a": [[[3]]]},) * 2,
    ),
}  # fmt: skip
#: types of keys on servers that have arrays → each array, and what is left of it
_A, _B = "0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000002"
_ARRAYS: Mapping[str, tuple[str, Sequence[tuple[Sequence[Any], Sequence[Any]]]]] = {
    "text[]": ("3", ((["1", "3", "13", "3"], ["1", "13"]), (["3"], []), (["x,3,y", "{3}"],) * 2, ([],) * 2)),
    "bigint[]": ("3", (([1, 3, None, 13], [1, None, 13]), ([3, 3], []), ([33],) * 2)),
    "uuid[]": (_A, (([_B, _A], [_B]), ([_B],) * 2)),
}


def _bed(bench: Bench, values: Sequence[object], kind: ColumnKind = "json", declared: str = "") -> Bed:
    column = ColumnInfo("payload", kind, True, declared=declared)
    plain = table("event", {"id": "integer", "title": "text"})
    rows = [{"id": n, "title": "x", "payload": one} for n, one in enumerate(values, 1)]
    return bench.build(
        inventory(replace(plain, columns=(*plain.columns, column))), {"event": [*rows, {"id": 99, "title": "x", "payload": None}]}
    )


def _goes(bed: Bed, name: str, key: str, wanted: Sequence[object]) -> None:
    """The rows in which somebody has an item are found; without the items nothing else of them differs, and other rows not by a byte."""
    before = bed.rows("event")
    theirs = [(before[n]["payload"] != one and _plain(before[n]) != _text(one)) for n, one in enumerate(wanted)]
    true(any(theirs) and not all(theirs), f"{name}: rows in which they have an item and others are both there")
    agree(bed, bed.reader(), "event", Compare("=", Column(name), Literal(key)))
    among = OneOf(Column(name), (Literal(key), Literal("nobody")))
    found = agree(bed, bed.reader(), "event", among)
    same([found[n] for n in range(1, len(wanted) + 1)], theirs, f"{name}: rows in which they have an item")
    items = items_in(name)
    change = Change(column="payload", how="items", value=items.name if items else "", among=among)
    todo = step(among, action=ChangeColumns((change,)), of="event", parts=())
    for rows in (sum(theirs), 0):  # once more is once
        same(sum(carry_out(bed.writer(), todo, batch=2)), rows, f"{name}: rows changed")
        after = bed.rows("event")
        same([_plain(row) for row in after[:-1]], list(map(_text, wanted)), f"{name}: what is left")
        untouched = [n for n, mine in enumerate([*theirs, False]) if not mine]
        same([after[n] for n in untouched], [before[n] for n in untouched], f"{name}: rows of others")
    same(set(agree(bed, bed.reader(), "event", among).values()), {False}, f"{name}: rows in which they have an item still")


def _plain(row: Mapping[str, object]) -> str:
    value = row["payload"]
    return _text(json.loads(value) if isinstance(value, str) else value)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


#: documents with a list of guests, of whom each may have a name and an address; what is left of each without these
_GUESTS: Sequence[tuple[object, object]] = (
    ({"guests": [{"name": "Ada", "who": {"mail": "x", "n": 1.50}}, {"n": 2}], "t": "\u00fc"}, {"guests": [{"who": {"n": 1.50}}, {"n": 2}], "t": "\u00fc"}),
    ({"guests": [None, {"name": None}, {"name": "Bob"}, {}]}, {"guests": [None, {}, {}, {}]}),
    ({"guests": []},) * 2,
    ({"guests": None, "name": "a host"},) * 2,
    ({"name": "a host"},) * 2,
)  # fmt: skip
#: where something else stands in the way: nothing of it is taken for done
_STRANGE: Sequence[object] = (
    {"guests": {"name": "Ada"}},
    {"guests": "Ada"},
    {"guests": [{"name": "Ada"}, "Bob"]},
    {"guests": [{"who": [{"mail": "x"}]}]},
    {"guests": [[{"name": "Ada"}]]},
    [{"guests": [{"name": "Ada"}]}],
    [],
    "Ada",
    None,
)
_DEEP: Mapping[str, tuple[object, object]] = {
    "[].name": ([{"name": "Ada", "n": 1}, {"n": 2}], [{"n": 1}, {"n": 2}]),
    "halls[].rows[].name": (
        {"halls": [{"rows": [{"name": "Ada", "n": 1}], "name": "hall"}, {"name": "empty"}]},
        {"halls": [{"rows": [{"n": 1}], "name": "hall"}, {"name": "empty"}]},
    ),
    "a[][].b.c": ({"a": [[{"b": {"c": 1, "d": 2}}], []]}, {"a": [[{"b": {"d": 2}}], []]}),
}


def _rule(*paths: str) -> Mapping[str, Any]:
    return {"then": {"anonymise": {"payload": {"json": list(paths)}}}}


def _events(bench: Bench, documents: Sequence[object]) -> Bed:
    plain = table("event", {"id": "integer", "day": "date", "payload": "json"})
    rows = [{"id": n, "day": OLD, "payload": json.dumps(one)} for n, one in enumerate(documents, 1)]
    return bench.build(inventory(plain), {"event": [*rows, {"id": 98, "day": OLD, "payload": None}]})


class ListTests:
    """The items of one person in lists that are of several."""

    def test_of_lists_in_documents_the_items_of_one_go_and_everything_else_stays(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        for name, cases in _LISTS.items():
            bed = _bed(bench, [json.dumps(one) for one, _ in cases])
            _goes(bed, name, "3", [wanted for _, wanted in cases])

    def test_what_lies_in_every_item_of_a_list_goes_and_the_rest_of_the_document_stays(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        way = Way(
            _events(bench, [one for one, _ in _GUESTS]),
            manifest({"shop.event": {"classes": {"text": ["payload"]}}}, _rule("guests[].name", "guests[].who.mail")),
        )
        same([step.rows for step in way.plan().steps], [2], "documents that have more than they should")
        way.goes()
        same([_plain(row) for row in way.bed.rows("event")][:-1], [_text(wanted) for _, wanted in _GUESTS], "the documents")

    def test_lists_are_gone_through_wherever_they_stand_together_with_what_lies_beside_them(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        for path, (document, wanted) in _DEEP.items():
            way = Way(_events(bench, [document]), manifest({"shop.event": {"classes": {"text": ["payload"]}}}, _rule(path)))
            way.goes()
            same([_plain(row) for row in way.bed.rows("event")][:-1], [_text(wanted)], f"the document without {path}")
        both = {"who": {"name": "x", "n": 1}, "guests": [{"name": "y"}], "also": [{"name": "z", "n": 2}]}
        paths = ("who.name", "guests[].name", "also[].name")
        way = Way(_events(bench, [both]), manifest({"shop.event": {"classes": {"text": ["payload"]}}}, _rule(*paths)))
        way.goes()
        left = {"who": {"n": 1}, "guests": [{}], "also": [{"n": 2}]}
        same([_plain(row) for row in way.bed.rows("event")][:-1], [_text(left)], "the document without all of them")

    def test_where_something_else_than_the_list_or_an_object_stands_it_is_never_taken_for_done(self, bench: Bench) -> None:
        if "json" in bench.lacks:
            return
        bed = _events(bench, [*(one for one, _ in _GUESTS), *_STRANGE])
        for path in ("guests[].name", "guests[].who.mail", "[].guests"):
            found = agree(bed, bed.reader(), "event", Shaped(Column("payload"), "json", path))
            true({True, False, None} <= set(found.values()), f"{path}: documents of every kind are there")
        way = Way(bed, manifest({"shop.event": {"classes": {"text": ["payload"]}}}, _rule("guests[].name", "guests[].who.mail")))
        way.apply()
        left = [*(wanted for _, wanted in _GUESTS), *_STRANGE]
        left[len(_GUESTS) + 2] = {"guests": [{}, "Bob"]}
        same([_plain(row) for row in bed.rows("event")][:-1], list(map(_text, left)), "the documents")
        same(way.verdict(), Verdict.BROKEN, "names stand where a list or an object was expected")

    def test_of_arrays_the_elements_of_one_go_and_the_others_stay(self, bench: Bench) -> None:
        if "arrays" in bench.lacks:
            return
        for declared, (key, cases) in _ARRAYS.items():
            _goes(_bed(bench, [one for one, _ in cases], "array", declared), "payload[]", key, [wanted for _, wanted in cases])

    def test_arrays_are_emptied_and_nothing_else_changes(self, bench: Bench) -> None:
        if "arrays" in bench.lacks:
            return
        way = Way(arrays(bench), manifest(ARRAYS, {"then": {"anonymise": {"payload": {}}}}))
        same([one.rows for one in way.plan().steps], [1], "arrays that have more than they should")
        way.goes()
        same([row["payload"] for row in way.bed.rows("event")], [None, ["cde", "d"], None], "the arrays")
        same([row["title"] for row in way.bed.rows("event")], ["x"] * 3, "what stands beside them")

    def test_each_text_of_an_array_keeps_its_first_characters_and_doing_it_twice_is_doing_it_once(self, bench: Bench) -> None:
        if "arrays" in bench.lacks:
            return
        way = Way(arrays(bench), manifest(ARRAYS, {"then": {"anonymise": {"payload": {"first": 2}}}}))
        column = Shaped(Column("payload"), "truncated", 2)
        same(agree(way.bed, way.bed.reader(), "event", column), {1: False, 2: False, 3: None}, "which are short enough")
        way.goes()
        once = way.bed.rows("event")
        same([row["payload"] for row in once], [["\u00fcb", "d"], ["cde", "d"], None], "the arrays")
        same(agree(way.bed, way.bed.reader(), "event", column), {1: True, 2: False, 3: None}, "which are short enough")
        way.apply()
        same(way.bed.rows("event"), once, "the second time something changed")


ARRAYS = {"shop.event": {"classes": {"text": ["payload"]}}}


def arrays(bench: Bench) -> Bed:
    """Events with an array of texts: one is due, one is not, and one has none."""
    plain = table("event", {"id": "integer", "day": "date", "title": "text"})
    column = ColumnInfo("payload", "array", True, declared="text[]")
    each = ((OLD, ["\u00fcbc", "d"]), (NEW, ["cde", "d"]), (OLD, None))
    rows = [{"id": n, "day": day, "title": "x", "payload": array} for n, (day, array) in enumerate(each, 1)]
    return bench.build(inventory(replace(plain, columns=(*plain.columns, column))), {"event": rows})
