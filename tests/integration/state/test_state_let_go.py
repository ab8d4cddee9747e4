"""Whoever opens the product again and again in one process holds no file of those that were closed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tests.integration.small_world import NOW, SmallWorld

from zusage.bootstrap import opened

_NOTES = """
    data: {shop.note: {classes: {one: [words]}}}
    keep: [{at_most: P1Y, from: at}]
"""


def held(folder: Path) -> list[str]:
    """Files in a folder that this process has open."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(str(one.readlink()))
    return [path for path in found if path.startswith(f"{folder}/")]


def test_a_product_that_was_closed_holds_no_file_open(tmp_path: Path) -> None:
    tables = "CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT, at DATETIME); INSERT INTO note VALUES (1, 'x', '2026-05-01 10:00:00')"
    SmallWorld.make(tmp_path, tables, {"notes": _NOTES})
    for _ in range(3):
        with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
            product.save_plan(product.make_plan(), tmp_path / "plan.json")
            product.apply_plan(tmp_path / "plan.json", lambda _: None)
            product.verify()
            assert any("state.sqlite3" in path for path in held(tmp_path)), "its state is no file that would be seen"
        assert held(tmp_path) == []
