"""Files that live and die with rows: found, read and removed on a disk of this machine."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from zusage.durable import sync
from zusage.promises.row_files import anything, written

from .sql.address import fill
from .trouble import SystemTrouble

#: letters that mean something in a pattern, as they are written to mean themselves
PLAIN = {"[": "[[]", "*": "[*]", "?": "[?]"}


class FileTrouble(SystemTrouble):
    """A file of a row cannot be read or removed; the message names no file, for its name can be a person's."""

    def __init__(self, what: str, pattern: str, reason: str) -> None:
        super().__init__(
            f"a file of {pattern} cannot be {what}: {reason}. Give whoever runs this the rights to it, and run it again: what is left is "
            "taken up."
        )


def files_at(system: str, pattern: str, values: Mapping[str, object]) -> list[Path]:
    """Every file of a row that is there, folders among them; links are not followed. Raises Unreachable, FileTrouble."""
    text = written(fill(system, pattern), values, PLAIN)
    if text is None:
        return []
    refuse_missing(system, pattern)
    return [Path(name) for name in sorted(glob.glob(text, include_hidden=True))]


def every_file(system: str, pattern: str) -> list[str]:
    """Whatever lies where files of rows do, rows or not. Raises Unreachable."""
    return sorted(glob.glob(anything(fill(system, pattern)), include_hidden=True))


def refuse_missing(system: str, pattern: str) -> None:
    """A folder that is not there, such as a disk that is not mounted, must not look like one without files.

    Raises Unreachable, FileTrouble.
    """
    fixed = fill(system, pattern).partition("{")[0].partition("*")[0]
    folder = fixed.rpartition("/")[0] or "/"
    try:
        os.listdir(folder)
    except OSError as error:
        raise FileTrouble("looked for", pattern, error.strerror or "") from None


def contents(paths: Iterable[Path], pattern: str) -> Iterator[tuple[str, bytes]]:
    """Each file by its name, those in a folder by their way in it. Links lead elsewhere and are left out. Raises FileTrouble."""
    for path in paths:
        for file in sorted(files_in(path)):
            try:
                yield str(file.relative_to(path.parent)), file.read_bytes()
            except OSError as error:
                raise FileTrouble("read", pattern, error.strerror or "") from None


def files_in(path: Path) -> Iterator[Path]:
    """The file itself, or every one in a folder; links lead elsewhere and are left out."""
    if path.is_symlink():
        return
    if not path.is_dir():
        yield path
        return
    for folder, _, names in os.walk(path):
        yield from (file for name in names if not (file := Path(folder) / name).is_symlink())


def remove(paths: Sequence[Path], pattern: str) -> None:
    """Remove files and folders, durably; what is gone already is gone. Raises FileTrouble."""
    try:
        for path in paths:
            with suppress(FileNotFoundError):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        for folder in {path.parent for path in paths}:
            with suppress(FileNotFoundError):
                sync(folder)
    except OSError as error:
        raise FileTrouble("removed", pattern, error.strerror or "") from None
