"""The statements by which a PostgreSQL server's administrator makes the two roles, with the least rights that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from zusage.promises.inventory import TableInfo

from ..trigger_text import needed
from .port import Needs, Right
from .postgresql_catalogue import tables
from .postgresql_shape import quoted

_ROLES = "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname IN (:reader, :writer)"
#: schemas in which everybody may make tables, as everybody may in ``public`` before version 15
_OPEN = """
SELECT n.nspname::text FROM pg_catalog.pg_namespace n, aclexplode(n.nspacl) AS a
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND a.grantee = 0 AND a.privilege_type = 'CREATE'
"""
#: triggers that act with the rights of whoever fires them
_ACTING = """
SELECT asked.name, t.tgname::text AS trigger, CASE WHEN l.lanname IN ('plpgsql', 'sql') THEN p.prosrc END AS does,
       t.tgtype & 8 > 0 AS deletes, t.tgtype & 16 > 0 AS updates
FROM unnest(CAST(:names AS text[])) AS asked(name) JOIN pg_catalog.pg_trigger t ON t.tgrelid = to_regclass(asked.name)
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND NOT p.prosecdef ORDER BY 1, 2
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
    #: triggers that act with the rights of whoever fires them, each with its table as SQL names it
    acting: Sequence[sa.RowMapping]


def statements(connection: sa.Connection, needs: Needs | None, reader: str, writer: str) -> tuple[str, ...]:
    """One statement each. Without needs, for every table there is; roles that are there are not made again."""
    database, schema = connection.exec_driver_sql("SELECT current_database()::text, current_schema()::text").one()
    roles = frozenset(connection.execute(sa.text(_ROLES), {"reader": reader, "writer": writer}).scalars())
    unlocked = list(connection.execute(sa.text(_OPEN)).scalars())
    maintained = (connection.dialect.server_version_info or (0,)) >= (17,)
    there = tables(connection)
    names = [quoted(table) for table in there.values() if not table.is_view]
    acting = connection.execute(sa.text(_ACTING), {"names": names}).mappings().all()
    found = _Found(database, schema or "public", there, roles, unlocked, maintained, acting)
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
    rights = [(table, right) for table in used for right in rights_on(table, needs)]
    for table, right in sorted(rights, key=lambda pair: pair[1].right != "SELECT"):
        if right.right != "MAINTAIN" or found.maintained:  # which before PostgreSQL 17 nobody can be given
            columns = f" ({', '.join(map(_name, right.columns))})" if right.columns else ""
            to = both if right.right == "SELECT" else _name(writer)
            yield f"GRANT {right.right}{columns} ON {_full(found, table)} TO {to}"
    yield from _of_triggers(found, used, needs, writer)


def _of_triggers(found: _Found, used: Sequence[TableInfo], needs: Needs, writer: str) -> Iterator[str]:
    """What somebody has to see to: a trigger that the writer fires acts with its rights, and nobody knows from here all that it does."""
    for table in used:
        for row in (one for one in found.acting if one["name"] == quoted(table)):
            if (row["deletes"] and table.name in needs.deletes) or (row["updates"] and needs.changes.get(table.name)):
                named = needed(row["does"])
                says = f"by its text it needs {', '.join(named)}" if named else "its text does not say what it needs"
                yield (
                    f"-- The trigger {row['trigger']} on {quoted(table)} acts with the rights of {writer}: {says}. Grant that as well, or let "
                    "its function act with the rights of its owner (SECURITY DEFINER)"
                )


def rights_on(table: TableInfo, needs: Needs) -> Iterator[Right]:
    """What the writer must be allowed on a table that is looked at.

    To delete rows, their locking needs the right to change one column: where no other is changed the key's, which nothing of ours ever
    changes. Nobody deletes from a view: one that stores rows is made anew, before PostgreSQL 17 by its owner alone.
    """
    if table.name in needs.reads:
        yield Right(table.name, "SELECT", tuple(c.name for c in table.columns if c.name in needs.columns.get(table.name, ())))
    changed = needs.changes.get(table.name, frozenset())
    if table.is_view:
        if table.materialised and (table.name in needs.deletes or changed):
            yield Right(table.name, "MAINTAIN")
        return
    if table.name in needs.deletes:
        yield Right(table.name, "DELETE")
    if changed:
        yield Right(table.name, "UPDATE", tuple(column.name for column in table.columns if column.name in changed))
    elif table.name in needs.holds:
        key = table.primary_key[0] if table.primary_key else table.columns[0].name
        yield Right(table.name, "UPDATE", (key,), any_column=True)


def _full(found: _Found, table: TableInfo) -> str:
    return quoted(table) if table.schema else f"{_name(found.schema)}.{quoted(table)}"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
