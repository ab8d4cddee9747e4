"""What is written is read back equal: manifests, conditions, periods, starting points."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from zusage.promises import condition as c
from zusage.promises.condition.surface import FUNCTIONS
from zusage.promises.loading import load
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint
from zusage.promises.writing import to_yaml

HERE = Path(__file__).parent
PLATE_SHOP = HERE.parents[2] / "examples" / "plate_shop"

# -- periods and starting points ----------------------------------------------------------------------------------------

calendar = st.builds(Period, years=st.integers(0, 200), months=st.integers(0, 2400), days=st.integers(0, 73_000))
clock = st.builds(Period, minutes=st.integers(1, 5_999_999))
periods = st.one_of(calendar, clock)
names = st.from_regex(r"[a-zäöü_][a-z0-9_äß]{0,8}", fullmatch=True)
starts = st.builds(
    StartingPoint,
    st.one_of(st.tuples(names), st.lists(names, min_size=2, max_size=4).map(tuple)),
    st.sampled_from(["exact", "end_of_month", "end_of_year"]),
)


@given(periods)
def test_a_period_reads_back_equal(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(starts)
def test_a_starting_point_reads_back_equal(start: StartingPoint) -> None:
    assert StartingPoint.parse(str(start)) == start


# -- conditions ---------------------------------------------------------------------------------------------------------

words = st.one_of(
    st.sampled_from(
        ["select", "user", "order", "Größe", "a b", 'q"q', "key", "date", "Table", "end", "true", "null", "not", "value"]
    ),
    names,
)
columns = st.builds(c.Column, words, st.one_of(st.none(), words))
texts = st.one_of(
    st.sampled_from(["", "'", "''", "it's", "%", "\\", "a\\'b", "--", "/*", ";", "Ä😀", "\n"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
)
numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9, allow_nan=False).map(lambda f: float(round(f, 3))))
literals = st.builds(c.Literal, st.one_of(texts, numbers, st.booleans(), st.dates(date(1, 1, 1))))
terms = st.recursive(
    st.one_of(columns, literals),
    lambda inner: st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.builds(
            c.Call, st.just(name), st.lists(inner, min_size=FUNCTIONS[name][0], max_size=min(3, FUNCTIONS[name][1])).map(tuple)
        )
    ),
    max_leaves=4,
)
simple = st.one_of(
    st.builds(c.Compare, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), terms, terms),
    st.builds(c.IsNull, terms),
    st.builds(c.OneOf, terms, st.lists(literals, min_size=1, max_size=3).map(tuple)),
    st.builds(c.Like, terms, texts),
    st.builds(c.Truth, st.booleans()),
)


def _flat(kind: Any, parts: list[Any]) -> Any:
    """As reading makes it: an AND inside an AND is one."""
    return kind(tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))))


conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _flat(c.And, parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _flat(c.Or, parts)),
        st.builds(c.Not, inner),
        st.builds(c.Surely, inner),
        st.builds(c.Exists, words, inner),
    ),
    max_leaves=6,
)


@given(conditions)
@settings(max_examples=examples(400), deadline=None)
def test_a_condition_reads_back_equal(condition: c.Condition) -> None:
    assert c.parse(c.to_text(condition)) == condition


# -- manifests ----------------------------------------------------------------------------------------------------------


def read_back(manifest: Manifest) -> Manifest:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "zusage.yaml"
        path.write_text(to_yaml(manifest), encoding="utf-8")
        return load(path).manifest


@pytest.mark.parametrize(
    "path", [HERE / "compact.yaml", PLATE_SHOP / "zusage.yaml", PLATE_SHOP / "as-published.yaml"], ids=lambda p: p.stem
)
def test_a_manifest_that_was_written_by_hand_reads_back_equal(path: Path) -> None:
    manifest = load(path).manifest
    assert read_back(manifest) == manifest


lines = st.one_of(
    st.sampled_from(["null", "true", "1", "1.5", "2024-01-01", "P1Y", "- a", "a: b", "#", "*a", "&a", "!x", "'", '"', "|", ">", "{", "@", "%", " x ", "yes", "~", "=", "<<", "1:30", "0x1F", "x\ny", "tab\tin", "é😀", "\u2028", "1e5", "1_0", "00"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), min_size=1, max_size=12),
)  # fmt: skip
ids = st.from_regex(r"[a-z][a-z0-9-]{0,6}", fullmatch=True)
both = st.fixed_dictionaries({"de": lines, "en": lines})
ends = st.one_of(
    st.just("delete"),
    st.fixed_dictionaries({"anonymise": st.fixed_dictionaries({"a": st.one_of(st.just({}), st.builds(dict, constant=lines), st.builds(dict, first=st.integers(0, 64)))})}),
    st.just({"pseudonymise": ["a"]}),
)  # fmt: skip
keeps = st.fixed_dictionaries(
    {"at_most": periods.map(str), "from": starts.map(str), "then": ends},
    optional={"only": conditions.map(c.to_text), "until": lines, "refs": st.lists(lines, max_size=2), "unless_says": both},
)


@st.composite
def manifests(pick: st.DrawFn) -> Manifest:
    """Manifests whose names point to something."""
    title, table = pick(both), pick(st.sampled_from(["s.t", "s.Order", "s.größe", "s.'x'", "s.#"]))
    return Manifest.model_validate(
        {
            "zusage": 1,
            "controller": {
                "name": pick(lines),
                "officer": pick(st.sampled_from([None, {"email": "x"}, {"none_because": title}])),
            },
            "notice": {"version": pick(st.dates(date(1900, 1, 1)))},
            "systems": {"s": {"url": "${X}", "not_personal": pick(st.dictionaries(lines, lines, max_size=2))}},
            "classes": {"k": title},
            "activities": {
                name: {
                    "title": title,
                    "purpose": pick(both),
                    "legal_basis": "art-6-1-b",
                    "data": {table: {"classes": {"k": pick(st.lists(lines, min_size=1, max_size=3))}}},
                    "keep": [pick(keeps)],
                }
                for name in pick(st.lists(ids, max_size=2, unique=True))
            },
            "guard": {"share": pick(st.floats(0, 1))},
        }
    )


@given(manifests())
@settings(max_examples=examples(100), deadline=None)
def test_any_manifest_reads_back_equal(manifest: Manifest) -> None:
    assert read_back(manifest) == manifest
