"""Putting a new file in the place of a closed one, also at the very moment at which somebody rotates the log.

1.  The new file gets a second name, ``out``, which names the file that is to go by its number.
2.  ``out`` and the log's name are exchanged by the system in one move: no moment without a file, and nothing is overwritten.
3.  What came out is the file that was to go: it goes. It is another one, that came by rotation meanwhile: it goes back.
4.  A run that was killed in between leaves the names; the next run tells by the numbers which file is which, and only ever removes
    the file that was to go, or one of ours.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
from pathlib import Path

from .files import NEW, OUT

_EXCHANGE = 2
_AT_CWD = -100
_NAME = re.compile(rf"\.(?P<log>.+)\.(?P<number>[0-9]+){OUT}")


def put(new: Path, path: Path, number: int, *, empty: bool) -> bool:
    """Put ``new`` in the place of the file of that number, or nothing where it is ``empty``; False: it is not there any more.

    Raises OSError; then nothing was changed, or what was begun is ended by ``recover``.
    """
    out = path.with_name(f".{path.name}.{number}{OUT}")
    out.unlink(missing_ok=True)
    try:
        if empty:
            os.rename(path, out)
        else:
            os.link(new, out)  # 1
            _exchange(out, path)  # 2
    except OSError as error:
        if _number(out) == _number(new):
            out.unlink(missing_ok=True)
        if isinstance(error, FileNotFoundError):
            return False
        raise
    return _settle(out, new, path, number)


def recover(out: Path) -> None:
    """Step 4."""
    found = _NAME.fullmatch(out.name)
    if found:
        path = out.with_name(found["log"])
        _settle(out, path.with_name(f".{path.name}{NEW}"), path, int(found["number"]), again=True)


def _settle(out: Path, new: Path, path: Path, number: int, *, again: bool = False) -> bool:
    """Step 3."""
    ours = _number(new)
    there = _number(out)
    unplaced = again and there == number and ours is not None and new.stat().st_nlink == 1
    if there == ours or (there == number and not unplaced):
        out.unlink()
        return there == number
    if _number(path) == ours and ours is not None:
        _exchange(out, path)
    if _number(out) != ours:
        _give_back(out, path)
    out.unlink(missing_ok=True)
    return False


def _give_back(out: Path, path: Path) -> None:
    """Under its old name, or beside it where there is another file by now."""
    for name in (path, path.with_name(f"{path.name}.{_number(out)}")):
        try:
            os.link(out, name)
        except FileExistsError:
            continue
        return


def _number(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def _exchange(one: Path, other: Path) -> None:
    """Exchange two names. Raises OSError, FileNotFoundError where the second is gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.renameat2(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE)
    if done:
        error = ctypes.get_errno()
        if error in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            _by_hand(one, other)
        else:
            raise OSError(error, os.strerror(error), str(other))


def _by_hand(one: Path, other: Path) -> None:
    """Where the file system cannot: for a moment there is nothing by the second name, but nothing is overwritten either."""
    aside = one.with_name(f"{one.name.removesuffix(OUT)}0{OUT}")
    os.rename(other, aside)
    os.link(one, other)
    os.rename(aside, one)
