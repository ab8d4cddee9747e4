"""Which rights of some the role of a connection to MariaDB has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from zusage.promises.inventory import TableInfo

from .mariadb_grants import ALL, Grant, in_force
from .mariadb_roles import rights_on
from .port import Needs, Right

#: what the role may do with each column, as the server itself works it out of everything that it has been given
_COLUMNS = """
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, PRIVILEGES FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ({marks})"""


def lacking(connection: sa.Connection, schema: str, needs: Needs, tables: Mapping[str, TableInfo]) -> tuple[Right, ...]:
    """Those that the role has not.

    For columns the server says it exactly. That rows go, and that tables for the time being are made, is allowed for tables and databases
    as a whole, which it does not say of each: there the grants are read. Where several of them have patterns that fit one database it
    counts the closest alone, and here each counts, so that too much rather than too little passes for allowed.
    """
    wanted = [right for name in sorted(tables) for right in rights_on(tables[name], needs)]
    if not wanted:
        return ()
    may = _by_column(connection, schema, tables, wanted)
    given = in_force(connection)
    missing = (_less(right, tables[right.table], tables[right.table].schema or schema, may, given) for right in wanted)
    found = [right for right in missing if right is not None]
    noted = any(right.right == "DELETE" for right in wanted)  # the keys of rows that go are noted in a table for the time being
    if noted and not any(_is_given(grant, "CREATE TEMPORARY TABLES", schema, "*") for grant in given):
        found.append(Right("", "CREATE TEMPORARY TABLES"))
    return tuple(found)


Columns = Mapping[tuple[str, str], Mapping[str, Sequence[str]]]


def _by_column(connection: sa.Connection, schema: str, tables: Mapping[str, TableInfo], wanted: list[Right]) -> Columns:
    schemas = sorted({tables[right.table].schema or schema for right in wanted})
    found: dict[tuple[str, str], dict[str, Sequence[str]]] = {}
    question = _COLUMNS.format(marks=", ".join(["%s"] * len(schemas)))
    for of, table, column, rights in connection.exec_driver_sql(question, tuple(schemas)):
        found.setdefault((of, table), {})[column] = rights.upper().split(",")
    return found


def _less(right: Right, table: TableInfo, schema: str, may: Columns, given: list[Grant]) -> Right | None:
    """What of a right is not there; None where nothing is missing."""
    if right.right in ("DELETE", "INSERT"):
        return None if any(_is_given(grant, right.right, schema, table.bare) for grant in given) else right
    columns = may.get((schema, table.bare), {})
    names = right.columns or tuple(column.name for column in table.columns)
    without = tuple(name for name in names if right.right not in columns.get(name, ()))
    if not without:
        return None
    return replace(right, columns=without if right.columns or len(without) < len(names) else ())


def _is_given(grant: Grant, right: str, schema: str, table: str) -> bool:
    return not grant.routine and bool({right, ALL} & grant.rights) and grant.covers(schema, table)
