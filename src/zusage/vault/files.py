"""Files of the vault: placed whole or not at all, and nobody else's to read."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from zusage.durable import sync

from .errors import TooOpen

VAULT = "vault.sqlite3"
KEY = "vault.key"


def place(path: Path, write: Callable[[Path], object]) -> None:
    """Put a file of mode 0600 at ``path``, made by ``write`` under another name; one that is there already stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        write(Path(name))
        sync(Path(name))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
    sync(path.parent)


def refuse_open(path: Path) -> None:
    """Raise TooOpen for a file that others may read or write."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise TooOpen(path=path, mode=f"{mode:04o}")
