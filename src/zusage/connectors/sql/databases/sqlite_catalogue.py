"""What an SQLite file holds, where SQLite's own reading is needed."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from zusage.promises.inventory import ForeignKey, TableInfo

from ..survey import reflected


def tables(connection: sa.Connection) -> dict[str, TableInfo]:
    """All tables and views, with foreign keys as SQLite reads them and the triggers."""
    found = reflected(connection, links=False)
    triggers = _triggers(connection)
    return {
        name: replace(
            table,
            foreign_keys=() if table.is_view else _links(connection, table, found),
            triggers=tuple(triggers.get(name.lower(), ())),
        )
        for name, table in found.items()
    }


def _links(connection: sa.Connection, table: TableInfo, tables: dict[str, TableInfo]) -> tuple[ForeignKey, ...]:
    """SQLite's own reading of its foreign keys, with names as their tables spell them; upper and lower case are one there.

    A reference without columns is to the primary key. A reference to a table that does not exist keeps its name.
    """
    spelt = {name.lower(): name for name in tables}
    quoted = table.name.replace('"', '""')
    rows = connection.exec_driver_sql(f'PRAGMA foreign_key_list("{quoted}")').mappings().all()
    keys: dict[int, ForeignKey] = {}
    for row in sorted(rows, key=lambda row: (-row["id"], row["seq"])):
        other = spelt.get(row["table"].lower(), row["table"])
        to = row["to"] or _primary(tables.get(other), row["seq"])
        key = keys.get(row["id"], ForeignKey((), other, (), row["on_delete"]))
        keys[row["id"]] = replace(
            key,
            columns=(*key.columns, _spelt(table, row["from"])),
            referred=(*key.referred, _spelt(tables.get(other), to)),
        )
    return tuple(keys.values())


def _primary(table: TableInfo | None, number: int) -> str:
    return table.primary_key[number] if table and number < len(table.primary_key) else ""


def _spelt(table: TableInfo | None, column: str) -> str:
    """The column as its table spells it."""
    names = (info.name for info in table.columns if info.name.lower() == column.lower()) if table else iter(())
    return next(names, column)


def _triggers(connection: sa.Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, name in connection.exec_driver_sql("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"):
        found.setdefault(table.lower(), []).append(name)
    return found
