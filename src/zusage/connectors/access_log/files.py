"""The files of a log: current, rotated, compressed; opened together, so that a rotation meanwhile neither hides nor doubles a line."""

from __future__ import annotations

import errno
import glob
import gzip
import os
import re
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..trouble import CannotHandle, Unreachable

#: our own files beside a log begin with a dot and end with one of these
NEW, OUT, LAID = ".zusage-new", ".zusage-out", ".zusage-laid"
_BLOCK = 1 << 20
_PACKED = re.compile(r"\.(bz2|xz|zst|lz4|zip|Z|lzma)$")
_TRIES = 5
#: what fills the place of lines that are gone while the server writes on
BLANK = b" \r\0"


@dataclass(frozen=True, slots=True)
class Found:
    """An open file of the log."""

    path: Path
    stream: BinaryIO
    #: device and number: the file itself, whatever its name
    inode: tuple[int, int]
    #: how much of it is looked at
    size: int

    @property
    def packed(self) -> bool:
        """Whether it is compressed."""
        return self.path.suffix == ".gz"

    def blocks(self) -> Iterator[list[bytes]]:
        """Its lines without their ends, some at a time; blank ones are none. Raises OSError, EOFError or zlib.error."""
        rest = b""
        for data in self._pieces():
            whole, end, tail = data.rpartition(b"\n")
            if not end:
                rest += data
                continue
            lines = [line for line in (rest + whole).split(b"\n") if line.strip(BLANK)]
            if lines:
                yield lines
            rest = tail
        if rest.strip(BLANK):
            yield [rest]

    def _pieces(self) -> Iterator[bytes]:
        self.stream.seek(0)
        if self.packed:
            with gzip.GzipFile(fileobj=self.stream) as opened:
                while data := opened.read(_BLOCK):
                    yield data
            return
        left = self.size
        while left and (data := self.stream.read(min(left, _BLOCK))):
            left -= len(data)
            yield data
        if left:
            raise OSError(errno.ESTALE, "it became shorter while it was read")


@dataclass(frozen=True, slots=True)
class Files:
    """Where a log lies."""

    system: str
    pattern: str

    def paths(self) -> list[Path]:
        """The files that there are now, by name; our own are none of them. Raises Unreachable or CannotHandle."""
        self._refuse_closed_folders()
        found = [Path(name) for name in sorted(glob.glob(self.pattern))]
        files = [path for path in found if path.is_file() and not path.name.endswith((NEW, OUT, LAID))]
        for path in files:
            if _PACKED.search(path.name):
                raise CannotHandle(
                    f"system {self.system!r}: {path.name} is compressed in a way that is not read here, so nobody can tell what is in it. "
                    "Compress logs with gzip, or let the path name only those that are not."
                )
        return files

    def leftovers(self) -> list[Path]:
        """Files of ours that an interrupted change has left."""
        folders = {Path(name).parent for name in glob.glob(self.pattern)} | self._folders()
        return sorted(path for folder in folders for end in (NEW, OUT, LAID) for path in folder.glob(f".*{end}"))

    def _folders(self) -> set[Path]:
        return {Path(name) for name in glob.glob(str(Path(self.pattern).parent))}

    def _refuse_closed_folders(self) -> None:
        folders = self._folders()
        if not folders:
            raise Unreachable(self.system, f"there is no folder {Path(self.pattern).parent.name}")
        for folder in folders:
            try:
                with os.scandir(folder):
                    pass
            except OSError as error:
                raise Unreachable(self.system, f"the folder {folder.name} cannot be looked into ({error.strerror})") from None

    @contextmanager
    def opened(self) -> Iterator[Sequence[Found]]:
        """All files, opened at one moment. Raises Unreachable where one cannot be read."""
        files = self._open_all()
        try:
            yield files
        finally:
            for file in files:
                file.stream.close()

    def _open_all(self) -> list[Found]:
        """Open until a second listing shows the same files: a rotation meanwhile could have hidden one from the first."""
        for attempt in range(_TRIES):
            time.sleep(0.05 * attempt)
            found: dict[tuple[int, int], Found] = {}
            try:
                for path in self.paths():
                    file = _open(path)
                    if file.inode in found:
                        file.stream.close()
                    else:
                        found[file.inode] = file
                if {(stat.st_dev, stat.st_ino) for stat in map(os.stat, self.paths())} == found.keys():
                    return list(found.values())
            except FileNotFoundError:
                pass
            except OSError as error:
                _close(found.values())
                raise Unreachable(self.system, f"{Path(str(error.filename)).name} cannot be read ({error.strerror})") from None
            _close(found.values())
        raise Unreachable(
            self.system, "its files come and go while they are being opened; look again when they have been rotated"
        )


def _close(files: Iterable[Found]) -> None:
    for file in files:
        file.stream.close()


def _open(path: Path) -> Found:
    stream = path.open("rb")
    stat = os.fstat(stream.fileno())
    return Found(path, stream, (stat.st_dev, stat.st_ino), stat.st_size)


@contextmanager
def reading(system: str, file: Found) -> Iterator[None]:
    """A file that cannot be read to its end is named, and nothing is said of what is in it."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        why = "it is cut off, or is being compressed right now" if isinstance(error, EOFError) else "it is damaged"
        why = error.strerror if isinstance(error, OSError) and error.strerror else why
        raise Unreachable(system, f"{file.path.name} cannot be read to its end ({why})") from None
