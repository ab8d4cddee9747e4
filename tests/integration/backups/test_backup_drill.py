"""A drill restores a real backup beside what is in use, and sees the erased go from it and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.integration.forked import die, killed
from tests.integration.rights.erasing_shop import NOW
from zusage.bootstrap import opened
from zusage.bootstrap.backups import drilling
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.backups.replaying import NothingDeclared, replay
from zusage.cli import cli

from .backed_world import Backed, shop

__all__ = ["shop"]


def test_a_drill_shows_that_the_erased_are_in_the_backup_and_go_from_it_again(shop: Backed) -> None:
    assert shop.verdicts()["backups/nightly/drilled"] == "undecided"
    shop.erase()
    live, copy = shop.rows(), shop.copy.read_bytes()
    held = shop.drill()
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert held.drill.back > 0
    assert held.drill.left == 0
    assert held.drill.rows > held.drill.back
    assert shop.rows() == live
    assert shop.copy.read_bytes() == copy
    assert shop.verdicts()["backups/nightly/drilled"] == "kept"
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=40)) as product:
        later = {one.promise.id: one.judgement for one in product.verify()}
    assert later["backups/nightly/drilled"].verdict.value == "broken"


def test_a_drill_without_anything_erased_takes_a_row_for_erased_and_sees_it_go(shop: Backed) -> None:
    held = shop.drill()
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert (held.drill.back, held.drill.planted, held.drill.planted_left) == (0, 1, 0)


def test_a_damaged_and_an_incomplete_backup_fail_the_drill(shop: Backed) -> None:
    with closing(sqlite3.connect(shop.copy)) as database, database:
        database.execute("DELETE FROM purchase WHERE id > 4")
        database.execute("DROP TABLE remark")
    held = shop.drill()
    assert held.judgement.verdict.value == "broken"
    assert held.drill.missing == ("shop.remark",)
    assert held.drill.short == ("shop.purchase",)
    content = bytearray(shop.copy.read_bytes())
    content[4096:8192] = os.urandom(4096)
    shop.copy.write_bytes(content)
    held = shop.drill()
    assert not held.drill.readable
    assert held.judgement.verdict.value == "broken"
    assert shop.verdicts()["backups/nightly/drilled"] == "broken"


def test_a_backup_of_another_database_of_the_same_form_fails_the_drill(shop: Backed) -> None:
    with closing(sqlite3.connect(shop.copy)) as database, database:
        database.execute("UPDATE customer SET since = '2025-01-01 10:00:01'")
    held = shop.drill()
    assert held.judgement.verdict.value == "broken"
    assert held.drill.strange == ("shop.customer",)


def test_the_commands_say_what_came_of_it(shop: Backed) -> None:
    shop.erase()

    def run(*words: str) -> Result:
        at = str(shop.folder / "zusage.yaml")
        return CliRunner().invoke(cli, ["backup", words[0], at, *words[1:]], catch_exceptions=False, standalone_mode=False)

    assert "nightly      1  2026-05-31" in run("list").output
    result = run("drill")
    assert result.return_value == 0
    assert "erased rows that it brought back are gone again" in result.output
    shop.restore()
    result = run("replay")
    assert result.return_value == 0
    assert "again" in result.output
    assert "name of 3" not in result.output
    (told,) = json.loads(run("drill", "--json").output)
    assert told["verdict"] == "kept"


LOGS = """
zusage: 1
controller: {name: Example GmbH}
systems: {weblogs: {kind: access-log, path: "FOLDER/logs/access.log*"}}
classes: {one: {de: eins, en: one}}
activities:
  access:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data: {weblogs.line: {classes: {one: [ip_address, time, request]}}}
    keep: [{name: lines, at_most: P14D, from: time}]
backups:
  logs: {of: [weblogs], every: P1D, kept: P7D, kind: folder, path: "FOLDER/backups/*", drill: P1M}
"""


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_a_drill_with_a_copy_of_logs_shows_that_old_lines_go_from_it(tmp_path: Path, form: str) -> None:
    (tmp_path / "zusage.yaml").write_text(LOGS.replace("FOLDER", str(tmp_path)))
    logs, kept = tmp_path / "logs", tmp_path / "backups" / "1"
    logs.mkdir()
    for name, day in (("access.log", "30/May/2026"), ("access.log.1", "10/May/2026"), ("other.log", "01/Jan/2020")):
        (logs / name).write_text(f'203.0.113.0 - - [{day}:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n')
    shutil.copytree(logs, kept)
    if form == "archive":
        shutil.make_archive(str(kept), "gztar", kept)
        shutil.rmtree(kept)
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        held = drill(product, "logs")
        with pytest.raises(NothingDeclared, match="Lines of a restored log go by its rules"):
            replay(product)
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert (held.drill.rows, held.drill.back, held.drill.left) == (2, 1, 0)
    assert (logs / "access.log.1").read_text()
    assert not list(tmp_path.glob(".zusage/drill.home"))


def test_files_that_came_back_go_again_with_their_rows_and_a_drill_touches_none(shop: Backed) -> None:
    path, folder = shop.folder / "zusage.yaml", shop.folder / "people"
    path.write_text(
        path.read_text().replace(
            "classes: {one: [name, since]}", f'classes: {{one: [name, since]}}, files: ["{folder}/{{id}}.jpg"]'
        )
    )
    folder.mkdir()
    everybody = {folder / f"{n}.jpg" for n in range(1, 11)}
    for file in everybody:
        file.write_text("a face")
    assert shop.drill().drill.planted == 1
    assert set(folder.iterdir()) == everybody
    shop.erase()
    assert set(folder.iterdir()) == everybody - {folder / "3.jpg"}
    assert shop.drill().drill.back > 0
    shop.restore()
    (folder / "3.jpg").write_text("a face")  # a copy of the files was restored as well
    assert shop.replay().complete
    assert set(folder.iterdir()) == everybody - {folder / "3.jpg"}


def test_what_a_drill_that_was_killed_has_restored_is_cleared_up_by_the_next(
    shop: Backed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(drilling._Copied, "look", die)
        assert killed(shop.drill)
    left = Path((shop.folder / ".zusage" / "drill.home").read_text())
    assert list(left.rglob("restored.sqlite3"))
    assert left.stat().st_mode & 0o077 == 0
    assert shop.drill().judgement.verdict.value == "kept"
    assert not left.exists()
