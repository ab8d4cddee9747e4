"""Names that lead into documents, and new values as JSON."""

from __future__ import annotations

import pytest

from zusage.promises.inside import Cut, Items, as_before, is_inside, items_in, split


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


@pytest.mark.parametrize("name", ["a->b", "a->b[]->c[]", "a[]", "a->b c->d[]", "a->b'c->d[]", "a->b[]x", "a->b[0]->c"])
def test_a_name_goes_through_one_list_behind_plain_names_or_through_none(name: str) -> None:
    assert items_in(name) is None
    assert items_in("a b->c->d[]->e->f") == Items("a b", ("c", "d"), ("e", "f"))
    assert items_in("a->b[]") == Items("a", ("b",), ())


def test_of_a_list_each_is_shown_the_own_items_and_of_what_is_no_list_nothing() -> None:
    items = Items("a", ("b",), ("id",))
    cut = Cut(None, (), items)
    assert cut.of({"b": [{"id": 1}, {"id": "2", "x": [1]}, {"id": 12}, None, 1], "c": 1}, "1") == {"b": [{"id": 1}], "c": 1}
    assert cut.of('{"b": [{"id": "2", "x": 1.5}], "c": 1}', "2") == '{"b": [{"id": "2", "x": 1.5}], "c": 1}'
    assert cut.of({"b": {"id": 1}, "c": 1}, "1") == {"c": 1}
    assert cut.of({"b": [{"id": 1}], "c": 1}) == {"c": 1}  # nobody is asked for
    assert not cut.shows(("b",))
