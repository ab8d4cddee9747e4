"""The licence-plate shop on MariaDB: the same verdicts and the same surviving rows as on SQLite, and saboteurs are seen."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.integration.servers import MariaDB

from zusage.bootstrap import opened
from zusage.bootstrap.granting import role_statements
from zusage.sealing import SigningKey

EXAMPLES = Path(__file__).parents[2] / "examples"
CUSTOMERS = 30
NAMES = ("shop", "mailbox")
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Shop:
    """A filled shop, and what was said and left of it."""

    folder: Path
    addresses: dict[str, str]
    first: dict[str, str]
    after: dict[str, str]
    rows_before: Rows
    rows: Rows
    done: int

    def verdicts(self) -> dict[str, str]:
        os.environ.update(self.addresses)
        with opened(self.folder / "zusage.yaml") as product:
            return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}


def _all(addresses: dict[str, str]) -> Rows:
    from plate_shop import schema
    from plate_shop.database import open_engine

    found: Rows = {}
    for name in NAMES:
        engine = open_engine(addresses[f"{name.upper()}_DATABASE_URL"])
        with engine.connect() as connection:
            for table in getattr(schema, name).sorted_tables:
                found[f"{name}.{table.name}"] = sorted(map(dict, connection.execute(table.select()).mappings()), key=repr)
        engine.dispose()
    return found


def _shop(folder: Path, addresses: dict[str, str], *, roles: bool) -> Shop:
    """From an empty database to kept promises."""
    from plate_shop.generate import generate
    from plate_shop.roles import Roles, for_roles

    folder.mkdir()
    os.environ.update(addresses)
    urls = [addresses[f"{name.upper()}_DATABASE_URL"] for name in NAMES]
    generate(*urls, customers=CUSTOMERS, years=12, now=datetime(2026, 11, 1, 9), seed=11)
    key = SigningKey.generate(folder / "second.key", "second-person")
    text = (EXAMPLES / "plate_shop" / "zusage.yaml").read_text(encoding="utf-8")
    (folder / "guard.yaml").write_text(f'guard: {{approvers: ["{key.verifier.encode()}"], batch: 20}}\n')
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    (folder / "zusage.yaml").write_text("import: [shop.yaml, guard.yaml]\n")
    if roles:
        for name, url in zip(NAMES, urls, strict=True):
            statements = role_statements(url, folder / "zusage.yaml", name)
            addresses |= Roles(url, list(statements)).make(name.upper())
        (folder / "shop.yaml").write_text(for_roles(text), encoding="utf-8")
    shop = Shop(folder, addresses, {}, {}, _all(addresses), {}, 0)
    shop.first = shop.verdicts()
    with opened(folder / "zusage.yaml") as product:
        product.save_plan(product.make_plan(), folder / "plan.json")
        product.approve_plan(folder / "plan.json", key)
        results = product.apply_plan(folder / "plan.json", lambda _: None)
        assert not [result.stopped for result in results if result.stopped]
        shop.done = sum(result.rows for result in results)
    shop.after, shop.rows = shop.verdicts(), _all(addresses)
    return shop


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory, mariadb_server: MariaDB) -> Iterator[tuple[Shop, Shop]]:
    sys.path.insert(0, str(EXAMPLES))
    room = tmp_path_factory.mktemp("alike")
    kept = dict(os.environ)
    files = {f"{name.upper()}_DATABASE_URL": f"sqlite:///{room}/{name}.sqlite3" for name in NAMES}
    server = {f"{name.upper()}_DATABASE_URL": mariadb_server.database(f"alike_{name}") for name in NAMES}
    yield _shop(room / "sqlite", files, roles=False), _shop(room / "mariadb", server, roles=True)
    os.environ.clear()
    os.environ.update(kept)
    sys.path.remove(str(EXAMPLES))


def test_both_begin_with_the_same_rows_and_the_same_broken_promises(shops: tuple[Shop, Shop]) -> None:
    sqlite, mariadb = shops
    assert mariadb.rows_before == sqlite.rows_before
    assert mariadb.first == sqlite.first
    assert list(mariadb.first.values()).count("broken") >= 8


def test_both_end_with_the_same_verdicts_and_the_same_surviving_rows(shops: tuple[Shop, Shop]) -> None:
    sqlite, mariadb = shops
    assert mariadb.done == sqlite.done > 100
    assert mariadb.after == sqlite.after
    assert "broken" not in mariadb.after.values()
    assert mariadb.rows == sqlite.rows
    assert len(mariadb.rows_before["shop.shop_order"]) > len(mariadb.rows["shop.shop_order"]) > 0


@pytest.mark.parametrize(
    ("sabotage", "promise"),
    [
        (
            "UPDATE shop_order SET completed_at = '2014-03-01 10:00:00' WHERE status = 'completed' "
            "AND id NOT IN (SELECT order_id FROM dispute) ORDER BY completed_at DESC LIMIT 1",
            "orders/claims/at-most",
        ),
        ("DELETE FROM invoice ORDER BY issued_on DESC LIMIT 1", "vouchers/tax/at-least"),
        ("UPDATE invoice SET statute = ' ' ORDER BY id LIMIT 1", "every-row/vouchers-name-their-statute"),
        ("ALTER TABLE customer ADD COLUMN credit_score INTEGER", "no-column/no-scoring"),
        ("CREATE TABLE newsletter (email TEXT)", "accounted/shop"),
        (
            "UPDATE recipient_contract SET recipient = 'somebody else' WHERE recipient = 'zahlfix'",
            "every-row/disclosed-under-contract",
        ),
    ],
)
def test_sabotage_on_the_server_turns_its_promise_red(
    shops: tuple[Shop, Shop], mariadb_server: MariaDB, sabotage: str, promise: str
) -> None:
    shop = shops[1]
    assert shop.after[promise] == "kept"
    undo = _copies(mariadb_server)
    try:
        mariadb_server.run(sabotage, database="alike_shop")
        now = shop.verdicts()
        assert now[promise] == "broken"
        assert {name for name, verdict in now.items() if verdict == "broken" and shop.after[name] != "broken"} <= {
            promise,
            "accounted/shop",
        }
    finally:
        mariadb_server.run(*undo, database="alike_shop")
    assert shop.verdicts() == shop.after


def _copies(server: MariaDB) -> list[str]:
    """The tables that saboteurs change, kept in another database; how to put them back."""
    names = ("shop_order", "invoice", "recipient_contract")
    server.run(
        "CREATE OR REPLACE DATABASE alike_kept",
        *(f"CREATE TABLE alike_kept.{name} AS SELECT * FROM alike_shop.{name}" for name in names),
    )
    back = [part for name in names for part in (f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM alike_kept.{name}")]
    return [
        "SET foreign_key_checks = 0", *back, "DROP TABLE IF EXISTS newsletter", "ALTER TABLE customer DROP COLUMN IF EXISTS credit_score",
    ]  # fmt: skip
