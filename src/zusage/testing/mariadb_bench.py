"""A bench for MariaDB: real databases on a server that is given, with the very roles that the product asks for."""

# ruff: noqa: S608 - every name is quoted

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pymysql
import sqlalchemy as sa
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions

from zusage.connectors.opening import open_application, open_reader, open_writer, times_of
from zusage.connectors.port import Application, Reader, Sealer, Writer
from zusage.connectors.sql.databases.mariadb_roles import roles
from zusage.connectors.sql.dialects.mariadb import MariaDB
from zusage.connectors.sql.reader import SqlReader
from zusage.promises.inventory import ColumnInfo, ColumnKind, Inventory, TableInfo
from zusage.promises.manifest import System

from .bench import Ability, Attempt, Copier, Rows, Spelling, Values
from .mariadb_spellings import SPELLINGS

_TYPES: Mapping[ColumnKind, str] = {
    "text": "VARCHAR(200)",
    "integer": "BIGINT",
    "number": "DECIMAL(24,4)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "DATETIME(6)",
    "binary": "VARBINARY(200)",
    "json": "JSON",
    "array": "JSON",
    "uuid": "UUID",
    "other": "TIME",
}
#: days that no calendar has can be put in, as applications that are told so do
_MODE = "SET sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES', time_zone = '+00:00', innodb_lock_wait_timeout = 1, foreign_key_checks = 1"
_SECRET = "bench"  # noqa: S105 - of accounts on a server that lives as long as a test
_NUMBERS = count(1)


def quoted(name: str) -> str:
    """A name as SQL."""
    return "`" + name.replace("`", "``") + "`"


def create(table: TableInfo, engine: str = "InnoDB") -> str:
    """The statement that makes a table."""
    parts = [_column(column) for column in table.columns]
    if table.primary_key:
        parts.append(f"PRIMARY KEY ({_list(table.primary_key)})")
    parts += [
        f"FOREIGN KEY ({_list(key.columns)}) REFERENCES {quoted(key.table)} ({_list(key.referred)}) ON DELETE {key.on_delete}"
        for key in table.foreign_keys
    ]
    parts += [f"UNIQUE ({_list(columns)})" for columns in table.unique]
    parts += [f"CHECK ({check})" for check in table.checks]
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)}) ENGINE={engine}"


def _column(column: ColumnInfo) -> str:
    if column.generated:
        return f"{quoted(column.name)} {_TYPES[column.kind]} GENERATED ALWAYS AS ({column.declared})"
    size = f"VARCHAR({column.length})" if column.length and not column.declared else _type(column)
    return f"{quoted(column.name)} {size} {'NULL' if column.nullable else 'NOT NULL'}"


def _type(column: ColumnInfo) -> str:
    return column.declared.partition(" collate ")[0] or _TYPES[column.kind]


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


class MariaDbBed:
    """One database."""

    def __init__(
        self,
        admin: Any,
        server: sa.URL,
        name: str,
        inventory: Inventory,
        zone: str = "UTC",
        epochs: Mapping[str, str] | None = None,
        zones: Mapping[str, str] | None = None,
    ) -> None:
        self._admin = admin
        self.name = name
        self.inventory = inventory
        self._server = server
        given = {"url": self.address("reader"), "writer": self.address("writer"), "application": self.address("application")}
        times = {"time_zone": zone, "epochs": epochs or {}, "zones": zones or {}}
        self._system = System.model_validate({**given, **times})
        self._times = times_of(self._system)
        self._opened: list[Reader | Writer | Application] = []

    def address(self, role: str) -> str:
        """Where one of its three accounts finds it."""
        url = self._server.set(username=f"bench_{role}", password=_SECRET, database=self.name).update_query_dict(
            {"ssl_disabled": "true"}
        )
        return url.render_as_string(hide_password=False)

    def administered(self) -> str:
        """Where an administrator finds it."""
        url = self._server.set(database=self.name).update_query_dict({"ssl_disabled": "true"})
        return url.render_as_string(hide_password=False)

    def make(self) -> None:
        """The empty database."""
        self.by(f"CREATE DATABASE {quoted(self.name)} CHARACTER SET utf8mb4", f"USE {quoted(self.name)}")

    def drop(self) -> None:
        """Take it away."""
        self.close()
        self.by("SET foreign_key_checks = 0", f"DROP DATABASE IF EXISTS {quoted(self.name)}", "SET foreign_key_checks = 1")

    def _run(self, connection: Any, statement: str, values: Sequence[object] = ()) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, tuple(values) or None)

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection that may do everything, without patience."""
        self._admin.select_db(self.name)
        yield self._admin

    def by(self, *statements: str) -> None:
        """Hand-written statements."""
        for statement in statements:
            self._run(self._admin, statement)

    def reader(self) -> Reader:
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
        address = sa.make_url(self.address("writer")).set(username=account, password=password)
        self._system = self._system.model_copy(update={"writer": address.render_as_string(hide_password=False)})

    def application(self) -> Application:
        """Through the application's door."""
        opened = open_application(self.inventory.system, self._system, self.inventory)
        self._opened.append(opened)
        return opened

    def close(self) -> None:
        """Close all that was opened."""
        for opened in self._opened:
            opened.close()
        self._opened.clear()

    def rows(self, table: str) -> list[dict[str, object]]:
        """Every row, past the product."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {quoted(table)}")
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def means(self, table: str, column: str, stored: object) -> object:
        """As the dialect decodes it."""
        info = self.inventory.tables[table].column(column)
        decoded = MariaDB().decode(stored, info, self._times.of(f"{table}.{column}")) if info else None
        if decoded is None:  # a day that nobody can place must not be taken for one
            return str(stored) if isinstance(stored, date) else stored
        return decoded

    def encode(self, table: str, row: Values) -> dict[str, Any]:
        """Times as this system holds them."""
        return {name: self._encoded(table, name, value) for name, value in row.items()}

    def _encoded(self, table: str, column: str, value: object) -> object:
        if not isinstance(value, datetime):
            return value
        epoch = self._system.epochs.get(f"{table}.{column}")
        if epoch:
            return int(value.timestamp() * (1000 if epoch == "milliseconds" else 1))
        info = self.inventory.tables[table].column(column)
        zone = UTC if info and info.declared.startswith("timestamp") else ZoneInfo(self._times.of(f"{table}.{column}").zone)
        naive = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
        return naive.isoformat(" ") if info and info.kind == "text" else naive

    def put(self, table: str, row: Values) -> bool:
        """Insert, unless somebody holds a lock."""
        values = self.encode(table, row)
        marks = ", ".join(["%s"] * len(values))
        names = _list(tuple(values)).replace("%", "%%")
        try:
            with self.connected() as connection:
                self._run(
                    connection, f"INSERT INTO {quoted(table).replace('%', '%%')} ({names}) VALUES ({marks})", [*values.values()]
                )
        except pymysql.err.OperationalError as error:
            if error.args[0] == 1205:
                return False
            raise
        return True

    def alter(self, table: str, key: Values, values: Values) -> None:
        """Update."""
        new, found = self.encode(table, values), self.encode(table, key)
        sets = ", ".join(f"{quoted(name)} = %s" for name in new)
        where = " AND ".join(f"{quoted(name)} = %s" for name in found)
        with self.connected() as connection:
            self._run(connection, f"UPDATE {quoted(table)} SET {sets} WHERE {where}", [*new.values(), *found.values()])

    def add_trigger(self, trigger: Copier) -> None:
        """As MariaDB writes it."""
        table, column = trigger.into
        with self.connected():
            self.by(
                f"CREATE TRIGGER {quoted(trigger.name)} AFTER {trigger.event} ON {quoted(trigger.table)} FOR EACH ROW "
                f"INSERT INTO {quoted(table)} ({quoted(column)}) VALUES (OLD.{quoted(trigger.column)})"
            )

    def attempts(self) -> Sequence[Attempt]:
        """Ways to write that MariaDB knows."""
        name = next(iter(self.inventory.tables))
        table, column = quoted(name), quoted(self.inventory.tables[name].columns[0].name)
        return (
            Attempt("insert", f"INSERT INTO {table} ({column}) VALUES (77)"),
            Attempt("update", f"UPDATE {table} SET {column} = {column}"),
            Attempt("delete", f"DELETE FROM {table} WHERE {column} = -1"),
            Attempt("replace", f"REPLACE INTO {table} ({column}) VALUES (77)"),
            Attempt("create table", "CREATE TABLE made (x INT)"),
            Attempt("create temporary table", "CREATE TEMPORARY TABLE made (x INT)"),
            Attempt("create view", f"CREATE VIEW shown AS SELECT * FROM {table}"),
            Attempt("create trigger", f"CREATE TRIGGER pulled AFTER INSERT ON {table} FOR EACH ROW SET @x = 1"),
            Attempt("create index", f"CREATE INDEX found ON {table} ({column})"),
            Attempt("create procedure", "CREATE PROCEDURE done() SELECT 1"),
            Attempt("create event", "CREATE EVENT later ON SCHEDULE EVERY 1 DAY DO SET @x = 1"),
            Attempt("create sequence", "CREATE SEQUENCE numbers"),
            Attempt("create database", f"CREATE DATABASE {quoted(self.name + '_more')}"),
            Attempt("create user", f"CREATE OR REPLACE USER '{self.name}_more'@'%'"),
            Attempt("add column", f"ALTER TABLE {table} ADD COLUMN more INT"),
            Attempt("lock", f"LOCK TABLES {table} WRITE"),
            Attempt("analyze", "SET GLOBAL innodb_stats_persistent = ON"),
            Attempt("outfile", f"SELECT 1 INTO OUTFILE '../{uuid4().hex}.txt'"),  # beside the databases: goes with the server
        )

    def attempt(self, reader: Reader, attempt: Attempt) -> None:
        """Through the very connection with which the reader looks."""
        if not isinstance(reader, SqlReader):
            raise TypeError("not a reader of this bench")
        self._run(reader._connection.connection.dbapi_connection, attempt.statement)

    def attempt_freely(self, attempt: Attempt) -> None:
        """The same statement without any restraint, on a connection whose locks end with it."""
        with closing(administrator(self._server)) as connection:
            connection.select_db(self.name)
            self._run(connection, attempt.statement)


def _accounts() -> Iterator[str]:
    """The roles as the product asks for them, here for every database of a bench."""
    for statement in roles("zb%", reader="bench_reader", writer="bench_writer"):
        yield statement.replace("…", _SECRET).replace("\\%", "%")
    yield f"CREATE USER IF NOT EXISTS bench_application@'%' IDENTIFIED BY '{_SECRET}'"
    yield "GRANT SELECT, INSERT, UPDATE, DELETE ON `zb%`.* TO bench_application@'%'"


def administrator(address: sa.URL) -> Any:
    """A connection that may do everything, also put in days that no calendar has."""
    at = {"host": address.host, "port": address.port or 3306, "charset": "utf8mb4", "autocommit": True, "ssl_disabled": True}
    bits = {**conversions, FIELD_TYPE.BIT: lambda value: int.from_bytes(value, "big")}
    return pymysql.connect(**at, user=address.username, password=address.password or "", conv=bits, init_command=_MODE)  # type: ignore[call-overload]


class MariaDbBench:
    """Builds databases on a server, of which it is given the address of an account that may do everything."""

    lacks: frozenset[Ability] = frozenset({"schemas", "deferring", "keyless", "arrays"})

    def __init__(self, address: str, engine: str = "InnoDB") -> None:
        self._server = sa.make_url(address)
        self._admin = administrator(self._server)
        self._engine = engine
        self._beds: list[MariaDbBed] = []
        for statement in _accounts():
            with self._admin.cursor() as cursor:
                cursor.execute(statement)

    @property
    def knows_uuids(self) -> bool:
        """Whether the server has a type for them, as from version 10.7 on; before that they are texts."""
        found = re.search(r"(\d+)\.(\d+)\.\d+-MariaDB", str(self._admin.get_server_info()))
        return found is None or (int(found[1]), int(found[2])) >= (10, 7)

    def build(
        self,
        inventory: Inventory,
        rows: Rows,
        *,
        zone: str = "UTC",
        epochs: Mapping[str, str] | None = None,
        zones: Mapping[str, str] | None = None,
    ) -> MariaDbBed:
        """A new database."""
        bed = MariaDbBed(self._admin, self._server, f"zb{next(_NUMBERS)}", inventory, zone, epochs, zones)
        bed.make()
        self._beds.append(bed)
        made = [create(table, self._engine) for table in inventory.tables.values()]
        if not self.knows_uuids:
            made = [statement.replace(" UUID ", " CHAR(36) ") for statement in made]
        bed.by("SET foreign_key_checks = 0", *made, "SET foreign_key_checks = 1")  # tables may refer to those that come later
        for name, given in rows.items():
            for row in given:
                if not bed.put(name, row):
                    raise RuntimeError(f"{name} could not be filled")
        return bed

    def spellings(self) -> Sequence[Spelling]:
        """Days, times, instants, texts, numbers and rubbish."""
        return SPELLINGS

    def close(self) -> None:
        """Take away all that was built."""
        for bed in self._beds:
            bed.drop()
        self._beds.clear()
        self._admin.close()
