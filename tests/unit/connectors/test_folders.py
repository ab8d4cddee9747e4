"""A folder whose entries a process holds: what is held, what is not, and what nobody can tell."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zusage.connectors.folders import entries_of
from zusage.connectors.trouble import Unreachable

HOLD = "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"


def held(folder: Path) -> list[bool | None]:
    return [entry.held for entry in entries_of("p", str(folder), "alive")]


def test_an_entry_is_held_until_its_process_is_killed_and_looking_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    alive = tmp_path / "meeting" / "alive"
    alive.touch()
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(alive)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        assert process.stdout.readline() == "held\n"
        assert held(tmp_path) == held(tmp_path) == [True]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert held(tmp_path) == [False]
    assert alive.exists()


def test_files_and_links_and_folders_without_the_file_are_held_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "export.txt").write_text("what was said")
    (tmp_path / "without").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "without")
    assert held(tmp_path) == [False, False, False]


def test_the_newest_change_inside_counts(tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    (tmp_path / "meeting" / "slide.png").touch()
    os.utime(tmp_path / "meeting", (1000, 1000))
    (entry,) = entries_of("p", str(tmp_path), "alive")
    assert time.time() - entry.touched.timestamp() < 60
    os.utime(tmp_path / "meeting" / "slide.png", (2000, 2000))
    (entry,) = entries_of("p", str(tmp_path), "alive")
    assert entry.touched.timestamp() == 2000


def test_a_file_to_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    (tmp_path / "meeting" / "alive").symlink_to(tmp_path / "elsewhere")
    assert held(tmp_path) == [None]


@pytest.mark.parametrize("address", ["${ZUSAGE_NO_SUCH_VARIABLE}", "/there/is/no/such/folder"])
def test_a_folder_that_is_not_there_is_said_so_and_never_empty(address: str) -> None:
    with pytest.raises(Unreachable):
        entries_of("p", address, "alive")
