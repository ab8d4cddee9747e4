"""A partitioned table goes the whole way on a real server: red, planned, applied across its partitions, green."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.databases.looked_at import looks_and_changes
from tests.integration.servers import PASSWORD, MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.connectors.sql.databases.mariadb_roles import roles

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
    asked = looks_and_changes(
        postgres_server, "partitioned", monkeypatch,
        "CREATE TABLE visit (id int NOT NULL, name text, ended_on date NOT NULL, PRIMARY KEY (id, ended_on)) "
        "PARTITION BY RANGE (ended_on)",
        *(f"CREATE TABLE visit_{n} PARTITION OF visit FOR VALUES FROM ('{one}') TO ('{end}')" for n, one, end in _LIMITS),
        f"INSERT INTO visit VALUES {_ROWS}",
    )  # fmt: skip

    def left() -> list[int]:
        return [int(number) for number in asked("SELECT string_agg(id::text, ' ' ORDER BY id) FROM visit").split()]

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


def test_what_refers_to_one_partition_and_fires_on_it_alone_stops_the_step_on_the_table(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = looks_and_changes(
        postgres_server, "one_partition", monkeypatch,
        "CREATE TABLE visit (id int, name text, ended_on date, PRIMARY KEY (id, ended_on)) PARTITION BY RANGE (ended_on)",
        "CREATE TABLE visit_old PARTITION OF visit FOR VALUES FROM ('2000-01-01') TO ('2024-01-01')",
        "CREATE TABLE note (visit int, day date, FOREIGN KEY (visit, day) REFERENCES visit_old (id, ended_on) ON DELETE CASCADE)",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "CREATE TRIGGER copies BEFORE DELETE ON visit_old FOR EACH ROW EXECUTE FUNCTION f()",
        "INSERT INTO visit VALUES (1, 'x', '2020-01-01')", "INSERT INTO note VALUES (1, '2020-01-01')",
    )  # fmt: skip
    (tmp_path / "zusage.yaml").write_text(_MANIFEST, encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        (step,) = product.make_plan().steps
    assert [(one.table, one.columns, one.rows) for one in step.obstacles] == [("note", ("visit", "day"), 1)]
    assert step.triggers == ("visit_old: copies (before delete)",)
    assert "the trigger copies (before delete) on visit_old would fire" in step.refused[0]
    assert asked("SELECT count(*) FROM note") == "1"


def test_a_stored_view_of_what_was_anonymised_is_made_anew_and_only_by_its_owner(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = looks_and_changes(
        postgres_server, "stored_view", monkeypatch,
        "CREATE TABLE visit (id int PRIMARY KEY, name text, ended_on date)",
        "INSERT INTO visit VALUES (1, 'x', '2020-01-01'), (2, 'y', '2026-01-01')",
        "CREATE MATERIALIZED VIEW seen AS SELECT * FROM visit",
    )  # fmt: skip
    rule = "keep: [{name: ended, data: shop.TABLE, at_most: P3Y, from: ended_on, then: {anonymise: {name: {}}}}]"
    text = _MANIFEST.replace("keep: [{name: ended, at_most: P3Y, from: ended_on}]", rule.replace("TABLE", "visit"))
    seen = text[text.index("  visits:") :].replace("visits", "views").replace("shop.visit", "shop.seen")
    (tmp_path / "zusage.yaml").write_text(text + seen, encoding="utf-8")
    plan = tmp_path / "plan.json"
    postgres_server.role("stored_view_writer")
    postgres_server.run("GRANT SELECT, UPDATE ON visit TO stored_view_writer", "stored_view")
    postgres_server.run("GRANT SELECT ON seen TO stored_view_writer", "stored_view")
    monkeypatch.setenv("WRITER_URL", postgres_server.url("stored_view", "stored_view_writer"))
    for owner in ("", "stored_view_writer"):
        if owner:
            postgres_server.run(f"ALTER MATERIALIZED VIEW seen OWNER TO {owner}", "stored_view")
        with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
            product.save_plan(product.make_plan(), plan)
        with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
            stopped = product.apply_plan(plan, lambda _: None)[-1].stopped
        assert ("only the owner of seen" in stopped) is not bool(owner), stopped
    assert asked("SELECT string_agg(id || coalesce(name, '-'), ' ' ORDER BY id) FROM seen") == "1- 2y"
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        assert {o.judgement.verdict.value for o in product.verify() if o.promise.id.endswith("at-most")} == {"kept"}
