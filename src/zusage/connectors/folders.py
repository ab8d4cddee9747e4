"""Looks into a folder whose entries a process holds locked while it lives. Takes no lock for longer than a look, and writes nothing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .port import Entry
from .sql.address import fill
from .trouble import Unreachable


def entries_of(promise: str, address: str, alive: str) -> Sequence[Entry]:
    """Every entry of the folder; raises Unreachable. An entry that goes while it is looked at is gone."""
    folder = Path(fill(promise, address))
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise Unreachable(promise, f"the folder cannot be read ({error.strerror})") from None
    found = (_entry(folder / name, alive) for name in names)
    return tuple(entry for entry in found if entry is not None)


def _entry(path: Path, alive: str) -> Entry | None:
    try:
        touched = max((one.lstat().st_mtime for one in (path, *_inside(path))), default=0.0)
        return Entry(held=_held(path / alive), touched=datetime.fromtimestamp(touched, UTC))
    except FileNotFoundError:
        return None
    except OSError:
        return Entry(held=None, touched=datetime.fromtimestamp(0, UTC))


def _inside(path: Path) -> Sequence[Path]:
    return [path / name for name in os.listdir(path)] if path.is_dir() and not path.is_symlink() else []


def _held(file: Path) -> bool:
    """Whether somebody holds the file locked; what is no such file is held by nobody."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
