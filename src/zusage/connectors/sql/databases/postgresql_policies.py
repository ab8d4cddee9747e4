"""Restriction on PostgreSQL (Art. 18 GDPR): rows stay where they are, and a row policy hides them from the application's role.

Which rows are restricted stands in a table of ours beside them, ``zusage.restricted``: the key, and the reference under which the
restriction was placed. Restricting and lifting write there alone, so that a lifted row is the same to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.planning.plan import Selection
from zusage.promises.inventory import Inventory, TableInfo

from ...trouble import CannotHandle, Interrupted, Unreachable
from ..compile import Compiler, from_clause
from ..dialects.port import Times
from ..dialects.postgresql import PostgreSQL
from .postgresql_catalogue import tables
from .postgresql_reasons import passes, reason
from .postgresql_shape import quoted

_MARKS = sa.table("restricted", sa.column("relation"), sa.column("key"), sa.column("reference"), schema="zusage")
_TABLE = """
CREATE TABLE IF NOT EXISTS zusage.restricted (
    relation text NOT NULL, key text NOT NULL, reference text NOT NULL, since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (relation, key, reference))
""".strip()
_STATE = """
SELECT c.relrowsecurity AS on, c.relforcerowsecurity AS forced, r.rolsuper OR r.rolbypassrls AS unbound,
       pg_catalog.pg_has_role(r.oid, c.relowner, 'MEMBER') AS owner,
       EXISTS (SELECT 1 FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive) AS permissive,
       EXISTS (SELECT 1 FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'zusage_restricted') AS ready,
       coalesce(pg_catalog.has_table_privilege(r.oid, to_regclass('zusage.restricted'), 'INSERT, UPDATE, DELETE, TRUNCATE'), false)
           AS lifts
FROM pg_catalog.pg_class c CROSS JOIN pg_catalog.pg_roles r WHERE c.oid = to_regclass(:name) AND r.rolname = :role
"""
#: views through which the role reads the table with somebody else's rights, or a copy of it
_VIEWS = """
SELECT DISTINCT v.relname::text AS name FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm')
WHERE d.refobjid = to_regclass(:name) AND d.refclassid = 'pg_catalog.pg_class'::regclass
  AND pg_catalog.has_any_column_privilege(:role, v.oid, 'SELECT')
  AND NOT coalesce('security_invoker=true' = ANY(v.reloptions) OR 'security_invoker=on' = ANY(v.reloptions), false)
ORDER BY 1
"""


def key_of(table: TableInfo) -> str:
    """The primary key of a row as one text, as SQL; raises CannotHandle where there is none."""
    if not table.primary_key:
        raise CannotHandle(f"table {table.name} has no primary key, so that nobody could tell which of its rows are restricted")
    return f"jsonb_build_array({', '.join(_name(column) for column in table.primary_key)})::text"


def statements(connection: sa.Connection, table: TableInfo, application: str, reader: str, writer: str) -> tuple[str, ...]:
    """What the table's owner runs once, so that its rows can be restricted for the application's role. Raises CannotHandle."""
    state = _state(connection, table, application)
    if state["unbound"]:
        raise CannotHandle(
            f"role {application} is a superuser or bypasses row policies, so that no policy can hide a row of {table.name} from it. "
            "Give the application a role of its own."
        )
    return tuple(_statements(table, state, _name(application), _name(reader), _name(writer)))


def _statements(table: TableInfo, state: sa.RowMapping, application: str, reader: str, writer: str) -> Iterator[str]:
    on = quoted(table)
    yield "CREATE SCHEMA IF NOT EXISTS zusage"
    yield _TABLE
    yield f"GRANT USAGE ON SCHEMA zusage TO {application}, {reader}, {writer}"
    yield f"REVOKE ALL ON zusage.restricted FROM PUBLIC, {application}"  # what default privileges may have given
    yield f"GRANT SELECT ON zusage.restricted TO {application}, {reader}, {writer}"
    yield f"GRANT INSERT, DELETE ON zusage.restricted TO {writer}"
    yield f"ALTER ROLE {reader} BYPASSRLS"
    yield f"ALTER ROLE {writer} BYPASSRLS"
    if state["ready"]:
        return
    if not state["permissive"] and not state["on"]:  # who saw a row before still does
        yield f"CREATE POLICY zusage_as_before ON {on} USING (true) WITH CHECK (true)"
    hidden = f"SELECT r.key FROM zusage.restricted r WHERE r.relation = {_text(table.name)}"  # noqa: S608 - quoted
    yield f"CREATE POLICY zusage_restricted ON {on} AS RESTRICTIVE TO {application} USING ({key_of(table)} NOT IN ({hidden}))"
    yield f"ALTER TABLE {on} ENABLE ROW LEVEL SECURITY"
    if state["owner"]:
        yield f"ALTER TABLE {on} FORCE ROW LEVEL SECURITY"


def around(connection: sa.Connection, table: TableInfo, application: str) -> tuple[str, ...]:
    """Every way by which the application's role still comes to restricted rows, in words; empty where the policy holds."""
    state = _state(connection, table, application)
    values = {"name": quoted(table), "role": application}
    views = [row.name for row in connection.execute(sa.text(_VIEWS), values)]
    found = {
        "row policies are not in force for the table": not state["on"] or not state["ready"],
        "the role bypasses row policies": state["unbound"],
        "the role owns the table, and its policies are not forced on the owner": state["owner"] and not state["forced"],
        "the role may write to zusage.restricted, and so lift restrictions": state["lifts"],
        f"it reads through {', '.join(views)}, with the rights of the owner": bool(views),
    }
    return tuple(words for words, holds in found.items() if holds)


def _state(connection: sa.Connection, table: TableInfo, application: str) -> sa.RowMapping:
    values = {"name": quoted(table), "role": application}
    found = connection.execute(sa.text(_STATE), values).mappings().one_or_none()
    if found is None:
        raise CannotHandle(f"there is no table {table.name}, or no role {application}")
    return found


class PostgresRestrictor:
    """Restricts rows and lifts restrictions, with the writer's role. Both may be repeated: they then change nothing."""

    def __init__(self, system: str, engine: sa.Engine, times: Times) -> None:
        self.system = system
        self._engine = engine
        try:
            self._connection = engine.connect()
        except DBAPIError as error:
            raise Unreachable(system, reason(error)) from None
        with self._transaction():
            self._compiler = Compiler(Inventory(system, "postgresql", tables(self._connection)), PostgreSQL(), times)

    def refuse_unprepared(self) -> None:
        """Before anything is changed. Raises CannotHandle where ``zusage.restricted`` is not there."""
        with self._transaction():
            there = self._connection.execute(sa.text("SELECT to_regclass('zusage.restricted') IS NOT NULL")).scalar_one()
        if not there:
            raise CannotHandle(
                f"system {self.system!r} is not prepared for restrictions, so that nothing could hide a row there. Nothing was changed. "
                "Let its administrator run what `zusage restriction prepare` prints, then try again."
            )

    def restrict(self, selection: Selection, reference: str) -> int:
        """Restrict the rows of a selection under a reference; returns how many were not restricted under it before."""
        table = self._compiler.table(selection.table)
        clause = from_clause(table)
        key: sa.ColumnElement[str] = sa.literal_column(key_of(table))
        where = self._compiler.condition(selection.where, selection.table, clause)
        chosen = sa.select(sa.literal(table.name), key, sa.literal(reference)).select_from(clause).where(where)
        known = sa.select(_MARKS.c.key).where(_MARKS.c.relation == table.name, _MARKS.c.reference == reference)
        return self._changed(sa.insert(_MARKS).from_select(["relation", "key", "reference"], chosen.where(key.not_in(known))))

    def lift(self, table: str, reference: str) -> int:
        """Lift what was restricted under a reference; a row that another reference holds stays restricted."""
        return self._changed(sa.delete(_MARKS).where(_MARKS.c.relation == table, _MARKS.c.reference == reference))

    def restricted(self, table: str) -> int:
        """Rows of the table that are restricted, under whatever reference."""
        with self._transaction():
            keys = sa.select(sa.func.count(sa.distinct(_MARKS.c.key))).where(_MARKS.c.relation == table)
            return int(self._connection.execute(keys).scalar_one())

    def _changed(self, statement: sa.Insert | sa.Delete) -> int:
        with self._transaction():
            return int(self._connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._connection.begin():
                yield
        except DBAPIError as error:
            raise Interrupted(self.system, reason(error), retryable=passes(error)) from None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
