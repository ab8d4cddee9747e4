"""What a rule takes is told on servers too: keys that are UUIDs, links over two tables, and names that stand with the person, who stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.people import code_of
from zusage.bootstrap.vaults import vault_of
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBench

from .told_world import NOW

SALES = 40
MANIFEST = """
zusage: 1
controller: {name: Example GmbH, email: privacy@example.org}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}}
classes: {contact: {de: Kontakt, en: contact}, trade: {de: Verkauf, en: trade}}
guard: {share: 1.0, batch: 16, approvers: [KEY]}
people: {customer: {record: shop.customer, key: id, title: {de: Kundinnen, en: customers}}}
telling: {within: P14D, mail: {server: "smtp://127.0.0.1:9", sender: notices@example.org}}
recipients:
  carrier:
    title: {de: Paketblitz, en: Paketblitz}
    role: controller
    country: DE
    notices:
      by: email
      to: office@carrier.example
      names: {parcel: shop.parcel.code, email: shop.customer.email}
      rules: told
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    recipients: [carrier]
    data:
      shop.customer: {classes: {contact: [email]}}
      shop.sale: {of: customer via customer_id, classes: {trade: [number, at]}}
      shop.line: {part_of: shop.sale via sale_id, classes: {trade: [words]}}
      shop.parcel:
        part_of: shop.line via line_id
        classes: {trade: [code, carrier, sent_at]}
        discloses: {recipient: carrier, at: sent_at}
    keep: [{name: sales, data: shop.sale, at_most: P9Y, from: at}]
"""


def _statements(key: str, time: str) -> list[str]:
    made = [
        f"CREATE TABLE customer (id {key} PRIMARY KEY, email VARCHAR(80))",
        f"CREATE TABLE sale (id {key} PRIMARY KEY, customer_id {key} REFERENCES customer (id), number VARCHAR(20), at {time})",
        f"CREATE TABLE line (id INTEGER PRIMARY KEY, sale_id {key} REFERENCES sale (id), words VARCHAR(20))",
        "CREATE TABLE parcel (id INTEGER PRIMARY KEY, line_id INTEGER REFERENCES line (id), code VARCHAR(20), carrier VARCHAR(20), "
        f"sent_at {time})",
    ]
    for n in range(1, 5):
        made.append(f"INSERT INTO customer VALUES ('{_uuid(n)}', 'mail{n}@example.net')")
    for n in range(1, SALES + 1):
        year = 2010 if n % 2 else 2025
        made += [
            f"INSERT INTO sale VALUES ('{_uuid(100 + n)}', '{_uuid(1 + n % 4)}', 'S-{n}', '{year}-01-01 10:00:00')",
            f"INSERT INTO line VALUES ({n}, '{_uuid(100 + n)}', 'words')",
            f"INSERT INTO parcel VALUES ({n}, {n}, 'P-{n}', '{'carrier' if n % 3 else 'another'}', '{year}-01-02 10:00:00')",
        ]
    return made


def _uuid(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


@pytest.fixture(params=["postgresql", "mariadb"])
def shop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The shop on a server; its manifest and the second person's key lie in the folder."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        bench = PostgresBench(server.url())
        bed = bench.build(Inventory("shop", "postgresql", {}), {})
        bed.by(*_statements("uuid", "timestamp"))
        addresses = {role: bed.address(role, PASSWORD) for role in (READER, WRITER)}
        reader, writer, close = addresses[READER], addresses[WRITER], bench.close
    else:
        maria: MariaDB = request.getfixturevalue("mariadb_server")
        other = MariaDbBench(maria.url())
        made = other.build(Inventory("shop", "mariadb", {}), {})
        made.by(f"USE `{made.name}`", *_statements("UUID", "DATETIME"))
        reader, writer, close = made.address("reader"), made.address("writer"), other.close
    monkeypatch.setenv("READER_URL", reader)
    monkeypatch.setenv("WRITER_URL", writer)
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("KEY", f'"{key.verifier.encode()}"'), encoding="utf-8")
    yield tmp_path
    close()


def test_each_row_that_went_is_told_by_its_own_parcel_and_by_its_customer(shop: Path) -> None:
    plan = shop / "plan.json"
    with opened(shop / "zusage.yaml", clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), plan)
        product.approve_plan(plan, SigningKey.load(shop / "second.key"))
        assert not [one.stopped for one in product.apply_plan(plan, lambda _: None) if one.stopped]
        state, vault = product.state.notices, vault_of(product)
        found = dict[str, set[str]]()
        for one in state.all():
            sealed = state.sealed(one.id)
            assert sealed is not None
            names = json.loads(vault.unseal_note(f"notice {one.key}", sealed))["identities"]
            (email,) = names["email"]
            found.setdefault(email, set()).update(names["parcel"])
            assert one.occasion.code == code_of(product, Person(people="customer", key=_uuid(int(email[4]))))
    expected = dict[str, set[str]]()
    for n in range(1, SALES + 1, 2):
        if n % 3:
            expected.setdefault(f"mail{1 + n % 4}@example.net", set()).add(f"P-{n}")
    assert expected
    assert found == expected
