"""Parts that belong to nothing are reported, and a plan is for the database that it was made on."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from zusage.bootstrap import opened
from zusage.enforcement.refusal import PlanStale

from .test_parts_and_guard import NOW, counts, shop, written

__all__ = ["shop"]


def at_most(manifest: Path) -> str:
    with opened(manifest, clock=lambda: NOW) as product:
        return next(o.judgement.verdict.value for o in product.verify() if o.promise.id == "notes/year/at-most")


@pytest.mark.parametrize("owner", ["NULL", "4711"])
def test_a_part_that_belongs_to_no_row_is_undecided_until_a_rule_is_about_it(shop: Path, owner: str) -> None:
    manifest = written(shop, "1")
    with opened(manifest, clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), shop / "plan.json")
        product.apply_plan(shop / "plan.json", lambda _: None)
    assert at_most(manifest) == "kept"
    with sqlite3.connect(shop / "shop.sqlite3") as database:
        database.execute(f"INSERT INTO line (note_id, words) VALUES ({owner}, 'whose?')")
    assert at_most(manifest) == "undecided"
    rule = "{name: strays, data: shop.line, only: note_id IS NULL OR note_id > 1000, at_most: P1Y, from: words}"
    manifest.write_text(manifest.read_text().replace("keep: [", f"keep: [{rule}, "))
    assert at_most(manifest) == "kept"


def test_a_plan_is_refused_on_another_database_of_the_same_form(shop: Path) -> None:
    manifest = written(shop, "1")
    with opened(manifest, clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), shop / "plan.json")
    moved = shop / "elsewhere"
    moved.mkdir()
    shutil.move(shop / "shop.sqlite3", moved / "shop.sqlite3")
    (shop / "shop.sqlite3").symlink_to(moved / "shop.sqlite3")
    with opened(manifest, clock=lambda: NOW) as product, pytest.raises(PlanStale, match="schema"):
        product.apply_plan(shop / "plan.json", lambda _: None)
    assert counts(shop) == (100, 36)
