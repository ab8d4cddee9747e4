"""Which restorer is for which kind of backup, and the place in which it works."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .folder import folder
from .mariadb_dump import mariadb_dump
from .port import Restored, Restorer
from .postgresql_dump import postgresql_dump
from .sqlite_file import sqlite_file

RESTORERS: Mapping[str, Restorer] = {
    "sqlite-file": sqlite_file,
    "pg-dump": postgresql_dump,
    "mariadb-dump": mariadb_dump,
    "folder": folder,
}

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
    with RESTORERS[kind](copy, place) as found:
        yield found
