"""What a role may do in a PostgreSQL database, asked of its catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import sqlalchemy as sa

from zusage.promises.inventory import TableInfo

from ...port import Visibility
from .port import Right
from .postgresql_shape import quoted

#: Everything by which the session's role, or one that it can become, could write; each as what a message says of it.
#: Functions that run with their owner's rights are out of sight here: see docs/explanation/security.md.
_WRITES = """
WITH me AS (
    SELECT oid, rolname, rolsuper, rolcreaterole FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(session_user, oid, 'MEMBER')
), spaces AS (
    SELECT oid, nspname, nspowner FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), relations AS (
    SELECT c.oid, c.relkind, c.relowner, s.nspname || '.' || c.relname AS name
    FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
)
SELECT what FROM (
    SELECT 1 AS n, 'do everything, as a superuser' AS what FROM me WHERE rolsuper
    UNION ALL
    SELECT 2, 'write as a member of ' || rolname FROM me
    WHERE rolname IN ('pg_write_all_data', 'pg_maintain', 'pg_write_server_files', 'pg_execute_server_program')
    UNION ALL
    SELECT 3, 'make roles, and so give itself any right' FROM me WHERE rolcreaterole
    UNION ALL
    SELECT 4, 'do what it likes with the database, as its owner' FROM pg_catalog.pg_database d
    JOIN me ON me.oid = d.datdba WHERE d.datname = current_database()
    UNION ALL
    SELECT 5, 'do what it likes with schema ' || nspname || ', as its owner' FROM spaces JOIN me ON me.oid = nspowner
    UNION ALL
    SELECT 6, 'do what it likes with ' || name || ', as its owner' FROM relations JOIN me ON me.oid = relowner
    UNION ALL
    SELECT 7, 'change function ' || s.nspname || '.' || p.proname || ', as its owner'
    FROM pg_catalog.pg_proc p JOIN spaces s ON s.oid = p.pronamespace JOIN me ON me.oid = p.proowner
    UNION ALL
    SELECT 8, 'write to ' || r.name FROM relations r CROSS JOIN me
    WHERE r.relkind <> 'S' AND (pg_catalog.has_table_privilege(me.oid, r.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
                                OR pg_catalog.has_any_column_privilege(me.oid, r.oid, 'INSERT, UPDATE'))
    UNION ALL
    SELECT 8, 'make ' || r.name || ' anew' FROM relations r CROSS JOIN me
    WHERE CASE WHEN r.relkind = 'm' AND CAST(current_setting('server_version_num') AS int) >= 170000
        THEN pg_catalog.has_table_privilege(me.oid, r.oid, 'MAINTAIN') ELSE false END
    UNION ALL
    SELECT 9, 'advance the sequence ' || r.name FROM relations r CROSS JOIN me
    WHERE CASE WHEN r.relkind = 'S' THEN pg_catalog.has_sequence_privilege(me.oid, r.oid, 'USAGE, UPDATE') ELSE false END
    UNION ALL
    SELECT 10, 'make tables in schema ' || nspname FROM spaces CROSS JOIN me
    WHERE pg_catalog.has_schema_privilege(me.oid, spaces.oid, 'CREATE')
    UNION ALL
    SELECT 11, 'make schemas in the database' FROM me WHERE pg_catalog.has_database_privilege(me.oid, current_database(), 'CREATE')
) AS found ORDER BY n, what LIMIT 1
"""
_SEEN = sa.text("""
SELECT c.relkind::text AS kind, pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable,
       pg_catalog.row_security_active(c.oid) AS hidden
FROM pg_catalog.pg_class c WHERE c.oid = to_regclass(:name)
""")
#: asked of every table, and so not put together anew each time
_COMPILED: dict[Any, Any] = {}
_MAY = """
SELECT coalesce(bool_or(pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE') AND CASE WHEN :change
    THEN pg_catalog.has_any_column_privilege(c.oid, 'UPDATE') OR pg_catalog.has_table_privilege(c.oid, 'DELETE, TRUNCATE')
    ELSE pg_catalog.has_any_column_privilege(c.oid, 'SELECT') END), false)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
WHERE c.relname = :table AND s.nspname = coalesce(nullif(:schema, ''), current_schema(), s.nspname)
"""
#: which of some rights the role has not; the owner may make anew a view that stores rows
_LACKING = """
SELECT n FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS one(n int, name text, asked text, col text, loose boolean)
JOIN pg_catalog.pg_class c ON c.oid = to_regclass(one.name)
WHERE NOT CASE WHEN asked = 'MAINTAIN' THEN pg_catalog.pg_has_role(c.relowner, 'USAGE')
        OR CASE WHEN CAST(current_setting('server_version_num') AS int) >= 170000
            THEN pg_catalog.has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
    WHEN loose THEN pg_catalog.has_any_column_privilege(c.oid, asked)
    WHEN col IS NULL THEN pg_catalog.has_table_privilege(c.oid, asked)
    ELSE pg_catalog.has_column_privilege(c.oid, col, asked) END
"""
_HIDING = {
    "v": "it is a view, which may hide rows",
    "f": "it is a foreign table: what another server shows",
}


def first_way_to_write(connection: sa.Connection) -> str | None:
    """What the session could change, in words; None where it could change nothing that has a name."""
    found = connection.execute(sa.text(_WRITES)).scalar_one_or_none()
    return None if found is None else str(found)


def visibility(connection: sa.Connection, table: TableInfo) -> Visibility:
    """Whether an empty result from the table would mean that there is nothing."""
    asked = {"name": quoted(table)}
    row = connection.execute(_SEEN, asked, execution_options={"compiled_cache": _COMPILED}).mappings().one_or_none()
    if row is None:
        return Visibility(shown=False, how="there is no such table")
    if row["kind"] in _HIDING:
        return Visibility(shown=False, how=_HIDING[row["kind"]])
    if not row["readable"]:
        return Visibility(shown=False, how="the role may not read all of it")
    if row["hidden"]:
        return Visibility(shown=False, how="row policies apply to the role and may hide rows")
    if row["kind"] == "m":
        return Visibility(
            shown=True, how="a view whose stored rows the role may read whole, as they were when it was last made anew"
        )
    return Visibility(shown=True, how="a table that the role may read whole; no row policy applies to it")


def may(connection: sa.Connection, table: TableInfo, what: Literal["read", "change"]) -> bool:
    """Whether the role has any right at all to do so; where it has none, no row is within its reach."""
    values = {"change": what == "change", "table": table.bare, "schema": table.schema}
    return bool(connection.execute(sa.text(_MAY), values).scalar_one())


def lacking(connection: sa.Connection, rights: Sequence[Right], tables: Mapping[str, TableInfo]) -> tuple[Right, ...]:
    """Those of some rights that the role has not, by one statement; of a right on several columns, with those that are lacking."""
    asked = [
        (right, {"name": quoted(tables[right.table]), "asked": right.right, "col": column, "loose": right.any_column})
        for right in rights
        for column in right.columns or (None,)
    ]
    described = json.dumps([{"n": n, **one} for n, (_, one) in enumerate(asked)])
    missing = set(connection.execute(sa.text(_LACKING), {"asked": described}).scalars()) if asked else set()
    columns: dict[Right, list[str]] = {}
    for right, one in (asked[n] for n in sorted(missing)):
        columns.setdefault(right, []).extend([one["col"]] if one["col"] else ())
    return tuple(replace(right, columns=tuple(names)) for right, names in columns.items())
