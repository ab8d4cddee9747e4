"""Restriction on PostgreSQL (Art. 18 GDPR): rows stay where they are, and a row policy hides them from the application's role.

Which rows are restricted stands in a table of ours beside them, ``zusage.restricted``: the key, and the reference under which the
restriction was placed. Restricting and lifting write there alone, so that a lifted row is the same to the last byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

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
SELECT c.oid, c.relrowsecurity AS on, c.relforcerowsecurity AS forced, r.rolsuper OR r.rolbypassrls AS unbound,
       pg_catalog.pg_has_role(r.oid, c.relowner, 'MEMBER') AS owner,
       EXISTS (SELECT 1 FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive) AS permissive,
       (SELECT pg_catalog.pg_get_expr(p.polqual, p.polrelid) FROM pg_catalog.pg_policy p
        WHERE p.polrelid = c.oid AND p.polname = 'zusage_restricted') AS policy,
       coalesce(pg_catalog.has_table_privilege(r.oid, to_regclass('zusage.restricted'), 'INSERT, UPDATE, DELETE, TRUNCATE'), false)
           AS lifts
FROM pg_catalog.pg_class c CROSS JOIN pg_catalog.pg_roles r WHERE c.oid = to_regclass(:name) AND r.rolname = :role
"""
#: what the writer's role does with the table of restricted keys, and which of it a role may not do
_NOTES = ("SELECT", "INSERT", "DELETE")
_LACKING = """
SELECT one.asked FROM unnest(CAST(:asked AS text[])) AS one(asked)
JOIN pg_catalog.pg_class c ON c.relname = 'restricted' JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'zusage'
WHERE NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, one.asked)) ORDER BY 1
"""
#: partitions and tables that inherit: whoever reads one of them by its own name is bound by its own policies alone
_BELOW = """
WITH RECURSIVE below AS (
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = to_regclass(:name)
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.inhrelid)
SELECT n.nspname::text AS schema, c.relname::text AS bare,
       pg_catalog.has_any_column_privilege(:role, c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(:role, n.oid, 'USAGE') AS read
FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.inhrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY 1, 2
"""
#: views through which the role reads the table with somebody else's rights, or a copy of it, however many lie between
_VIEWS = """
WITH RECURSIVE tables AS (
    SELECT to_regclass(:name)::oid AS oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tables t ON i.inhparent = t.oid),
above AS (
    SELECT t.oid, true AS source, false AS shown FROM tables t
    UNION SELECT v.oid, false,
        a.shown OR v.relkind = 'm' OR (a.source AND NOT coalesce(v.reloptions && '{security_invoker=true,security_invoker=on}', false))
    FROM above a
    JOIN pg_catalog.pg_depend d ON d.refobjid = a.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND d.classid = 'pg_catalog.pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
    JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm') AND v.oid <> a.oid)
SELECT DISTINCT v.relname::text AS name FROM above a JOIN pg_catalog.pg_class v ON v.oid = a.oid
WHERE a.shown AND pg_catalog.has_any_column_privilege(:role, v.oid, 'SELECT') ORDER BY 1
"""
#: type → how a value of a key is written where PostgreSQL would otherwise write it by the settings of whoever asks, by their zone, say;
#: and by what a policy is known that does so
_SAME_FOR_ALL = {
    "timestamp with time zone": ("(to_jsonb({0} AT TIME ZONE 'UTC') #>> '{{}}') || '+00:00'", "'UTC'"),
    "bytea": (r"'\x' || encode({0}, 'hex')", "encode("),
}
#: types that cannot be written alike for all
_BY_SETTINGS = ("interval", "money", "tstzrange", "tstzmultirange", "timestamp with time zone[]", "bytea[]")


def key_of(table: TableInfo) -> str:
    """The primary key of a row as one text that is the same in every session, as SQL; raises CannotHandle where there is none."""
    if not table.primary_key:
        raise CannotHandle(
            f"table {table.name} has no primary key, so that nobody could tell which of its rows are restricted. Give it one, or name "
            "the other tables with --table when a person is restricted."
        )
    return f"jsonb_build_array({', '.join(_written(table, column) for column in table.primary_key)})::text"


def _written(table: TableInfo, column: str) -> str:
    kind = _kind(table, column)
    if kind.startswith(_BY_SETTINGS):
        raise CannotHandle(
            f"the key column {column} of table {table.name} is of the type {kind}, which PostgreSQL writes by the settings of whoever "
            "asks, so that a row would be hidden from some sessions alone. Name the other tables with --table when a person is restricted."
        )
    how, _ = _SAME_FOR_ALL.get(kind, ("{0}", ""))
    return how.format(_name(column))


def _kind(table: TableInfo, column: str) -> str:
    declared = next(one.declared for one in table.columns if one.name == column)
    return re.sub(r"\(\d+(,\d+)?\)", "", declared).lower()


def _by_session(table: TableInfo, policy: str) -> bool:
    """A policy of an earlier version that tells keys by the settings of the session."""
    marks = (_SAME_FOR_ALL[kind][1] for kind in (_kind(table, one) for one in table.primary_key) if kind in _SAME_FOR_ALL)
    return any(mark not in policy for mark in marks)


def why_not(table: TableInfo) -> str:
    """Why rows of a table cannot be hidden where they are; empty where they can."""
    if table.is_view:
        return (
            f"{table.name} is a view, and no policy hides a row of it from whoever may read it. Take the right to read it from the "
            "application, and name the other tables with --table when a person is restricted."
        )
    try:
        key_of(table)
    except CannotHandle as found:
        return str(found)
    return ""


def statements(connection: sa.Connection, table: TableInfo, application: str, reader: str, writer: str) -> tuple[str, ...]:
    """What the table's owner runs once, so that its rows can be restricted for the application's role. Raises CannotHandle."""
    if _state(connection, quoted(table), application)["unbound"]:
        raise CannotHandle(
            f"role {application} is a superuser or bypasses row policies, so that no policy can hide a row of {table.name} from it. "
            "Give the application a role of its own."
        )
    roles = (_name(application), _name(reader), _name(writer))
    places = _places(connection, table, application)
    return (*_rooms(*roles), *(one for on in places for one in _policy(connection, table, on, application)))


def _rooms(application: str, reader: str, writer: str) -> Iterator[str]:
    yield "CREATE SCHEMA IF NOT EXISTS zusage"
    yield _TABLE
    yield f"GRANT USAGE ON SCHEMA zusage TO {application}, {reader}, {writer}"
    yield f"REVOKE ALL ON zusage.restricted FROM PUBLIC, {application}"  # what default privileges may have given
    yield f"GRANT {_NOTES[0]} ON zusage.restricted TO {application}, {reader}, {writer}"
    yield f"GRANT {', '.join(_NOTES[1:])} ON zusage.restricted TO {writer}"
    yield f"ALTER ROLE {reader} BYPASSRLS"
    yield f"ALTER ROLE {writer} BYPASSRLS"


def _places(connection: sa.Connection, table: TableInfo, application: str) -> Iterator[str]:
    """The table and what is seen in it, each as SQL names it."""
    yield quoted(table)
    yield from (one.on for one in _below(connection, table, application))


def _policy(connection: sa.Connection, table: TableInfo, on: str, application: str) -> Iterator[str]:
    state = _state(connection, on, application)
    hidden = f"SELECT r.key FROM zusage.restricted r WHERE r.relation = {_text(table.name)}"  # noqa: S608 - quoted
    using = f"USING ({key_of(table)} NOT IN ({hidden}))"
    if state["policy"] and _by_session(table, state["policy"]):
        yield f"ALTER POLICY zusage_restricted ON {on} {using}"
    if state["policy"]:
        return
    if not state["permissive"] and not state["on"]:  # who saw a row before still does
        yield f"CREATE POLICY zusage_as_before ON {on} USING (true) WITH CHECK (true)"
    yield f"CREATE POLICY zusage_restricted ON {on} AS RESTRICTIVE TO {_name(application)} {using}"
    yield f"ALTER TABLE {on} ENABLE ROW LEVEL SECURITY"
    if state["owner"]:
        yield f"ALTER TABLE {on} FORCE ROW LEVEL SECURITY"


def around(connection: sa.Connection, table: TableInfo, application: str) -> tuple[str, ...]:
    """Every way by which the application's role still comes to restricted rows, in words; empty where the policy holds."""
    state = _state(connection, quoted(table), application)
    views = [row.name for row in connection.execute(sa.text(_VIEWS), {"name": quoted(table), "role": application})]
    below = [one for one in _below(connection, table, application) if one.read]
    bare = [one.bare for one in below if not _bound(table, _state(connection, one.on, application))]
    found = {
        "row policies are not in force for the table": not state["on"] or not state["policy"],
        "its policy tells rows by the settings of whoever asks": _by_session(table, state["policy"] or ""),
        "the role bypasses row policies": state["unbound"],
        "the role owns the table, and its policies are not forced on the owner": state["owner"] and not state["forced"],
        "the role may write to zusage.restricted, and so lift restrictions": state["lifts"],
        f"it reads through {', '.join(views)}, with the rights of the owner": bool(views),
        f"it reads {', '.join(bare)} by themselves, where the table's policy does not hold": bool(bare),
    }
    return tuple(words for words, holds in found.items() if holds)


def _bound(table: TableInfo, state: sa.RowMapping) -> bool:
    policy = state["policy"] or ""
    return bool(state["on"] and policy and not _by_session(table, policy) and (state["forced"] or not state["owner"]))


@dataclass(frozen=True, slots=True)
class _Below:
    """A partition, or a table that inherits."""

    bare: str
    on: str
    #: the role may read it by its own name
    read: bool


def _below(connection: sa.Connection, table: TableInfo, application: str) -> tuple[_Below, ...]:
    rows = connection.execute(sa.text(_BELOW), {"name": quoted(table), "role": application})
    return tuple(_Below(bare=row.bare, on=f"{_name(row.schema)}.{_name(row.bare)}", read=row.read) for row in rows)


def _state(connection: sa.Connection, on: str, application: str) -> sa.RowMapping:
    values = {"name": on, "role": application}
    found = connection.execute(sa.text(_STATE), values).mappings().one_or_none()
    if found is None:
        raise CannotHandle(f"there is no table {on}, or no role {application}")
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

    def refuse_unprepared(self, tables: Sequence[str]) -> None:
        """Before anything is changed. Raises CannotHandle where ``zusage.restricted`` is not there, or a table cannot be handled."""
        if found := [words for table in tables if (words := why_not(self._compiler.table(table)))]:
            raise CannotHandle(f"system {self.system!r}: {found[0]} Nothing was changed.")
        self.refuse_lacking()
        with self._transaction():
            there = self._connection.execute(sa.text("SELECT to_regclass('zusage.restricted') IS NOT NULL")).scalar_one()
        if not there:
            raise CannotHandle(
                f"system {self.system!r} is not prepared for restrictions, so that nothing could hide a row there. Nothing was changed. "
                "Let its administrator run what `zusage restriction prepare` prints, then try again."
            )

    def refuse_lacking(self) -> None:
        """Before anything is changed. Raises CannotHandle where the role may not do with ``zusage.restricted`` what it must."""
        with self._transaction():
            missing = list(self._connection.execute(sa.text(_LACKING), {"asked": list(_NOTES)}).scalars())
        if missing:
            raise CannotHandle(
                f"the role of the writer of system {self.system!r} lacks rights that this needs: {', '.join(missing)} on zusage.restricted. "
                "Nothing was changed. Let an administrator run what `zusage restriction prepare` prints, and do it again."
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
