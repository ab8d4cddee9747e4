"""What is blocked follows the manifest of today, not the day that was noted when it was blocked."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zusage.bootstrap import Product, opened

BLOCKED_IN = datetime(2024, 6, 1, 9, 0, tzinfo=UTC)
MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems:
  shop: {url: "sqlite:///FOLDER/shop.sqlite3", application: "sqlite:///FOLDER/shop.sqlite3"}
classes: {voucher: {de: Belege, en: vouchers}}
guard: {share: 1}
activities:
  vouchers:
    title: {de: Belege, en: Vouchers}
    purpose: {de: Belege, en: vouchers}
    legal_basis: art-6-1-c
    data: {shop.invoice: {classes: {voucher: [text, at]}}}
    keep: [{name: tax, at_most: YEARS, from: end_of_year(at), purpose_ends: {from: end_of_year(at), after: P3Y}}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "shop.sqlite3") as database:
        database.execute("CREATE TABLE invoice (id INTEGER PRIMARY KEY, text TEXT, at DATE)")
        database.executemany("INSERT INTO invoice (text, at) VALUES ('x', ?)", [("2019-05-05",)] * 4 + [("2023-05-05",)] * 2)
    with opened(written(tmp_path, "P8Y"), clock=lambda: BLOCKED_IN) as product:
        assert applied(product, tmp_path) == {"vouchers/tax/blocked": 4}
    return tmp_path


def written(folder: Path, years: str) -> Path:
    (folder / "zusage.yaml").write_text(MANIFEST.replace("FOLDER", str(folder)).replace("YEARS", years))
    return folder / "zusage.yaml"


def applied(product: Product, folder: Path) -> dict[str, int]:
    product.save_plan(product.make_plan(), folder / "plan.json")
    results = product.apply_plan(folder / "plan.json", lambda _: None)
    assert not any(result.stopped for result in results)
    return {result.step.promise: result.rows for result in results}


def verdicts(product: Product) -> dict[str, str]:
    return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}


def later(year: int) -> datetime:
    return datetime(year, 1, 1, 12, 0, tzinfo=UTC)


def test_on_the_first_day_after_the_last_a_blocked_row_is_overdue_and_goes(shop: Path) -> None:
    manifest = written(shop, "P8Y")
    with opened(manifest, clock=lambda: datetime(2027, 12, 31, 12, tzinfo=UTC)) as product:
        assert verdicts(product)["vouchers/tax/at-most"] == "kept"
        assert "blocked/shop" not in applied(product, shop)
    with opened(manifest, clock=lambda: later(2028)) as product:
        assert verdicts(product)["vouchers/tax/at-most"] == "broken"
        assert applied(product, shop)["blocked/shop"] == 4
        assert verdicts(product)["vouchers/tax/at-most"] == "kept"


def test_a_longer_period_keeps_what_was_blocked_before(shop: Path) -> None:
    manifest = written(shop, "P12Y")
    with opened(manifest, clock=lambda: later(2028)) as product:
        assert "blocked/shop" not in applied(product, shop)
    with opened(manifest, clock=lambda: datetime(2031, 12, 31, 12, tzinfo=UTC)) as product:
        assert verdicts(product)["vouchers/tax/at-most"] == "kept"
    with opened(manifest, clock=lambda: later(2032)) as product:
        assert verdicts(product)["vouchers/tax/at-most"] == "broken"
        assert applied(product, shop)["blocked/shop"] == 4


def test_a_shorter_period_ends_what_was_blocked_before(shop: Path) -> None:
    with opened(written(shop, "P4Y"), clock=lambda: later(2025)) as product:
        assert verdicts(product)["vouchers/tax/at-most"] == "broken"
        assert applied(product, shop)["blocked/shop"] == 4
        assert verdicts(product)["vouchers/tax/at-most"] == "kept"
