"""A replica of MariaDB: a plan made through it is carried out on the primary that it follows, and on no server that only looks alike.

It may take over in the middle of ``apply``, with all that the lost server had acknowledged or with less.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration import killing
from tests.integration.servers import PASSWORD, MariaDB, mariadb
from zusage.bootstrap import opened, survey_of
from zusage.bootstrap.granting import role_statements
from zusage.connectors.opening import open_reader, why_apart
from zusage.connectors.sql.databases import mariadb_kin
from zusage.connectors.trouble import CannotHandle, CanWrite
from zusage.enforcement.refusal import PlanStale
from zusage.promises.manifest import System

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
    data:
      shop.letter: {classes: {contact: [id, sent_on, words]}}
    keep: [{at_most: P1Y, from: sent_on, then: delete}]
"""
_LETTERS = (
    "CREATE TABLE letter (id INT PRIMARY KEY, sent_on DATE NOT NULL, words TEXT)",
    "INSERT INTO letter VALUES (1, '2001-01-01', 'old'), (2, CURRENT_DATE, 'new')",
)

_PARCELS = (
    _MANIFEST.replace("letter", "parcel")
    .replace("share: 1.0", "share: 1.0, batch: 5, pace: 0.5")
    .replace("    keep:", "      shop.item: {part_of: shop.parcel via parcel_id}\n    keep:")
)
_PARCEL_TABLES = (
    "DROP TABLE IF EXISTS item, parcel",
    "CREATE TABLE parcel (id INT PRIMARY KEY, sent_on DATE NOT NULL, words TEXT)",
    "CREATE TABLE item (id INT PRIMARY KEY, parcel_id INT NOT NULL, FOREIGN KEY (parcel_id) REFERENCES parcel (id))",
    "INSERT INTO parcel SELECT seq, IF(seq <= 300, '2001-01-01', CURRENT_DATE), 'x' FROM seq_1_to_400",
    "INSERT INTO item SELECT seq, (seq + 1) DIV 2 FROM seq_1_to_800",
)
_USERS = "zusage_reader@'%', zusage_writer@'%'"


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[MariaDB, MariaDB]]:
    with mariadb(*_OPTIONS, "--server-id=1") as primary, mariadb(*_OPTIONS, "--server-id=2", "--read-only=1") as replica:
        primary.database("shop")
        primary.run(*_LETTERS, database="shop")
        replica.follow(primary)
        yield primary, replica


def _roles(primary: MariaDB, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The very roles that the product asks for; their addresses by the names of variables, at the primary."""
    primary.run(f"DROP USER IF EXISTS {_USERS}")
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


def _goes_on(manifest: Path, plan: Path, told: Path) -> None:
    """Carry the plan out; what is acknowledged is told at once, and at the end why something was stopped."""
    with opened(manifest) as product:
        (step,) = product.apply_plan(plan, lambda progress: told.write_text(str(progress.done)) and None)
        told.with_suffix(".stopped").write_text(step.stopped)


def _left(server: MariaDB, table: str = "parcel") -> int:
    return int(server.run(f"SELECT COUNT(*) FROM shop.{table}")[0][0])


def _until(server: MariaDB, rows: int) -> None:
    while _left(server) > rows:
        time.sleep(0.01)


def _agree_on_each_commit(primary: MariaDB, replica: MariaDB) -> None:
    replica.run("SET GLOBAL rpl_semi_sync_slave_enabled = ON", "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD")
    wait = "SET GLOBAL rpl_semi_sync_master_wait_point = 'AFTER_SYNC', rpl_semi_sync_master_timeout = 60000"
    primary.run(wait, "SET GLOBAL rpl_semi_sync_master_enabled = ON")


def _as_before(primary: MariaDB, replica: MariaDB) -> None:
    """The lost server comes back at its address, and the other one begins anew as its replica."""
    replica.stop()
    primary.start(*_OPTIONS, "--server-id=1")
    replica.start(*_OPTIONS, "--server-id=2", "--read-only=1")
    replica.run("DROP DATABASE shop", "DROP DATABASE IF EXISTS copy", f"DROP USER IF EXISTS {_USERS}")
    replica.follow(primary)


@pytest.mark.parametrize("all_of_it", [True, False], ids=["all-that-was-acknowledged", "less"])
def test_a_replica_that_takes_over_in_the_middle_with_what_it_has_ends_in_the_same_rows(
    pair: tuple[MariaDB, MariaDB], all_of_it: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary, replica = pair
    manifest, plan, told = tmp_path / "zusage.yaml", tmp_path / "plan.json", tmp_path / "told"
    manifest.write_text(_PARCELS)
    primary.run(*_PARCEL_TABLES, database="shop")
    for name, url in _roles(primary, manifest, monkeypatch).items():
        monkeypatch.setenv(name, url)
    with opened(manifest) as product:
        product.save_plan(product.make_plan(), plan)
    if all_of_it:
        _agree_on_each_commit(primary, replica)
    child = killing.fork(lambda: _goes_on(manifest, plan, told))
    _until(primary, 300)
    if not all_of_it:
        replica.run("STOP SLAVE IO_THREAD")
        _until(primary, 220)
    primary.kill()
    time.sleep(0.2)
    os.kill(child, signal.SIGSTOP)
    acknowledged = int(told.read_text())
    there = replica.take_over(primary, *_OPTIONS, "--server-id=2")
    try:
        assert 0 < acknowledged < 300
        assert (400 - _left(there) >= acknowledged) is all_of_it
        os.kill(child, signal.SIGCONT)
        assert killing.wait(child) == 0
        with opened(manifest) as product:
            if all_of_it:
                assert [step.rows for step in product.apply_plan(plan, lambda _: None)] in ([], [300])
            else:
                assert "would change more than" in told.with_suffix(".stopped").read_text()
                product.save_plan(product.make_plan(), plan)
                product.apply_plan(plan, lambda _: None)
        assert there.run("SELECT MIN(id), COUNT(*) FROM shop.parcel") == [(301, 100)]
        assert there.run("SELECT MIN(parcel_id), COUNT(*) FROM shop.item") == [(301, 200)]
    finally:
        _as_before(primary, replica)


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
