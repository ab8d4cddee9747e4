"""Giving a file other lines, so that whoever writes to it is not disturbed and no line is lost, whenever the power goes.

Replaced: a file that nobody writes to any more gets a new one in its place, whole or not at all (see ``exchanging``).

Laid over: a file that a server may have open stays the same file. Servers append; what lies before their place can be written
anew as long as it does not grow. The new lines of a piece, with blanks before them, are noted beside the log and made durable,
then laid over the old ones, then the note goes. A run that was killed leaves the note; the next run lays it over again, which
changes nothing where it was done. A note is for one file, told by its number and by what must be in it: old or new.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from zusage.durable import sync

from . import exchanging
from .files import LAID, NEW, OUT

_ROTATED = re.compile(r"(?:[.-]\d{1,4}|[.-]\d{4}-?\d\d-?\d\d(?:[-_T]?\d+)?|\.old|\.bak)(?:\.gz)?$|\.gz$")
_QUIET = 300.0
_PAGE = 4096
_WORTH_CUTTING = 1 << 20
_COLLAPSE = 0x08


def is_closed(path: Path, stat: os.stat_result, held: frozenset[tuple[int, int]] | None) -> bool:
    """Whether for sure nobody writes to a file any more: its name says so, nobody has it open, and it has been quiet for a while.

    ``held``: the files that processes have open; None where not all processes could be looked at.
    """
    if not _ROTATED.search(path.name):
        return False
    if path.suffix == ".gz":
        return True
    quiet = time.time() - stat.st_mtime > _QUIET
    return quiet and held is not None and (stat.st_dev, stat.st_ino) not in held


def held_files() -> frozenset[tuple[int, int]] | None:
    """The files that any other process has open; None where some process does not let itself be looked at."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        try:
            for descriptor in os.listdir(process / "fd"):
                try:
                    stat = os.stat(process / "fd" / descriptor)
                except OSError:
                    continue
                found.add((stat.st_dev, stat.st_ino))
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return frozenset(found)


class Moved(Exception):
    """The file has another name now, or has gone; nothing was changed."""


def replace(path: Path, inode: tuple[int, int], old: int, write: Callable[[Any], int]) -> None:
    """Put a new file in the place of a closed one; an empty one goes altogether.

    ``write`` gets the new file and returns how many lines it wrote; ``old`` is a descriptor of the one that goes. Raises Moved.
    """
    new = path.with_name(f".{path.name}{NEW}")
    stat = os.fstat(old)
    try:
        with new.open("wb") as file:
            os.fchmod(file.fileno(), stat.st_mode & 0o7777)
            mine = os.fstat(file.fileno())
            if (mine.st_uid, mine.st_gid) != (stat.st_uid, stat.st_gid):
                os.fchown(file.fileno(), stat.st_uid, stat.st_gid)
            lines = write(file)
            file.flush()
            os.fsync(file.fileno())
        os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        there = os.stat(path)
        if (there.st_dev, there.st_ino) != inode or there.st_size != stat.st_size:
            raise Moved
        if not exchanging.put(new, path, inode[1], empty=not lines):
            raise Moved
    except FileNotFoundError:
        raise Moved from None
    finally:
        new.unlink(missing_ok=True)
    sync(path.parent)
    _save_late(path, old, stat)


def _save_late(path: Path, old: int, stat: os.stat_result) -> None:
    """Lines that somebody wrote into the old file at the last moment after all."""
    late = os.pread(old, os.fstat(old).st_size - stat.st_size, stat.st_size)
    if late:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, stat.st_mode & 0o777)
        try:
            os.write(descriptor, late)
        finally:
            os.close(descriptor)


def lay_over(path: Path, descriptor: int, start: int, old: bytes, new: bytes) -> None:
    """Lay new lines over old ones that begin at ``start``; they must not be longer. The descriptor does not append. Raises Moved."""
    content = _blank(len(old) - len(new)) + new
    note = path.with_name(f".{path.name}{LAID}")
    stat = os.fstat(descriptor)
    head = {
        "inode": [stat.st_dev, stat.st_ino],
        "start": start,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "pages": [_digest(page) for page in _pages(start, old)],
    }
    _write_note(note, json.dumps(head).encode() + b"\n" + content)
    whole = os.fstat(descriptor).st_size >= start + len(content)
    if whole:
        _lay(descriptor, start, content)
    note.unlink()
    sync(path.parent)
    if not whole:
        raise Moved  # somebody has emptied it, as copytruncate does: what stands there now are other lines


def cut_blanks(descriptor: int, size: int) -> int:
    """Take blanks out of the beginning of a file, where the file system can do that under a writer; returns how much went."""
    size = size // _PAGE * _PAGE
    libc = ctypes.CDLL(None, use_errno=True)
    if size < _WORTH_CUTTING or not hasattr(libc, "fallocate64"):
        return 0
    libc.fallocate64.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return size if libc.fallocate64(descriptor, _COLLAPSE, 0, size) == 0 else 0


def recover(leftovers: Iterable[Path], files: Iterable[Path]) -> None:
    """Finish or drop what a killed run has left. Idempotent."""
    known = list(files)
    for note in sorted(leftovers, key=lambda note: not note.name.endswith(OUT)):
        if note.name.endswith(OUT):
            exchanging.recover(note)
            continue
        if note.name.endswith(LAID):
            _finish(note, known)
        note.unlink(missing_ok=True)


def _finish(note: Path, files: list[Path]) -> None:
    raw, _, content = note.read_bytes().partition(b"\n")
    try:
        head = json.loads(raw)
        whole = len(content) == head["size"] and hashlib.sha256(content).hexdigest() == head["sha256"]
    except (ValueError, KeyError, TypeError):
        return  # the note itself was cut off: nothing was laid over yet
    for path in files if whole else ():
        stat = path.stat()
        if [stat.st_dev, stat.st_ino] == head["inode"]:
            descriptor = os.open(path, os.O_RDWR)
            try:
                if _is_the_same(descriptor, head, content):
                    _lay(descriptor, head["start"], content)
            finally:
                os.close(descriptor)


def _is_the_same(descriptor: int, head: dict[str, Any], content: bytes) -> bool:
    """Every page is still the old one or is the new one; one may be torn. A file of another life has other pages."""
    there = os.pread(descriptor, head["size"], head["start"])
    if len(there) != len(content):
        return False
    pages = zip(_pages(head["start"], there), _pages(head["start"], content), head["pages"], strict=True)
    torn = [now for now, new, old in pages if now != new and _digest(now) != old]
    return len(torn) <= 1


def _pages(start: int, data: bytes) -> Iterator[bytes]:
    first = _PAGE - start % _PAGE
    yield data[:first]
    for at in range(first, len(data), _PAGE):
        yield data[at : at + _PAGE]


def _digest(page: bytes) -> str:
    return hashlib.sha256(page).hexdigest()[:16]


def _blank(size: int) -> bytes:
    """Blank lines of a page each, so that readers stay quick."""
    line = b" " * (_PAGE - 1) + b"\n"
    rest = size % _PAGE
    return line * (size // _PAGE) + (b" " * (rest - 1) + b"\n" if rest else b"")


def _write_note(note: Path, data: bytes) -> None:
    new = note.with_name(note.name.removesuffix(LAID) + NEW)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, note)
    except OSError:
        new.unlink(missing_ok=True)  # what is left of it would fill a full disk, and hold lines that are over
        raise
    sync(note.parent)


def _lay(descriptor: int, start: int, content: bytes) -> None:
    view, at = memoryview(content), start
    while view:
        done = os.pwrite(descriptor, view, at)
        view, at = view[done:], at + done
    os.fsync(descriptor)
