"""Files of our own folder, written whole or not at all, and keys that are made once."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def replace(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all, on disk when it returns; a private one, and its folder, are for its owner alone."""
    if private:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    _sync(path.parent)


def key(path: Path) -> bytes:
    """32 random bytes in a private file, made when they are first needed; of two who make them at once both have the same."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as new:  # for its owner alone
            new.write(secrets.token_bytes(32))
            new.flush()
            os.fsync(new.fileno())
            with suppress(FileExistsError):
                os.link(new.name, path)
        _sync(path.parent)
    return path.read_bytes()


def _sync(folder: Path) -> None:
    """What has its name now has it after a power failure too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
