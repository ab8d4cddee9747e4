"""Keys of bytes, such as BINARY(16): nobody is found by what a human can write, and each demand says so instead of finding nothing."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.rights.answering import Asked, access, find
from zusage.bootstrap.rights.erasing import Wish as Erase
from zusage.bootstrap.rights.erasing import plan
from zusage.bootstrap.rights.restricting import Wish as Restrict
from zusage.bootstrap.rights.restricting import restrict
from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.places import PersonUnfit
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

_KEY = "0a1b2c3d4e5f40718293a4b5c6d7e8f9"
_SAID = r"shop\.customer\.id holds bytes"
_ORDERS = """
    data:
      shop.customer: {classes: {one: [email, since]}}
      shop.trace: {of: "customer via old->id", classes: {two: [old, at]}}
    keep:
      - {name: customers, data: shop.customer, at_most: P9Y, from: since}
      - {name: traces, data: shop.trace, at_most: P9Y, from: at}
"""


@pytest.mark.parametrize(("kind", "key"), [("TEXT", f"'{_KEY}'"), ("BLOB", f"x'{_KEY}'")])
def test_whoever_has_a_key_of_bytes_is_not_looked_for_by_half(tmp_path: Path, kind: str, key: str) -> None:
    tables = f"""
        CREATE TABLE customer (id {kind} PRIMARY KEY, email TEXT, since DATETIME);
        CREATE TABLE trace (id INTEGER PRIMARY KEY, old JSON, at DATETIME);
        INSERT INTO customer VALUES ({key}, 'person@example.org', '2025-01-01 10:00:00');
        INSERT INTO trace VALUES (1, json_object('id', '{_KEY}'), '2025-01-01 10:00:00');
    """
    small = SmallWorld.make(tmp_path, tables, {"orders": _ORDERS})
    small.rewrite("activities:\n", "people: {customer: {record: shop.customer, known_by: [shop.customer.email]}}\nactivities:\n")
    person = Person(people="customer", key=_KEY)
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        by_key, by_address = (
            Asked(people="customer", given=_KEY),
            Asked(people="customer", given="person@example.org", by_address=True),
        )
        if kind == "TEXT":
            for asked in (by_key, by_address):
                assert dict(find(product, asked).rows) == {"shop.customer": 1, "shop.trace": 1}
            return
        for asked in (by_key, by_address):
            with pytest.raises(PersonUnfit, match=_SAID):
                find(product, asked)
            with pytest.raises(PersonUnfit, match=_SAID):
                access(product, asked, "de", paper=False)
        with pytest.raises(HoldUnfit, match=_SAID):
            place(product, Hold(person=person, reason="claim", review_on=date(2099, 1, 1), by="legal"))
        with pytest.raises(HoldUnfit, match=_SAID):
            plan(product, Erase(people=(person,), ground="b", by="clerk", needed={}))
        with pytest.raises(HoldUnfit, match=_SAID):
            restrict(product, Restrict(person=person, ground="a", by="clerk"))
    assert small.refused() == {"keys-of-bytes"}


_COMPUTED = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0, approvers: ["KEY"]}
people: {customer: {record: shop.customer, key: id_text}}
activities:
  orders:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-a
    data:
      shop.customer: {classes: {one: [email]}, structure: [id, id_text, since]}
      shop.purchase: {of: customer via customer_text, classes: {one: [words]}, structure: [id, customer_id, customer_text, at]}
    keep:
      - {name: purchases, data: shop.purchase, at_most: P9Y, from: at, then: delete}
      - {name: customers, data: shop.customer, at_most: P9Y, from: since, then: delete, waits_for: [shop.purchase via customer_id]}
"""


def _table(name: str, more: str, column: str, text: str, dialect: str) -> str:
    """A table with a key of bytes, and the same as a text that the database computes."""
    bytes_, digits = {"mariadb": ("BINARY(16)", f"LOWER(HEX({column}))"), "postgresql": ("bytea", f"encode({column}, 'hex')")}[
        dialect
    ]
    return f"CREATE TABLE {name} ({more}, {column} {bytes_} NOT NULL, {text} VARCHAR(32) GENERATED ALWAYS AS ({digits}) STORED)"


@pytest.mark.parametrize("dialect", ["mariadb", "postgresql"])
def test_by_a_text_that_the_database_computes_from_the_bytes_one_is_found_and_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, dialect: str
) -> None:
    server = request.getfixturevalue("mariadb_server" if dialect == "mariadb" else "postgres_server")
    with closing((MariaDbBench if dialect == "mariadb" else PostgresBench)(server.url())) as bench:
        bed = bench.build(Inventory("shop", dialect, {}), {})
        other = _KEY.replace("0a", "0b")
        of = ("x'{}'" if dialect == "mariadb" else r"'\x{}'").format
        bed.by(
            *([f"USE `{bed.name}`"] if dialect == "mariadb" else []),
            _table("customer", "email VARCHAR(40), since DATE", "id", "id_text", dialect),
            "ALTER TABLE customer ADD PRIMARY KEY (id)",
            _table("purchase", "id INT PRIMARY KEY, words TEXT, at DATE", "customer_id", "customer_text", dialect),
            "ALTER TABLE purchase ADD FOREIGN KEY (customer_id) REFERENCES customer (id)",
            *(f"INSERT INTO customer (email, since, id) VALUES ('x', '2025-01-01', {of(key)})" for key in (_KEY, other)),
            f"INSERT INTO purchase (id, words, at, customer_id) VALUES (1, 'x', '2025-01-01', {of(_KEY)}), "
            f"(2, 'x', '2025-01-01', {of(other)})",
        )
        if isinstance(bed, PostgresBed):
            addresses = bed.address(READER, PASSWORD), bed.address(WRITER, PASSWORD)
        else:
            addresses = bed.address("reader"), bed.address("writer")
        for name, address in zip(("READER_URL", "WRITER_URL"), addresses, strict=True):
            monkeypatch.setenv(name, address)
        second = SigningKey.generate(tmp_path / "second.key", "second-person")
        (tmp_path / "zusage.yaml").write_text(_COMPUTED.replace("KEY", second.verifier.encode()), encoding="utf-8")
        with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
            assert dict(find(product, Asked(people="customer", given=_KEY)).rows) == {"shop.customer": 1, "shop.purchase": 1}
            wish = Erase(people=(Person(people="customer", key=_KEY),), ground="b", by="clerk", needed={})
            product.save_plan(plan(product, wish).plan, tmp_path / "plan.json")
            product.approve_plan(tmp_path / "plan.json", second)
            assert not any(result.stopped for result in product.apply_plan(tmp_path / "plan.json", lambda _: None))
        assert [row["id_text"] for row in bed.rows("customer")] == [other]
        assert [row["id"] for row in bed.rows("purchase")] == [2]
