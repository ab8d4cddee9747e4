"""Where the benchmark's databases lie, and how one is put back to its beginning."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from tests.integration import servers

from zusage.connectors.sql.databases.mariadb_roles import roles

from .world import TABLES, filling, schema

_ALL = (*TABLES, "dispute")
_DURABLE = (
    "--innodb-buffer-pool-size=1G",
    "--innodb-log-file-size=1G",
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-flush-method=O_DIRECT",
)


@dataclass(frozen=True)
class Addresses:
    """One database, for whoever looks, whoever changes and whoever may do everything."""

    reader: str
    writer: str
    owner: str


class Server(Protocol):
    """One kind of database, private and empty."""

    kind: str
    addresses: Addresses

    def empty(self) -> Addresses:
        """An empty database."""

    def let_read(self) -> None:
        """Let the reading role see the tables that have been made."""

    def keep(self) -> None:
        """Remember the database as it is now."""

    def fresh(self) -> Addresses:
        """The database as it was remembered, read once so that it is warm."""

    def engine(self, url: str) -> sa.Engine:
        """An engine with the settings under which the product changes such a database."""


@contextmanager
def server(kind: str, folder: Path) -> Iterator[Server]:
    """A private server of a kind, taken away afterwards."""
    match kind:
        case "sqlite":
            yield SqliteFiles(folder)
        case "postgresql":
            with servers.postgres("-c fsync=on", "-c jit=on", "-c shared_buffers=1GB", "-c max_wal_size=4GB") as running:
                yield PostgresServer(running)
        case _:
            with servers.mariadb(*_DURABLE) as running:
                yield MariadbServer(running)


@contextmanager
def accounts_on(kind: str, accounts: int, folder: Path) -> Iterator[Server]:
    """A server with the benchmark's accounts in it."""
    with server(kind, folder) as there:
        engine = there.engine(there.empty().owner)
        with engine.begin() as connection:
            for statement in (*schema(kind), *filling(kind, accounts)):
                connection.exec_driver_sql(statement)
        engine.dispose()
        there.let_read()
        there.keep()
        yield there


class SqliteFiles:
    """A file, and copies of it."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._kept, self._copy = folder / "kept.sqlite3", folder / "copy.sqlite3"
        self.addresses = Addresses(*3 * (f"sqlite:///{self._copy}",))

    def empty(self) -> Addresses:
        """No file yet."""
        self._copy.unlink(missing_ok=True)
        return self.addresses

    def let_read(self) -> None:
        """There are no roles."""

    def keep(self) -> None:
        """Copy the file."""
        with self.engine(self.addresses.owner).begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        shutil.copyfile(self._copy, self._kept)

    def fresh(self) -> Addresses:
        """Copy it back."""
        shutil.copyfile(self._kept, self._copy)
        _warm(self.engine(self.addresses.owner))
        return self.addresses

    def engine(self, url: str) -> sa.Engine:
        """Foreign keys hold, deleted content is overwritten, commits are on disk."""
        engine = sa.create_engine(url)

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: Any, _: object) -> None:
            for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "temp_store = MEMORY"):
                connection.execute(f"PRAGMA {pragma}")

        return engine


class PostgresServer:
    """A database, and another that is its template."""

    kind = "postgresql"

    def __init__(self, running: Any) -> None:
        self._running = running
        running.role("bench_reader")
        self.addresses = Addresses(running.url("copy", "bench_reader"), running.url("copy"), running.url("copy"))

    def empty(self) -> Addresses:
        """Made anew."""
        self._running.database("copy")
        return self.addresses

    def let_read(self) -> None:
        """All of the schema."""
        self._running.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO bench_reader", "copy")

    def keep(self) -> None:
        """Vacuumed, then copied."""
        self._running.run("VACUUM ANALYZE", "copy")
        self._running.run('CREATE DATABASE "kept" TEMPLATE "copy"')

    def fresh(self) -> Addresses:
        """Copied back, and written out so that no checkpoint is due."""
        self._running.run('DROP DATABASE IF EXISTS "copy" WITH (FORCE)')
        self._running.run('CREATE DATABASE "copy" TEMPLATE "kept"')
        self._running.run("CHECKPOINT")
        _warm(self.engine(self.addresses.owner))
        return self.addresses

    def engine(self, url: str) -> sa.Engine:
        """Nothing special."""
        return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"), execution_options={"no_parameters": True})


class MariadbServer:
    """A database, and another that is filled from it."""

    kind = "mariadb"

    def __init__(self, running: Any) -> None:
        self._running = running
        for statement in roles("copy", host="127.0.0.1"):
            running.run(statement.replace("…", servers.PASSWORD))
        self.addresses = Addresses(*(running.url("copy", user) for user in ("zusage_reader", "zusage_writer", "root")))

    def empty(self) -> Addresses:
        """Made anew."""
        self._running.database("copy")
        return self.addresses

    def let_read(self) -> None:
        """A right by name outlives its database."""

    def keep(self) -> None:
        """Filled from what is there."""
        self._running.database("kept")
        self._fill("kept", "copy")

    def fresh(self) -> Addresses:
        """Filled from what was kept."""
        self._running.database("copy")
        self._fill("copy", "kept")
        _warm(self.engine(self.addresses.owner))
        return self.addresses

    def engine(self, url: str) -> sa.Engine:
        """By the driver that the product uses."""
        return sa.create_engine(url.replace("mariadb://", "mariadb+pymysql://"), execution_options={"no_parameters": True})

    def _fill(self, database: str, other: str) -> None:
        with self.engine(self._running.url(database)).begin() as connection:
            for statement in (*schema(self.kind), *filling(self.kind, 0)[-5:]):
                connection.exec_driver_sql(statement)
            for table in _ALL:
                connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {other}.{table}")
            connection.exec_driver_sql(f"ANALYZE TABLE {', '.join(_ALL)}").all()


def _warm(engine: sa.Engine) -> None:
    """Read every table once."""
    with engine.connect() as connection:
        for table in _ALL:
            connection.exec_driver_sql(f"SELECT count(*), max(id) FROM {table}").all()
    engine.dispose()
