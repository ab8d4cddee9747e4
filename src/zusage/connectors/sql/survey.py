"""What a database holds, by its own catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.engine.reflection import ObjectKind

from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, Inventory, OnDelete, TableInfo


def survey(connection: sa.Connection, system: str, place: str) -> Inventory:
    """Reflect all tables and views in a few bulk queries."""
    inspector = sa.inspect(connection)
    names = set(inspector.get_table_names())
    columns = inspector.get_multi_columns(kind=ObjectKind.ANY)
    keys: Any = inspector.get_multi_pk_constraint(kind=ObjectKind.ANY)
    primary = {name: tuple((key or {}).get("constrained_columns") or ()) for (_, name), key in keys.items()}
    foreign = _pragma_links(connection, names, primary, columns) if connection.dialect.name == "sqlite" else _links(inspector)
    triggers = _triggers(connection)
    tables = {
        name: TableInfo(
            name=name,
            columns=tuple(_column(column) for column in found),
            primary_key=primary.get(name, ()),
            foreign_keys=foreign.get(name, ()),
            triggers=tuple(triggers.get(name.lower(), ())),
            is_view=name not in names,
        )
        for (_, name), found in columns.items()
    }
    return Inventory(system, connection.dialect.name, tables, hashlib.sha256(place.encode()).hexdigest()[:16])


def _column(found: Any) -> ColumnInfo:
    return ColumnInfo(found["name"], kind_of(found["type"]), bool(found["nullable"]), bool(found.get("computed")))


def kind_of(declared: types.TypeEngine[Any]) -> ColumnKind:
    """The kind of a column from its declared type."""
    kinds: list[tuple[type[types.TypeEngine[Any]], ColumnKind]] = [
        (types.Boolean, "boolean"),
        (types.Integer, "integer"),
        (types.Numeric, "number"),
        (types.Float, "number"),
        (types.DateTime, "time"),
        (types.Date, "date"),
        (types.String, "text"),
        (types.LargeBinary, "binary"),
    ]
    return next((kind for cls, kind in kinds if isinstance(declared, cls)), "other")


def _links(inspector: sa.Inspector) -> dict[str, tuple[ForeignKey, ...]]:
    found: Any = inspector.get_multi_foreign_keys(kind=ObjectKind.ANY)
    return {name: tuple(_link(key) for key in keys) for (_, name), keys in found.items()}


def _link(key: Any) -> ForeignKey:
    on_delete = str((key.get("options") or {}).get("ondelete") or "NO ACTION").upper()
    referred = tuple(key["referred_columns"])
    return ForeignKey(tuple(key["constrained_columns"]), key["referred_table"], referred, cast("OnDelete", on_delete))


def _pragma_links(
    connection: sa.Connection, tables: Iterable[str], primary: Mapping[str, tuple[str, ...]], columns: Mapping[Any, Any]
) -> dict[str, tuple[ForeignKey, ...]]:
    """SQLite's own reading of its foreign keys, with names as their tables spell them; upper and lower case are one there.

    A reference without columns is to the primary key. A reference to a table that does not exist keeps its name.
    """
    spelt = {name.lower(): name for (_, name) in columns}
    names = {name: {column["name"].lower(): column["name"] for column in found} for (_, name), found in columns.items()}
    keys: dict[str, dict[int, ForeignKey]] = {}
    for table in tables:
        quoted = table.replace('"', '""')
        rows = connection.exec_driver_sql(f'PRAGMA foreign_key_list("{quoted}")').mappings().all()
        for row in sorted(rows, key=lambda row: (-row["id"], row["seq"])):
            other = spelt.get(row["table"].lower(), row["table"])
            to = row["to"] or (primary.get(other) or ("",) * 9)[row["seq"]]
            key = keys.setdefault(table, {}).get(row["id"], ForeignKey((), other, (), row["on_delete"]))
            keys[table][row["id"]] = replace(
                key,
                columns=(*key.columns, names[table].get(row["from"].lower(), row["from"])),
                referred=(*key.referred, names.get(other, {}).get(to.lower(), to)),
            )
    return {table: tuple(found.values()) for table, found in keys.items()}


def _triggers(connection: sa.Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if connection.dialect.name == "sqlite":
        for table, name in connection.exec_driver_sql("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"):
            found.setdefault(table.lower(), []).append(name)
    return found
