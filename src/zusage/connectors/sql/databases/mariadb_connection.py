"""Opening MariaDB databases with settings of our own, whatever the server's are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ...trouble import CannotHandle, Unreachable
from .mariadb_pseudonym import pads

#: set as soon as the connection is there: how names and texts are quoted is asked of it then, once and for all
_MODE = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'"
#: times are shown in UTC, nothing is cut off in silence, days that no calendar has can be read, and nobody is waited for for ever
_SETTINGS = (
    f"{_MODE}, time_zone = '+00:00', "
    "innodb_lock_wait_timeout = 20, lock_wait_timeout = 20, foreign_key_checks = 1, unique_checks = 1, check_constraint_checks = 1, "
    "sql_safe_updates = 0, sql_select_limit = 18446744073709551615, sql_auto_is_null = 0, autocommit = 1, group_concat_max_len = 1073741824, "
    "optimizer_switch = 'subquery_cache=off'"  # which takes the answer for Ä as that for ä, where a column is compared so
)
_LOOKING = ("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",)
_CHANGING = ("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE",)
#: on by itself from 11.6 on, and then also a transaction that reads what is committed waits for rows that do not match
_SNAPSHOTS = "SHOW SESSION VARIABLES WHERE Variable_name = 'innodb_snapshot_isolation' AND Value = 'ON'"
_CONNECT_SECONDS = 10


def looking(system: str, url: sa.URL) -> sa.Engine:
    """An engine whose transactions can only read, from one state of the database."""
    return _engine(system, url, _LOOKING, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")


def changing(system: str, url: sa.URL, pseudonym_key: Callable[[], bytes]) -> sa.Engine:
    """An engine that may write. What pseudonyms need of the key is given to a session before its first pseudonym."""
    engine = _engine(system, url, _CHANGING, "START TRANSACTION")

    @sa.event.listens_for(engine, "connect")
    def refuse_copies(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT @@global.read_only")
            (read_only,) = cursor.fetchone()
            cursor.execute(_SNAPSHOTS)
            if cursor.fetchone():
                cursor.execute("SET SESSION innodb_snapshot_isolation = OFF")
        if read_only:  # also where the role could write all the same: what only a replica has lost is there again some day
            raise CannotHandle(
                f"system {system!r}: the writer's address leads to a server that only reads, such as a replica. Nothing was changed there. "
                "Name the server that takes writes."
            )

    @sa.event.listens_for(engine, "before_cursor_execute")
    def give_key(connection: sa.Connection, cursor: Any, statement: str, *_: object) -> None:
        if "@zusage_inner" in statement and not connection.info.get("zusage_key"):
            cursor.execute("SET @zusage_inner = %s, @zusage_outer = %s", pads(pseudonym_key()))
            connection.info["zusage_key"] = True

    return engine


def as_application(system: str, url: sa.URL) -> sa.Engine:
    """An engine that may do what the application's role may."""
    return _engine(system, url, (), "START TRANSACTION")


def place(url: sa.URL) -> str:
    """Server and database, without user and password."""
    socket = url.query.get("unix_socket", "")
    return f"{socket or url.host or 'localhost'}:{'' if socket else url.port or 3306}/{url.database or ''}"


def _engine(system: str, url: sa.URL, more: tuple[str, ...], begin: str) -> sa.Engine:
    if not url.database:
        raise Unreachable(system, "its url names no database; write mariadb://user:password@host/database")
    try:
        from pymysql.constants import FIELD_TYPE
        from pymysql.converters import conversions
    except ImportError:
        raise Unreachable(system, "the driver for MariaDB is not installed; install zusage[mariadb]") from None
    readers = {**conversions, FIELD_TYPE.BIT: _number_of_bits}
    engine = sa.create_engine(
        url.set(drivername="mariadb+pymysql").update_query_dict({"charset": "utf8mb4"}),
        poolclass=sa.NullPool,
        hide_parameters=True,
        enable_from_linting=False,  # a table of one row stands beside others on purpose
        connect_args={"autocommit": True, "conv": readers, "connect_timeout": _CONNECT_SECONDS, "init_command": _MODE},
    )

    @sa.event.listens_for(engine, "do_connect")
    def explain(dialect: Any, _: object, given: Any, options: dict[str, Any]) -> Any:
        try:
            return dialect.connect(*given, **options)
        except (AttributeError, TypeError, ValueError, OSError):  # the driver's own words may quote what it was given
            raise Unreachable(
                system,
                "the driver cannot use an option behind the ? of its url; for TLS write ?ssl_ca=/path/of/ca.pem, and check the path",
            ) from None

    @sa.event.listens_for(engine, "connect")
    def settle(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            _refuse_others(system, str(cursor.fetchone()[0]))
            for setting in (_SETTINGS, *more):
                cursor.execute(setting)

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _refuse_others(system: str, version: str) -> None:
    found = re.match(r"(?:5\.5\.5-)?(\d+)\.(\d+)\.\d+-MariaDB", version)
    if found is None or (int(found[1]), int(found[2])) < (10, 6):
        raise CannotHandle(
            f"system {system!r} is a server of version {version[:40]}; this version of zusage speaks MariaDB 10.6 and newer. "
            "Nothing was looked at or changed there."
        )


def _number_of_bits(value: bytes) -> int:
    """BIT columns are numbers to a condition."""
    return int.from_bytes(value, "big")
