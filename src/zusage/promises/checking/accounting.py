"""Every table and every column must have a purpose (Art. 5(1)(b), 30(1)(c) GDPR)."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Severity
from ..inventory import TableInfo
from ..manifest import System
from .mentions import links, referred
from .rule import Spot
from .seen import Seen, live_rule

_PURPOSE = "Art. 5(1)(b), (c), 30(1)(b), (c) GDPR"


def _tables(seen: Seen) -> Iterator[tuple[str, str, TableInfo]]:
    """Every live table of a declared system that is not said to hold nothing about people, as (system, name, table)."""
    for system, declared in seen.loaded.manifest.stores.items():
        not_personal = declared.not_personal if isinstance(declared, System) else {}
        if system in seen.inventories:
            for bare, table in sorted(seen.inventories[system].tables.items()):
                if bare not in not_personal:
                    yield system, f"{system}.{bare}", table


def _held(seen: Seen) -> set[str]:
    return {table for activity in seen.loaded.manifest.activities.values() for table in activity.data}


@live_rule(
    "unaccounted-table",
    Severity.ERROR,
    why="data without a purpose may not be held, and nobody will ever delete them",
    advice="add the table to the data of an activity, or to not_personal with the reason why it is about nobody",
    source=_PURPOSE,
)
def unaccounted_table(seen: Seen) -> Iterator[Spot]:
    """A live table that no activity accounts for."""
    for system, name in _unaccounted_tables(seen):
        yield Spot(("systems", system), f"no activity accounts for the table {name}")


def _unaccounted_tables(seen: Seen) -> Iterator[tuple[str, str]]:
    held = _held(seen)
    return (
        (system, name)
        for system, name, table in _tables(seen)
        if name not in held and _counts(table, system, held) and not _ours(seen, system, table)
    )


def _ours(seen: Seen, system: str, table: TableInfo) -> bool:
    """Where PostgreSQL hides restricted rows, their keys stand beside them in a table that `zusage restriction prepare` makes."""
    return seen.inventories[system].dialect == "postgresql" and table.name == "zusage.restricted"


def _counts(table: TableInfo, system: str, held: set[str]) -> bool:
    """Whether a table must be accounted for by itself: a view is not, unless its rows are stored, nor what is seen in another table."""
    seen_elsewhere = bool(table.inherits) and f"{system}.{table.inherits}" in held
    return table.materialised or not (table.is_view or seen_elsewhere)


@live_rule(
    "unaccounted-column",
    Severity.ERROR,
    why="data without a purpose may not be held, and nobody will ever delete them",
    advice="add the column to a class of the activity that needs it, or to structure if it says nothing about a person",
    source=_PURPOSE,
)
def unaccounted_column(seen: Seen) -> Iterator[Spot]:
    """A live column of a declared table that no activity accounts for."""
    for system, name in _unaccounted_columns(seen):
        yield Spot(("systems", system), f"no activity accounts for the column {name}")


def _unaccounted_columns(seen: Seen) -> Iterator[tuple[str, str]]:
    held = _held(seen)
    accounted = _accounted(seen)
    for system, name, table in _tables(seen):
        above = f"{system}.{table.inherits}" if table.inherits else name
        for column in table.columns if {name, above} & held else ():
            of_log = seen.inventories[system].dialect == "access-log" and column.generated
            if not of_log and not {(name, column.name), (above, column.name)} & accounted:
                yield system, f"{name}.{column.name}"


def unaccounted(seen: Seen) -> tuple[str, ...]:
    """The names of all tables, as system.table, and columns, as system.table.column, without a purpose."""
    return tuple(sorted(name for _, name in (*_unaccounted_tables(seen), *_unaccounted_columns(seen))))


def _accounted(seen: Seen) -> set[tuple[str, str]]:
    """Columns in a class or structure, in a link, or in a key. Conditions and starting points give no purpose."""
    found: set[tuple[str, str]] = set()
    for activity in seen.loaded.manifest.activities.values():
        for table, data in activity.data.items():
            for columns in (*data.classes.values(), data.structure):
                found |= {(table, column) for column in columns}
            found |= _keys(seen, table)
        for key, table, link in links(activity):
            found |= {(table, column) for column in link.keys}
            if key != "of":
                found |= {(link.table, column) for column in referred(link)}
    return found


def _keys(seen: Seen, name: str) -> set[tuple[str, str]]:
    table = seen.table(name)
    if table is None:
        return set()
    system = name.split(".", 1)[0]
    own = {(name, column) for column in table.primary_key}
    for key in table.foreign_keys:
        own |= {(name, column) for column in key.columns}
        own |= {(f"{system}.{key.table}", column) for column in key.referred}
    return own


@live_rule(
    "unaccounted-view",
    Severity.NOTE,
    why="a view shows what lies elsewhere; whether all of it has a purpose there is for a person to see",
    advice="add it to not_personal with the tables from which it is made",
    source=_PURPOSE,
)
def unaccounted_view(seen: Seen) -> Iterator[Spot]:
    """A live view that nothing accounts for."""
    held = _held(seen)
    for system, name, table in _tables(seen):
        if name not in held and table.is_view and not table.materialised:
            yield Spot(("systems", system), f"no activity accounts for the view {name}")
