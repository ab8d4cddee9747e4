"""Which items of a catalogue a manifest binds: what is judged weighs more than what is said, and doubt counts."""

from __future__ import annotations

import pytest

from zusage.promises.catalogue import STATES, Binding, Item, Kind, State, Word, covered
from zusage.promises.finding import Position

HERE = Position("zusage.yaml", 3, 1)


def state(kinds: list[tuple[Kind, Word | None]]) -> State:
    bound = [Binding(ref="A-1", by=f"p{n}", kind=kind, position=HERE) for n, (kind, _) in enumerate(kinds)]
    verdicts = {f"p{n}": word for n, (_, word) in enumerate(kinds) if word}
    (found,) = covered([Item(id="A-1", says="")], bound, verdicts).items
    return found.state


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], "open"),
        ([("text", None)], "declared"),
        ([("superseded", None)], "superseded"),
        ([("not bound", None)], "explained"),
        ([("not bound", None), ("text", None)], "declared"),
        ([("not bound", None), ("promise", "broken")], "broken"),
        ([("superseded", None), ("text", None)], "superseded"),
        ([("promise", "kept")], "shown"),
        ([("promise", "kept"), ("superseded", None)], "shown"),
        ([("attested", "kept")], "attested"),
        ([("attested", "kept"), ("promise", "kept")], "shown"),
        ([("attested", "broken"), ("promise", "kept")], "broken"),
        ([("attested", "undecided"), ("promise", "kept")], "undecided"),
        ([("promise", None)], "undecided"),
        ([("promise", "kept"), ("promise", None)], "undecided"),
        ([("promise", "undecided"), ("promise", "broken")], "broken"),
        ([("promise", "broken"), ("text", None)], "broken"),
    ],
)
def test_the_worst_of_what_is_judged_decides(kinds: list[tuple[Kind, Word | None]], expected: State) -> None:
    assert state(kinds) == expected


@pytest.mark.parametrize(
    ("words", "word"), [(["kept"], "kept"), (["kept", "undecided"], "undecided"), (["undecided", "broken"], "broken")]
)
def test_one_word_for_all_is_the_worst(words: list[Word], word: Word) -> None:
    items = [Item(id=f"A-{n}", says="") for n in range(len(words) + 1)]
    bound = [Binding(ref=f"A-{n}", by=f"p{n}", kind="promise", position=HERE) for n in range(len(words))]
    found = covered(items, bound, {f"p{n}": one for n, one in enumerate(words)})
    assert found.word == word
    assert sum(found.totals.values()) == len(items)
    assert list(found.totals) == list(STATES)


def test_what_the_catalogue_does_not_have_is_not_lost() -> None:
    stray = Binding(ref="B-9", by="p", kind="promise", position=HERE)
    assert covered([Item(id="A-1", says="")], [stray], {}).unknown == (stray,)
