"""Whether every file that looks like a row's belongs to a row. Only counts leave this module: a file's name can be a person's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from zusage.connectors.port import Reader
from zusage.connectors.row_files import PLAIN, every_file, refuse_missing
from zusage.planning.plan import Selection
from zusage.promises.promise import FilesOwned
from zusage.promises.row_files import columns_in, fixed_part, written

from .observation import OwnedFiles

#: a file may be written so long before its row is committed
_GRACE = timedelta(hours=1)


def look_at_files(promise: FilesOwned, reader: Reader, as_of: datetime) -> OwnedFiles:
    """Files are listed before rows are read: what came between cannot look as if it were nobody's. Raises SystemTrouble."""
    owned = young = left = unclear = 0
    for path in promise.files:
        refuse_missing(promise.system, path)
        files = every_file(promise.system, path)
        if len(columns_in(path)) > 1 and "*" in path:
            unclear += len(files)
            continue
        alone = set(files) - _named(promise, path, reader, files)
        owned += len(files) - len(alone)
        since = as_of - _GRACE
        for one in alone:
            if os.path.lexists(one):  # what went meanwhile went with its row
                fresh = datetime.fromtimestamp(os.lstat(one).st_mtime, since.tzinfo) > since
                young, left = (young + 1, left) if fresh else (young, left + 1)
    return OwnedFiles(owned=owned, young=young, left=left, unclear=unclear)


def _named(promise: FilesOwned, path: str, reader: Reader, files: Iterable[str]) -> set[str]:
    """Those of the files that a row names."""
    columns = columns_in(path)
    said = _by_value(path, columns[0], files) if "*" in path else {}
    there = set(files)
    found: set[str] = set()
    for row in reader.rows(Selection(system=promise.system, table=promise.table), columns):
        values = dict(zip(columns, row, strict=True))
        if "*" in path:
            found |= said.get(str(row[0]), set())
        elif (name := written(fixed_part(path, os.environ), values)) in there and name:
            found.add(name)
    return found


def _by_value(path: str, column: str, files: Iterable[str]) -> Mapping[str, set[str]]:
    """Which files are a row's that has a value in the only column of the path; a name can be read in several ways, and all count."""
    filled = fixed_part(path, os.environ)
    found: dict[str, set[str]] = {}
    for file in files:
        for value in _parts(file, filled):
            pattern = written(filled, {column: value}, PLAIN)
            if pattern and fnmatchcase(file, pattern):
                found.setdefault(value, set()).add(file)
    return found


def _parts(file: str, filled: str) -> Iterator[str]:
    """Every piece of the name that can be the column's value."""
    for part, pattern in zip(file.split("/"), filled.split("/"), strict=True):
        before, column, _ = pattern.partition("{")
        starts = range(len(part)) if "*" in before else (len(before),)
        for start in starts if column else ():
            yield from (part[start:end] for end in range(start + 1, len(part) + 1))
