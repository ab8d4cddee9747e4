"""The embedded state's file: created whole or not at all, and checked before it is used.

1. A state that was there and is gone is never replaced by an empty one.
2. The file is built under another name and renamed, so that an empty file is always damage.
3. Every page is read before the first use.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from zusage.durable import sync

from .database import PATIENCE
from .errors import StateBusy, StateDamaged, StateGone, StateUnusable
from .locks import LockTaken, file_lock

_APPLICATION = 0x5A755361
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR_SHORT_READ})


def prepare(file: Path) -> None:
    """Create the file unless it is there, and check it; raises StateGone, StateDamaged, StateUnusable or StateBusy."""
    try:
        with file_lock(file.with_name("prepare.lock"), PATIENCE):
            _ensure(file, file.with_name("state.created"))
            _check(file)
    except LockTaken:
        raise StateBusy(where=file.parent, seconds=PATIENCE) from None
    except OSError as error:
        raise StateUnusable(where=file.parent, why=error.strerror) from None


def _ensure(file: Path, marker: Path) -> None:
    if not file.exists():
        if marker.exists():  # 1
            raise StateGone(where=file.parent, marker=marker.name)
        _create(file)
    if not marker.exists():
        os.close(os.open(marker, os.O_CREAT | os.O_WRONLY, 0o600))
        sync(file.parent)


def _create(file: Path) -> None:
    new = file.with_name(f"{file.name}.new")  # 2
    with suppress(FileNotFoundError):
        new.unlink()
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(new, isolation_level=None)) as database:
        database.execute(f"PRAGMA application_id={_APPLICATION}")
        database.execute("PRAGMA journal_mode=WAL")
    sync(new)
    new.rename(file)
    sync(file.parent)


def _check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file.as_uri() + "?mode=rw", uri=True, timeout=PATIENCE)) as database:
            why = _damage(database)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in _DAMAGE or error.sqlite_errorcode & 0xFF in _DAMAGE:
            raise StateDamaged(where=file, why=error) from None
        raise StateUnusable(where=file, why=error) from None
    if why:
        raise StateDamaged(where=file, why=why)


def _damage(database: sqlite3.Connection) -> str:
    if database.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
        return "the file is empty or belongs to another program"
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]  # 3
    if found != "ok":
        return str(found)
    database.execute("PRAGMA journal_mode=WAL")
    return ""
