"""Texts that libyaml reads are read as by the parser in Python, place by place."""

from __future__ import annotations

import warnings
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutants import ODD_YAML, mutants
from ruamel.yaml import YAML

from zusage import yaml_text
from zusage.yaml_text import Unclear, carefully, own, quickly

PRODUCT = Path(str(files("zusage")))
OWN = sorted(file for file in PRODUCT.rglob("*.yaml") if "testing" not in file.parts)
BASES = [Path(__file__).with_name(f"compact{which}.yaml") for which in ("-rule", "-sections")]


def seen(node: Any, above: tuple[int, ...] = ()) -> object:
    """What is made of a node; one that holds itself is told by how far up it stands."""
    if node is None or id(node) in above:
        return node and above[::-1].index(id(node))
    start, end = node.start_mark, node.end_mark
    above = (*above, id(node))
    known = (node.id, str(node.tag), start.line, start.column)
    if node.id == "scalar":
        ends = (end.line, end.column) if end.line == start.line and node.style not in {"|", ">"} else None
        return *known, node.value, node.style or "", ends
    if node.id == "sequence":
        return *known, tuple(seen(item, above) for item in node.value)
    return *known, tuple((seen(key, above), seen(value, above)) for key, value in node.value)


@pytest.mark.parametrize("file", OWN, ids=lambda file: str(file.relative_to(PRODUCT)))
def test_what_comes_with_the_product_has_the_values_that_the_parser_in_python_finds(file: Path) -> None:
    expected = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    found = own(file)
    assert found
    assert repr(found) == repr(expected)


def test_the_files_of_the_product_are_found() -> None:
    assert {"duties.yaml", "notice.yaml", "vocabulary.yaml", "en.yaml"} <= {file.name for file in OWN}


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.stem)
def test_a_spoilt_manifest_that_libyaml_reads_has_the_same_nodes_at_the_same_places(base: Path) -> None:
    ways: Counter[str] = Counter()
    for content in mutants(base.read_text(encoding="utf-8"), seed=7, number=80):
        try:
            text = content.decode("utf-8-sig")
            nodes = quickly(text)
        except (UnicodeDecodeError, Unclear):
            ways["not for libyaml"] += 1
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert seen(nodes) == seen(carefully(text))
        ways["the same"] += 1
    assert ways["the same"] > 30
    assert ways["not for libyaml"]


def test_an_odd_value_is_read_in_the_same_way_or_not_by_libyaml() -> None:
    same = 0
    for value in ODD_YAML:
        for text in (f"a: {value}\nb: x\n", f"a:\n  - {value}\n", f"a: [{value}, x]\n", value):
            try:
                nodes = quickly(text)
            except Unclear:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                assert seen(nodes) == seen(carefully(text)), text
            same += 1
    assert same > 150


@given(
    st.one_of(
        *(st.from_regex(pattern, fullmatch=True) for _, _, pattern in yaml_text.WORDS),
        st.text("yYnNoOxXfFeE0178_+-.:TZ~=<", max_size=8),
    )
)
def test_a_word_is_what_it_is_in_yaml_of_today(word: str) -> None:
    text = f"- {word}\n"
    try:
        (node,) = quickly(text).value
    except (Unclear, ValueError):
        return
    assert seen(node) == seen(carefully(text).value[0])


@pytest.mark.parametrize(("word", "value"), [("no", "no"), ("on", "on"), ("y", "y"), ("1:30", "1:30"), ("012", 12), ("0o17", 15)])
def test_what_was_no_word_in_older_yaml_is_one(word: str, value: object, tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(f"true: {word}\n")
    assert own(file) == {True: value}


@pytest.mark.parametrize(
    "text", ["- " * 100_000, "? " * 100_000, "[" * 100_000, "{a: " * 100_000, "\n".join(" " * n + "a:" for n in range(3000))]
)
def test_what_is_too_deep_for_the_stack_of_c_does_not_reach_it(text: str) -> None:
    with pytest.raises(Unclear):
        quickly(text)


@pytest.mark.parametrize(
    "text", ["%YAML 1.1\n---\na: no\n", "a: &x 1\nb: &x 2\n", "a:\tb\n", "a: !x\n", "a: b\x85c: d\n", "a:\n", "a: [1\n"]
)
def test_what_is_read_in_two_ways_is_left_to_the_parser_in_python(text: str) -> None:
    with pytest.raises(Unclear):
        quickly(text)


def test_without_libyaml_everything_is_read_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "CParser", None)
    with pytest.raises(Unclear):
        quickly("a: 1\n")
    assert repr(own(OWN[0])) == repr(YAML(typ="safe", pure=True).load(OWN[0].read_text(encoding="utf-8")))
