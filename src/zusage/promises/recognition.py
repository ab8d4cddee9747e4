"""By which columns a row that was erased is known again, should a backup bring it back: pure.

Never by its key alone: after a restore a database gives keys anew, and who registers then must not be taken for somebody who was
erased. Beside the key stands when the row came to be, in this order: the column that the manifest names (``born`` of a backup), a
column that is called so, the column from which a rule's period starts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from .inventory import ColumnInfo, Inventory, TableInfo
from .manifest import Manifest
from .promise import Rule

#: names that applications give to the time at which a row was made
_BORN = (
    "created_at", "created_on", "created", "date_created", "creation_date", "since", "registered_at", "registered_on", "registered",
    "inserted_at", "joined_at", "joined_on", "joined", "date_joined", "signed_up_at", "opened_at", "opened_on", "placed_at", "ordered_at",
    "received_at", "received_on", "received", "submitted_at", "uploaded_at", "entered_at", "added_at", "obtained_at", "given_at",
    "queued_at", "sent_at", "issued_at", "issued_on", "angelegt_am", "erstellt_am", "erstellt", "registriert_am", "at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What tells a row from every other that had or will have its key."""

    key: tuple[str, ...]
    #: when the row came to be; never changed afterwards
    born: str
    #: the column is known to hold when the row came to be, rather than where a period starts
    sure: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The key, and behind it when the row came to be."""
        return (*self.key, self.born)


def may_be_another(born: object, gone: date) -> bool:
    """Whether the row may as well be another, which was given the key of one that had gone on a day.

    So where only a day says when it came to be, and that is not before the other went.
    """
    day = born if isinstance(born, date) and not isinstance(born, datetime) else None
    if isinstance(born, str) and len(born) == len("2026-01-31"):
        with suppress(ValueError):
            day = date.fromisoformat(born)
    return day is not None and day >= gone


def covered(manifest: Manifest) -> frozenset[str]:
    """The databases of which copies can be restored."""
    names = {system for backup in manifest.backups.values() if backup.kind for system in backup.of}
    return frozenset(names & manifest.databases.keys())


def marks(manifest: Manifest, rules: Sequence[Rule], inventories: Mapping[str, Inventory]) -> dict[str, Mark]:
    """How rows of each system.table are known again, of every table in a backup where that can be told."""
    found = {}
    for table, info in _tables(manifest, inventories):
        system, bare = table.split(".", 1)
        about = [rule for rule in rules if (rule.system, rule.table) == (system, bare)]
        born = _born(manifest, table, info, about)
        if born and info.primary_key:
            found[table] = Mark(key=info.primary_key, born=born[0], sure=born[1])
    return found


def unmarked(manifest: Manifest, rules: Sequence[Rule], inventories: Mapping[str, Inventory]) -> tuple[str, ...]:
    """Tables in a backup of which rows go by a rule, and of which nobody could tell whether they came back."""
    known = marks(manifest, rules, inventories)
    ending = {f"{rule.system}.{rule.table}" for rule in rules if rule.at_most and rule.start and rule.system in covered(manifest)}
    return tuple(sorted(ending - known.keys()))


def _tables(manifest: Manifest, inventories: Mapping[str, Inventory]) -> Iterator[tuple[str, TableInfo]]:
    for system in sorted(covered(manifest) & inventories.keys()):
        for name, info in inventories[system].tables.items():
            if not info.is_view:
                yield f"{system}.{name}", info


def came_to_be(manifest: Manifest, table: str, info: TableInfo, changed: Collection[str]) -> ColumnInfo | None:
    """The column of a system.table that is known to hold when a row came to be, and is none of those that are changed."""
    for backup in manifest.backups.values():
        if (named := backup.born.get(table)) and (column := info.column(named)):
            return column
    called = _days(info)
    return next((column for name in _BORN if (column := called.get(name)) and column.name not in changed), None)


def _days(info: TableInfo) -> Mapping[str, ColumnInfo]:
    return {column.name.lower(): column for column in info.columns if column.kind in ("time", "date")}


def _born(manifest: Manifest, table: str, info: TableInfo, rules: Sequence[Rule]) -> tuple[str, bool] | None:
    changed = {change.column for rule in rules for change in rule.changes}
    if sure := came_to_be(manifest, table, info, changed):
        return sure.name, True
    called = _days(info)
    musts = [column.name for column in called.values() if not column.nullable and column.name not in changed]
    if len(musts) == 1:
        return musts[0], False
    starts = [rule.start.columns[0] for rule in rules if rule.start and rule.start.columns]
    usable = sorted((name for name in starts if info.column(name) and name not in changed), key=lambda name: name not in musts)
    return (usable[0], False) if usable else None
