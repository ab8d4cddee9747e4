"""Whose rows are whose, by own eyes: each table is read whole, and links are followed row by row, as the manifest says them.

The statement that finds people for the controller is not asked: prover and doer cannot share a mistake unseen.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zusage.connectors.port import Reader
from zusage.connectors.row_files import contents, files_at
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS
from zusage.promises.inside import items_in, valued
from zusage.promises.manifest import Data, Link, Manifest

Row = Mapping[str, object]
#: system.table → its rows
Own = Mapping[str, Sequence[Row]]
#: system.table and a declared path of files of its rows → SHA-256 → how many of theirs have it
Files = Mapping[tuple[str, str], Counter[str]]


class Unowned(Exception):
    """Nobody could look for them; the reason holds no value."""


@dataclass(frozen=True, slots=True)
class _End:
    """A table of which rows lead to rows of another."""

    table: str
    link: Link
    above: str
    referred: tuple[str, ...]


def own_rows(manifest: Manifest, people: str, address: str, read: Callable[[str], Reader]) -> Own:
    """By table, the rows of whoever has this address among these people. Raises Unowned, SystemTrouble."""
    declared = manifest.people[people]
    columns = [name for table, _, name in (known.rpartition(".") for known in declared.known_by) if table == declared.record]
    if not columns:
        raise Unowned(f"no column of {declared.record} is declared under known_by, so that nobody can tell which rows are theirs")
    wanted = address.casefold()
    mine = [row for row in _rows(read, declared.record) if any(str(row.get(c) or "").casefold() == wanted for c in columns)]
    found: dict[str, list[Row]] = {declared.record: mine}
    waiting = list(_ends(manifest, people))
    while ready := [end for end in waiting if found.get(end.above)]:
        for end in ready:
            waiting.remove(end)
            here = found.setdefault(end.table, [])
            here += [row for row in _leading(end, found[end.above], read) if row not in here]
    return found


def own_files(manifest: Manifest, own: Own) -> Files:
    """The files that live and die with rows of theirs. Raises SystemTrouble."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for table, pattern in dict.fromkeys((table, path) for table, data in _tables(manifest) for path in data.files):
        digests = found.setdefault((table, pattern), Counter())
        for row in own.get(table, ()):
            paths = files_at(table.split(".", 1)[0], pattern, row)
            digests.update(hashlib.sha256(raw).hexdigest() for _, raw in contents(paths, pattern))
    return found


def _ends(manifest: Manifest, people: str) -> Iterator[_End]:
    """Each link that is said, once."""
    declared, seen = manifest.people[people], set[tuple[str, str]]()
    for table, data in _tables(manifest):
        for link in (data.of, data.part_of, data.about):
            if link is None or (table, repr(link)) in seen:
                continue
            seen.add((table, repr(link)))
            if link is data.of and link.target == people:
                yield _End(table, link, declared.record, link.referred or (declared.key,))
            elif link is not data.of:
                yield _End(table, link, link.table, link.referred or ("id",))


def _tables(manifest: Manifest) -> Iterator[tuple[str, Data]]:
    return ((table, data) for activity in manifest.activities.values() for table, data in activity.data.items())


def _leading(end: _End, above: Sequence[Row], read: Callable[[str], Reader]) -> Iterator[Row]:
    keys = {tuple(str(valued(row, name)) for name in end.referred) for row in above}
    for row in _rows(read, end.table):
        if any(str(valued(row, name)) != str(value) for name, value in end.link.fixed):
            continue
        if any(key in keys for key in _keys(row, end.link)):
            yield row


def _keys(row: Row, link: Link) -> Iterator[tuple[str, ...]]:
    """To what a row refers: to several, where a list in it says so."""
    items = items_in(link.columns[0]) if len(link.columns) == 1 else None
    if items:
        yield from ((key,) for key in items.keys(row.get(items.column)))
    else:
        yield tuple(str(valued(row, name)) for name in link.columns)


def _rows(read: Callable[[str], Reader], table: str) -> Iterator[Row]:
    system, bare = table.split(".", 1)
    reader = read(system)
    info = reader.survey().tables.get(bare)
    if info is None:
        return
    columns = [column.name for column in info.columns]
    with reader.snapshot():
        for row in reader.rows(Selection(system=system, table=bare, where=ALWAYS), columns):
            yield dict(zip(columns, row, strict=True))
