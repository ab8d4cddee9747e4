"""Whether two connections to MariaDB lead to one database: at one server, or at a replica of the other's."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

import sqlalchemy as sa

from .mariadb_galera import nodes_apart

#: how long a replica may take to be where the primary is now
_PATIENCE_SECONDS = 30.0
_BETWEEN_SECONDS = 0.1
#: domain → the server that first made its last change, and the number of that change
Position = Mapping[int, tuple[int, int]]


def apart(looking: sa.Connection, changing: sa.Connection) -> str:
    """Why it is not shown that both lead to one database; empty where it is.

    1.  A lock that one takes is seen by the other: one server, whatever its names.
    2.  Or the one that looks is at a replica that follows: in each domain it comes to have applied the change that the primary wrote
        last, made by the same server under the same number, and none that the primary does not have.
    3.  Or both are nodes of one Galera cluster, and the one that looks has applied what the other had.
    """
    here, there = _schema(looking), _schema(changing)
    if here != there:
        return f"url leads to database {here!r}, and writer to database {there!r}"
    if _share_locks(looking, changing):
        return ""
    if (nodes := nodes_apart(looking, changing, _PATIENCE_SECONDS)) is not None:
        return nodes
    begun = _position(changing, "gtid_binlog_pos")
    if not begun:
        return f"url and writer lead to two servers with a database {here!r}, and that of writer keeps no log which a replica could follow"
    if not _position(looking, "gtid_slave_pos"):
        return f"url leads to another server than writer, with a database {here!r} too, that is no replica"
    return _behind(looking, changing, begun)


def _share_locks(looking: sa.Connection, changing: sa.Connection) -> bool:
    name = {"name": f"zusage-{secrets.token_hex(16)}"}
    with changing.begin(), looking.begin():
        changing.execute(sa.text("SELECT GET_LOCK(:name, 0)"), name)
        seen = looking.execute(sa.text("SELECT IS_USED_LOCK(:name)"), name).scalar_one()
        changing.execute(sa.text("SELECT RELEASE_LOCK(:name)"), name)
    return seen is not None


def _behind(looking: sa.Connection, changing: sa.Connection, begun: Position) -> str:
    """Step 2."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not _reached(begun, reached := _position(looking, "gtid_slave_pos")):
        if time.monotonic() > end:
            return f"url leads to a replica that does not catch up with the server of writer within {_PATIENCE_SECONDS:.0f} seconds, or follows another"
        time.sleep(_BETWEEN_SECONDS)
    now = _position(changing, "gtid_binlog_pos")
    followed = {domain: reached[domain] for domain in begun}
    exact = all(place[1] < now[domain][1] or place == now[domain] for domain, place in followed.items())
    return "" if exact else "url leads to a replica that follows another server than that of writer"


def _reached(wanted: Position, position: Position) -> bool:
    return all(domain in position and position[domain][1] >= number for domain, (_, number) in wanted.items())


def _position(connection: sa.Connection, variable: str) -> Position:
    """Where a server is; every account may ask."""
    with connection.begin():
        written = str(connection.exec_driver_sql(f"SELECT @@global.{variable}").scalar_one() or "")
    numbers = (tuple(map(int, one.split("-"))) for one in written.replace("\n", "").split(",") if one)
    return {domain: (server, number) for domain, server, number in numbers}


def _schema(connection: sa.Connection) -> str:
    with connection.begin():
        return str(connection.exec_driver_sql("SELECT DATABASE()").scalar_one())
