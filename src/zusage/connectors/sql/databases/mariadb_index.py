"""A walk on MariaDB along the index that says which rows are due, so that no other row is read, let alone locked.

A plain UPDATE alone goes along an index at once; beside other tables, a list of keys among them, it notes every row first, which takes
three times as long. By an index it would wait for whoever holds the row behind the last one, or a row that the index has and the condition
has not; so it waits for nobody, and where somebody holds such a row it is repeated along the primary key, which waits for rows that match alone.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import TableInfo

from ..dialects.port import Element
from ..wider import Explained, spoken_of
from .mariadb_errors import code_of

#: rows of the table for each that was planned, below which reading them all costs less than finding each
_SPARSE = 6
_PRIMARY = "PRIMARY"
#: somebody else holds a lock
_HELD = 1205
#: rows that lie apart are read quickly where all the table is in memory; and a statement that failed must not undo what came before it
_FITS = """
SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND TABLE_NAME = %s AND ENGINE = 'InnoDB'
AND DATA_LENGTH + INDEX_LENGTH <= @@innodb_buffer_pool_size / 2 AND NOT @@innodb_rollback_on_timeout"""
#: how the server says that it reads a range of an index
_IN_PART = ("range", "ref")
#: of these what is read is sent back as it was
_SENT_BACK = ("date", "datetime", "timestamp", "tinyint", "smallint", "mediumint", "int", "bigint")


class AlongAnIndex:
    """The batches of a step whose rows one plain UPDATE changes, by the order of an index."""

    def __init__(self, connection: sa.Connection, clause: sa.TableClause, table: TableInfo) -> None:
        self._connection, self._clause, self._table = connection, clause, table
        self._wider: Element = sa.false()
        self._column: sa.ColumnElement[Any] = sa.null()
        self._from: Any = None
        #: its name; empty where none serves
        self.name = ""
        #: every range was given out
        self.over = False

    def serves(self, wider: Element | None, apart: float) -> bool:
        """Whether an index alone says for which rows that holds, and finding each of them costs less than reading all."""
        columns = spoken_of(wider) if wider is not None else frozenset()
        if wider is None or apart < _SPARSE or len(columns) != 1 or not self._table.primary_key:
            return False
        (column,) = columns
        self._column, self._wider = self._clause.c[column], wider
        asked = sa.select(self._column).select_from(self._clause).where(wider)
        self.name = alone_in(self._connection, asked, in_part=True)
        return bool(self.name) and self._fits()

    def ordered(self) -> bool:
        """Ranges of the index can be told by what stands in the column."""
        info = self._table.column(self._column.name)
        return info is not None and info.declared.lower().split(" ")[0].split("(")[0] in _SENT_BACK

    def count(self, most: int) -> int:
        """Rows of which the index says so, and no more than one beyond ``most``."""
        some = sa.select(sa.literal_column("1")).select_from(self._clause).where(self._wider).limit(most + 1).subquery("some")
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())

    def next(self, size: int) -> Element | None:
        """The next range, of at most so many rows as the index has them now; None where more than that stand at one place."""
        behind = sa.true() if self._from is None else self._column >= sa.literal(self._from)
        place = sa.select(self._column).select_from(self._clause).where(self._wider, behind).order_by(self._column)
        last = self._connection.execute(place.limit(1).offset(size)).first()
        self.over = last is None
        if last is None:
            return behind
        if last[0] in (None, self._from):
            return None
        self._from = last[0]
        return sa.and_(behind, self._column < sa.literal(self._from))

    def change(self, update: sa.Update) -> int | None:
        """Carry out the statement by the index; None, with nothing changed by it, where somebody holds a row that it would wait for."""
        self._connection.exec_driver_sql("SET @zusage_patience = @@innodb_lock_wait_timeout, innodb_lock_wait_timeout = 0")
        try:
            return int(self._connection.execute(update.with_hint(f"FORCE INDEX ({_quoted(self.name)})")).rowcount)
        except DBAPIError as error:
            if code_of(error) != _HELD:
                raise
            return None
        finally:
            if not self._connection.invalidated:
                self._connection.exec_driver_sql("SET innodb_lock_wait_timeout = @zusage_patience")

    def _fits(self) -> bool:
        asked = self._connection.exec_driver_sql(_FITS, (self._table.schema or None, self._table.bare))
        return bool(asked.scalar_one())


def alone_in(connection: sa.Connection, asked: sa.Select[*tuple[Any, ...]], *, in_part: bool = False) -> str:
    """The index, other than the table itself, that has all that is asked, and ``in_part`` need not be read whole; empty where none does."""
    for row in connection.execute(Explained(asked)).mappings():
        alone = row["key"] not in (None, _PRIMARY) and "Using index" in (row["Extra"] or "").split("; ")
        if alone and (row["type"] in _IN_PART or not in_part):
            return str(row["key"])
    return ""


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
