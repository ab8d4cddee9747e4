"""Which restorer is for which kind of backup, and the place in which it works."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .mariadb_dump import mariadb_dump
from .port import Restored, Restorer
from .postgresql_dump import postgresql_dump
from .sqlite_file import sqlite_file

RESTORERS: Mapping[str, Restorer] = {"sqlite-file": sqlite_file, "pg-dump": postgresql_dump, "mariadb-dump": mariadb_dump}


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for our eyes alone, gone when the block ends."""
    home = Path(tempfile.mkdtemp(prefix="zusage-drill-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def restored(kind: str, copy: Path, home: Path) -> Iterator[Restored]:
    """Restore a backup. Raises BackupUnreadable or RestorerMissing."""
    place = home / "restored"
    place.mkdir(mode=0o700)
    with RESTORERS[kind](copy, place) as found:
        yield found
