"""Writing to disk so that a crash leaves either the old or the new file, never half of one.

Every file is written below a staging folder, flushed to the medium, and renamed into place; then its folder
is flushed. Leftovers in the staging folder are worthless and may be deleted by whoever holds the lock.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from zusage.durable import sync
from zusage.evidence.seal.errors import LogBusy

LOCK = "lock"  #: always empty; its flock says who may write
STAGING = "incoming"  #: exists only while an append is under way or after it was interrupted


@contextmanager
def locked(folder: Path, wait: float) -> Iterator[None]:
    """Be the only writer in `folder`, among threads and processes of this machine.

    Waits up to `wait` seconds, then raises `LogBusy`. The system frees the lock when its holder dies.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        deadline = time.monotonic() + wait
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                raise LogBusy(folder=folder, seconds=wait)
            time.sleep(0.005)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` (paths below `folder`) durably: on return all are on the medium, in no set order."""
    parents: set[Path] = set()
    for number, (path, data) in enumerate(files.items()):
        target = folder / path
        make_folder(target.parent)
        staged = folder / STAGING / str(number)
        with staged.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, target)
        parents.add(target.parent)
    for parent in sorted(parents):
        sync(parent)


def make_folder(folder: Path) -> None:
    """Make `folder` and those above it, durably, unless they exist."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def discard_folder(folder: Path) -> None:
    """Remove `folder` with all it contains; nothing happens if it is not there."""
    if folder.is_dir():
        shutil.rmtree(folder)


def files_below(folder: Path) -> Iterator[str]:
    """The paths of all files below `folder`, relative to it, with slashes, sorted within each folder."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        base = Path(parent).relative_to(folder)
        yield from ((base / name).as_posix() for name in sorted(names))
