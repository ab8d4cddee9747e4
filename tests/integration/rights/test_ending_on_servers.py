"""Objections and withdrawals on PostgreSQL and MariaDB: columns are set as each database holds them, rows go, and the prover sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.rights.ending import Wish
from zusage.bootstrap.rights.ending import Wish as Withdrawal
from zusage.bootstrap.rights.objecting import place
from zusage.bootstrap.rights.withdrawing import withdraw
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}", time_zone: Europe/Berlin}}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0}
people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email]}}
activities:
  letter:
    title: {de: Rundbrief, en: Newsletter}
    purpose: {de: Werbung, en: advertising}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data:
      shop.customer: {classes: {one: [email]}, structure: [newsletter, told_at]}
      shop.subscriber: {classes: {one: [address]}}
      shop.sent: {part_of: shop.subscriber via subscriber_id}
    objection:
      marketing: true
      lists:
        - {data: shop.customer, only: newsletter, address: email, then: {set: {newsletter: false, told_at: now}}}
        - {data: shop.subscriber, address: address}
  alerts:
    title: {de: Hinweise, en: Alerts}
    purpose: {de: Hinweise, en: alerts}
    legal_basis: art-6-1-a
    consent:
      withdraw: {de: jederzeit, en: at any time}
      text_version: "1"
      records: [{data: shop.agreed, only: ended_at IS NULL, given: given_at, then: {set: {ended_at: now, words: null}}}]
    data: {shop.agreed: {of: customer via customer_id, classes: {one: [words]}, structure: [given_at, ended_at]}}
"""
TABLES = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(80), newsletter BOOLEAN, told_at TIME_TYPE NULL)",
    "CREATE TABLE subscriber (id INTEGER PRIMARY KEY, address VARCHAR(80))",
    "CREATE TABLE sent (id INTEGER PRIMARY KEY, subscriber_id INTEGER REFERENCES subscriber (id))",
    "CREATE TABLE agreed (id INTEGER PRIMARY KEY, customer_id INTEGER, words VARCHAR(9), given_at TIME_TYPE NULL, ended_at TIME_TYPE NULL)",
    "INSERT INTO customer VALUES (1, 'Zoë@Example.org', TRUE, NULL), (2, 'two@example.org', TRUE, NULL)",
    "INSERT INTO subscriber VALUES (10, 'ZOË@example.org'), (11, 'four@example.org')",
    "INSERT INTO sent VALUES (1, 10), (2, 11)",
    "INSERT INTO agreed VALUES (1, 1, 'x', '2026-01-01 10:00:00', NULL), (2, 2, 'y', '2026-01-01 10:00:00', NULL)",
)


def _tables(time: str) -> list[str]:
    return [statement.replace("TIME_TYPE", time) for statement in TABLES]


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[PostgresBed]:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    yield bed.by(*_tables("timestamptz"))
    bench.close()


@pytest.fixture
def maria(mariadb_server: MariaDB) -> Iterator[MariaDbBed]:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    bed.by(f"USE `{bed.name}`", *_tables("DATETIME"))
    yield bed
    bench.close()


def _whole_way(bed: PostgresBed | MariaDbBed, folder: Path) -> None:
    (folder / "zusage.yaml").write_text(MANIFEST, encoding="utf-8")
    person = Person(people="customer", key="1")
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        found = place(product, Wish(activity="letter", by="clerk", person=person))
        assert (dict(found.rows), found.left) == ({"shop.customer": 1, "shop.subscriber": 1}, ())
        effect = withdraw(product, Withdrawal(activity="alerts", by="clerk", person=person))
        assert (dict(effect.rows), effect.left, effect.plan) == ({"shop.agreed": 1}, (), None)
    customers = {row["id"]: row for row in bed.rows("customer")}
    assert [bool(customers[number]["newsletter"]) for number in (1, 2)] == [False, True]
    told = customers[1]["told_at"]
    assert isinstance(told, datetime)
    assert told.astimezone(UTC) == NOW if told.tzinfo else told == datetime(2026, 6, 1, 11, 0)
    assert [row["id"] for row in bed.rows("subscriber")] == [11]
    assert [row["id"] for row in bed.rows("sent")] == [2]
    ended = {row["id"]: row for row in bed.rows("agreed")}
    assert (ended[1]["words"], ended[1]["ended_at"] is None, ended[2]["words"]) == (None, False, "y")
    names = ("objections/letter", "withdrawals/alerts")
    assert _verdicts(folder, names) == ["kept", "kept"]
    bed.by("UPDATE agreed SET ended_at = NULL", "INSERT INTO subscriber VALUES (12, 'zoë@EXAMPLE.org')")
    assert _verdicts(folder, names) == ["broken", "broken"]


def _verdicts(folder: Path, names: tuple[str, ...]) -> list[str]:
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        found = {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}
    return [found[name] for name in names]


def test_on_postgresql(postgres: PostgresBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READER_URL", postgres.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", postgres.address(WRITER, PASSWORD))
    _whole_way(postgres, tmp_path)


def test_on_mariadb(maria: MariaDbBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READER_URL", maria.address("reader"))
    monkeypatch.setenv("WRITER_URL", maria.address("writer"))
    _whole_way(maria, tmp_path)
