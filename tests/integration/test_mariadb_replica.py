"""A replica of MariaDB: a plan made through it is carried out on the primary that it follows, and on no server that only looks alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zusage.bootstrap import opened, survey_of
from zusage.bootstrap.granting import role_statements
from zusage.connectors.opening import open_reader, why_apart
from zusage.connectors.sql.databases import mariadb_kin
from zusage.connectors.trouble import CannotHandle, CanWrite
from zusage.enforcement.refusal import PlanStale
from zusage.promises.manifest import System

from .servers import PASSWORD, MariaDB, mariadb

_OPTIONS = ("--log-bin=log", "--log-slave-updates")
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${SHOP_READER_URL}", writer: "${SHOP_WRITER_URL}"}}
classes: {contact: {de: Kontakt, en: contact}}
guard: {share: 1.0}
activities:
  letters:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data: {shop.letter: {classes: {contact: [id, sent_on, words]}}}
    keep: [{at_most: P1Y, from: sent_on, then: delete}]
"""
_LETTERS = (
    "CREATE TABLE letter (id INT PRIMARY KEY, sent_on DATE NOT NULL, words TEXT)",
    "INSERT INTO letter VALUES (1, '2001-01-01', 'old'), (2, CURRENT_DATE, 'new')",
)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[MariaDB, MariaDB]]:
    with mariadb(*_OPTIONS, "--server-id=1") as primary, mariadb(*_OPTIONS, "--server-id=2", "--read-only=1") as replica:
        primary.database("shop")
        primary.run(*_LETTERS, database="shop")
        _follow(replica, primary)
        yield primary, replica


def _follow(replica: MariaDB, primary: MariaDB) -> None:
    there = f"MASTER_HOST='127.0.0.1', MASTER_PORT={primary.port}, MASTER_USER='root', MASTER_PASSWORD='{PASSWORD}'"
    replica.run(
        "STOP SLAVE", "RESET MASTER", "SET GLOBAL gtid_slave_pos = ''", f"CHANGE MASTER TO {there}, MASTER_USE_GTID = slave_pos"
    )
    replica.run("START SLAVE")


def _roles(primary: MariaDB, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The very roles that the product asks for; their addresses by the names of variables, at the primary."""
    for name in ("READER", "WRITER"):
        monkeypatch.setenv(f"SHOP_{name}_URL", primary.url("shop"))
    for statement in role_statements(primary.url("shop"), manifest, "shop"):
        primary.run(statement.replace("'…'", f"'{PASSWORD}'"))
    return {f"SHOP_{name.upper()}_URL": primary.url("shop", f"zusage_{name}") for name in ("reader", "writer")}


def test_a_plan_made_through_a_replica_is_carried_out_where_it_follows_and_nowhere_else(
    pair: tuple[MariaDB, MariaDB], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary, replica = pair
    manifest = tmp_path / "zusage.yaml"
    manifest.write_text(_MANIFEST)
    roles = _roles(primary, manifest, monkeypatch)
    through = roles["SHOP_READER_URL"].replace(f":{primary.port}/", f":{replica.port}/")
    system = System(url=through, writer=roles["SHOP_WRITER_URL"])
    assert why_apart("shop", system) == ""
    monkeypatch.setenv("SHOP_WRITER_URL", primary.database("copy"))
    monkeypatch.setenv("SHOP_READER_URL", through)
    primary.run(*_LETTERS, database="copy")
    with opened(manifest) as product:
        product.save_plan(product.make_plan(), tmp_path / "plan.json")
        with pytest.raises(PlanStale, match="to database 'copy'"):
            product.apply_plan(tmp_path / "plan.json", lambda _: None)
    assert primary.run("SELECT id FROM copy.letter ORDER BY id") == [(1,), (2,)]
    monkeypatch.setenv("SHOP_WRITER_URL", roles["SHOP_WRITER_URL"].replace(f":{primary.port}/", f":{replica.port}/"))
    with opened(manifest) as product, pytest.raises(CannotHandle, match="only reads, such as a replica"):
        product.apply_plan(tmp_path / "plan.json", lambda _: None)
    assert replica.run("SELECT id FROM shop.letter ORDER BY id") == [(1,), (2,)]
    monkeypatch.setenv("SHOP_WRITER_URL", roles["SHOP_WRITER_URL"])
    with opened(manifest) as product:
        (step,) = product.apply_plan(tmp_path / "plan.json", lambda _: None)
    assert (step.rows, primary.run("SELECT id FROM shop.letter")) == (1, [(2,)])


def test_a_draft_is_made_with_any_role_and_a_look_at_rows_with_one_that_cannot_write(pair: tuple[MariaDB, MariaDB]) -> None:
    primary, _ = pair
    assert "letter" in survey_of("shop", primary.url("shop")).tables
    with pytest.raises(CanWrite, match="init ADDRESS --grant"):
        open_reader("shop", System(url=primary.url("shop")))


def test_one_database_is_known_by_whatever_names_and_never_by_its_looks(
    pair: tuple[MariaDB, MariaDB], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mariadb_kin, "_PATIENCE_SECONDS", 0.3)
    primary, replica = pair
    there = primary.url("shop")
    assert why_apart("shop", System(url=there.replace("127.0.0.1", "localhost"), writer=there)) == ""
    assert why_apart("shop", System(url=replica.url("shop"), writer=there)) == ""
    assert "database 'mysql'" in why_apart("shop", System(url=replica.url("mysql"), writer=there))
    replica.run("STOP SLAVE")
    primary.run("CREATE TABLE shop.more (id INT PRIMARY KEY)")
    assert "does not catch up" in why_apart("shop", System(url=replica.url("shop"), writer=there))
    primary.run("RESET MASTER", "SET GLOBAL gtid_binlog_state = ''")
    assert "keeps no log" in why_apart("shop", System(url=replica.url("shop"), writer=there))
    primary.run("CREATE TABLE shop.other (id INT PRIMARY KEY)")
    assert "follows another server" in why_apart("shop", System(url=replica.url("shop"), writer=there))
    replica.run("SET GLOBAL read_only = 0")
    assert "no replica" in why_apart("shop", System(url=there, writer=replica.url("shop")))
