"""Reading what is to be verified: the folder of a log, or a .zip or .tar of it, without unpacking to disk.

An archive is a stranger's file: only plain files are taken, names that climb out of it are refused, and its
unpacked size is limited.
"""

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath

from zusage.evidence.seal.disk import files_below
from zusage.evidence.seal.errors import BundleUnreadable

#: What Python's readers raise for damaged, encrypted or unknown archives.
_UNREADABLE = (OSError, zipfile.BadZipFile, tarfile.TarError, zlib.error, ValueError, EOFError, RuntimeError)
MAX_UNPACKED = 2 << 30  #: bytes that an archive may unpack to


class Bundle(Mapping[str, bytes]):
    """The files of a log by their paths with slashes, each read when it is asked for."""

    def __init__(self, readers: Mapping[str, Callable[[], bytes]]) -> None:
        """Take one reading function per path."""
        self._readers = readers

    def __getitem__(self, path: str) -> bytes:
        try:
            return self._readers[path]()
        except _UNREADABLE as error:
            raise BundleUnreadable(path=path, why=error) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


def read_bundle(path: Path) -> Bundle:
    """The bundle at `path`. Raises `BundleUnreadable`; so may reading a file later."""
    try:
        if path.is_dir():
            return Bundle({name: (path / name).read_bytes for name in files_below(path)})
        if zipfile.is_zipfile(path):
            return _archive(path, _zip_readers(path))
        if tarfile.is_tarfile(path):
            return _archive(path, _tar_readers(path))
    except _UNREADABLE as error:
        raise BundleUnreadable(path=path, why=error) from error
    raise BundleUnreadable(path=path, why="it is neither a folder nor a .zip nor a .tar")


def _zip_readers(path: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    archive = zipfile.ZipFile(path)
    for info in archive.infolist():
        if not info.is_dir():
            yield info.filename, info.file_size, partial(archive.read, info)


def _tar_readers(path: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    """Read at once, from front to back: a compressed .tar cannot be read in another order."""
    with tarfile.open(path) as archive:
        for info in archive:
            if info.isdir():
                continue
            file = archive.extractfile(info) if info.isfile() and info.size <= MAX_UNPACKED else None
            if file is None:
                raise BundleUnreadable(path=path, why=f"{info.name!r} is not a plain file, or too large")
            yield info.name, info.size, partial(bytes, file.read())


def _archive(path: Path, members: Iterator[tuple[str, int, Callable[[], bytes]]]) -> Bundle:
    readers: dict[str, Callable[[], bytes]] = {}
    total = 0
    for raw_name, size, reader in members:
        name = raw_name.removeprefix("./")
        total += size
        if name in readers or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise BundleUnreadable(path=path, why=f"the name {name!r} occurs twice or leaves the archive")
        if total > MAX_UNPACKED:
            raise BundleUnreadable(path=path, why=f"it unpacks to more than {MAX_UNPACKED} bytes")
        readers[name] = reader
    return Bundle(_without_top_folder(readers))


def _without_top_folder(readers: dict[str, Callable[[], bytes]]) -> dict[str, Callable[[], bytes]]:
    """Many tools pack a folder rather than what is in it: then take what is in it."""
    tops = {name.partition("/")[0] for name in readers}
    if len(tops) != 1 or "checkpoint" in readers:
        return readers
    return {name.partition("/")[2]: reader for name, reader in readers.items()}
