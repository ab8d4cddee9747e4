"""A partitioned table goes the whole way on a real server: red, planned, applied across its partitions, green."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zusage.bootstrap import opened
from zusage.connectors.sql.databases.mariadb_roles import roles

from .servers import PASSWORD, MariaDB, Postgres

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
guard: {share: 1.0, batch: 4}
activities:
  visits:
    title: {de: Besuche, en: Visits}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data: {shop.visit: {classes: {contact: [name, ended_on]}}}
    keep: [{name: ended, at_most: P3Y, from: ended_on}]
"""
#: one partition has none that stays, one has both, one has none that goes
_ROWS = ", ".join(
    f"({number}, 'somebody', '{day}')"
    for number, day in enumerate([*6 * ["2021-03-01"], *5 * ["2023-02-01"], *3 * ["2023-09-01"], *4 * ["2025-01-01"]], 1)
)
_STAYS = list(range(12, 19))
_LIMITS = (("old", "2020-01-01", "2022-01-01"), ("middle", "2022-01-01", "2024-01-01"), ("young", "2024-01-01", "2027-01-01"))


def test_a_partitioned_table_of_postgresql_goes_the_whole_way(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.database("partitioned")
    postgres_server.role("partition_reader")
    for statement in (
        "CREATE TABLE visit (id int NOT NULL, name text, ended_on date NOT NULL, PRIMARY KEY (id, ended_on)) "
        "PARTITION BY RANGE (ended_on)",
        *(f"CREATE TABLE visit_{n} PARTITION OF visit FOR VALUES FROM ('{one}') TO ('{end}')" for n, one, end in _LIMITS),
        f"INSERT INTO visit VALUES {_ROWS}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO partition_reader",
    ):
        postgres_server.run(statement, "partitioned")

    def left() -> list[int]:
        found = postgres_server.run("SELECT string_agg(id::text, ' ' ORDER BY id) FROM visit", "partitioned")
        return [int(number) for number in found.split()]

    monkeypatch.setenv("READER_URL", postgres_server.url("partitioned", "partition_reader"))
    monkeypatch.setenv("WRITER_URL", url)
    _goes_the_whole_way(tmp_path, left)


def test_a_partitioned_table_of_mariadb_goes_the_whole_way(
    mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mariadb_server.database("partitioned")
    limits = ", ".join(f"PARTITION {name} VALUES LESS THAN (TO_DAYS('{end}'))" for name, _, end in _LIMITS)
    mariadb_server.run(
        "CREATE TABLE visit (id INT NOT NULL, name VARCHAR(40), ended_on DATE NOT NULL, PRIMARY KEY (id, ended_on)) "
        f"PARTITION BY RANGE (TO_DAYS(ended_on)) ({limits})",
        f"INSERT INTO visit VALUES {_ROWS}",
        database="partitioned",
    )
    for statement in roles("partitioned", reader="partition_reader", writer="partition_writer", host="127.0.0.1"):
        mariadb_server.run(statement.replace("…", PASSWORD))

    def left() -> list[int]:
        rows: list[tuple[Any, ...]] = mariadb_server.run("SELECT id FROM visit ORDER BY id", database="partitioned")
        return [int(number) for (number,) in rows]

    for name in ("READER", "WRITER"):
        monkeypatch.setenv(f"{name}_URL", mariadb_server.url("partitioned", f"partition_{name.lower()}"))
    _goes_the_whole_way(tmp_path, left)


def _goes_the_whole_way(folder: Path, left: Callable[[], list[int]]) -> None:
    manifest, plan = folder / "zusage.yaml", folder / "plan.json"
    manifest.write_text(_MANIFEST, encoding="utf-8")
    assert len(left()) == 18

    def verdict() -> str:
        with opened(manifest, clock=lambda: NOW) as product:
            found = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
            return found["visits/ended/at-most"]

    with opened(manifest, clock=lambda: NOW) as product:
        product.refuse_findings()
    assert verdict() == "broken"
    with opened(manifest, clock=lambda: NOW) as product:
        planned = product.make_plan()
        product.save_plan(planned, plan)
    assert [(step.table, step.rows, step.total) for step in planned.steps] == [("visit", 11, 18)]
    with opened(manifest, clock=lambda: NOW) as product:
        assert [result.rows for result in product.apply_plan(plan, lambda _: None)] == [11]
    assert left() == _STAYS
    assert verdict() == "kept"
