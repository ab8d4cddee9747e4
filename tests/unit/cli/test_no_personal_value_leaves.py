"""Values of rows stay in the rows: a marker in every column about people appears in nothing that we print or keep."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from cli_world import MARKER, OTHER, World

COMMANDS = [
    "verify",
    "verify --json",
    "plan",
    "status",
    "status --json",
    "status --prometheus",
    "explain zusage.yaml orders/claims/at-most",
    "explain zusage.yaml vouchers/tax/blocked --json --language de",
    "attest zusage.yaml locked-room --by IT",
    "suspend place zusage.yaml --person customer=12 --reason claim --review-on 2099-01-01 --by legal",
    "suspend list",
    "suspend list --json",
    "key new second.key --name second",
    "approve zusage.yaml plan.json --key second.key",
    "evidence show --last 100",
    "evidence show --promise orders/claims/at-most --json",
    "suspend lift zusage.yaml S-0001 --reason done --by legal",
    "evidence rotate",
    "evidence verify .zusage/evidence",
    "evidence export -o bundle.zip",
]


def files(world: World) -> list[Path]:
    """Everything that was written, but for the database itself."""
    return [path for path in world.folder.rglob("*") if path.is_file() and not path.name.startswith("shop.sqlite3")]


def test_the_markers_are_in_every_table_about_people(world: World) -> None:
    with sqlite3.connect(world.database) as database:
        for table in ("customer", "purchase", "item", "invoice"):
            rows = repr(database.execute(f"SELECT * FROM {table}").fetchall())
            assert MARKER in rows, table
            assert OTHER in rows, table
        assert MARKER in repr(database.execute("SELECT * FROM visit").fetchall())


def test_no_command_prints_a_value_of_a_row(world: World) -> None:
    for command in COMMANDS:
        ended = world.run(*command.split())
        assert "unexpected" not in ended.said, command
        assert MARKER not in ended.said, command
        assert OTHER not in ended.said, command


def test_nothing_that_is_kept_holds_a_value_of_a_row(world: World) -> None:
    world.approved_plan()
    world.ok("apply")
    for command in COMMANDS:
        world.run(*command.split())
    assert world.count("purchase", "customer_id = 4711") == 0
    written = files(world)
    assert {"state.sqlite3", "vault.sqlite3", "plan.json", "bundle.zip", "checkpoint"} <= {path.name for path in written}
    for path in written:
        content = path.read_bytes()
        assert MARKER.encode() not in content, path.name
        assert OTHER.encode() not in content, path.name


@pytest.mark.parametrize("damage", ["DROP TABLE item", "ALTER TABLE purchase RENAME COLUMN completed_at TO done_at"])
def test_no_failure_prints_a_value_of_a_row(world: World, damage: str) -> None:
    world.sql(damage)
    for command in COMMANDS:
        ended = world.run(*command.split())
        assert MARKER not in ended.said, command
        assert OTHER not in ended.said, command


def test_a_database_that_names_the_value_in_its_own_error_is_not_repeated(world: World) -> None:
    world.approved_plan()
    refuse = "CREATE TRIGGER {0} BEFORE {1} ON {2} BEGIN SELECT RAISE(ABORT, '" + MARKER + "'); END"
    world.sql(refuse.format("keep_visits", "UPDATE", "visit"))
    declared = world.manifest.read_text().replace("refs: [T-09]}", "refs: [T-09], triggers: {keep_visits: it refuses changes}}")
    world.manifest.write_text(declared)
    world.ok("plan")
    world.ok("approve", "zusage.yaml", "plan.json", "--key", "second.key")
    ended = world.run("apply")
    assert ended.code == 2
    assert "failed" in ended.said
    assert MARKER not in ended.said
    assert not any(MARKER.encode() in path.read_bytes() for path in files(world))
