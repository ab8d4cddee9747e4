"""A bench for SQLite: real files, opened through the product's own doors."""

# ruff: noqa: S608 - every name is quoted

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zusage.connectors.opening import open_application, open_reader, open_writer, times_of
from zusage.connectors.port import Application, Reader, Sealer, Writer
from zusage.connectors.sql.dialects.sqlite import SQLite
from zusage.connectors.sql.reader import SqlReader
from zusage.promises.inventory import ColumnInfo, ColumnKind, Inventory, TableInfo
from zusage.promises.manifest import System

from .bench import Ability, Attempt, Copier, Rows, Spelling, Values
from .sqlite_spellings import SPELLINGS

_TYPES: Mapping[ColumnKind, str] = {
    "text": "VARCHAR(200)",
    "integer": "INTEGER",
    "number": "NUMERIC",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "DATETIME",
    "binary": "BLOB",
    "json": "JSON",
    "uuid": "UUID",
    "other": "WHATEVER",
}


def quoted(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def create(table: TableInfo) -> str:
    """The statement that makes a table."""
    parts = [_column(column) for column in table.columns]
    if table.primary_key:
        parts.append(f"PRIMARY KEY ({_list(table.primary_key)})")
    parts += [
        f"FOREIGN KEY ({_list(key.columns)}) REFERENCES {quoted(key.table)} ({_list(key.referred)}) ON DELETE {key.on_delete}"
        + (" DEFERRABLE" if key.deferrable else "")
        for key in table.foreign_keys
    ]
    parts += [f"UNIQUE ({_list(columns)})" for columns in table.unique]
    parts += [f"CHECK ({check})" for check in table.checks]
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)})"


def _column(column: ColumnInfo) -> str:
    generated = f" GENERATED ALWAYS AS ({column.declared})" if column.generated else ""
    size = f"({column.length})" if column.length else ""
    kind = f"VARCHAR{size}" if size else _TYPES[column.kind]
    return f"{quoted(column.name)} {kind}{generated}{'' if column.nullable else ' NOT NULL'}"


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


class SqliteBed:
    """One SQLite file."""

    def __init__(
        self,
        path: Path,
        inventory: Inventory,
        zone: str = "UTC",
        epochs: Mapping[str, str] | None = None,
        zones: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.inventory = inventory
        address = f"sqlite:///{path}"
        times = {"time_zone": zone, "epochs": epochs or {}, "zones": zones or {}}
        self._system = System.model_validate({"url": address, "application": address, **times})
        self._times = times_of(self._system)
        self._opened: list[Reader | Writer | Application] = []

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """A connection of nobody's that may do everything, without patience."""
        with closing(sqlite3.connect(self.path, timeout=0.1, isolation_level=None)) as connection:
            yield connection

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
        with self.connected() as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM {quoted(table)}")]

    def means(self, table: str, column: str, stored: object) -> object:
        """As the dialect decodes it."""
        info = self.inventory.tables[table].column(column)
        decoded = SQLite().decode(stored, info, self._times.of(f"{table}.{column}")) if info else None
        return stored if decoded is None else decoded

    def encode(self, table: str, row: Values) -> dict[str, Any]:
        """Times as this system holds them."""
        return {name: self._encoded(f"{table}.{name}", value) for name, value in row.items()}

    def _encoded(self, column: str, value: object) -> object:
        if not isinstance(value, datetime):
            return value.isoformat() if isinstance(value, date) else value
        epoch = self._system.epochs.get(column)
        if epoch:
            return int(value.timestamp() * (1000 if epoch == "milliseconds" else 1))
        naive = value.astimezone(ZoneInfo(self._times.of(column).zone)).replace(tzinfo=None) if value.tzinfo else value
        return naive.isoformat(" ")

    def put(self, table: str, row: Values) -> bool:
        """Insert, unless the file is locked."""
        values = self.encode(table, row)
        marks = ", ".join("?" * len(values))
        try:
            with self.connected() as connection:
                connection.execute(f"INSERT INTO {quoted(table)} ({_list(tuple(values))}) VALUES ({marks})", [*values.values()])
        except sqlite3.OperationalError:
            return False
        return True

    def alter(self, table: str, key: Values, values: Values) -> None:
        """Update."""
        new = self.encode(table, values)
        found = self.encode(table, key)
        sets = ", ".join(f"{quoted(name)} = ?" for name in new)
        where = " AND ".join(f"{quoted(name)} = ?" for name in found)
        with self.connected() as connection:
            connection.execute(f"UPDATE {quoted(table)} SET {sets} WHERE {where}", [*new.values(), *found.values()])

    def add_trigger(self, trigger: Copier) -> None:
        """As SQLite writes it."""
        table, column = trigger.into
        with self.connected() as connection:
            connection.execute(
                f"CREATE TRIGGER {quoted(trigger.name)} AFTER {trigger.event} ON {quoted(trigger.table)} BEGIN "
                f"INSERT INTO {quoted(table)} ({quoted(column)}) VALUES (OLD.{quoted(trigger.column)}); END"
            )

    def attempts(self) -> Sequence[Attempt]:
        """Every way to write that SQLite knows."""
        table = quoted(next(iter(self.inventory.tables)))
        other = self.path.with_name("other.sqlite3")
        return (
            Attempt("insert", f"INSERT INTO {table} DEFAULT VALUES"),
            Attempt("update", f"UPDATE {table} SET rowid = rowid"),
            Attempt("delete", f"DELETE FROM {table}"),
            Attempt("replace", f"REPLACE INTO {table} SELECT * FROM {table}"),
            Attempt("create table", "CREATE TABLE made (x)"),
            Attempt("create temporary table", "CREATE TEMP TABLE made (x)"),
            Attempt("create view", f"CREATE VIEW shown AS SELECT * FROM {table}"),
            Attempt("create trigger", f"CREATE TRIGGER pulled AFTER INSERT ON {table} BEGIN SELECT 1; END"),
            Attempt("create index", f"CREATE INDEX found ON {table} (id)"),
            Attempt("add column", f"ALTER TABLE {table} ADD COLUMN more"),
            Attempt("drop", f"DROP TABLE {table}"),
            Attempt("writable schema", "PRAGMA writable_schema = ON"),
            Attempt("journal mode", "PRAGMA journal_mode = MEMORY"),
            Attempt("user version", "PRAGMA user_version = 7"),
            Attempt("query only", "PRAGMA query_only = OFF"),
            Attempt("attach", f"ATTACH '{other}' AS other"),
            Attempt("vacuum", "VACUUM"),
            Attempt("vacuum into", f"VACUUM INTO '{self.path.with_name('copy.sqlite3')}'"),
            Attempt("reindex", "REINDEX"),
            Attempt("analyze", "ANALYZE"),
            Attempt("load extension", "SELECT load_extension('nothing')", obeyed=False),
        )

    def attempt(self, reader: Reader, attempt: Attempt) -> None:
        """Through the very connection with which the reader looks."""
        if not isinstance(reader, SqlReader):
            raise TypeError("not a reader of this bench")
        connection: Any = reader._connection.connection.dbapi_connection
        connection.execute(attempt.statement).fetchall()

    def attempt_freely(self, attempt: Attempt) -> None:
        """The same statement without any restraint."""
        with self.connected() as connection:
            connection.execute(attempt.statement).fetchall()


class SqliteBench:
    """Builds SQLite files in a folder."""

    lacks: frozenset[Ability] = frozenset({"schemas", "arrays"})

    def __init__(self, folder: Path, journal: str = "DELETE") -> None:
        self._folder = folder
        self._journal = journal
        self._numbers = count(1)
        self._beds: list[SqliteBed] = []

    def build(
        self,
        inventory: Inventory,
        rows: Rows,
        *,
        zone: str = "UTC",
        epochs: Mapping[str, str] | None = None,
        zones: Mapping[str, str] | None = None,
    ) -> SqliteBed:
        """A new file."""
        bed = SqliteBed(self._folder / f"{next(self._numbers)}.sqlite3", inventory, zone, epochs, zones)
        self._beds.append(bed)
        with bed.connected() as connection:
            connection.execute(f"PRAGMA journal_mode = {self._journal}")
            connection.execute("PRAGMA synchronous = OFF")
            for table in inventory.tables.values():
                connection.execute(create(table))
            first = next(iter(inventory.tables.values()))
            connection.execute(f"CREATE INDEX by_first ON {quoted(first.name)} ({quoted(first.columns[0].name)})")
        for name, given in rows.items():
            for row in given:
                if not bed.put(name, row):
                    raise RuntimeError(f"{name} could not be filled")
        return bed

    def spellings(self) -> Sequence[Spelling]:
        """Texts, numbers and rubbish."""
        return SPELLINGS

    def close(self) -> None:
        """Close all that was opened on any of them."""
        for bed in self._beds:
            bed.close()
