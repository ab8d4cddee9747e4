"""Suspensions on PostgreSQL and MariaDB: what is held stays, whatever rule, demand or replay comes, also when it is placed between two batches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.integration.held_world import LINE, ORDERS, REMARKS, ROWS, TABLES, VISITS, VOUCHERS
from tests.integration.servers import MariaDB, Postgres
from tests.integration.small_world import NOW
from zusage.bootstrap import Product, opened
from zusage.bootstrap.backups.replaying import replay
from zusage.bootstrap.cases.requests import receive
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
controller: {name: Example GmbH, land: BE}
requests: {kept: P1Y}
systems:
  shop: {url: "${READER_URL}", writer: "${WRITER_URL}", time_zone: UTC}
  weblogs: {kind: access-log, path: "FOLDER/access.log*"}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0, batch: 1, approvers: ["KEY"]}
people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email]}}
activities:
"""
BACKUPS = """
backups:
  nightly: {of: [shop], kind: KIND, path: "FOLDER/backups/*", born: {shop.purchase: at, shop.remark: at, shop.voucher: at}}
"""
ACTIVITY = "  NAME:\n    title: {de: X, en: X}\n    purpose: {de: X, en: X}\n    legal_basis: art-6-1-b\n"
PURCHASE, VOUCHER, REMARK = frozenset({"purchase", "line", "review"}), frozenset({"voucher", "entry"}), frozenset({"remark"})
LOG = frozenset({"log"})
ALL, NOTHING = PURCHASE | VOUCHER | REMARK | LOG, frozenset[str]()
NAMES = ("customer", "purchase", "line", "review", "remark", "voucher", "entry")
#: what is held of the §th of them; what stays of them, and what of the neighbour
KINDS = {
    "shop.line: words = 'line-§'": (PURCHASE, NOTHING),
    "shop.review: id = 2§": (PURCHASE, NOTHING),
    "shop.remark: id = §": (REMARK, NOTHING),
    "shop.entry: words = 'entry-§'": (VOUCHER, NOTHING),
    "shop.line: TRUE": (PURCHASE, PURCHASE),
    "weblogs.line: request LIKE '%/visit-§ %'": (LOG, NOTHING),
    "a person": (ALL, NOTHING),
    "a case": (ALL, NOTHING),
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


def _filled(bed: Bed, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for n in "12":
        (folder / f"access.log.{n}").write_text(LINE.replace("§", n))
    rows = [f"DELETE FROM {name}" for name in reversed(NAMES)]
    for n in "123":
        at = "2026-05-01 10:00:00" if n == "3" else "2024-01-01 10:00:00"
        rows += [one.strip() for one in ROWS.replace("§", n).replace("OLD", at).split(";") if one.strip()]
    bed.by(*rows)


def _as_it_was(bed: Bed, folder: Path, n: int) -> frozenset[str]:
    words = {"purchase": "what", "line": "words", "remark": "text", "voucher": "words", "entry": "words"}
    found = {name for name, column in words.items() if any(row[column] == f"{name}-{n}" for row in bed.rows(name))}
    found |= {"review" for row in bed.rows("review") if row["purchase_id"] == n}
    return frozenset(found | {"log" for path in folder.glob("access.log*") if f"/visit-{n} " in path.read_text()})


def _hold(product: Product, kind: str, n: int, *, ahead: bool = False) -> None:
    table, colon, where = kind.partition(": ")
    person = Person(people="customer", key=str(n)) if kind == "a person" else None
    told = {"words": "x", "person": f"customer={n}"}
    case = receive(product, "access", "clerk", told).case.id if kind == "a case" else None
    rows = [(table, where.replace("§", str(n)))] if colon else []
    wish = Wish(rows=rows, person=person, case=case, reason="claim 7", review_on=date(2027, 1, 1), by="legal", ahead=ahead)
    place(product, wish)


def _opened(folder: Path, more: str = "") -> Product:
    key = SigningKey.generate(folder / "second.key", "second-person")
    orders = ORDERS.replace(', files: ["FOLDER/orders/{id}.pdf"]', "")
    parts = {"orders": orders, "remarks": REMARKS, "vouchers": VOUCHERS, "visits": VISITS}
    text = MANIFEST.replace("KEY", key.verifier.encode()) + "".join(ACTIVITY.replace("NAME", n) + t for n, t in parts.items())
    (folder / "zusage.yaml").write_text((text + more).replace("FOLDER", str(folder)))
    return opened(folder / "zusage.yaml", clock=lambda: NOW)  # type: ignore[return-value]


def _planned(product: Product, folder: Path, *, demanded: bool) -> None:
    people = [Person(people="customer", key=key) for key in "12"]
    wish = Demand(people=people, ground="b", by="clerk", needed={})
    product.save_plan(erasure(product, wish).plan if demanded else product.make_plan(), folder / "plan.json")
    product.approve_plan(folder / "plan.json", SigningKey.load(folder / "second.key"))


def _whole_way(bed: Bed, folder: Path, kind: str) -> None:
    for demanded in (False, True) if kind in DEMANDED else (False,):
        here = folder / f"held-{demanded}"
        _filled(bed, here)
        assert (_as_it_was(bed, here, 1), _as_it_was(bed, here, 2)) == (ALL, ALL)
        with _opened(here) as product:
            _hold(product, kind, 1)
            _planned(product, here, demanded=demanded)
            assert not [one.stopped for one in product.apply_plan(here / "plan.json", lambda _: None) if one.stopped]
            assert (_as_it_was(bed, here, 1), _as_it_was(bed, here, 2)) == KINDS[kind]
            product.state.suspensions.lift("S-0001", "legal", "settled")
            _planned(product, here, demanded=demanded)
            assert not [one.stopped for one in product.apply_plan(here / "plan.json", lambda _: None) if one.stopped]
        assert (_as_it_was(bed, here, 1), _as_it_was(bed, here, 2)) == (NOTHING, NOTHING)
    _between(bed, folder / "between", kind)


def _between(bed: Bed, folder: Path, kind: str) -> None:
    """A batch is one row: when the first has gone of what the suspension keeps, it is placed on the other person's."""
    kept, left = KINDS[kind][0], dict[int, frozenset[str]]()
    _filled(bed, folder)
    with _opened(folder) as product:
        _planned(product, folder, demanded=False)

        def watch(_: Progress) -> None:
            now = {n: _as_it_was(bed, folder, n) & kept for n in (1, 2)}
            if not left and now[1] != now[2]:
                left.update(now)
                _hold(product, kind, max(now, key=lambda n: len(now[n])))

        assert not [one.stopped for one in product.apply_plan(folder / "plan.json", watch) if one.stopped]
    other = max(left, key=lambda n: len(left[n]))
    assert (left[other], _as_it_was(bed, folder, other), _as_it_was(bed, folder, 3 - other) & kept) == (
        kept,
        kept,
        left[3 - other] & KINDS[kind][1],
    )


def _replayed(bed: Bed, folder: Path, dump: str) -> None:
    """Everything goes; then all rows are back under a suspension on one person's line: of the other everything goes again."""
    _filled(bed, folder)
    with _opened(folder, BACKUPS.replace("KIND", dump)) as product:
        _planned(product, folder, demanded=False)
        assert not [one.stopped for one in product.apply_plan(folder / "plan.json", lambda _: None) if one.stopped]
        assert (_as_it_was(bed, folder, 1), _as_it_was(bed, folder, 2)) == (NOTHING, NOTHING)
        _hold(product, "shop.line: words = 'line-§'", 1, ahead=True)
        _filled(bed, folder)
        assert not [one.stopped for one in replay(product).results if one.stopped]
        assert (_as_it_was(bed, folder, 1), _as_it_was(bed, folder, 2)) == (
            PURCHASE | LOG,
            LOG,
        )  # a line of a log goes by its rule
        product.state.suspensions.lift("S-0001", "legal", "settled")
        assert replay(product).found.rows == 1
        assert (_as_it_was(bed, folder, 1), _as_it_was(bed, folder, 2)) == (LOG, LOG)


@pytest.fixture
def on_postgresql(postgres: PostgresBed, monkeypatch: pytest.MonkeyPatch) -> PostgresBed:
    monkeypatch.setenv("READER_URL", postgres.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", postgres.address(WRITER, PASSWORD))
    return postgres


@pytest.fixture
def on_mariadb(maria: MariaDbBed, monkeypatch: pytest.MonkeyPatch) -> MariaDbBed:
    monkeypatch.setenv("READER_URL", maria.address("reader"))
    monkeypatch.setenv("WRITER_URL", maria.address("writer"))
    return maria


@pytest.mark.parametrize("kind", KINDS)
def test_on_postgresql(on_postgresql: PostgresBed, tmp_path: Path, kind: str) -> None:
    _whole_way(on_postgresql, tmp_path, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_on_mariadb(on_mariadb: MariaDbBed, tmp_path: Path, kind: str) -> None:
    _whole_way(on_mariadb, tmp_path, kind)


def test_against_a_replay_on_postgresql(on_postgresql: PostgresBed, tmp_path: Path) -> None:
    _replayed(on_postgresql, tmp_path / "replayed", "pg-dump")


def test_against_a_replay_on_mariadb(on_mariadb: MariaDbBed, tmp_path: Path) -> None:
    _replayed(on_mariadb, tmp_path / "replayed", "mariadb-dump")
