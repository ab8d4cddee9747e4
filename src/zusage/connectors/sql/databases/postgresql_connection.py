"""Opening PostgreSQL databases: to look, to change, or as the application."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from ...trouble import CannotHandle

#: nobody waits longer than this for a lock of ours, nor we for another's
_PATIENCE = {"look": "30s", "change": "20s", "try": "5s"}
_CONNECT_SECONDS = 10
#: PostgreSQL 13, as the server numbers itself
_OLDEST = 130000
#: types whose values Python would change: they pass as PostgreSQL writes them
_AS_WRITTEN = (
    "interval", "inet", "cidr", "json", "jsonb", "timetz",
    "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange",
    "int4multirange", "int8multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange",
)  # fmt: skip
#: Conditions of ours are long and are asked of every partition: to compile each of them into machine code took twenty times as long as
#: to answer them as they are
_UNCOMPILED = {"jit": "off"}
#: the execution option that holds the key of pseudonyms
PSEUDONYM = "zusage_pseudonym"


def looking(system: str, url: sa.URL) -> sa.Engine:
    """An engine whose transactions cannot write and see one state of the database each."""
    options = {"default_transaction_read_only": "on", "lock_timeout": _PATIENCE["look"]}
    return _engine(system, url, options, isolation="REPEATABLE READ")


def changing(system: str, url: sa.URL, pseudonym_key: Callable[[], bytes]) -> sa.Engine:
    """An engine that may write. A row policy that would hide rows from it is an error there, not a smaller result."""
    engine = _engine(system, url, {"lock_timeout": _PATIENCE["change"], "row_security": "off"}, isolation="READ COMMITTED")

    @sa.event.listens_for(engine, "connect")
    def refuse_copies(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'")
            (read_only,) = cursor.fetchone()
        connection.rollback()
        if read_only:
            connection.close()
            raise CannotHandle(
                f"system {system!r}: the writer's address leads to a server, or a role, that only reads, such as a replica. "
                "Nothing was changed. Name the server that takes writes; where it changes, list all of them in the address and add "
                "target_session_attrs=read-write."
            )

    return engine.execution_options(**{PSEUDONYM: pseudonym_key})


def as_application(system: str, url: sa.URL) -> sa.Engine:
    """An engine with whatever the application's role is and may, that makes nobody wait."""
    return _engine(system, url, {"lock_timeout": _PATIENCE["try"]}, isolation="READ COMMITTED")


def _engine(system: str, url: sa.URL, options: dict[str, str], isolation: Any) -> sa.Engine:
    if importlib.util.find_spec("psycopg") is None:
        raise CannotHandle(
            f"system {system!r} is a PostgreSQL database, and the driver for it is not installed. Install zusage[postgresql]."
        )
    settings = {**options, **_UNCOMPILED, "TimeZone": "UTC", "DateStyle": "ISO, YMD", "application_name": "zusage"}
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        isolation_level=isolation,
        hide_parameters=True,
        enable_from_linting=False,  # it costs a fifth of the time in which a statement is put together
        connect_args={"connect_timeout": _CONNECT_SECONDS, "prepare_threshold": None},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        version = connection.info.server_version
        if version < _OLDEST:
            connection.close()
            raise old(system, version)
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))
        connection.commit()
        read_as_written(connection)

    return engine


def old(system: str, version: int) -> CannotHandle:
    """What is said of a server before PostgreSQL 13; ``version`` is as the server numbers itself."""
    return CannotHandle(
        f"system {system!r} is a PostgreSQL {version // 10000} server; this version of zusage speaks PostgreSQL 13 and newer, for "
        "older ones lack statements that it sends. Nothing was looked at or changed there. Bring the server to a version that is "
        "still maintained."
    )


def read_as_written(connection: Any) -> None:
    """Values that Python has no equal for come as texts: nothing that is sealed may come back changed."""
    from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader
    from psycopg.types.string import TextLoader

    for name in _AS_WRITTEN:
        connection.adapters.register_loader(name, TextLoader)
    for name, loader in {"date": DateLoader, "timestamp": TimestampLoader, "timestamptz": TimestamptzLoader}.items():
        connection.adapters.register_loader(name, _or_text(loader))


def _or_text(loader: Any) -> Any:
    """A loader that gives the text where Python has no such time."""
    from psycopg import DataError

    class OrText(loader):  # type: ignore[misc]
        """Infinity, before Christ, after the year 9999."""

        def load(self, data: Any) -> object:
            try:
                return super().load(data)
            except (DataError, ValueError, OverflowError):
                return bytes(data).decode()

    return OrText
