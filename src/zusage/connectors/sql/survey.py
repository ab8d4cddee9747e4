"""What a database holds, by its own catalogue."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.engine.reflection import ObjectKind

from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, Inventory, OnDelete, TableInfo

from .databases.port import Database


def survey(database: Database, connection: sa.Connection, system: str, place: str) -> Inventory:
    """All tables and views that the connection's role can see."""
    digest = hashlib.sha256(place.encode()).hexdigest()[:16]
    return Inventory(system, database.dialect.name, database.tables(connection), digest)


def digest_of(texts: Iterable[str]) -> str:
    """A digest of what triggers and views say, in any order; empty where none says anything."""
    found = sorted(texts)
    return hashlib.sha256("\0".join(found).encode()).hexdigest() if found else ""


def keeps_history(system: str, table: str) -> str:
    """Why a table with system versioning is neither looked at nor changed."""
    return (
        f"table {table} of system {system!r} keeps every earlier version of its rows (system versioning): what is deleted or changed "
        "stays in its history, so that nothing can be said of it and nothing is changed in it. Drop the versioning "
        "(ALTER TABLE … DROP SYSTEM VERSIONING) together with its history."
    )


def reflected(connection: sa.Connection, schema: str | None = None, *, links: bool = True) -> dict[str, TableInfo]:
    """The tables and views of a schema, without what only one kind of database has; None is the connection's own schema."""
    inspector = sa.inspect(connection)
    names = set(inspector.get_table_names(schema))
    found: dict[str, Mapping[Any, Any]] = {
        "columns": inspector.get_multi_columns(schema, kind=ObjectKind.ANY),
        "primary": inspector.get_multi_pk_constraint(schema, kind=ObjectKind.ANY),
        "foreign": inspector.get_multi_foreign_keys(schema, kind=ObjectKind.TABLE) if links else {},
        "unique": _unique(inspector, schema),
        "checks": inspector.get_multi_check_constraints(schema, kind=ObjectKind.TABLE),
    }
    tables = (_table(key, key[1] not in names, found) for key in found["columns"])
    return {table.name: table for table in tables}


def _unique(inspector: sa.Inspector, schema: str | None) -> Mapping[Any, Any]:
    """Of indexes of expressions, which are read elsewhere, SQLAlchemy would warn whoever is at the terminal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        return inspector.get_multi_unique_constraints(schema, kind=ObjectKind.TABLE)


def _table(key: tuple[str | None, str], is_view: bool, found: Mapping[str, Mapping[Any, Any]]) -> TableInfo:
    schema, name = key
    return TableInfo(
        name=named(schema, name),
        columns=tuple(map(_column, found["columns"][key])),
        primary_key=tuple((found["primary"].get(key) or {}).get("constrained_columns") or ()),
        foreign_keys=tuple(map(_link, found["foreign"].get(key) or ())),
        unique=tuple(tuple(one["column_names"]) for one in found["unique"].get(key) or ()),
        checks=tuple(one["sqltext"] for one in found["checks"].get(key) or ()),
        is_view=is_view,
        schema=schema or "",
    )


def named(schema: str | None, name: str) -> str:
    """The name of a table in an inventory."""
    return f"{schema}.{name}" if schema else name


def _column(found: Any) -> ColumnInfo:
    declared = found["type"]
    return ColumnInfo(
        name=found["name"],
        kind=kind_of(declared),
        nullable=bool(found["nullable"]),
        generated=bool(found.get("computed")),
        computed=str((found.get("computed") or {}).get("sqltext") or ""),
        declared=str(declared) if not isinstance(declared, types.NullType) else "",
        choices=tuple(getattr(declared, "enums", ())),
        length=getattr(declared, "length", None),
    )


def kind_of(declared: types.TypeEngine[Any]) -> ColumnKind:
    """The kind of a column from its declared type."""
    kinds: list[tuple[type[types.TypeEngine[Any]], ColumnKind]] = [
        (types.Boolean, "boolean"),
        (types.Integer, "integer"),
        (types.Numeric, "number"),
        (types.Float, "number"),
        (types.DateTime, "time"),
        (types.Date, "date"),
        (types.JSON, "json"),
        (types.ARRAY, "array"),
        (types.Uuid, "uuid"),
        (types.String, "text"),
        (types.LargeBinary, "binary"),
    ]
    return next((kind for cls, kind in kinds if isinstance(declared, cls)), "other")


def _link(key: Any) -> ForeignKey:
    on_delete = str((key.get("options") or {}).get("ondelete") or "NO ACTION").upper()
    table = named(key.get("referred_schema"), key["referred_table"])
    return ForeignKey(tuple(key["constrained_columns"]), table, tuple(key["referred_columns"]), cast("OnDelete", on_delete))
