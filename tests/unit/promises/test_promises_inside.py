"""Names that lead into documents, and new values as JSON."""

from __future__ import annotations

import pytest

from zusage.promises.inside import Cut, Items, as_before, is_inside, items_in, removed, split
from zusage.promises.manifest.activities import Replacement


@pytest.mark.parametrize("name", ["payload->sender->id", "a->b-2->_c", "größe->x", "a->b->c"])
def test_a_path_is_names_between_arrows(name: str) -> None:
    assert is_inside(name)
    assert "->".join([split(name)[0], *split(name)[1]]) == name


@pytest.mark.parametrize(
    "name",
    ["payload", "payload->50%", "payload->o'b", 'payload->"x', "payload->", "->x", "payload->n\"}') IN ('number') --", "a->b c"],
)
def test_what_would_be_more_than_a_name_in_a_statement_is_no_path(name: str) -> None:
    assert not is_inside(name)


@pytest.mark.parametrize(
    ("document", "text", "new"), [('{"n": 6}', "7", "7"), ('{"n": 6}', "7.5", "7.5"), ('{"n": "6"}', "7", '"7"')]
)
def test_a_number_stays_a_number_and_a_text_a_text(document: str, text: str, new: str) -> None:
    assert as_before(document, ("n",), text) == new


@pytest.mark.parametrize("text", ["true", "NaN", "Infinity", "-Infinity", "null", "[1]", "x"])
def test_what_is_no_number_is_written_as_a_text(text: str) -> None:
    assert as_before('{"n": 6}', ("n",), text) == f'"{text}"'


@pytest.mark.parametrize(
    "name", ["a->b", "a->b[]->c[]->d[][]", "[]", "a[]b", "a->b c->d[]", "a->b'c->d[]", "a->b[]x", "a->b[0]->c"]
)
def test_a_name_goes_through_lists_behind_plain_names_or_through_none(name: str) -> None:
    assert items_in(name) is None
    assert items_in("a b->c->d[]->e->f") == Items("a b", (("c", "d"),), ("e", "f"))
    assert items_in("a->b[]") == Items("a", (("b",),), ())
    assert items_in("a[]") == Items("a", ((),), ())
    assert items_in("a[]->b->c[][]->d") == Items("a", ((), ("b", "c"), ()), ("d",))


@pytest.mark.parametrize("name", ["a->b[]", "a[]", "a[]->b->c[][]->d", "a b->c->d[]->e->f"])
def test_a_name_through_lists_is_written_as_it_was_read(name: str) -> None:
    items = items_in(name)
    assert items is not None
    assert items.column + items.name == name


def test_of_a_list_each_is_shown_the_own_items_and_of_what_is_no_list_nothing() -> None:
    items = Items("a", (("b",),), ("id",))
    cut = Cut(None, (), items)
    assert cut.of({"b": [{"id": 1}, {"id": "2", "x": [1]}, {"id": 12}, None, 1], "c": 1}, "1") == {"b": [{"id": 1}], "c": 1}
    assert cut.of('{"b": [{"id": "2", "x": 1.5}], "c": 1}', "2") == '{"b": [{"id": "2", "x": 1.5}], "c": 1}'
    assert cut.of({"b": {"id": 1}, "c": 1}, "1") == {"c": 1}
    assert cut.of({"b": [{"id": 1}], "c": 1}) == {"c": 1}  # nobody is asked for
    assert not cut.shows(("b",))


def test_of_lists_in_lists_each_is_shown_the_own_items_and_of_what_is_around_them_the_way_alone() -> None:
    cut = Cut(None, (), items_in("a->groups[]->members[]->id"))
    groups = [
        {"name": "x", "members": [{"id": 1}, {"id": 2, "says": "y"}]},
        {"name": "z", "members": [{"id": 1}]},
        "2",
        {"id": 2},
    ]
    assert cut.of({"groups": groups, "title": "t"}, "2") == {"groups": [{"members": [{"id": 2, "says": "y"}]}], "title": "t"}
    assert cut.of({"groups": groups}, "9") == {"groups": []}
    assert cut.of({"groups": {"members": [{"id": 2}]}, "title": "t"}, "2") == {"title": "t"}


def test_of_a_list_that_is_the_document_or_an_array_each_is_shown_the_own_elements() -> None:
    cut = Cut(None, (), items_in("a[]->id"))
    assert cut.of('[{"id": 1}, {"id": 2, "n": 1.50}]', "2") == '[{"id": 2, "n": 1.5}]'
    assert cut.of([{"id": 1}], "2") is None
    assert cut.of({"id": 2}, "2") is None
    assert Cut(None, (), items_in("a[]")).of([1, 2, 2, 12, None], "2") == [2, 2]
    assert Cut(None, ()).of([1, 2], "2") is None  # nothing says whose the items are
    assert not cut.shows(("x",))


def test_without_the_items_of_some_people_all_others_stay_in_their_order() -> None:
    items = items_in("a->g[]->m[]")
    assert items is not None
    document = {"g": [{"m": [1, 2, "1", 3]}, {"m": [4]}, 1], "m": [1]}
    assert items.without({"1", "3"}, document) == {"g": [{"m": [2]}, {"m": [4]}, 1], "m": [1]}
    assert items.without({"9"}, '{"g": [ ]}') == '{"g": [ ]}'


def test_what_a_rule_removes_is_the_ways_through_lists_and_what_lies_in_their_items() -> None:
    assert removed("a.b") == ((), ("a", "b"))
    assert removed("a.b[].c") == ((("a", "b"),), ("c",))
    assert removed("[].a[][].b.c") == (((), ("a",), ()), ("b", "c"))


@pytest.mark.parametrize("path", ["a[]", "a[][][].b", "a[].b[].c[].d[].e", "[]", "a[0].b", "a.[].b", "a[]b", "[][][].a"])
def test_a_path_that_ends_with_a_list_or_goes_through_too_many_is_refused(path: str) -> None:
    assert Replacement.model_validate({"json": ["a[].b", "[].b", "[][].c", "a.b"]}).json_
    with pytest.raises(ValueError, match="json"):
        Replacement.model_validate({"json": [path]})
