"""Whether a table has columns that must not be."""

from __future__ import annotations

from fnmatch import fnmatchcase

from zusage.connectors.port import Reader
from zusage.promises.promise import NoColumn

from .observation import Names, Unseen


def look_at_names(promise: NoColumn, reader: Reader) -> Names | Unseen:
    """By the names of the columns; a table that there is not shows nothing. Raises SystemTrouble."""
    tables = reader.survey().tables
    if promise.table not in tables:
        return Unseen(reason=f"there is no table {promise.table}")
    names = [column.name for column in tables[promise.table].columns]
    found = (name for name in names if any(fnmatchcase(name.lower(), p.lower()) for p in promise.patterns))
    return Names(forbidden=tuple(f"{promise.table}.{name}" for name in found), looked_at=1)
