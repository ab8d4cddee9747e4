"""A copy of files: a folder, or an archive of one."""

from __future__ import annotations

import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .port import BackupUnreadable, Restored


@contextmanager
def folder(copy: Path, home: Path) -> Iterator[Restored]:
    """Copy every file, however deep it lies, into one folder: numbered, so that two of one name stay two."""
    files = home / "files"
    files.mkdir(mode=0o700)
    try:
        if copy.is_dir():
            for number, path in enumerate(sorted(one for one in copy.rglob("*") if one.is_file() and not one.is_symlink())):
                with path.open("rb") as source:
                    _put(files, number, path.name, source)
        else:
            _unpack(copy, files)
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        why = getattr(error, "strerror", None)
        raise BackupUnreadable(f"a file of it cannot be read ({why})" if why else "it is no archive, or a damaged one") from None
    yield Restored(url=str(files), writer=str(files))


def _unpack(copy: Path, files: Path) -> None:
    with tarfile.open(copy) as archive:
        for number, member in enumerate(archive):
            source = archive.extractfile(member) if member.isfile() else None
            if source:
                _put(files, number, Path(member.name).name, source)


def _put(files: Path, number: int, name: str, source: IO[bytes]) -> None:
    with (files / f"{number:05d}-{name}").open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
