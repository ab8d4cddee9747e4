"""The statements by which a PostgreSQL server's administrator makes the two roles, with the least rights that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from zusage.promises.inventory import TableInfo

from .port import Needs
from .postgresql_catalogue import tables
from .postgresql_shape import quoted

_ROLES = "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname IN (:reader, :writer)"
#: schemas in which everybody may make tables, as everybody may in ``public`` before version 15
_OPEN = """
SELECT n.nspname::text FROM pg_catalog.pg_namespace n, aclexplode(n.nspacl) AS a
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND a.grantee = 0 AND a.privilege_type = 'CREATE'
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the statements depend on."""

    database: str
    schema: str
    tables: Mapping[str, TableInfo]
    roles: frozenset[str]
    open: Sequence[str]
    #: views that store rows can be made anew by others than their owner
    maintained: bool


def statements(connection: sa.Connection, needs: Needs | None, reader: str, writer: str) -> tuple[str, ...]:
    """One statement each. Without needs, for every table there is; roles that are there are not made again."""
    database, schema = connection.exec_driver_sql("SELECT current_database()::text, current_schema()::text").one()
    roles = frozenset(connection.execute(sa.text(_ROLES), {"reader": reader, "writer": writer}).scalars())
    unlocked = list(connection.execute(sa.text(_OPEN)).scalars())
    maintained = (connection.dialect.server_version_info or (0,)) >= (17,)
    found = _Found(database, schema or "public", tables(connection), roles, unlocked, maintained)
    return tuple(_statements(found, needs or _everything(found.tables), reader, writer))


def _everything(tables: Mapping[str, TableInfo]) -> Needs:
    real = [table for table in tables.values() if not table.is_view]
    columns = {table.name: frozenset(column.name for column in table.columns if not column.generated) for table in real}
    return Needs(frozenset(tables), frozenset(columns), columns)


def _statements(found: _Found, needs: Needs, reader: str, writer: str) -> Iterator[str]:
    used = [table for name, table in found.tables.items() if name in needs.reads]
    both = f"{_name(reader)}, {_name(writer)}"
    bypass = " BYPASSRLS" if any(table.row_security for table in used) else ""
    for role in (reader, writer):
        if role not in found.roles:
            yield f"CREATE ROLE {_name(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT{bypass}"
        elif bypass:
            yield f"ALTER ROLE {_name(role)} BYPASSRLS"
    yield f"ALTER ROLE {_name(reader)} SET default_transaction_read_only = on"
    yield from (f"REVOKE CREATE ON SCHEMA {_name(schema)} FROM PUBLIC" for schema in found.open)
    yield f"GRANT CONNECT ON DATABASE {_name(found.database)} TO {both}"
    for schema in sorted({table.schema or found.schema for table in used}):
        yield f"GRANT USAGE ON SCHEMA {_name(schema)} TO {both}"
    for table in used:
        yield f"GRANT SELECT ON {_full(found, table)} TO {both}"
    for table in used:
        yield from _writes(found, table, needs, _name(writer))


def _writes(found: _Found, table: TableInfo, needs: Needs, writer: str) -> Iterator[str]:
    """To delete rows, their locking needs the right to change one column: the key's, which nothing of ours ever changes.

    Nobody deletes from a view: one that stores rows is made anew, before PostgreSQL 17 by its owner alone.
    """
    if table.is_view:
        if table.materialised and found.maintained and (table.name in needs.deletes or needs.changes.get(table.name)):
            yield f"GRANT MAINTAIN ON {_full(found, table)} TO {writer}"
        return
    changed = set(needs.changes.get(table.name, ()))
    if table.name in needs.deletes:
        yield f"GRANT DELETE ON {_full(found, table)} TO {writer}"
        changed.add(table.primary_key[0] if table.primary_key else table.columns[0].name)
    if changed:
        listed = ", ".join(_name(column.name) for column in table.columns if column.name in changed)
        yield f"GRANT UPDATE ({listed}) ON {_full(found, table)} TO {writer}"


def _full(found: _Found, table: TableInfo) -> str:
    return quoted(table) if table.schema else f"{_name(found.schema)}.{quoted(table)}"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
