"""Warnings on PostgreSQL and MariaDB: with times as each database holds them, and keys that are texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.receivers import mail_server
from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.warning import send
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
activities:
  members:
    title: {de: Konto, en: Account}
    purpose: {de: Führung des Kontos, en: keeping the account}
    legal_basis: art-6-1-b
    data: {shop.member: {classes: {one: [mail, seen]}}}
    keep:
      - name: idle
        at_most: P18M
        from: seen
        warning: {before: P30D, to: mail, mail: {server: "${WARN_SMTP}", sender: office@example.org}}
"""
TABLES = (
    "CREATE TABLE member (name VARCHAR(20) PRIMARY KEY, mail VARCHAR(80), seen TIME_TYPE NULL)",
    "INSERT INTO member VALUES ('gone', 'gone@example.org', '2024-11-20 10:00:00.123456'), "
    "('back', 'back@example.org', '2024-11-20 10:00:00'), ('here', 'here@example.org', '2026-05-01 10:00:00')",
)


def _whole_way(bed: PostgresBed | MariaDbBed, folder: Path) -> None:
    path = folder / "zusage.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    with mail_server() as (address, mails), pytest.MonkeyPatch.context() as patch:
        patch.setenv("WARN_SMTP", address)
        with opened(path, clock=lambda: NOW) as product:
            assert product.make_plan().steps == ()
            assert send(product).sent == {"members/idle": 2}
        assert sorted(str(mail["To"]) for mail in mails) == ["back@example.org", "gone@example.org"]
    bed.by("UPDATE member SET seen = '2026-06-20 10:00:00' WHERE name = 'back'")
    with opened(path, clock=lambda: NOW + timedelta(days=31)) as product:
        product.save_plan(product.make_plan(), folder / "plan.json")
        assert [one.rows for one in product.apply_plan(folder / "plan.json", lambda _: None)] == [1]
        found = {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}
    assert found["members/idle/at-most"] == found["members/idle/warned"] == "kept"
    assert sorted(row["name"] for row in bed.rows("member")) == ["back", "here"]


def test_warnings_on_postgresql(postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    bed.by(*(statement.replace("TIME_TYPE", "timestamptz") for statement in TABLES))
    monkeypatch.setenv("READER_URL", bed.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", bed.address(WRITER, PASSWORD))
    _whole_way(bed, tmp_path)
    bench.close()


def test_warnings_on_mariadb(mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    bed.by(f"USE `{bed.name}`", *(statement.replace("TIME_TYPE", "DATETIME(6)") for statement in TABLES))
    monkeypatch.setenv("READER_URL", bed.address("reader"))
    monkeypatch.setenv("WRITER_URL", bed.address("writer"))
    _whole_way(bed, tmp_path)
    bench.close()
