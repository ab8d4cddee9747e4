"""Where the benchmark's databases lie, and how one is put back to its beginning."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from .world import TABLES, filling, schema


@dataclass(frozen=True)
class Addresses:
    """One database, for whoever looks and whoever changes."""

    reader: str
    writer: str


class Place(Protocol):
    """One kind of database with the benchmark's rows in it."""

    kind: str

    def fresh(self) -> Addresses:
        """A copy as it was at the beginning, read once so that it is warm."""

    def engine(self, url: str) -> sa.Engine:
        """An engine with the settings under which the product changes such a database."""


@contextmanager
def place(kind: str, accounts: int, folder: Path) -> Iterator[Place]:
    """A private place of a kind, taken away afterwards."""
    from tests.integration import servers

    match kind:
        case "sqlite":
            yield SqlitePlace(folder, accounts)
        case "postgresql":
            with servers.postgres("-c fsync=on", "-c shared_buffers=1GB", "-c max_wal_size=4GB") as server:
                yield PostgresPlace(server, accounts)
        case _:
            with servers.mariadb("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=1G") as server:
                yield MariadbPlace(server, accounts)


class SqlitePlace:
    """A file, and copies of it."""

    kind = "sqlite"

    def __init__(self, folder: Path, accounts: int) -> None:
        self._base, self._copy = folder / "base.sqlite3", folder / "copy.sqlite3"
        with self.engine(f"sqlite:///{self._base}").begin() as connection:
            for statement in (*schema(self.kind), *filling(self.kind, accounts), "ANALYZE"):
                connection.exec_driver_sql(statement)

    def fresh(self) -> Addresses:
        """Copy the file."""
        shutil.copyfile(self._base, self._copy)
        url = f"sqlite:///{self._copy}"
        warm(self.engine(url))
        return Addresses(url, url)

    def engine(self, url: str) -> sa.Engine:
        """Foreign keys hold, deleted content is overwritten, commits are on disk."""
        engine = sa.create_engine(url)

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: object, _: object) -> None:
            for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "temp_store = MEMORY"):
                connection.execute(f"PRAGMA {pragma}")

        return engine


class PostgresPlace:
    """A template database, and copies of it."""

    kind = "postgresql"

    def __init__(self, server: object, accounts: int) -> None:
        self._server = server
        server.role("bench_reader")
        engine = self.engine(server.database("base"))
        reading = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO bench_reader"
        with engine.begin() as connection:
            for statement in (*schema(self.kind), *filling(self.kind, accounts), reading):
                connection.exec_driver_sql(statement)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        engine.dispose()

    def fresh(self) -> Addresses:
        """Copy the template."""
        self._server.run('DROP DATABASE IF EXISTS "copy" WITH (FORCE)')
        self._server.run('CREATE DATABASE "copy" TEMPLATE "base"')
        self._server.run("CHECKPOINT")
        url = self._server.url("copy")
        warm(self.engine(url))
        return Addresses(self._server.url("copy", "bench_reader"), url)

    def engine(self, url: str) -> sa.Engine:
        """Nothing special."""
        return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


class MariadbPlace:
    """A database, and another that is filled from it."""

    kind = "mariadb"

    def __init__(self, server: object, accounts: int) -> None:
        self._server = server
        self._base = server.database("base")
        server.role("bench_reader")
        with self.engine(self._base).begin() as connection:
            for statement in (*schema(self.kind), *filling(self.kind, accounts)):
                connection.exec_driver_sql(statement)

    def fresh(self) -> Addresses:
        """Fill the copy anew."""
        url = self._server.database("copy")
        engine = self.engine(url)
        with engine.begin() as connection:
            for statement in (*schema(self.kind), *filling(self.kind, 0)[-5:]):
                connection.exec_driver_sql(statement)
            for table in (*TABLES, "dispute"):
                connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM base.{table}")
            connection.exec_driver_sql(f"ANALYZE TABLE {', '.join(TABLES)}")
            connection.exec_driver_sql("GRANT SELECT ON copy.* TO bench_reader@'127.0.0.1'")
        warm(engine)
        return Addresses(self._server.url("copy", "bench_reader"), url)

    def engine(self, url: str) -> sa.Engine:
        """Nothing special."""
        return sa.create_engine(url)


def warm(engine: sa.Engine) -> None:
    """Read every table once."""
    with engine.connect() as connection:
        for table in (*TABLES, "dispute"):
            connection.exec_driver_sql(f"SELECT count(*), max(id) FROM {table}").all()
    engine.dispose()
