"""Parts that belong to nothing are reported, and a plan is for the database that it was made on."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from zusage.bootstrap import opened
from zusage.enforcement.refusal import PlanStale
from zusage.evidence.verdict import Judgement

from .test_parts_and_guard import NOW, counts, shop, written

__all__ = ["shop"]


def judged(manifest: Path) -> Judgement:
    with opened(manifest, clock=lambda: NOW) as product:
        return next(o.judgement for o in product.verify() if o.promise.id == "notes/year/at-most")


def at_most(manifest: Path) -> str:
    return judged(manifest).verdict.value


@pytest.mark.parametrize("owner", ["NULL", "4711"])
def test_a_part_that_belongs_to_no_row_is_undecided_until_a_rule_is_about_it(shop: Path, owner: str) -> None:
    manifest = written(shop, "1")
    with opened(manifest, clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), shop / "plan.json")
        product.apply_plan(shop / "plan.json", lambda _: None)
    assert at_most(manifest) == "kept"
    with sqlite3.connect(shop / "shop.sqlite3") as database:
        database.execute(f"INSERT INTO line (note_id, words) VALUES ({owner}, 'whose?')")
    found = judged(manifest)
    assert found.verdict.value == "undecided"
    said = "1 rows of line belong to no row, for what they refer to is not there, and no rule of their own says when they go"
    assert found.reason == said
    rule = "{name: strays, data: shop.line, only: NOT EXISTS (SELECT 1 FROM note WHERE note.id = line.note_id), at_most: P1Y, from: words}"
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


TWO_PURPOSES = """
zusage: 1
controller: {name: Example GmbH}
systems:
  shop: {url: "sqlite:///FOLDER/shop.sqlite3"}
classes: {note: {de: Notizen, en: notes}, proof: {de: Nachweis, en: proof}}
guard: {share: 1}
activities:
  notes:
    title: {de: Notizen, en: Notes}
    purpose: {de: Notizen, en: notes}
    legal_basis: art-6-1-b
    data:
      shop.note: {classes: {note: [text]}}
      shop.line: {part_of: shop.note via note_id, classes: {note: [words]}}
    keep: [{name: year, data: shop.note, at_most: P1Y, from: at}]
  proof:
    title: {de: Nachweis, en: Proof}
    purpose: {de: Nachweis, en: proof}
    legal_basis: art-6-1-f
    data: {shop.note: {classes: {proof: [at]}}}
    keep: [{name: long, at_most: P9Y, from: at}]
"""


def test_what_belongs_to_a_row_for_an_ended_purpose_alone_is_not_called_gone_while_another_keeps_the_row(shop: Path) -> None:
    manifest = shop / "zusage.yaml"
    manifest.write_text(TWO_PURPOSES.replace("FOLDER", str(shop)))
    with opened(manifest, clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), shop / "plan.json")
        product.apply_plan(shop / "plan.json", lambda _: None)
    with sqlite3.connect(shop / "shop.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM note WHERE at < '2025-01-01' AND text IS NULL").fetchone() == (10,)
        assert database.execute("SELECT count(*) FROM line WHERE note_id <= 10").fetchone() == (0,)
    assert at_most(manifest) == "kept"
    with sqlite3.connect(shop / "shop.sqlite3") as database:
        database.execute("INSERT INTO line (note_id, words) VALUES (1, 'still here')")
    assert at_most(manifest) == "broken"
