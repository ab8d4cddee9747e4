"""What of their rows an answer must hold, and what it may not: by the manifest alone, column by column."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from zusage.promises.inside import split
from zusage.promises.manifest import Data, Manifest

from .asked import Answered, Put, said_of
from .found import Part

#: consent, explicit consent, contract (Art. 20(1)(a) GDPR)
PORTABLE = frozenset({"art-6-1-a", "art-9-2-a", "art-6-1-b"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Of one table. What lies deeper in a document is left to its column."""

    #: that must be in an answer, and those of them that are in a class
    wanted: frozenset[str]
    #: that may not: somebody else's, or a text in which somebody may be named and that nobody looked through
    barred: frozenset[str]


def for_copy(manifest: Manifest, table: str, include: Collection[str]) -> Columns:
    """All that is held but what is somebody else's (Art. 15(3), (4) GDPR)."""
    said = [data for _, _, data in said_of(manifest, table)]
    barred = {column for data in said for column in data.others}
    barred |= {column for data in said for column in data.mentions if f"{table}.{column}" not in include}
    held = {column for data in said for column in _share(data, [*_classed(data), *data.structure])}
    return _columns(held, barred)


def for_package(manifest: Manifest, table: str, include: Collection[str]) -> Columns:
    """What they provided, under consent or contract alone (Art. 20(1) GDPR)."""
    said = [data for _, activity, data in said_of(manifest, table) if activity.legal_basis in PORTABLE]
    held = {column for data in said for column in _share(data, _classed(data)) if column not in data.inferred}
    return _columns(held, for_copy(manifest, table, include).barred)


def provided(manifest: Manifest, table: str) -> frozenset[str]:
    """Columns that some activity holds under consent or contract, concluded or not."""
    said = [data for _, activity, data in said_of(manifest, table) if activity.legal_basis in PORTABLE]
    return frozenset(split(column)[0] for data in said for column in (*_classed(data), *data.structure))


def concluded(manifest: Manifest, table: str) -> frozenset[str]:
    """Columns that were concluded, and that no activity under consent or contract holds as provided."""
    said = [data for _, activity, data in said_of(manifest, table) if activity.legal_basis in PORTABLE]
    given = {column for data in said for column in _classed(data) if column not in data.inferred}
    return frozenset(column for data in said for column in data.inferred if "->" not in column and column not in given)


def _classed(data: Data) -> list[str]:
    return [column for columns in data.classes.values() for column in columns]


def _share(data: Data, columns: Iterable[str]) -> Iterator[str]:
    """What of a row with two ends is each one's own."""
    return (column for column in columns if not data.shared or column in data.shared)


def _columns(held: Collection[str], barred: Collection[str]) -> Columns:
    cut = {split(column)[0] for column in barred if "->" in column}
    whole = {column for column in held if "->" not in column and column not in cut}
    return Columns(wanted=frozenset(whole - set(barred)), barred=frozenset(column for column in barred if "->" not in column))


def kinds_in(put: Put, value: object) -> frozenset[str]:
    """The kinds of their values that stand in one cell."""
    if value is None or isinstance(value, bool | float):
        return frozenset()
    raw = bytes(value) if isinstance(value, bytes | bytearray | memoryview) else _text(value).encode("utf-8", "surrogatepass")
    return frozenset(kind for kind, _ in put.needles.within(raw))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def values_wanted(answer: Answered, columns: Mapping[str, Columns], put: Put) -> Iterator[str]:
    """Each kind of value in each column of their rows that must be in the answer, by name."""
    for table, of in columns.items():
        for row in answer.own.get(table, ()):
            for column in of.wanted & row.keys():
                yield from (named(table, column, kind) for kind in kinds_in(put, row[column]))


def values_there(rows: Mapping[str, Iterable[Mapping[str, Any]]], put: Put) -> Iterator[str]:
    """The same of what was delivered."""
    for table, some in rows.items():
        for row in some:
            for column, value in row.items():
                yield from (named(table, column, kind) for kind in kinds_in(put, value))


def files_seen(answer: Answered, manifest: Manifest, bases: Collection[str] | None) -> Part:
    """Each file of theirs under some legal bases, or under any, byte for byte, and none that is not theirs; by table."""
    wanted, lacking, wrong = set[str](), set[str](), set[str]()
    tables = {table for table, _ in answer.own_files}
    for table in tables:
        held = Counter(sha256(raw).hexdigest() for path, raw in answer.files.items() if path.startswith(f"files/{table}/"))
        said = [
            data for _, one, data in said_of(manifest, table) if not data.shared and (bases is None or one.legal_basis in bases)
        ]
        patterns = {path for data in said for path in data.files}
        theirs = [answer.own_files[table, path] for path in patterns if (table, path) in answer.own_files]
        must = sum(theirs, Counter[str]())
        wanted |= {f"{table} (file)"} if must else set()
        lacking |= {f"{table} (file)"} if must - held else set()
        wrong |= {f"{table} (a file that is none of theirs)"} if held - must else set()
    sought = {f"{table} (a file that is none of theirs)" for table in tables}
    return Part(wanted=frozenset(wanted), lacking=frozenset(lacking), sought=frozenset(sought), wrong=frozenset(wrong))


def named(table: str, column: str, kind: str) -> str:
    """How a kind of value at a place is called in evidence."""
    return f"{table}.{column} ({kind})"
