"""A clock that jumps, and a suspension that is placed while a plan is carried out."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from zusage.bootstrap import Product, opened
from zusage.enforcement.apply import Progress
from zusage.enforcement.refusal import ClockJumped, PlanStale
from zusage.sealing import SigningKey

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems:
  shop: {url: "sqlite:///FOLDER/shop.sqlite3"}
classes: {note: {de: Notizen, en: notes}}
guard: {share: SHARE, batch: 10, approvers: [KEY]}
activities:
  notes:
    title: {de: Notizen, en: Notes}
    purpose: {de: Notizen, en: notes}
    legal_basis: art-6-1-b
    data: {shop.note: {classes: {note: [text, at]}}}
    keep: [{name: year, at_most: P1Y, from: at}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "shop.sqlite3") as database:
        database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, at DATETIME)")
        rows = [
            (n, "old" if n <= 50 else "new", "2024-01-01 10:00:00" if n <= 50 else "2026-05-01 10:00:00") for n in range(1, 101)
        ]
        database.executemany("INSERT INTO note VALUES (?, ?, ?)", rows)
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    text = MANIFEST.replace("FOLDER", str(tmp_path)).replace("KEY", f'"{key.verifier.encode()}"')
    (tmp_path / "zusage.yaml").write_text(text.replace("SHARE", "0.6"))
    return tmp_path


def notes(folder: Path) -> set[int]:
    with sqlite3.connect(folder / "shop.sqlite3") as database:
        return {number for (number,) in database.execute("SELECT id FROM note")}


def plan(product: Product, folder: Path) -> Path:
    product.save_plan(product.make_plan(), folder / "plan.json")
    return folder / "plan.json"


def test_a_suspension_placed_while_a_step_runs_holds_the_rows_that_are_left(shop: Path) -> None:
    with opened(shop / "zusage.yaml", clock=lambda: NOW) as product:
        path = plan(product, shop)

        def place(happened: Progress) -> None:
            if happened.done == 10:
                product.state.suspensions.place([("shop.note", "id IN (30, 41)")], "claim", date(2026, 12, 1), "legal")

        results = product.apply_plan(path, place)
    assert results[0].rows == 48
    assert notes(shop) == {30, 41, *range(51, 101)}


def test_a_clock_set_back_stops_every_command(shop: Path) -> None:
    with opened(shop / "zusage.yaml", clock=lambda: NOW) as product:
        product.verify()
        path = plan(product, shop)
    with opened(shop / "zusage.yaml", clock=lambda: NOW - timedelta(hours=1)) as product:
        for act in (product.verify, product.make_plan, lambda: product.apply_plan(path, lambda _: None)):
            with pytest.raises(ClockJumped, match="set back"):
                act()
    assert notes(shop) == set(range(1, 101))


def test_after_a_year_without_a_look_a_plan_needs_a_second_person(shop: Path) -> None:
    with opened(shop / "zusage.yaml", clock=lambda: NOW) as product:
        product.verify()
        assert product.make_plan().needs_approval == ()
    with opened(shop / "zusage.yaml", clock=lambda: NOW + timedelta(days=400)) as product:
        assert product.make_plan().needs_approval == ("shop.note",)


def test_a_plan_from_the_future_or_too_old_is_refused(shop: Path) -> None:
    with opened(shop / "zusage.yaml", clock=lambda: NOW) as product:
        path = plan(product, shop)
    for wrong in (NOW - timedelta(days=1), NOW + timedelta(days=2)):
        with opened(shop / "zusage.yaml", clock=lambda wrong=wrong: wrong) as product, pytest.raises(PlanStale):
            product.apply_plan(path, lambda _: None)
    assert notes(shop) == set(range(1, 101))
    with opened(shop / "zusage.yaml", clock=lambda: NOW + timedelta(hours=1)) as product:
        product.apply_plan(path, lambda _: None)
    assert notes(shop) == set(range(51, 101))
