"""Which restorer is for which kind of backup, and the place in which it works."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .folder import folder
from .mariadb_dump import mariadb_dump
from .port import BackupUnreadable, Restored, Restorer
from .postgresql_dump import postgresql_dump
from .sqlite_file import sqlite_file
from .unpacking import reading

RESTORERS: Mapping[str, Restorer] = {
    "sqlite-file": sqlite_file,
    "pg-dump": postgresql_dump,
    "mariadb-dump": mariadb_dump,
    "folder": folder,
}
_SQLITE, _POSTGRES, _MARIADB = (
    b"SQLite format 3\0",
    (b"PGDMP", b"PostgreSQL database dump"),
    (b"MariaDB dump", b"MySQL dump", b"/*M!"),
)

_PREFIX = "zusage-drill-"


@contextmanager
def scratch(noted: Path) -> Iterator[Path]:
    """A folder for our eyes alone, gone when the block ends; where it is stands in a file, so that the next drill clears up after a kill."""
    _clear(noted)
    home = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        noted.write_text(str(home), encoding="utf-8")
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
        noted.unlink(missing_ok=True)


def _clear(noted: Path) -> None:
    """What a drill that was killed has left. Its servers ended with it."""
    left = Path(noted.read_text(encoding="utf-8")) if noted.exists() else None
    if left and left.name.startswith(_PREFIX) and left.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(left, ignore_errors=True)
    noted.unlink(missing_ok=True)


@contextmanager
def restored(kind: str, copy: Path, home: Path) -> Iterator[Restored]:
    """Restore a backup. Raises BackupUnreadable or RestorerMissing."""
    place = home / "restored"
    place.mkdir(mode=0o700)
    with RESTORERS[kind_of(copy) if kind == "database" else kind](copy, place) as found:
        yield found


def kind_of(copy: Path) -> str:
    """What made a backup of a database, by how it begins. Raises BackupUnreadable."""
    if copy.is_dir():
        return "pg-dump"
    with reading(copy) as file:
        head = file.read(400)
    if head.startswith(_SQLITE):
        return "sqlite-file"
    if any(mark in head for mark in _MARIADB):
        return "mariadb-dump"
    if any(mark in head for mark in _POSTGRES) or head[257:262] == b"ustar":
        return "pg-dump"
    raise BackupUnreadable("it begins like no backup of a database that is known here")
