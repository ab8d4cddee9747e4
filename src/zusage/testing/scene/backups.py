"""Hands that break what is promised of the scene's backups."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta

from . import NOW, Scene


def make_none(scene: Scene) -> None:
    """The newest backup is four days old."""
    then = (NOW - timedelta(days=4)).timestamp()
    os.utime(scene.backup, (then, then))


def keep_an_old_one(scene: Scene) -> None:
    """Somebody copied a backup of the winter, so that the file looks new and its name does not."""
    shutil.copy2(scene.backup, scene.backup.with_name("scene-2024-01-15.sqlite3"))


def damage(scene: Scene) -> None:
    """A page of the backup is overwritten, which the next drill finds."""
    made = scene.backup.stat().st_mtime
    content = bytearray(scene.backup.read_bytes())
    content[4096:8192] = bytes(4096)
    scene.backup.write_bytes(content)
    os.utime(scene.backup, (made, made))


def restore(scene: Scene) -> None:
    """One row of a backup: it is no rule that was broken, for the member was active when the backup was made."""
    with scene.connected() as database:
        database.execute("ATTACH DATABASE ? AS backup", (str(scene.backup),))
        if database.execute("INSERT INTO member SELECT * FROM backup.member WHERE id = 1").rowcount != 1:
            raise AssertionError("the member is not in the backup")
