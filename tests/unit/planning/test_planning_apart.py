"""Steps that can never take the same row: only what is certain counts."""

import pytest

from zusage.planning.apart import apart
from zusage.planning.plan import DeleteRows, Step
from zusage.promises.condition import parse


def _step(where: str, table: str = "person") -> Step:
    return Step(id="x", promise="x", system="pool", table=table, action=DeleteRows(), where=parse(where))


APART = [
    ("class = 'kept'", "class = 'other'"),
    ("class = 'kept' AND left_at IS NULL", "left_at IS NOT NULL AND class = 'kept'"),
    ("left_at IS NOT NULL", "left_at IS NULL"),
    ("class IN ('kept', 'old')", "class IN ('new', 'other')"),
    ("class IN ('kept', 'old') AND email <> ''", "class = 'other'"),
]
TOGETHER = [
    ("class = 'kept'", "class = 'kept'"),
    ("class = 'kept'", "class = 'KEPT '"),  # a database may know no case and no space at the end
    ("class = 'kept' OR email = ''", "class = 'other'"),
    ("class = 'kept'", "state = 'other'"),
    ("class <> 'kept'", "class = 'other'"),
    ("number = 1", "number = 2"),  # numbers may be stored as texts, and texts compared as numbers
    ("EXISTS (SELECT 1 FROM alert WHERE alert.class = 'kept')", "EXISTS (SELECT 1 FROM alert WHERE alert.class = 'other')"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_steps_with_words_that_exclude_each_other_stand_apart(one, other):
    assert apart(_step(one), _step(other))
    assert apart(_step(other), _step(one))


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_in_doubt_steps_can_take_the_same_row(one, other):
    assert not apart(_step(one), _step(other))
    assert not apart(_step(other), _step(one))


def test_steps_of_different_tables_are_not_compared():
    assert not apart(_step("class = 'kept'"), _step("class = 'other'", table="alert"))
