"""Opening SQLite files: to look, without any way to write, or to change."""

from __future__ import annotations

import base64
import hashlib
import hmac
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from ...trouble import Unreachable

_LOOKING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
}
_PRAGMAS = {
    "table_info", "table_xinfo", "table_list", "foreign_key_list", "index_list", "index_info", "index_xinfo",
    "database_list", "data_version",
}  # fmt: skip
_PATIENCE_SECONDS = 20.0


def file_of(system: str, url: sa.URL) -> Path:
    """The database file; raises Unreachable where there is none, because SQLite would silently make an empty one."""
    path = Path(url.database or "")
    if not url.database or not path.is_file():
        raise Unreachable(system, "there is no such database file")
    with path.open("rb") as stream:
        head = stream.read(16)
    if head and head != b"SQLite format 3\0":
        raise Unreachable(system, "the file is not an SQLite database")
    return path


def looking(system: str, url: sa.URL) -> sa.Engine:
    """An engine whose only connection can read: opened read-only, and every other action denied by the authorizer."""
    path = file_of(system, url)

    def connect() -> sqlite3.Connection:
        connection = _connected(path, "ro")
        connection.execute("PRAGMA query_only = ON")
        with suppress(sqlite3.OperationalError):  # one without JSON: then no path into a document is followed either
            connection.execute(
                "SELECT 1 FROM json_each('[]')"
            )  # makes itself known once, which looks like a change of the schema
        _greet_virtual_tables(connection)
        connection.set_authorizer(_only_look)
        return connection

    return _engine(connect, "BEGIN")


def _greet_virtual_tables(connection: sqlite3.Connection) -> None:
    """Each virtual table, such as one of full text, makes itself known once as well; of a module that is not here none can be read.

    What they hold lies in tables beside them, too, which are read as any other.
    """
    with suppress(sqlite3.DatabaseError):  # no database yet, or one that is locked: whoever looks is told so
        found = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'").fetchall()
        for (name,) in found:
            with suppress(sqlite3.OperationalError):
                connection.execute('SELECT 1 FROM "' + name.replace('"', '""') + '" LIMIT 0')  # noqa: S608 - a name, quoted


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to this very file: its name may hold what would end the address, and with it the mode."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=_PATIENCE_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _only_look(action: int, one: str | None, two: str | None, *_: object) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        asks = one in _PRAGMAS or (one == "read_uncommitted" and two is None)
        return sqlite3.SQLITE_OK if asks else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and two == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _LOOKING else sqlite3.SQLITE_DENY


def changing(system: str, url: sa.URL, pseudonym_key: Callable[[], bytes]) -> sa.Engine:
    """An engine that may write: foreign keys are enforced, and deleted content is overwritten with zeros."""
    path = file_of(system, url)

    def connect() -> sqlite3.Connection:
        connection = _connected(path, "rw")
        for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("zusage_pseudonym", 1, lambda value: pseudonym(pseudonym_key(), value), deterministic=True)
        return connection

    return _engine(connect, "BEGIN IMMEDIATE")


def as_application(system: str, url: sa.URL) -> sa.Engine:
    """An engine that opens the file as the application does."""
    path = file_of(system, url)

    def connect() -> sqlite3.Connection:
        return _connected(path, "rw")

    return _engine(connect, "BEGIN")


def _engine(connect: Callable[[], sqlite3.Connection], begin: str) -> sa.Engine:
    def prepared() -> sqlite3.Connection:
        connection = connect()
        connection.create_function("zusage_lower", 1, _lower, deterministic=True)
        connection.create_function("zusage_upper", 1, _upper, deterministic=True)
        return connection

    engine = sa.create_engine("sqlite://", creator=prepared, poolclass=StaticPool, enable_from_linting=False)

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()


def _upper(value: object) -> str | None:
    return None if value is None else str(value).upper()


def pseudonym(key: bytes, value: object) -> str | None:
    """A keyed code for a value: the same value gives the same code, and only who has the key can link the two."""
    if value is None:
        return None
    digest = hmac.new(key, str(value).encode(), hashlib.sha256).digest()
    return "psn1:" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
