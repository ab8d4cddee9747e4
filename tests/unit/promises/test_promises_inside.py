"""Names that lead into documents, and new values as JSON."""

from __future__ import annotations

import pytest

from zusage.promises.inside import as_before, is_inside, split


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
