"""Whether two connections to PostgreSQL lead to one database: at one server, or at a replica of the other's."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import sqlalchemy as sa

#: how long a replica may take to be where the primary is now
_PATIENCE_SECONDS = 30.0
_BETWEEN_SECONDS = 0.1
_WRITTEN = "SELECT pg_catalog.pg_current_wal_flush_lsn() - '0/0'"
_REPLAYED = "SELECT pg_catalog.pg_last_wal_replay_lsn() - '0/0'"


@dataclass(frozen=True, slots=True)
class _Server:
    """What a server says of itself; every role may ask."""

    name: str
    #: the same at the original and all its copies, whether they follow it or not
    cluster: int
    #: the database's number, which a copy has too
    database: int
    follows: bool

    def __str__(self) -> str:
        is_replica = ", a replica" if self.follows else ""
        return f"database {self.name!r} of the PostgreSQL system {self.cluster}{is_replica}"


def apart(looking: sa.Connection, changing: sa.Connection) -> str:
    """Why it is not shown that both lead to one database; empty where it is.

    1.  A lock that one takes is seen by the other: one server and one database, whatever its names.
    2.  Or the one that looks is at a replica of the same system and database that follows: it comes to stand between two places in
        the primary's log. A copy that has gone its own way does not, though it bears the same number.
    """
    if _share_locks(looking, changing):
        return ""
    here, there = _server(looking), _server(changing)
    if (here.cluster, here.database) != (there.cluster, there.database):
        return f"url leads to {here}, and writer to {there}"
    if not here.follows:
        return f"url leads to {here}, and writer to another server with a copy of it that it does not follow"
    return _behind(looking, changing, here)


def _share_locks(looking: sa.Connection, changing: sa.Connection) -> bool:
    key = secrets.randbits(62)
    with changing.begin(), looking.begin():
        changing.execute(sa.text("SELECT pg_catalog.pg_advisory_xact_lock(:key)"), {"key": key})
        free = looking.execute(sa.text("SELECT pg_catalog.pg_try_advisory_xact_lock(:key)"), {"key": key}).scalar_one()
    return not free


def _server(connection: sa.Connection) -> _Server:
    with connection.begin():
        row = connection.exec_driver_sql(
            "SELECT pg_catalog.current_database(), (SELECT system_identifier FROM pg_catalog.pg_control_system()), "
            "(SELECT oid::bigint FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()), "
            "pg_catalog.pg_is_in_recovery()"
        ).one()
    return _Server(*row)


def _behind(looking: sa.Connection, changing: sa.Connection, here: _Server) -> str:
    """Step 2."""
    begun, end = _asked(changing, _WRITTEN), time.monotonic() + _PATIENCE_SECONDS
    while (reached := _asked(looking, _REPLAYED)) < begun:
        if time.monotonic() > end:
            return f"url leads to {here} that does not catch up with the server of writer within {_PATIENCE_SECONDS:.0f} seconds"
        time.sleep(_BETWEEN_SECONDS)
    if reached > _asked(changing, _WRITTEN):
        return f"url leads to {here} that follows another server than that of writer"
    return ""


def _asked(connection: sa.Connection, question: str) -> int:
    """A place in the log, as the number of bytes before it."""
    with connection.begin():
        return int(connection.exec_driver_sql(question).scalar_one() or 0)
