"""Files of our own folder, written whole or not at all, and keys that are made once."""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zusage.durable import sync


def replace(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all, on disk when it returns; a private one, and its folder, are for its owner alone."""
    if private:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = _half(path)
    with _alone(path.parent):
        new.unlink(missing_ok=True)  # of somebody who was killed
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    sync(path.parent)


def remove(path: Path) -> None:
    """Take a file away, and what somebody who was killed has left of it half written. May be repeated."""
    if path.parent.is_dir():
        with _alone(path.parent):
            path.unlink(missing_ok=True)
            _half(path).unlink(missing_ok=True)


def _half(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes there meanwhile: of two who write one file, one would put the other's half in its place."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


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
        sync(path.parent)
    return path.read_bytes()
