"""MariaDB takes ``0A1B`` for ``0a1b`` in a foreign key: rows that name somebody so are not left out of a copy, a hold or an erasure unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB
from zusage.bootstrap import Product, opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.rights.answering import Asked, find
from zusage.bootstrap.rights.erasing import Wish as Erase
from zusage.bootstrap.rights.erasing import plan
from zusage.bootstrap.rights.restricting import Wish as Restrict
from zusage.bootstrap.rights.restricting import restrict
from zusage.connectors.trouble import CannotHandle
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.rights.person import NobodyFound
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}", application: "${APPLICATION_URL}"}}
classes: {one: {de: Angaben, en: details}}
people: {customer: {record: shop.customer}}
activities:
  orders:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {one: [since]}}
      shop.purchase: {of: customer via customer_id, classes: {one: [at]}}
      shop.line: {part_of: shop.purchase via purchase_id, classes: {one: [what]}}
    keep:
      - {name: purchases, data: shop.purchase, at_most: P1Y, from: at}
      - {name: customers, data: shop.customer, at_most: P9Y, from: since, waits_for: [shop.purchase via customer_id]}
"""
_TABLES = (
    "CREATE TABLE customer (id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_general_ci PRIMARY KEY, since DATE)",
    "CREATE TABLE purchase (id VARCHAR(9) PRIMARY KEY, customer_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_general_ci, at DATE, "
    "FOREIGN KEY (customer_id) REFERENCES customer (id))",
    "CREATE TABLE line (id INT PRIMARY KEY, purchase_id VARCHAR(9), what VARCHAR(9), FOREIGN KEY (purchase_id) REFERENCES purchase (id))",
    "INSERT INTO customer VALUES ('0a1b', '2025-01-01'), ('0a1c', '2025-01-01')",
    "INSERT INTO purchase VALUES ('p1', '0a1b', '2020-01-01'), ('p2', '0a1c', '2020-01-01')",
    "INSERT INTO line VALUES (1, 'p1', 'a'), (2, 'p2', 'a')",
)


@pytest.fixture
def bed(mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MariaDbBed]:
    bench = MariaDbBench(mariadb_server.url())
    made = bench.build(Inventory("shop", "mariadb", {}), {})
    made.by(f"USE `{made.name}`", *_TABLES)
    for role in ("reader", "writer", "application"):
        monkeypatch.setenv(f"{role.upper()}_URL", made.address(role))
    (tmp_path / "zusage.yaml").write_text(_MANIFEST, encoding="utf-8")
    yield made
    bench.close()


def _demands(product: Product, key: str) -> list[Callable[[], object]]:
    person = Person(people="customer", key=key)
    return [
        lambda: find(product, Asked(people="customer", given=key)),
        lambda: place(product, Hold(person=person, reason="claim", review_on=date(2099, 1, 1), by="legal")),
        lambda: plan(product, Erase(people=(person,), ground="b", by="clerk", needed={})),
        lambda: restrict(product, Restrict(person=person, ground="a", by="clerk")),
    ]


@pytest.mark.parametrize(
    ("spelt", "named"),
    [
        ("INSERT INTO purchase VALUES ('p3', '0A1B', '2020-01-01')", r"shop\.purchase \(1\)"),
        ("INSERT INTO line VALUES (3, 'P1', 'b')", r"shop\.line \(1\)"),
    ],
    ids=["of", "part of"],
)
def test_nothing_of_somebody_is_left_out_because_it_is_spelt_otherwise(
    bed: MariaDbBed, tmp_path: Path, spelt: str, named: str
) -> None:
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        assert dict(find(product, Asked(people="customer", given="0a1b")).rows) == {
            "shop.customer": 1, "shop.purchase": 1, "shop.line": 1,
        }  # fmt: skip
        with pytest.raises(NobodyFound):  # nobody is told how the key of somebody is spelt
            find(product, Asked(people="customer", given="0A1B"))
        bed.by(spelt)
        for demand in _demands(product, "0a1b"):
            with pytest.raises(CannotHandle, match=named):
                demand()
        for demand in _demands(product, "0a1c")[:3]:  # others have their rights
            demand()
    assert len(bed.rows("purchase")) == (3 if "purchase" in spelt else 2)
