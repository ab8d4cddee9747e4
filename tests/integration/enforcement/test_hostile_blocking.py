"""The vault must neither lose a row nor count one that is not there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.integration.small_world import NOW, SmallWorld
from zusage.connectors.sql.writer import SqlWriter
from zusage.vault import VaultReader

TABLES = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, name TEXT, disputed INTEGER);
INSERT INTO orders VALUES (1, '2020-01-01 10:00:00', 'a', 0), (2, '2020-01-01 10:00:00', 'b', 0);
"""
RULE = """
    data: {shop.orders: {classes: {one: [name, at]}, structure: [disputed]}}
    keep:
      - {name: k, at_least: P8Y, at_most: P8Y, from: at, unless: disputed = 1, purpose_ends: {from: at, after: P1Y}}
"""


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    return SmallWorld.make(tmp_path, TABLES, {"orders": RULE})


def blocked(world: SmallWorld) -> int:
    with VaultReader(world.folder / ".zusage") as vault:
        return sum(vault.census("orders/k").values())


def killed(world: SmallWorld, monkeypatch: pytest.MonkeyPatch, method: str, now: datetime = NOW) -> None:
    """Apply, and die when the method is called."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(method, die)
        with pytest.raises(KeyboardInterrupt):
            world.do(now)


def test_a_key_that_the_system_gives_anew_takes_nothing_from_the_vault(world: SmallWorld) -> None:
    world.verdicts()
    world.do()
    assert world.sql("SELECT count(*) FROM orders") == [(0,)]
    world.sql("INSERT INTO orders VALUES (1, '2025-06-02 10:00:00', 'NEW', 0)")
    later = NOW.replace(month=9)
    world.verdicts(later)
    world.do(later)
    assert blocked(world) == 3
    assert set(world.verdicts(later).values()) == {"kept"}


def test_a_row_that_changed_after_a_kill_leaves_no_copy_that_counts(world: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(world, monkeypatch, "zusage.connectors.sql.writer.SqlWriter._delete")
    assert blocked(world) == 2
    assert world.verdicts()["orders/k/at-least"] == "undecided"
    world.sql("UPDATE orders SET disputed = 1 WHERE id = 1")
    world.apply()
    assert world.sql("SELECT id, disputed FROM orders") == [(1, 1)]
    assert blocked(world) == 1
    world.verdicts()
    assert set(world.verdicts().values()) == {"kept"}


def test_a_row_that_went_just_before_a_kill_stays_in_the_vault(world: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(world, monkeypatch, "zusage.vault.writer.VaultWriter.settle")
    assert world.sql("SELECT count(*) FROM orders") == [(0,)]
    world.sql("INSERT INTO orders VALUES (1, '2026-05-01 10:00:00', 'another with its key', 0)")
    world.do()
    assert blocked(world) == 2
    world.verdicts()
    assert set(world.verdicts().values()) == {"kept"}


def test_a_row_that_belongs_by_a_text_to_a_number_is_not_lost_on_its_way_to_the_vault(tmp_path: Path) -> None:
    tables = TABLES + "CREATE TABLE line (id INTEGER PRIMARY KEY, order_id TEXT, what TEXT); INSERT INTO line VALUES (1, 1, 'x');"
    rule = RULE.replace(
        "structure: [disputed]}",
        'structure: [disputed]}, shop.line: {part_of: "shop.orders via order_id", classes: {two: [what]}}',
    )
    world = SmallWorld.make(tmp_path, tables, {"orders": rule})
    assert world.do()[0].stopped
    assert world.sql("SELECT what FROM line") == [("x",)]
    assert world.sql("SELECT count(*) FROM orders") == [(2,)]


def test_the_writer_tells_a_row_by_all_values_and_by_what_is_missing(world: SmallWorld) -> None:
    from zusage.connectors.opening import open_writer
    from zusage.promises.manifest import System

    writer = open_writer("shop", System(url=f"sqlite:///{world.folder}/shop.sqlite3"), None, lambda: b"")
    assert isinstance(writer, SqlWriter)
    assert writer.which_still_there("orders", [{"id": 1, "name": "a"}, {"id": 1, "name": None}]) == [True, False]
    writer.close()


def test_what_a_rule_blocked_still_ends_when_the_rule_blocks_no_more(world: SmallWorld) -> None:
    world.do()
    world.rewrite(", purpose_ends: {from: at, after: P1Y}", "")
    later = datetime(2029, 2, 1, tzinfo=NOW.tzinfo)
    assert world.verdicts(later)["orders/k/at-most"] == "broken"
    world.do(later)
    assert blocked(world) == 0
    assert world.verdicts(later)["orders/k/at-most"] == "kept"
