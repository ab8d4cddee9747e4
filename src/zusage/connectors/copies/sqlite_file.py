"""A copy of an SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .port import BackupUnreadable, Restored
from .unpacking import unpack


@contextmanager
def sqlite_file(copy: Path, home: Path) -> Iterator[Restored]:
    """Copy it once more, with what was not yet written into it, and let SQLite read all of it."""
    file = unpack(copy, home / "restored.sqlite3")
    log = copy.with_name(copy.name + "-wal")
    if log.exists():
        unpack(log, file.with_name(file.name + "-wal"))
    try:
        with closing(sqlite3.connect(file)) as database:
            (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        raise BackupUnreadable("it is no database of SQLite, or a damaged one") from None
    if said != "ok":
        raise BackupUnreadable("SQLite finds it damaged (integrity_check)")
    yield Restored(url=f"sqlite:///{file}", writer=f"sqlite:///{file}")
