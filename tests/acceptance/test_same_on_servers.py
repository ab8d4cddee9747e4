"""The same shop on SQLite and on PostgreSQL: the same verdicts before and after, the same plan, and the same rows survive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.integration.killing_places import Place, PostgresPlace, Rows, SqlitePlace
from tests.integration.servers import Postgres

from zusage.bootstrap import Product, opened
from zusage.sealing import SigningKey

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
#: behind everybody's back, and the promise that each breaks
SABOTAGE = {
    "UPDATE shop_order SET completed_at = '2014-03-01 10:00:00' WHERE id = (SELECT id FROM shop_order WHERE status = 'completed' "
    "AND id NOT IN (SELECT order_id FROM dispute) ORDER BY completed_at DESC LIMIT 1)": "orders/claims/at-most",
    "DELETE FROM invoice WHERE id = (SELECT id FROM invoice ORDER BY issued_on DESC LIMIT 1)": "vouchers/tax/at-least",
    "UPDATE invoice SET statute = ' ' WHERE id = (SELECT min(id) FROM invoice)": "every-row/vouchers-name-their-statute",
    "ALTER TABLE customer ADD COLUMN credit_score INTEGER": "no-column/no-scoring",
    "CREATE TABLE newsletter (email TEXT)": "accounted/shop",
    "UPDATE recipient_contract SET recipient = 'somebody else' WHERE recipient = 'zahlfix'": "every-row/disclosed-under-contract",
}


@dataclass
class Ran:
    """What became of the shop in one place."""

    folder: Path
    place: Place
    before: dict[str, str]
    steps: list[tuple[object, ...]]
    after: dict[str, str]
    rows: Rows
    blocked: list[tuple[object, ...]]


@contextmanager
def _product(folder: Path, place: Place) -> Iterator[Product]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in place.environment(folder).items():
            patch.setenv(name, value)
        with opened(folder / "zusage.yaml", folder / ".zusage", lambda: NOW) as product:
            yield product
            product.state.close()


def _verdicts(product: Product) -> dict[str, str]:
    return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}


def _run(folder: Path, place: Place) -> Ran:
    sys.path.insert(0, str(EXAMPLES))
    from plate_shop.generate import generate

    folder.mkdir()
    place.found()
    addresses = place.environment(folder)
    now = NOW.replace(tzinfo=None)
    shop, mailbox = addresses["SHOP_DATABASE_URL"], addresses["MAILBOX_DATABASE_URL"]
    generate(shop, mailbox, customers=40, years=12, now=now, seed=7)
    key = SigningKey.generate(folder / "second.key", "second-person")
    (folder / "guard.yaml").write_text(f'guard: {{approvers: ["{key.verifier.encode()}"], batch: 15}}\n')
    (folder / "shop.yaml").write_text((EXAMPLES / "plate_shop" / "zusage.yaml").read_text())
    (folder / "zusage.yaml").write_text("import: [shop.yaml, guard.yaml]\n")
    place.furnish(folder)
    with _product(folder, place) as product:
        before = _verdicts(product)
        plan = product.make_plan()
        product.save_plan(plan, folder / "plan.json")
        product.approve_plan(folder / "plan.json", key)
        assert not [result.stopped for result in product.apply_plan(folder / "plan.json", lambda _: None) if result.stopped]
        after = _verdicts(product)
        blocked = _blocked(folder)
    steps: list[tuple[object, ...]] = [(step.promise, step.table, step.rows, step.part_rows, step.total) for step in plan.steps]
    return Ran(folder, place, before, steps, after, _alike(place.rows(folder)), blocked)


def _blocked(folder: Path) -> list[tuple[object, ...]]:
    from zusage.vault import VaultWriter

    writer = VaultWriter(folder / ".zusage")
    opened_ = [writer.unseal(id) for table in ("invoice", "commercial_letter") for id in writer.ids_of("shop", table)]
    return sorted(((d.table, d.key, d.rule, d.started_on, d.delete_from, d.person_digest is None) for d in opened_), key=repr)


def _alike(rows: Rows) -> Rows:
    """Values as SQLite holds them."""
    return {table: sorted((tuple(map(_plain, row)) for row in found), key=repr) for table, found in rows.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else int(value) if isinstance(value, bool) else value


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return _run(tmp_path_factory.mktemp("sqlite") / "place", SqlitePlace())


@pytest.fixture(scope="module")
def on_postgresql(postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return _run(tmp_path_factory.mktemp("postgresql") / "place", PostgresPlace(postgres_server))


def test_what_is_broken_before_is_kept_after_in_both_places_alike(on_sqlite: Ran, on_postgresql: Ran) -> None:
    assert list(on_sqlite.before.values()).count("broken") >= 10
    assert "broken" not in on_sqlite.after.values()
    assert (on_postgresql.before, on_postgresql.after) == (on_sqlite.before, on_sqlite.after)


def test_the_plan_is_the_same_and_the_same_rows_survive(on_sqlite: Ran, on_postgresql: Ran) -> None:
    assert on_postgresql.steps == on_sqlite.steps
    assert sum(len(rows) for rows in on_sqlite.rows.values()) > 300
    assert on_postgresql.rows == on_sqlite.rows
    assert len(on_sqlite.blocked) > 5
    assert on_postgresql.blocked == on_sqlite.blocked


def test_sabotage_on_postgresql_turns_its_promises_red_and_no_other(on_postgresql: Ran) -> None:
    place = on_postgresql.place
    assert isinstance(place, PostgresPlace)
    for statement in SABOTAGE:
        place.server.run(statement, "killed_shop")
    with _product(on_postgresql.folder, place) as product:
        now = _verdicts(product)
    changed = {name for name, verdict in now.items() if verdict != on_postgresql.after[name]}
    assert changed == set(SABOTAGE.values())
    assert {now[name] for name in changed} == {"broken"}
