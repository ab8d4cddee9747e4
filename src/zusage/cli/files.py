"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_whole(files: Mapping[Path, str | bytes]) -> None:
    """Write files so that each is either as before or complete; none is replaced before all are on disk."""
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            waiting[path] = _beside(path, content.encode() if isinstance(content, str) else content)
        for path in list(waiting):
            waiting[path].replace(path)
            del waiting[path]
    finally:
        for leftover in waiting.values():
            with suppress(OSError):
                leftover.unlink()


def _beside(path: Path, content: bytes) -> Path:
    """A file in the same folder with the content, durable, and with the rights of a new file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def write_new(path: Path, content: str) -> bool:
    """Write a file unless there is one of that name; returns whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = _beside(path, content.encode())
    try:
        os.link(whole, path)
    except FileExistsError:
        return False
    finally:
        whole.unlink()
    return True
