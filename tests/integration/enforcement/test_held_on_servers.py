"""Suspensions on PostgreSQL and MariaDB: what is held stays, whatever rule or demand comes, also when it is placed between two batches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.integration.held_world import ORDERS, REMARKS, ROWS, TABLES, VOUCHERS
from tests.integration.servers import MariaDB, Postgres
from tests.integration.small_world import NOW
from zusage.bootstrap import Product, opened
from zusage.bootstrap.holding import Wish, place
from zusage.bootstrap.rights.erasing import Wish as Demand
from zusage.bootstrap.rights.erasing import plan as erasure
from zusage.enforcement.apply import Progress
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}", time_zone: UTC}}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0, batch: 1, approvers: ["KEY"]}
people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email]}}
activities:
"""
ACTIVITY = "  NAME:\n    title: {de: X, en: X}\n    purpose: {de: X, en: X}\n    legal_basis: art-6-1-b\n"
PURCHASE, VOUCHER, REMARK = frozenset({"purchase", "line", "review"}), frozenset({"voucher", "entry"}), frozenset({"remark"})
ALL, NOTHING = PURCHASE | VOUCHER | REMARK, frozenset[str]()
NAMES = ("customer", "purchase", "line", "review", "remark", "voucher", "entry")
#: what is held of the §th of them; what stays of them, and what of the neighbour
KINDS = {
    "shop.line: words = 'line-§'": (PURCHASE, NOTHING),
    "shop.review: id = 2§": (PURCHASE, NOTHING),
    "shop.remark: id = §": (REMARK, NOTHING),
    "shop.entry: words = 'entry-§'": (VOUCHER, NOTHING),
    "shop.line: TRUE": (PURCHASE, PURCHASE),
    "a person": (ALL, NOTHING),
}
#: those that are held against a demand too
DEMANDED = ("shop.line: words = 'line-§'", "a person")
Bed = PostgresBed | MariaDbBed


@pytest.fixture(scope="module")
def postgres(postgres_server: Postgres) -> Iterator[PostgresBed]:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    yield bed.by(*_tables("timestamp"))
    bench.close()


@pytest.fixture(scope="module")
def maria(mariadb_server: MariaDB) -> Iterator[MariaDbBed]:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    bed.by(f"USE `{bed.name}`", *_tables("DATETIME"))
    yield bed
    bench.close()


def _tables(time: str) -> list[str]:
    return [one.strip().replace("DATETIME", time) for one in TABLES.split(";") if one.strip()]


def _filled(bed: Bed) -> None:
    rows = [f"DELETE FROM {name}" for name in reversed(NAMES)]
    for n in "123":
        at = "2026-05-01 10:00:00" if n == "3" else "2024-01-01 10:00:00"
        rows += [one.strip() for one in ROWS.replace("§", n).replace("OLD", at).split(";") if one.strip()]
    bed.by(*rows)


def _as_it_was(bed: Bed, n: int) -> frozenset[str]:
    words = {"purchase": "what", "line": "words", "remark": "text", "voucher": "words", "entry": "words"}
    found = {name for name, column in words.items() if any(row[column] == f"{name}-{n}" for row in bed.rows(name))}
    return frozenset(found | ({"review"} if any(row["purchase_id"] == n for row in bed.rows("review")) else set()))


def _hold(product: Product, kind: str, n: int) -> None:
    table, colon, where = kind.partition(": ")
    person = None if colon else Person(people="customer", key=str(n))
    rows = [(table, where.replace("§", str(n)))] if colon else []
    place(product, Wish(rows=rows, person=person, reason="claim 7", review_on=date(2027, 1, 1), by="legal"))


def _opened(folder: Path) -> Product:
    folder.mkdir()
    key = SigningKey.generate(folder / "second.key", "second-person")
    orders = ORDERS.replace(', files: ["FOLDER/orders/{id}.pdf"]', "")
    parts = {"orders": orders, "remarks": REMARKS, "vouchers": VOUCHERS}
    text = MANIFEST.replace("KEY", key.verifier.encode()) + "".join(ACTIVITY.replace("NAME", n) + t for n, t in parts.items())
    (folder / "zusage.yaml").write_text(text)
    return opened(folder / "zusage.yaml", clock=lambda: NOW)  # type: ignore[return-value]


def _planned(product: Product, folder: Path, *, demanded: bool) -> None:
    people = [Person(people="customer", key=key) for key in "12"]
    wish = Demand(people=people, ground="b", by="clerk", needed={})
    product.save_plan(erasure(product, wish).plan if demanded else product.make_plan(), folder / "plan.json")
    product.approve_plan(folder / "plan.json", SigningKey.load(folder / "second.key"))


def _whole_way(bed: Bed, folder: Path, kind: str) -> None:
    for demanded in (False, True) if kind in DEMANDED else (False,):
        _filled(bed)
        assert (_as_it_was(bed, 1), _as_it_was(bed, 2)) == (ALL, ALL)
        here = folder / f"held-{demanded}"
        with _opened(here) as product:
            _hold(product, kind, 1)
            _planned(product, here, demanded=demanded)
            assert not [one.stopped for one in product.apply_plan(here / "plan.json", lambda _: None) if one.stopped]
            assert (_as_it_was(bed, 1), _as_it_was(bed, 2)) == KINDS[kind]
            product.state.suspensions.lift("S-0001", "legal", "settled")
            _planned(product, here, demanded=demanded)
            assert not [one.stopped for one in product.apply_plan(here / "plan.json", lambda _: None) if one.stopped]
        assert (_as_it_was(bed, 1), _as_it_was(bed, 2)) == (NOTHING, NOTHING)
    _between(bed, folder / "between", kind)


def _between(bed: Bed, folder: Path, kind: str) -> None:
    """A batch is one row: when the first has gone of what the suspension keeps, it is placed on the other person's."""
    kept, left = KINDS[kind][0], dict[int, frozenset[str]]()
    _filled(bed)
    with _opened(folder) as product:
        _planned(product, folder, demanded=False)

        def watch(_: Progress) -> None:
            now = {n: _as_it_was(bed, n) & kept for n in (1, 2)}
            if not left and now[1] != now[2]:
                left.update(now)
                _hold(product, kind, max(now, key=lambda n: len(now[n])))

        assert not [one.stopped for one in product.apply_plan(folder / "plan.json", watch) if one.stopped]
    other = max(left, key=lambda n: len(left[n]))
    assert (left[other], _as_it_was(bed, other), _as_it_was(bed, 3 - other) & kept) == (
        kept,
        kept,
        left[3 - other] & KINDS[kind][1],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_on_postgresql(postgres: PostgresBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("READER_URL", postgres.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", postgres.address(WRITER, PASSWORD))
    _whole_way(postgres, tmp_path, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_on_mariadb(maria: MariaDbBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("READER_URL", maria.address("reader"))
    monkeypatch.setenv("WRITER_URL", maria.address("writer"))
    _whole_way(maria, tmp_path, kind)
