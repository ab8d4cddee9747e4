"""What an SQLite file holds, where SQLite's own reading is needed."""

from __future__ import annotations

import re
from dataclasses import replace

import sqlalchemy as sa
import sqlglot

from zusage.promises.inventory import Distinct, ForeignKey, TableInfo

from ..survey import digest_of, reflected
from ..trigger_text import altered

_EVENT = re.compile(r"[\"'`\]]?\s+(?:BEFORE\s+|AFTER\s+|INSTEAD\s+OF\s+)?(DELETE|INSERT|UPDATE)\b", re.IGNORECASE)


def tables(connection: sa.Connection) -> dict[str, TableInfo]:
    """All tables and views, with foreign keys as SQLite reads them and the triggers."""
    found = reflected(connection, links=False)
    triggers, keys, written = _triggers(connection), _unique_indexes(connection), _written(connection)
    return {
        name: replace(
            table,
            unique=(*table.unique, *(names for one in keys.get(name, ()) if (names := _plain(one, table)))),
            distinct=tuple(one for one in keys.get(name, ()) if not _plain(one, table)),
            foreign_keys=() if table.is_view else _links(connection, table, found),
            triggers=tuple(trigger for trigger, *_ in triggers.get(name.lower(), ())),
            fires=tuple((trigger, event) for trigger, event, _ in triggers.get(name.lower(), ()) if event),
            alters=tuple((trigger, changed) for trigger, _, changed in triggers.get(name.lower(), ())),
            written=digest_of(written.get(name.lower(), ())),
        )
        for name, table in found.items()
    }


def _links(connection: sa.Connection, table: TableInfo, tables: dict[str, TableInfo]) -> tuple[ForeignKey, ...]:
    """SQLite's own reading of its foreign keys, with names as their tables spell them; upper and lower case are one there.

    Any but RESTRICT can be looked at last.
    A reference without columns is to the primary key. A reference to a table that does not exist keeps its name.
    """
    spelt = {name.lower(): name for name in tables}
    quoted = table.name.replace('"', '""')
    rows = connection.exec_driver_sql(f'PRAGMA foreign_key_list("{quoted}")').mappings().all()
    keys: dict[int, ForeignKey] = {}
    for row in sorted(rows, key=lambda row: (-row["id"], row["seq"])):
        other = spelt.get(row["table"].lower(), row["table"])
        to = row["to"] or _primary(tables.get(other), row["seq"])
        key = keys.get(row["id"], ForeignKey((), other, (), row["on_delete"], row["on_delete"] != "RESTRICT"))
        keys[row["id"]] = replace(
            key,
            columns=(*key.columns, _spelt(table, row["from"])),
            referred=(*key.referred, _spelt(tables.get(other), to)),
        )
    return tuple(keys.values())


def _unique_indexes(connection: sa.Connection) -> dict[str, list[Distinct]]:
    """By table, the unique indexes that were made for themselves, as SQLite keeps their statements."""
    found: dict[str, list[Distinct]] = {}
    made = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%' ORDER BY name"
    for table, name, text in connection.exec_driver_sql(made):
        found.setdefault(table, []).append(_read(name, text))
    return found


def _read(name: str, text: str) -> Distinct:
    """What an index keeps apart; one whose statement cannot be read is told by the statement alone."""
    try:
        index = sqlglot.parse_one(text, read="sqlite").find(sqlglot.exp.IndexParameters)
    except sqlglot.errors.SqlglotError:
        index = None
    columns = index.args.get("columns") or () if index else ()
    only = index.args.get("where") if index else None
    terms = tuple(one.this.sql("sqlite") if isinstance(one, sqlglot.exp.Ordered) else one.sql("sqlite") for one in columns)
    return Distinct(name, terms or (text,), only.this.sql("sqlite") if only else "")


def _plain(one: Distinct, table: TableInfo) -> tuple[str, ...]:
    """The columns of an index that is one of columns alone."""
    spelt = {column.name.lower(): column.name for column in table.columns}
    names = tuple(spelt.get(term.strip('"`[]').lower(), "") for term in one.terms)
    return names if all(names) and not one.only else ()


def _primary(table: TableInfo | None, number: int) -> str:
    return table.primary_key[number] if table and number < len(table.primary_key) else ""


def _spelt(table: TableInfo | None, column: str) -> str:
    """The column as its table spells it."""
    names = (info.name for info in table.columns if info.name.lower() == column.lower()) if table else iter(())
    return next(names, column)


def _written(connection: sa.Connection) -> dict[str, list[str]]:
    """By table or view, the statements by which its triggers, or it itself, were made."""
    found: dict[str, list[str]] = {}
    for table, text in connection.exec_driver_sql("SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"):
        found.setdefault(table.lower(), []).append(text)
    return found


def _triggers(connection: sa.Connection) -> dict[str, list[tuple[str, tuple[str, ...], tuple[str, ...]]]]:
    """By table, each trigger, when it fires and what it changes; at what it is not understood to fire it may."""
    found: dict[str, list[tuple[str, tuple[str, ...], tuple[str, ...]]]] = {}
    for table, name, text in connection.exec_driver_sql("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"):
        head = text[text.find(name) + len(name) :]  # SQLite keeps the statement as it was written
        event = _EVENT.match(head)
        body = re.split(r"\bBEGIN\b", head, maxsplit=1, flags=re.IGNORECASE)[-1]
        found.setdefault(table.lower(), []).append((name, (event[1].upper(),) if event else (), altered(body)))
    return found
