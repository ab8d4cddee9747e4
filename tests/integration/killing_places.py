"""Where the databases lie on which ``apply`` is killed, and how they are put back as they were."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pymysql

from tests.integration.servers import MariaDB, Postgres

Rows = dict[str, list[tuple[object, ...]]]
_EXAMPLES = Path(__file__).parents[2] / "examples"


class Place(Protocol):
    """Both databases of the shop, in some kind of database."""

    def found(self) -> None:
        """Make them, empty."""

    def environment(self, folder: Path) -> dict[str, str]:
        """Their addresses, by the names of the manifest's variables."""

    def furnish(self, folder: Path) -> None:
        """Make what the manifest needs beside its tables, such as roles, and note it in the folder."""

    def keep(self) -> None:
        """From now on they are put back as they are now."""

    def restore(self) -> None:
        """Put them back."""

    def rows(self, folder: Path) -> Rows:
        """Every row of every table."""


class SqlitePlace:
    """Files in the folder: they are copied with it."""

    def found(self) -> None:
        pass

    def environment(self, folder: Path) -> dict[str, str]:
        return {f"{name.upper()}_DATABASE_URL": f"sqlite:///{folder}/{name}.sqlite3" for name in ("shop", "mailbox")}

    def furnish(self, folder: Path) -> None:
        pass

    def keep(self) -> None:
        pass

    def restore(self) -> None:
        pass

    def rows(self, folder: Path) -> Rows:
        found: Rows = {}
        for name in ("shop", "mailbox"):
            database = sqlite3.connect(folder / f"{name}.sqlite3")
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
                found[f"{name}.{table}"] = sorted(database.execute(f'SELECT * FROM "{table}"'), key=repr)
            database.close()
        return found


@dataclass
class PostgresPlace:
    """Two databases of a private server, with the roles that the product asks for; put back from templates."""

    server: Postgres
    #: the addresses of the roles, made once
    roles: dict[str, str] = field(default_factory=dict)

    def found(self) -> None:
        for name in _DATABASES.values():
            self.server.database(name)

    def environment(self, folder: Path) -> dict[str, str]:
        noted = folder / "roles"
        roles = dict(line.split("=", 1) for line in noted.read_text().splitlines()) if noted.exists() else {}
        return {f"{name.upper()}_DATABASE_URL": self.server.url(database) for name, database in _DATABASES.items()} | roles

    def furnish(self, folder: Path) -> None:
        sys.path.insert(0, str(_EXAMPLES))
        from plate_shop.roles import Roles, for_roles
        from zusage.bootstrap.granting import role_statements

        made: dict[str, str] = {}
        for name, database in _DATABASES.items():
            statements = role_statements(self.server.url(database), folder / "zusage.yaml", name)
            made |= Roles(self.server.url(database), list(statements)).make(name.upper())
        (folder / "roles").write_text("".join(f"{key}={value}\n" for key, value in made.items()))
        shop = folder / "shop.yaml"
        shop.write_text(for_roles(shop.read_text()))
        os.environ.update(made)

    def keep(self) -> None:
        for name in _DATABASES.values():
            self.server.run(f"DROP DATABASE IF EXISTS {name}_kept")
            self.server.run(f"ALTER DATABASE {name} RENAME TO {name}_kept")

    def restore(self) -> None:
        for name in _DATABASES.values():
            self.server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self.server.run(f"CREATE DATABASE {name} TEMPLATE {name}_kept")

    def rows(self, folder: Path) -> Rows:
        import psycopg

        found: Rows = {}
        for name, database in _DATABASES.items():
            with psycopg.connect(self.server.url(database)) as connection:
                for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
                    found[f"{name}.{table}"] = sorted(connection.execute(f'SELECT * FROM "{table}"'.encode()), key=repr)
        return found


@dataclass
class MariaDbPlace(PostgresPlace):
    """The same on a private MariaDB; put back row by row from databases beside them."""

    server: MariaDB  # type: ignore[assignment]

    def keep(self) -> None:
        for database in _DATABASES.values():
            self.server.database(f"{database}_kept")
            self.server.run(
                *(f"CREATE TABLE {database}_kept.{name} AS SELECT * FROM {database}.{name}" for name in self._tables(database))
            )

    def restore(self) -> None:
        for (number,) in self.server.run("SELECT ID FROM information_schema.PROCESSLIST WHERE USER LIKE 'zusage%'"):
            with suppress(pymysql.err.OperationalError):  # it may have gone by itself
                self.server.run(f"KILL {number}")
        for database in _DATABASES.values():
            back = (
                part
                for name in self._tables(f"{database}_kept")
                for part in (f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM {database}_kept.{name}")
            )
            self.server.run("SET foreign_key_checks = 0", "START TRANSACTION", *back, "COMMIT", database=database)

    def rows(self, folder: Path) -> Rows:
        found: Rows = {}
        for name, database in _DATABASES.items():
            for table in self._tables(database):
                found[f"{name}.{table}"] = sorted(self.server.run(f"SELECT * FROM {database}.{table}"), key=repr)
        return found

    def _tables(self, database: str) -> list[str]:
        return [str(row[0]) for row in self.server.run(f"SHOW TABLES FROM {database}")]


_DATABASES = {"shop": "killed_shop", "mailbox": "killed_mailbox"}
