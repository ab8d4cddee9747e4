"""Opening a declared system: to look, to change, or as its application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import Inventory
from zusage.promises.manifest import AccessLog, System

from .access_log.reader import LogReader
from .access_log.writer import LogWriter
from .port import Registrar, Remover, Restrictor, Sealer
from .sql.address import fill, resolve
from .sql.application import SqlApplication
from .sql.correcting import SqlCorrector
from .sql.databases.mariadb import MariaDbDatabase
from .sql.databases.port import Database, Needs
from .sql.databases.postgresql import PostgresDatabase
from .sql.databases.postgresql_policies import PostgresRestrictor, statements, why_not
from .sql.databases.sqlite import SqliteDatabase
from .sql.dialects.port import Times
from .sql.reader import SqlReader
from .sql.returning import SqlReturner
from .sql.survey import survey
from .sql.writer import SqlWriter
from .trouble import CannotHandle, Unreachable

#: the kinds of database that this version speaks, by the beginning of their addresses
_DATABASES: Mapping[str, Database] = {
    "sqlite": SqliteDatabase(),
    "postgresql": PostgresDatabase(),
    "mariadb": MariaDbDatabase(),
    "mysql": MariaDbDatabase(),
}


def open_reader(name: str, system: System, surveyed: Inventory | None = None) -> SqlReader:
    """Open to look; ``surveyed`` is what another reader of the same system has seen of the schema. Raises SystemTrouble."""
    url, database = _address(name, system.url)
    return SqlReader(name, database, database.looking(name, url), database.place(name, url), times_of(system), surveyed)


def tables_at(name: str, address: str) -> Inventory:
    """The tables at an address, by its catalogue alone: no row is read, so that any role will do. Raises SystemTrouble."""
    url, database = _address(name, address)
    engine = database.looking(name, url)
    try:
        with engine.connect() as connection, connection.begin():
            return survey(database, connection, name, database.place(name, url))
    except DBAPIError as error:
        raise Unreachable(name, database.reason(error)) from None
    finally:
        engine.dispose()


def open_writer(
    name: str, system: System, sealer: Sealer | None, pseudonym_key: Callable[[], bytes],
    registrar: Registrar | None = None, remover: Remover | None = None, seconds: float = 0,
) -> SqlWriter:  # fmt: skip
    """Open to change; ``seconds`` is how long a batch should last, 0 where that is no matter. Raises SystemTrouble."""
    url, database = _address(name, system.writer or system.url)
    engine = database.changing(name, url, pseudonym_key)
    return SqlWriter(name, database, engine, database.place(name, url), times_of(system), sealer, registrar, remover, seconds)


def why_apart(name: str, system: System) -> str:
    """Why it is not shown, at this moment, that reader and writer lead to one database; empty where it is. Raises SystemTrouble."""
    (url, database), (to, other) = _address(name, system.url), _address(name, system.writer or system.url)
    if database is not other:
        return f"url leads to {database.dialect.name}, and writer to {other.dialect.name}"
    engines = database.looking(name, url), database.changing(name, to, lambda: b"")
    try:
        with engines[0].connect() as looking, engines[1].connect() as changing:
            return database.apart(looking, changing)
    except DBAPIError as error:
        raise Unreachable(name, database.reason(error)) from None
    finally:
        for engine in engines:
            engine.dispose()


def lacking(name: str, system: System, needs: Needs, there: Inventory) -> tuple[str, ...]:
    """Which of these rights the writer's role is known not to have; ``there`` is what a reader sees. Raises SystemTrouble."""
    url, database = _address(name, system.writer or system.url)
    engine = database.changing(name, url, lambda: b"")
    try:
        with engine.connect() as connection:
            return tuple(map(str, database.lacking(connection, needs, there.tables)))
    except DBAPIError as error:
        raise Unreachable(name, database.reason(error)) from None
    finally:
        engine.dispose()


def open_log_reader(name: str, log: AccessLog) -> LogReader:
    """Open a log to look. Raises SystemTrouble."""
    return LogReader(name, log, fill(name, log.path))


def open_log_writer(name: str, log: AccessLog, key: Path) -> LogWriter:
    """Open a log to change; ``key`` is the file with the key of the codes for addresses. Raises SystemTrouble."""
    return LogWriter(name, log, fill(name, log.path), key)


def open_application(name: str, system: System, inventory: Inventory) -> SqlApplication:
    """Open as the application does. Raises SystemTrouble."""
    url, database = _address(name, system.application or "")
    return SqlApplication(name, database, database.as_application(name, url), inventory, times_of(system))


def open_restrictor(name: str, system: System) -> Restrictor:
    """Open to hide rows from the application where they are. Raises SystemTrouble; CannotHandle where there are no row policies."""
    url, database = _address(name, system.writer or system.url)
    if not isinstance(database, PostgresDatabase):
        raise CannotHandle(
            f"system {name!r} has no row policies, so that rows cannot be hidden from the application where they are. "
            "Take them out of its reach into the vault instead."
        )
    return PostgresRestrictor(name, database.changing(name, url, lambda: b""), times_of(system))


def policy_statements(name: str, system: System, tables: Sequence[str]) -> tuple[str, ...]:
    """What the owner of some tables runs once, so that their rows can be hidden from the application; none without row policies.

    A table of which rows cannot be hidden is named in a comment, with the reason.

    Raises SystemTrouble; CannotHandle where the application's role is not declared or no policy could bind it.
    """
    url, database = _address(name, system.url)
    if not isinstance(database, PostgresDatabase):
        return ()
    application, writer = (resolve(name, one).username if one else None for one in (system.application, system.writer))
    reader, writer = url.username, writer or url.username
    if not (application and reader and writer):
        raise CannotHandle(f"system {name!r} does not declare the role of its application: add application: postgresql://role@…")
    engine = database.as_application(name, url)
    try:
        with engine.connect() as connection:
            found = survey(database, connection, name, database.place(name, url)).tables
            why = {table: words for table in tables if (words := why_not(found[table]))}
            able = [found[table] for table in tables if table not in why]
            made = [one for table in able for one in statements(connection, table, application, reader, writer)]
            return (*dict.fromkeys(made), *(f"-- {words}" for words in why.values()))
    except DBAPIError as error:
        raise Unreachable(name, database.reason(error)) from None
    finally:
        engine.dispose()


def open_corrector(name: str, system: System) -> SqlCorrector:
    """Open to correct a value. Raises SystemTrouble."""
    url, database = _address(name, system.writer or system.url)
    engine = database.changing(name, url, lambda: b"")
    return SqlCorrector(name, database, engine, database.place(name, url), times_of(system))


def open_returner(name: str, system: System) -> SqlReturner:
    """Open to bring rows back that were out of the application's reach. Raises SystemTrouble."""
    url, database = _address(name, system.writer or system.url)
    return SqlReturner(name, database, database.changing(name, url, lambda: b""), database.place(name, url))


def times_of(system: System) -> Times:
    """How a declared system stores times."""
    epochs = {column: unit for column, unit in system.epochs.items() if unit != "text"}
    return Times(system.time_zone, epochs, system.zones)


def role_statements(
    name: str, address: str, needs: Callable[[Inventory], Needs] | None, reader: str, writer: str
) -> tuple[str, ...]:
    """What an administrator runs to make the two roles; only the catalogue is read, with whatever role the address has.

    ``needs`` says of the tables there what the roles must be able to do; without it, everything. Raises SystemTrouble.
    """
    url, database = _address(name, address)
    engine = database.as_application(name, url)
    try:
        with engine.connect() as connection:
            wanted = needs(survey(database, connection, name, database.place(name, url))) if needs else None
            return database.role_statements(connection, wanted, reader, writer)
    except DBAPIError as error:
        raise Unreachable(name, database.reason(error)) from None
    finally:
        engine.dispose()


def _address(name: str, address: str) -> tuple[sa.URL, Database]:
    url = resolve(name, address)
    backend = url.get_backend_name()
    if backend not in _DATABASES:
        raise CannotHandle(
            f"system {name!r} is a {backend} database, which this version does not speak. "
            "It speaks SQLite (sqlite:///file), PostgreSQL (postgresql://role@host/database) and MariaDB (mariadb://user@host/database); "
            "nothing was looked at or changed."
        )
    return url, _DATABASES[backend]
