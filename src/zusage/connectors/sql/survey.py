"""What a database holds, by its own catalogue."""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.engine.reflection import ObjectKind

from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, Inventory, OnDelete, TableInfo

_OURS = "zusage_"


def survey(connection: sa.Connection, system: str) -> Inventory:
    """Reflect all tables and views in a few bulk queries."""
    inspector = sa.inspect(connection)
    names = set(inspector.get_table_names())
    columns = inspector.get_multi_columns(kind=ObjectKind.ANY)
    keys: Any = inspector.get_multi_pk_constraint(kind=ObjectKind.ANY)
    foreign: Any = inspector.get_multi_foreign_keys(kind=ObjectKind.ANY)
    triggers = _triggers(connection)
    tables = {
        name: TableInfo(
            name=name,
            columns=tuple(_column(column) for column in found),
            primary_key=tuple((keys.get((schema, name)) or {}).get("constrained_columns") or ()),
            foreign_keys=tuple(_foreign(key, keys) for key in foreign.get((schema, name), ())),
            triggers=tuple(triggers.get(name, ())),
            is_view=name not in names,
        )
        for (schema, name), found in columns.items()
        if not name.startswith(_OURS)
    }
    return Inventory(system, connection.dialect.name, tables)


def _column(found: Any) -> ColumnInfo:
    return ColumnInfo(found["name"], kind_of(found["type"]), bool(found["nullable"]), bool(found.get("computed")))


def kind_of(declared: types.TypeEngine[Any]) -> ColumnKind:
    """The kind of a column from its declared type."""
    kinds: list[tuple[type[types.TypeEngine[Any]], ColumnKind]] = [
        (types.Boolean, "boolean"),
        (types.Integer, "integer"),
        (types.Numeric, "number"),
        (types.DateTime, "time"),
        (types.Date, "date"),
        (types.String, "text"),
        (types.LargeBinary, "binary"),
    ]
    return next((kind for cls, kind in kinds if isinstance(declared, cls)), "other")


def _foreign(key: Any, keys: Any) -> ForeignKey:
    referred = tuple(key["referred_columns"]) or tuple(
        next((k or {}).get("constrained_columns") or () for (_, name), k in keys.items() if name == key["referred_table"])
    )
    on_delete = str((key.get("options") or {}).get("ondelete") or "NO ACTION").upper()
    return ForeignKey(tuple(key["constrained_columns"]), key["referred_table"], referred, cast("OnDelete", on_delete))


def _triggers(connection: sa.Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if connection.dialect.name == "sqlite":
        for table, name in connection.exec_driver_sql("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"):
            found.setdefault(table, []).append(name)
    return found
