"""A manifest means the same however it is written, and something else as soon as one word of it is another."""

import copy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from zusage.promises.loading import load
from zusage.promises.meaning import meaning_of
from zusage.promises.yaml_nodes import parse

PLATE_SHOP = Path(__file__).parents[3] / "examples" / "plate_shop" / "zusage.yaml"
READ = parse(PLATE_SHOP.read_bytes(), "zusage.yaml")
SAID, LEAVES = READ.values, [path for path in READ.places if path]


def turned(value: Any, turn: Any) -> Any:
    """The same with the keys of every mapping in another order."""
    if isinstance(value, list):
        return [turned(one, turn) for one in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    turn(keys)
    return {key: turned(value[key], turn) for key in keys}


@pytest.mark.parametrize("seed", range(3))
def test_another_order_of_keys_means_the_same(seed: int) -> None:
    other = turned(SAID, Random(seed).shuffle)
    assert str(other) != str(SAID)
    assert meaning_of(other) == meaning_of(SAID)


def test_any_other_word_means_something_else_and_its_part_is_named() -> None:
    said, random = meaning_of(SAID), Random(7)
    for path in random.sample(LEAVES, 60):
        for instead in (None, 0, "another", [], {"a": 1}):
            other = copy.deepcopy(SAID)
            inner: Any = other
            for step in path[:-1]:
                inner = inner[step]
            if inner[path[-1]] == instead:
                continue
            inner[path[-1]] = instead
            changed = meaning_of(other)
            assert changed.digest != said.digest, path
            assert any(name.split(".")[0] == path[0] for name in changed.differs(said.parts)), path


def test_another_order_of_a_list_means_something_else() -> None:
    assert meaning_of({"a": [1, 2]}).digest != meaning_of({"a": [2, 1]}).digest


def test_one_and_yes_and_the_word_one_are_three_meanings() -> None:
    assert len({meaning_of({"a": value}).digest for value in (1, True, "1", "true", None, 1.5)}) == 6


def test_where_the_parts_stand_and_what_is_remarked_between_them_is_not_what_they_say(tmp_path: Path) -> None:
    one, many = tmp_path / "one.yaml", tmp_path / "many.yaml"
    head = PLATE_SHOP.read_text(encoding="utf-8").split("\n\nnotice:")[0] + "\n"
    classes = "classes:\n  contact: {en: contact, de: Kontakt}\n"
    one.write_text(head + classes, encoding="utf-8")
    (tmp_path / "c.yaml").write_text("# titles\n" + classes.replace("contact: {en", "'contact': {en"), encoding="utf-8")
    many.write_text("import: c.yaml\n" + head, encoding="utf-8")
    assert load(one).meaning == load(many).meaning
    assert load(one).digest != load(many).digest
