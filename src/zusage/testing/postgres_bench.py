"""A bench for PostgreSQL: a database for each system, opened through the product's own doors with three roles.

Needs psycopg and the address of a superuser of a server on which roles and databases may be made: a private one.
"""

# ruff: noqa: S608 - every name is quoted

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from itertools import count
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import psycopg
import sqlalchemy as sa

from zusage.connectors.opening import open_application, open_reader, open_writer, times_of
from zusage.connectors.port import Application, Reader, Sealer, Writer
from zusage.connectors.sql.databases.postgresql_connection import read_as_written
from zusage.connectors.sql.dialects.postgresql import PostgreSQL
from zusage.connectors.sql.reader import SqlReader
from zusage.promises.inventory import ColumnInfo, ColumnKind, Inventory, TableInfo
from zusage.promises.manifest import System

from .bench import Ability, Attempt, Copier, Rows, Spelling, Values
from .postgres_spellings import SPELLINGS

#: the password of the bench's roles; the server is private
PASSWORD = "bench"  # noqa: S105 - no secret
READER, WRITER, APPLICATION = "bench_reader", "bench_writer", "bench_application"
_TEMPLATE = "bench_template"
_ALIVE = 6
_RIGHTS = {READER: "SELECT", WRITER: "SELECT, UPDATE, DELETE", APPLICATION: "SELECT, INSERT, UPDATE, DELETE"}
_TYPES: Mapping[ColumnKind, str] = {
    "text": "varchar(200)",
    "integer": "integer",
    "number": "numeric",
    "boolean": "boolean",
    "date": "date",
    "time": "timestamp",
    "binary": "bytea",
    "json": "jsonb",
    "array": "text[]",
    "uuid": "uuid",
    "other": "interval",
}


def quickly_shown(password: str) -> str:
    """A password as PostgreSQL stores it (RFC 5803), with one round in place of 4096.

    Only a private server may keep it so: whoever connects would repeat the rounds, which takes longer than most questions of a test.
    """
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1)
    key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    there, stored, server = (
        base64.b64encode(part).decode() for part in (salt, key, hmac.digest(salted, b"Server Key", "sha256"))
    )
    return f"SCRAM-SHA-256$1:{there}${stored}:{server}"


def quoted(*names: str) -> str:
    """A name as SQL, or a name in a schema."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names if name)


def create(table: TableInfo) -> Iterator[str]:
    """The statements that make a table, in its schema."""
    if table.schema:
        yield f"CREATE SCHEMA IF NOT EXISTS {quoted(table.schema)}"
    parts = [_column(column) for column in table.columns]
    if table.primary_key:
        parts.append(f"PRIMARY KEY ({_list(table.primary_key)})")
    parts += [f"UNIQUE ({_list(columns)})" for columns in table.unique]
    parts += [f"CHECK ({check})" for check in table.checks]
    yield f"CREATE TABLE {quoted(table.schema, table.bare)} ({', '.join(parts)})"


def links(table: TableInfo, tables: Mapping[str, TableInfo]) -> Iterator[str]:
    """The statements that make its foreign keys, once all tables are there."""
    for key in table.foreign_keys:
        other = tables[key.table]
        target = f"{quoted(other.schema, other.bare)} ({_list(key.referred)}) ON DELETE {key.on_delete}"
        target += " DEFERRABLE" if key.deferrable else ""
        yield f"ALTER TABLE {quoted(table.schema, table.bare)} ADD FOREIGN KEY ({_list(key.columns)}) REFERENCES {target}"


def _column(column: ColumnInfo) -> str:
    if column.generated:
        return f"{quoted(column.name)} {_TYPES[column.kind]} GENERATED ALWAYS AS ({column.declared}) STORED"
    if column.length and not column.declared:
        return f"{quoted(column.name)} varchar({column.length}){'' if column.nullable else ' NOT NULL'}"
    return f"{quoted(column.name)} {column.declared or _TYPES[column.kind]}{'' if column.nullable else ' NOT NULL'}"


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


class PostgresBed:
    """One database."""

    def __init__(
        self,
        admin: str,
        name: str,
        inventory: Inventory,
        zone: str,
        epochs: Mapping[str, str],
        zones: Mapping[str, str],
    ) -> None:
        self.name = name
        self.inventory = inventory
        self._admin = admin
        addresses = {"url": READER, "writer": WRITER, "application": APPLICATION}
        urls = {key: self.address(role, PASSWORD) for key, role in addresses.items()}
        self._system = System.model_validate({**urls, "time_zone": zone, "epochs": dict(epochs), "zones": dict(zones)})
        self._times = times_of(self._system)
        self._opened: list[Reader | Writer | Application] = []
        self._kept: psycopg.Connection[Any] | None = None

    def address(self, role: str = "", password: str = "") -> str:
        """Where the database is, for a role; without one, for the superuser."""
        parts = urlsplit(self._admin)
        place = parts.netloc if not role else f"{role}:{password}@{parts.netloc.rpartition('@')[2]}"
        return urlunsplit(parts._replace(netloc=place, path=f"/{self.name}"))

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection[Any]]:
        """A superuser's connection past the product, kept for the next time."""
        if self._kept is None or self._kept.closed:
            self._kept = psycopg.connect(self.address(), autocommit=True, cursor_factory=psycopg.RawCursor)
            self._kept.execute("SET TimeZone = 'UTC'")
            read_as_written(self._kept)
        yield self._kept

    def engine(self) -> sa.Engine:
        """A superuser's engine past the product, for statements that an administrator runs."""
        address = sa.make_url(self.address()).set(drivername="postgresql+psycopg")
        return sa.create_engine(address, isolation_level="AUTOCOMMIT")

    def as_role(self, role: str, statement: str) -> None:
        """Run a statement as one of the bench's roles; raises where it is refused."""
        with psycopg.connect(self.address(role, PASSWORD)) as connection:
            connection.execute(statement.encode())

    def by(self, *statements: str) -> PostgresBed:
        """Run statements, and take what is there then for the inventory."""
        with self.connected() as connection:
            for statement in statements:
                connection.execute(statement.encode())
        with closing(open_reader(self.inventory.system, self._system)) as reader:
            self.inventory = reader.survey()
        return self

    def reader(self) -> SqlReader:
        """Through the door for looking."""
        opened = open_reader(self.inventory.system, self._system)
        self._opened.append(opened)
        return opened

    def writer(self, sealer: Sealer | None = None) -> Writer:
        """Through the door for changing."""
        opened = open_writer(self.inventory.system, self._system, sealer, lambda: b"bench")
        self._opened.append(opened)
        return opened

    def write_as(self, account: str, password: str) -> None:
        """From now on another account goes through the door for changing."""
        address = sa.make_url(self.address(WRITER, PASSWORD)).set(username=account, password=password)
        self._system = self._system.model_copy(update={"writer": address.render_as_string(hide_password=False)})

    def application(self) -> Application:
        """Through the application's door."""
        opened = open_application(self.inventory.system, self._system, self.reader().survey())
        self._opened.append(opened)
        return opened

    def close(self) -> None:
        """Close all that was opened."""
        for opened in self._opened:
            opened.close()
        self._opened.clear()
        if self._kept is not None:
            self._kept.close()

    def rows(self, table: str) -> list[dict[str, object]]:
        """Every row, past the product, by its first column."""
        with self.connected() as connection:
            found = connection.execute(f"SELECT * FROM {self._table(table)} ORDER BY 1".encode())
            names = [column.name for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found]

    def _table(self, name: str) -> str:
        info = self.inventory.tables[name]
        return quoted(info.schema, info.bare)

    def means(self, table: str, column: str, stored: object) -> object:
        """As the dialect decodes it."""
        info = self.inventory.tables[table].column(column)
        decoded = PostgreSQL().decode(stored, info, self._times.of(f"{table}.{column}")) if info else None
        return decoded or (str(stored) if isinstance(stored, date) else stored)

    def encode(self, table: str, row: Values) -> dict[str, Any]:
        """Times as this system holds them."""
        return {name: self._encoded(f"{table}.{name}", value) for name, value in row.items()}

    def _encoded(self, column: str, value: object) -> object:
        if not isinstance(value, datetime):
            return value
        epoch = self._system.epochs.get(column)
        if epoch:
            return int(value.timestamp() * (1000 if epoch == "milliseconds" else 1))
        return value.astimezone(ZoneInfo(self._times.of(column).zone)).replace(tzinfo=None) if value.tzinfo else value

    def put(self, table: str, row: Values) -> bool:
        """Insert."""
        values = self.encode(table, row)
        marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        with self.connected() as connection:
            statement = f"INSERT INTO {self._table(table)} ({_list(tuple(values))}) VALUES ({marks})"
            connection.execute(statement.encode(), list(values.values()))
        return True

    def fill(self, rows: Rows) -> None:
        """Insert many."""
        with self.connected() as connection:
            for table, given in rows.items():
                for row in given:
                    values = self.encode(table, row)
                    marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
                    into = f"INSERT INTO {self._table(table)} ({_list(tuple(values))})"
                    connection.execute(f"{into} VALUES ({marks})".encode(), list(values.values()))

    def alter(self, table: str, key: Values, values: Values) -> None:
        """Update."""
        new, found = self.encode(table, values), self.encode(table, key)
        sets = ", ".join(f"{quoted(name)} = ${n}" for n, name in enumerate(new, 1))
        where = " AND ".join(f"{quoted(name)} = ${n}" for n, name in enumerate(found, len(new) + 1))
        with self.connected() as connection:
            statement = f"UPDATE {self._table(table)} SET {sets} WHERE {where}"
            connection.execute(statement.encode(), [*new.values(), *found.values()])

    def add_trigger(self, trigger: Copier) -> None:
        """As PostgreSQL writes it: its function may more than whoever makes it fire."""
        table, column = trigger.into
        function = quoted(f"{trigger.name}_does")
        into = f"INSERT INTO {self._table(table)} ({quoted(column)}) VALUES (OLD.{quoted(trigger.column)})"
        with self.connected() as connection:
            for statement in (
                f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN {into}; RETURN NULL; END'",
                f"CREATE TRIGGER {quoted(trigger.name)} AFTER {trigger.event} ON {self._table(trigger.table)} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()",
            ):
                connection.execute(statement.encode())

    def attempts(self) -> Sequence[Attempt]:
        """Ways to write, with and without first asking to be let."""
        table = self._table(next(iter(self.inventory.tables)))
        beside = "CREATE FUNCTION pull() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
        return (
            Attempt("insert", f"INSERT INTO {table} (id) VALUES (99)"),
            Attempt("update", f"UPDATE {table} SET id = id"),
            Attempt("delete", f"DELETE FROM {table} WHERE id = 99"),
            Attempt("truncate", f"TRUNCATE {table} CASCADE"),
            Attempt("lock rows", f"SELECT 1 FROM {table} FOR UPDATE"),
            Attempt("copy", f"COPY {table} FROM PROGRAM 'true'"),
            Attempt("create table", "CREATE TABLE made (x int)"),
            Attempt("create temporary table", "CREATE TEMP TABLE made (x int)"),
            Attempt("select into", f"SELECT * INTO made FROM {table}"),
            Attempt("create view", f"CREATE VIEW shown AS SELECT * FROM {table}"),
            Attempt("create trigger", f"{beside}CREATE TRIGGER pulled AFTER INSERT ON {table} EXECUTE FUNCTION pull()"),
            Attempt("create index", f"CREATE INDEX found ON {table} (id)"),
            Attempt("create schema", "CREATE SCHEMA made"),
            Attempt("add column", f"ALTER TABLE {table} ADD COLUMN more int"),
            Attempt("drop", f"DROP TABLE {table} CASCADE"),
            Attempt("comment", f"COMMENT ON TABLE {table} IS 'x'"),
            Attempt("create role", "CREATE ROLE made_by_attempt; DROP ROLE made_by_attempt"),
            Attempt("write after asking to", f"SET TRANSACTION READ WRITE; UPDATE {table} SET id = id"),
            Attempt("read and write for ever", f"SET default_transaction_read_only = off; COMMIT; UPDATE {table} SET id = id"),
            Attempt("become a superuser", "SET SESSION AUTHORIZATION postgres"),
            Attempt(
                "write through a statement that reads", f"WITH gone AS (DELETE FROM {table} WHERE id = 99 RETURNING 1) TABLE gone"
            ),
        )

    def attempt(self, reader: Reader, attempt: Attempt) -> None:
        """Through the very connection with which the reader looks."""
        if not isinstance(reader, SqlReader):
            raise TypeError("not a reader of this bench")
        connection: Any = reader._connection.connection.dbapi_connection
        connection.execute(attempt.statement.encode())

    def attempt_freely(self, attempt: Attempt) -> None:
        """The same statement as superuser."""
        with psycopg.connect(self.address(), cursor_factory=psycopg.RawCursor) as connection:
            connection.execute(attempt.statement.encode())


class PostgresBench:
    """Builds databases on a server; ``admin`` is the address of its superuser. No more than a few are kept at a time."""

    lacks: frozenset[Ability] = frozenset()
    _numbers = count(1)
    #: emptied databases, by server
    _left: ClassVar[dict[str, list[str]]] = {}

    def __init__(self, admin: str) -> None:
        self._admin = admin
        self._beds: list[PostgresBed] = []
        self._prepare()

    def _prepare(self) -> None:
        """Roles, and an empty database in which each of them has its rights on whatever will be made."""
        with psycopg.connect(self._admin, autocommit=True) as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone():
                return
            for role in _RIGHTS:
                server.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{quickly_shown(PASSWORD)}'".encode())
            server.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0".encode())
        template = urlunsplit(urlsplit(self._admin)._replace(path=f"/{_TEMPLATE}"))
        with psycopg.connect(template, autocommit=True) as made:
            made.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            for role, rights in _RIGHTS.items():
                made.execute(f"ALTER DEFAULT PRIVILEGES GRANT {rights} ON TABLES TO {role}".encode())
                made.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {role}".encode())

    def build(
        self,
        inventory: Inventory,
        rows: Rows,
        *,
        zone: str = "UTC",
        epochs: Mapping[str, str] | None = None,
        zones: Mapping[str, str] | None = None,
    ) -> PostgresBed:
        """A new database."""
        bed = PostgresBed(self._admin, self._database(), inventory, zone, epochs or {}, zones or {})
        self._beds.append(bed)
        with bed.connected() as connection:
            for table in inventory.tables.values():
                for statement in create(table):
                    connection.execute(statement.encode())
            for table in inventory.tables.values():
                for statement in links(table, inventory.tables):
                    connection.execute(statement.encode())
        bed.fill(rows)
        return bed

    def _database(self) -> str:
        """An empty database: one that was used before and emptied, where nobody needs it any more."""
        if len(self._beds) >= _ALIVE:
            self._free(self._beds.pop(0))
        if self._left.get(self._admin):
            return self._left[self._admin].pop()
        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._admin, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}".encode())
        return name

    def _free(self, bed: PostgresBed) -> None:
        """Empty a database: that is ten times faster than making one."""
        bed.close()
        with psycopg.connect(bed.address(), autocommit=True) as connection:
            made = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
            for (schema,) in connection.execute(made).fetchall():
                connection.execute(f"DROP SCHEMA {quoted(schema)} CASCADE".encode())
            connection.execute("CREATE SCHEMA public")
        self._left.setdefault(self._admin, []).append(bed.name)

    def spellings(self) -> Sequence[Spelling]:
        """Days, clocks, instants, numbers, texts, and times that Python does not have."""
        return SPELLINGS

    def close(self) -> None:
        """Close all that was opened, and empty the databases for others."""
        while self._beds:
            self._free(self._beds.pop())
