"""What a row must be once a time of its own is over: a hold that nobody has reviewed by its day, not one that has its day to come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.cli import cli
from zusage.promises.checking import against
from zusage.promises.loading import load

TABLES = """
CREATE TABLE hold (id INTEGER PRIMARY KEY, review_on DATE, closed_on DATE);
INSERT INTO hold VALUES (1, '2026-06-01', NULL), (2, '2026-09-01', NULL), (3, '2020-01-01', '2026-05-01'), (4, NULL, '2026-05-01');
"""
HOLDS = (
    "    data: {shop.hold: {classes: {one: [review_on, closed_on]}}}\n    keep: [{name: long, at_most: P9Y, from: closed_on}]\n"
)
REVIEWED = """every_row:
  reviewed:
    says: {de: X, en: X}
    table: shop.hold
    condition: closed_on IS NOT NULL
    once: {from: review_on, after: P1D}
activities:"""


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    world = SmallWorld.make(tmp_path, TABLES, {"holds": HOLDS})
    world.rewrite("activities:", REVIEWED)
    return world


def _seen(world: SmallWorld, day: int) -> str:
    return world.verdicts(datetime(2026, 6, day, 9, tzinfo=UTC))["every-row/reviewed"]


def test_a_row_need_not_be_so_before_its_day_and_must_be_afterwards(world: SmallWorld) -> None:
    assert [_seen(world, day) for day in (1, 2, 3)] == ["kept", "kept", "broken"]
    world.sql("UPDATE hold SET closed_on = '2026-06-02' WHERE id = 1")
    assert _seen(world, 3) == "kept"


@pytest.mark.parametrize("review", ["NULL", "'1712-01-01'", "'2999-01-01'"])
def test_a_row_without_a_usable_day_leaves_it_undecided(world: SmallWorld, review: str) -> None:
    world.sql(f"UPDATE hold SET review_on = {review} WHERE id = 2")
    assert _seen(world, 1) == "undecided"


def test_it_is_explained_with_its_time_and_a_column_that_is_not_there_is_named(world: SmallWorld) -> None:
    said = CliRunner().invoke(cli, ["explain", str(world.folder / "zusage.yaml"), "every-row/reviewed"]).output
    assert "P1D" in said
    assert "review_on" in said
    world.rewrite("once: {from: review_on", "once: {from: looked_at")
    with opened(world.folder / "zusage.yaml") as product:
        found = against(load(world.folder / "zusage.yaml"), product.inventories, {})
    assert [one.code for one in found if "looked_at" in str(one)] == ["unknown-column"]
