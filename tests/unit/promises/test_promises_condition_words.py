"""What a condition cannot say is refused in the words of whoever wrote it, not in a parser's."""

from __future__ import annotations

import pytest

from zusage.promises.condition import ConditionError, parse

WORDS = {
    "a + 1 > 2": "+ is not known",
    "-a = 1": "- is not known",
    "a || 'x' = 'y'": "|| is not known",
    "a IS DISTINCT FROM 1": "IS DISTINCT FROM cannot stand in a condition",
    "a REGEXP 'x'": "a regular expression cannot stand in a condition",
    "a -> 'x y' = 1": "what lies in a document is written column->name->name",
    "a ->> 'x' = 1": "a path into a document (->> or #>>) is not known",
    "a = (SELECT 1)": "a query in brackets is not known",
    "a = :x": "a placeholder is not known",
    "(a, b) = (1, 2)": "a row of several values is not known",
    "a ILIKE 'x'": "ILIKE cannot stand in a condition",
    "a::int = 1": "CAST is not known",
    "now() > a": "the function now is not known",
}


@pytest.mark.parametrize("text", WORDS)
def test_what_is_refused_is_called_as_people_call_it(text: str) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(text)
    assert str(refused.value).startswith(WORDS[text])
