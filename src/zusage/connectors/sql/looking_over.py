"""Before anything is changed: tables that a killed server can leave damaged are looked over, since their engines have no transactions."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import TableInfo

from ..trouble import Damaged, Interrupted
from .databases.port import Database


def refuse_damaged(
    database: Database, connection: sa.Connection, system: str, tables: Iterable[TableInfo], step: str | None = None
) -> None:
    """By a damaged table the wrong rows could be found, or none. In a transaction of its own. Raises Damaged or Interrupted."""
    fragile = [table for table in tables if not table.transactional]
    if not fragile:
        return
    try:
        with connection.begin():
            found = database.look_over(connection, fragile)
    except DBAPIError as error:
        why, lost = database.reason(error), error.connection_invalidated or connection.invalidated
        raise Interrupted(system, why, retryable=database.passes(error), lost=lost, begun=False) from None
    if found.mending:
        raise Damaged(system, step, found.mending, begun=False)
    if found.unseen:
        why = "a table could not be looked over, perhaps because somebody holds it"
        raise Interrupted(system, why, retryable=True, begun=False)
