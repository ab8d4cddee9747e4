"""What somebody's right asks for is refused before the first row where the writer's role lacks a right for it; what `init --grant --for` prints is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product, opened
from zusage.bootstrap.changing.lacking import WriterLacks
from zusage.bootstrap.granting import needs
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.ending import Wish as Ending
from zusage.bootstrap.rights.objecting import place
from zusage.bootstrap.rights.restricting import Wish as Restriction
from zusage.bootstrap.rights.restricting import lift, prepare, restrict
from zusage.connectors.opening import role_statements
from zusage.connectors.trouble import CannotHandle
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.promises.loading import load
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import APPLICATION, PASSWORD, PostgresBed, PostgresBench

_NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_SECRET, _READER, _WRITER = "asked", "asked_reader", "asked_writer"
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}", application: "${APPLICATION_URL}"}}
classes: {one: {de: eins, en: one}}
requests: {kept: P3Y, restricted: true}
people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email]}}
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {one: [name, email]}}
      shop.card: {part_of: shop.customer via customer_id, classes: {one: [words]}}
  letter:
    title: {de: Rundbrief, en: Newsletter}
    purpose: {de: Werbung, en: advertising}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data:
      shop.customer: {classes: {one: [email]}, structure: [newsletter]}
      shop.subscriber: {classes: {one: [address]}}
    objection:
      marketing: true
      lists:
        - {data: shop.customer, only: newsletter, address: email, then: {set: {newsletter: false}}}
        - {data: shop.subscriber, address: address}
"""
_TABLES = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80), email VARCHAR(80), newsletter BOOLEAN)",
    "CREATE TABLE card (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), words VARCHAR(9))",
    "CREATE TABLE subscriber (id INTEGER PRIMARY KEY, address VARCHAR(80))",
    "INSERT INTO customer VALUES (1, 'one', 'one@example.org', TRUE), (2, 'two', 'two@example.org', TRUE)",
    "INSERT INTO card VALUES (1, 1, 'x'), (2, 2, 'y')",
    "INSERT INTO subscriber VALUES (1, 'one@example.org'), (2, 'two@example.org')",
)
_NAMES = ("customer", "card", "subscriber")
_ONE = Person(people="customer", key="1")


def _object(product: Product) -> None:
    place(product, Ending(activity="letter", by="clerk", person=_ONE))


def _rectify(product: Product) -> None:
    correct(product, Correction(person=_ONE, table="shop.customer", column="name", value="right", by="clerk"))


def _restrict(product: Product) -> None:
    restrict(product, Restriction(person=_ONE, ground="c", by="clerk"))


def _lift(product: Product) -> None:
    product.state.restrictions.told("R-0001", "clerk", "letter", _NOW)
    lift(product, "R-0001", "clerk")


#: in this order; what each asks for, as it is granted
_DONE: Mapping[str, Callable[[Product], None]] = {"object": _object, "rectify": _rectify, "restrict": _restrict, "lift": _lift}


class _Place:
    """A database with the two roles that the manifest asks for, and a folder of ours."""

    def __init__(self, bed: PostgresBed | MariaDbBed, folder: Path, writer: str) -> None:
        self.bed, self.folder, self.writer = bed, folder, writer
        (folder / "zusage.yaml").write_text(_MANIFEST, encoding="utf-8")

    def opened(self) -> AbstractContextManager[Product]:
        return opened(self.folder / "zusage.yaml", clock=lambda: _NOW)

    def refused_without(self, done: Callable[[Product], None], right: str) -> str:
        """What is said where one right was taken away; no row has changed then."""
        before = [self.bed.rows(name) for name in _NAMES]
        self.bed.by(f"REVOKE {right} FROM {self.writer}")
        with self.opened() as product, pytest.raises((WriterLacks, CannotHandle)) as caught:
            done(product)
        self.bed.by(f"GRANT {right} TO {self.writer}")
        assert [self.bed.rows(name) for name in _NAMES] == before
        return str(caught.value)

    def do(self, asked: Mapping[str, Mapping[str, str]]) -> None:
        """Each thing refused for each right, then done with all."""
        for name, done in _DONE.items():
            for right, said in asked[name].items():
                assert f"lacks rights that this needs: {said}" in self.refused_without(done, right), (name, right)
            with self.opened() as product:
                assert name in ("lift", "object", "rectify") or product.state.restrictions.all() == ()
                done(product)
        rows = {name: [tuple(row.values()) for row in self.bed.rows(name)] for name in _NAMES}
        assert sorted(rows["customer"]) == [(1, "right", "one@example.org", False), (2, "two", "two@example.org", True)]
        assert sorted(rows["card"]) == [(1, 1, "x"), (2, 2, "y")]
        assert rows["subscriber"] == [(2, "two@example.org")]


def _statements(address: str, folder: Path) -> tuple[str, ...]:
    """What `zusage init --grant --for` prints, for roles that no other test has."""
    manifest = load(folder / "zusage.yaml").manifest
    return role_statements("shop", address, lambda there: needs(manifest, "shop", there), _READER, _WRITER)


@pytest.fixture
def postgres(postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Place]:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    bed.by(*_TABLES)
    made = _Place(bed, tmp_path, _WRITER)
    for name, role in {"READER": _READER, "WRITER": _WRITER}.items():
        monkeypatch.setenv(f"{name}_URL", bed.address(role, _SECRET))
    monkeypatch.setenv("APPLICATION_URL", bed.address(APPLICATION, PASSWORD))
    bed.by(*_statements(bed.address(), tmp_path))
    bed.by(*(f"ALTER ROLE {role} PASSWORD '{_SECRET}'" for role in (_READER, _WRITER)))
    with made.opened() as product:
        bed.by(*prepare(product))
    yield made
    bench.close()


def test_on_postgresql_each_right_is_asked_for_before_the_first_row(postgres: _Place) -> None:
    postgres.do(
        {
            "object": {
                "UPDATE (newsletter) ON customer": "UPDATE (newsletter) on customer",
                "DELETE ON subscriber": "DELETE on subscriber",
                "SELECT ON subscriber": "SELECT (address) on subscriber",
            },
            "rectify": {"UPDATE (name) ON customer": "UPDATE (name) on customer", "SELECT ON customer": "SELECT on customer"},
            "restrict": {
                "SELECT ON card": "SELECT (id, customer_id) on card",
                "INSERT ON zusage.restricted": "INSERT on zusage.restricted",
                "DELETE ON zusage.restricted": "DELETE on zusage.restricted",
            },
            "lift": {"DELETE ON zusage.restricted": "DELETE on zusage.restricted"},
        }
    )


@pytest.fixture
def maria(mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Place]:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    assert isinstance(bed, MariaDbBed)
    bed.by(f"USE `{bed.name}`", *_TABLES)
    made = _Place(bed, tmp_path, f"{_WRITER}@'%'")
    for name, role in {"READER": _READER, "WRITER": _WRITER}.items():
        address = sa.make_url(bed.address("writer")).set(username=role, password=_SECRET)
        monkeypatch.setenv(f"{name}_URL", address.render_as_string(hide_password=False))
    monkeypatch.setenv("APPLICATION_URL", bed.address("application"))
    mariadb_server.run(f"DROP USER IF EXISTS {_READER}@'%', {_WRITER}@'%'")
    bed.by(*(statement.replace("…", _SECRET) for statement in _statements(bed.administered(), tmp_path)))
    yield made
    bench.close()
    mariadb_server.run(f"DROP USER {_READER}@'%', {_WRITER}@'%'")


def test_on_mariadb_each_right_is_asked_for_before_the_first_row(maria: _Place) -> None:
    maria.do(
        {
            "object": {
                "UPDATE (newsletter) ON customer": "UPDATE (newsletter) on customer",
                "DELETE ON subscriber": "DELETE on subscriber",
            },
            "rectify": {"UPDATE (name) ON customer": "UPDATE (name) on customer"},
            "restrict": {
                "DELETE ON customer": "DELETE on customer",
                "DELETE ON card": "DELETE on card",
                "INSERT ON customer": "INSERT on customer",
                "INSERT ON card": "INSERT on card",
            },
            "lift": {"INSERT ON customer": "INSERT on customer", "INSERT ON card": "INSERT on card"},
        }
    )
