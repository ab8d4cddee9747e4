"""Files that live and die with a row: paths with columns of the row in braces. What lies on a disk is not looked at here."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .manifest import Manifest

#: a column in a path; what the environment fills in has a dollar before its braces
_COLUMN = re.compile(r"(?<!\$)\{([^{}/]+)\}")


def files_of(manifest: Manifest) -> Mapping[str, tuple[str, ...]]:
    """The paths of the files of each table that has some, by system.table."""
    found: dict[str, dict[str, None]] = {}
    for activity in manifest.activities.values():
        for table, data in activity.data.items():
            if data.files:
                found.setdefault(table, {}).update(dict.fromkeys(data.files))
    return {table: tuple(paths) for table, paths in found.items()}


def columns_in(path: str) -> tuple[str, ...]:
    """The columns that a path names, each once."""
    return tuple(dict.fromkeys(_COLUMN.findall(path)))


def anything(path: str) -> str:
    """The path with ``*`` in the place of every column."""
    return _COLUMN.sub("*", path)


def fixed_part(path: str, environment: Mapping[str, str]) -> str:
    """The path with what the environment fills in; columns stay."""
    return re.sub(r"\$\{(\w+)\}", lambda found: environment.get(found[1], ""), path)


def written(path: str, values: Mapping[str, object], around: Mapping[str, str] | None = None) -> str | None:
    """The path of a row's files, with ``*`` where any name may stand; None where a value can be no part of a name.

    ``around`` spells letters of values that would mean something else in a path.
    """
    told = {name: _part(values.get(name)) for name in columns_in(path)}
    if None in told.values():
        return None
    spelt = str.maketrans(dict(around or {}))
    return _COLUMN.sub(lambda found: str(told[found[1]]).translate(spelt), path)


def _part(value: object) -> str | None:
    """Nothing that leads to another folder: a row must never name a file that is not its own."""
    if value is None or isinstance(value, bool | bytes | bytearray | memoryview):
        return None
    text = str(value)
    return None if not text or set(text) <= {"."} or set("/\\\0\n") & set(text) else text
