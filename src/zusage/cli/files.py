"""Writing files whole or not at all."""

from __future__ import annotations

import os
import shutil
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


class FolderTaken(Exception):
    """There is something in the folder already."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the folder {name} is there and is not empty. An answer mixed with other files could go to the wrong person; "
            "nothing was written. Name a folder that is not there yet."
        )


def refuse_taken(folder: Path) -> None:
    """Raise FolderTaken unless the folder is missing or empty."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise FolderTaken(folder.name)


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a new folder whole or not at all, so that nobody but its owner can read it; raises FolderTaken."""
    refuse_taken(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))  # for its owner alone
    try:
        for name, content in files.items():
            path = waiting / name
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
        try:
            waiting.rename(folder)
        except OSError:
            refuse_taken(folder)
            raise
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
