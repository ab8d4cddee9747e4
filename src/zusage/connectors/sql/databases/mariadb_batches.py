"""Batches on MariaDB: a walk along a key, with the keys of the batch in a temporary table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from zusage.promises.inventory import ColumnInfo, TableInfo

from ...trouble import CannotHandle
from ..behind import behind
from ..compile import from_clause
from ..dialects.port import Element
from ..wider import wider
from .mariadb_index import AlongAnIndex, alone_in
from .mariadb_straight import Straight
from .port import Cutting
from .ranges import Ranges

#: rows of a table for each row planned, beyond which a list of the keys is quicker than asking every row again
_FEW = 20
_LONG = ("tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob")


def key_of(table: TableInfo, step: str) -> tuple[ColumnInfo, ...]:
    """The columns by which each row is told from all others. Raises CannotHandle."""
    if key := table.told_apart_by:
        return key
    raise CannotHandle(
        f"step {step}: table {table.name} has no primary key, nor a unique one of columns that must have a value, so its rows "
        "cannot be told apart. It is left untouched. Give it a key, for instance with "
        "ALTER TABLE … ADD COLUMN id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY."
    )


class KeyRanges:
    """A walk along a key, once through the table.

    The next keys are read without a lock; those rows alone are then locked and asked again, so that nobody waits for rows that
    stay. One statement that changes them alone asks again by itself.
    """

    def __init__(self, connection: sa.Connection, table: TableInfo, key: Sequence[ColumnInfo]) -> None:
        self.clause = from_clause(table)
        self._connection = connection
        #: an index by which rows are changed, as long as nobody holds a row that this would wait for
        self._index = AlongAnIndex(connection, self.clause, table)
        self._by_index = False
        self._how: Cutting | None = None
        self._key = [self.clause.c[column.name] for column in key]
        self._infos = tuple(key)
        self._undone = table.transactional
        self._walk, self._batch = (_noted(name, key) for name in ("zusage_walk", "zusage_batch"))
        self._last: Sequence[Any] | None = None
        self._ready = False
        self.whole = False
        self._again: Element | None = None
        #: stands for the rows, where none were noted
        self._every: Element | None = None
        #: every key of the walk is noted
        self._listed = False
        #: the rows of a list are locked before anything of their batch goes
        self._locks = False
        self._cut = Ranges(divides="DIV")
        #: the rows are stored in the order of the key
        self._primary = tuple(info.name for info in key) == table.primary_key

    def all_at_once(self, where: Element, *, stay: bool, apart: float) -> bool:
        """The condition itself says which rows, of a plain UPDATE: that waits for no row that did not match when it was held."""
        if not stay or selects(where) or not self._undone:
            return False
        self.whole, self._every = True, where
        self._by_index = self._index.serves(wider(where), apart)
        return True

    def cut(self, where: Element, how: Cutting) -> int | None:
        """By ranges of the key, where keys are whole numbers and one statement may hold each row for a moment; otherwise by a list.

        Of a list of keys only the rows are asked again; the server keeps it. Rows that are not changed alone are always listed, and
        locked when their batch comes.
        """
        self._locks = not how.alone
        if (
            not self._undone
            or [info.kind for info in self._infos] != ["integer"]
            or (how.alone and within_itself(self.clause, where))
        ):
            return None
        stay = how.stay and how.alone and not selects(where)
        if stay and self._index.serves(how.wider, how.apart) and self._index.ordered():
            self._how, found = how, self._index.count(how.planned)
            self._by_index = found <= how.planned
            return found if self._by_index else self._cut_by_key(where, replace(how, wider=None))
        if stay and self._primary and how.apart <= _FEW:
            return self._cut_by_key(where, how)
        self._prepare()
        self._listed = True
        return self._note(sa.select(*self._key).select_from(self.clause).where(where).limit(how.planned + 1))

    def _cut_by_key(self, where: Element, how: Cutting) -> int:
        """Into stretches of the key, counted by an index where one shows that no more match than planned."""
        key = self._key[0]
        stretch = self._cut.numbered(self._connection, self.clause, key, how.ranges)
        at_most = self._cut.cut_by_index(self._connection, self.clause, key, stretch, how, self._alone)
        return self._cut.cut(self._connection, self.clause, key, where, stretch, how) if at_most is None else at_most

    def _alone(self, asked: sa.Select[Any, int]) -> bool:
        return bool(alone_in(self._connection, asked))

    def choose(self, where: Element, size: int, planned: int, *, alone: bool) -> int:
        """Note the next keys that match, and lock their rows.

        Where all should fit into one batch, the first time without an order, so that an index may serve and no walk is needed.
        """
        if self.whole:
            return 0
        if self._how is not None and not self._cut.made:
            if self._index.over:
                return 0
            if self._by_index and (part := self._index.next(size)) is not None:
                self._every = sa.and_(part, where)
                return min(planned, 2 * size)
            if (found := self._cut_by_key(where, replace(self._how, wider=None))) > planned:
                return found
        if self._cut.made:
            return self._range(where, size, planned) if self._cut.left else 0
        if self._listed:
            return self._next_locked(where, size) if self._locks else self._next(where, size)
        first = not self._ready and planned <= size
        if not self._ready:
            self._prepare()
        matching = sa.select(*self._key).select_from(self.clause).where(where).limit(size)
        self.whole = first and self._note(matching) < size
        while True:
            if not self.whole:
                self._note(matching.where(self._behind()).order_by(*self._ordered(self._key)))
            noted = self._go_on()
            if not noted:
                return 0
            self._again = where if alone and not within_itself(self.clause, where) else None
            rows = noted if self._again is not None else self._lock(where)
            if rows or self.whole:
                return rows

    def _range(self, where: Element, size: int, planned: int) -> int:
        """The next range of the key."""
        after, last, rows = self._cut.next(size, planned)
        key = self._key[0]
        behind = sa.true() if after is None else key > sa.literal(after)
        self._every = sa.and_(behind, key <= sa.literal(last), where)
        return rows

    def _next(self, where: Element, size: int) -> int:
        """The next of the keys that were noted before, in a table of their own: beside all of them every row would be locked."""
        key = self._walk.c.c1
        behind = sa.true() if self._last is None else key > sa.literal(self._last[0])
        self._connection.execute(sa.delete(self._batch))
        part = sa.select(key).where(behind).order_by(key).limit(size)
        rows = self._connection.execute(sa.insert(self._batch).from_select(["c1"], part)).rowcount
        self._last = (self._connection.execute(sa.select(sa.func.max(self._batch.c.c1))).scalar_one(),)
        self._every = sa.and_(self._key[0].in_(sa.select(self._batch.c.c1)), where)
        return int(rows)

    def _next_locked(self, where: Element, size: int) -> int:
        """The next of the keys that were noted before, of which one row at least matches still: those rows, locked.

        With the last of them come those that have come to match behind it.
        """
        key = self._walk.c.c1
        while True:
            behind = sa.true() if self._last is None else key > sa.literal(self._last[0])
            part = sa.select(key).where(behind).order_by(key).limit(size).subquery("part")
            found = sa.select(sa.func.count(), sa.func.max(part.c.c1))
            noted, end = self._connection.execute(found).one()
            self._last = self._last if end is None else (end,)
            if noted < size and self._last is not None:
                more = sa.select(*self._key).select_from(self.clause).where(where, self._behind()).limit(size - noted)
                self._connection.execute(sa.insert(self._walk).from_select(["c1"], more))
                noted, end = self._connection.execute(found).one()
            if not noted:
                return 0
            self._last = (end,)
            if rows := self._lock(sa.and_(behind, key <= sa.literal(end), where)):
                return rows

    def _go_on(self) -> int:
        """Take the last key noted as the one behind which the walk goes on; returns how many were noted."""
        order = self._ordered(list(self._walk.c))
        last = self._connection.execute(sa.select(*order).order_by(*(one.desc() for one in order)).limit(1)).first()
        self._last = self._last if last is None else tuple(last)
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(self._walk)).scalar_one())

    def _note(self, chosen: sa.Select[Any]) -> int:
        self._connection.execute(sa.delete(self._walk))
        names = [column.name for column in self._walk.c]
        return int(self._connection.execute(sa.insert(self._walk).from_select(names, chosen)).rowcount)

    def inside(self) -> Element:
        """The row's key is among those noted; where its row was not locked, it still matches."""
        if self._every is not None:
            return self._every
        noted = sa.select(*(self._batch if self._again is None else self._walk).c)
        among = self._key[0].in_(noted) if len(self._key) == 1 else sa.tuple_(*self._key).in_(noted)
        return among if self._again is None else sa.and_(among, self._again)

    def keys(self, columns: Sequence[str]) -> sa.Select[*tuple[Any, ...]] | None:
        """As they are noted, where the rows are locked and whole numbers name them."""
        names = [info.name for info in self._infos if info.kind == "integer"]
        if self._every is not None or self._again is not None or not set(columns) <= set(names):
            return None
        every = [info.name for info in self._infos]
        return sa.select(*(self._batch.c[f"c{every.index(name) + 1}"] for name in columns))

    def change(self, update: sa.Update) -> int:
        """By the index where that serves and nobody holds a row that would be waited for; a range of the key by the key."""
        by_key = self._cut.made or self._by_index
        if self._by_index and (done := self._index.change(update)) is not None:
            return done
        self._by_index = False
        return int(self._connection.execute(update.with_hint("FORCE INDEX (PRIMARY)") if by_key else update).rowcount)

    def empty(self, columns: Sequence[str]) -> None:
        """A row keeps its key."""
        emptied = sa.update(self.clause).where(self.inside()).values(dict.fromkeys(columns))
        self._connection.execute(emptied)

    def _lock(self, where: Element) -> int:
        self._connection.execute(sa.delete(self._batch))
        met = sa.and_(*(one == other for one, other in zip(self._key, self._walk.c, strict=True)))
        there = sa.select(*self._walk.c).select_from(Straight(self._walk, self.clause, met)).where(where).with_for_update()
        if self._primary:  # by another index rows of other batches, and some that stay, would be locked
            there = there.with_hint(self.clause, "FORCE INDEX (PRIMARY)")
        names = [column.name for column in self._batch.c]
        return int(self._connection.execute(sa.insert(self._batch).from_select(names, there)).rowcount)

    def _prepare(self) -> None:
        """Two tables of the session's own, whose columns are the key's to the letter."""
        for noted in (self._walk, self._batch):
            self._connection.exec_driver_sql(f"DROP TEMPORARY TABLE IF EXISTS {noted.name}")
            columns = [one.label(other.name) for one, other in zip(self._key, noted.c, strict=True)]
            none = sa.select(*columns).select_from(self.clause).limit(sa.literal_column("0"))
            text = none.compile(dialect=self._connection.dialect).string.replace("%%", "%")
            long = any(column.declared.lower().split(" ")[0] in _LONG for column in self._infos)
            key = "" if long else f" (PRIMARY KEY ({', '.join(column.name for column in noted.c)}))"
            self._connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {noted.name}{key} ENGINE=InnoDB {text}".replace("%", "%%"))
        self._ready = True

    def _ordered(self, columns: Sequence[sa.ColumnElement[Any]]) -> list[sa.ColumnElement[Any]]:
        """What orders the rows and can be sent back to the database unchanged."""
        return [_order(column, info) for column, info in zip(columns, self._infos, strict=True)]

    def _behind(self) -> Element:
        """Behind the last key: greater in the first column, or equal there and greater in the next."""
        if self._last is None:
            return sa.true()
        order = self._ordered(self._key)
        return behind(order, [sa.literal(value) for value in self._last])


def _noted(name: str, key: Sequence[ColumnInfo]) -> sa.TableClause:
    return sa.table(name, *(sa.column(f"c{n}") for n in range(1, len(key) + 1)))


def _order(column: sa.ColumnElement[Any], info: ColumnInfo) -> sa.ColumnElement[Any]:
    """Enumerations are ordered by their numbers, and the driver rounds short floating numbers."""
    kind = info.declared.lower()
    if kind.startswith(("enum", "set", "bit")):
        return column + sa.literal_column("0")
    return sa.cast(column, sa.Double) if kind.startswith("float") else column


def selects(where: Element) -> bool:
    """The condition asks other rows as well."""
    return any(isinstance(node, sa.Select) for node in visitors.iterate(where))


def within_itself(clause: sa.TableClause, where: Element) -> bool:
    """The condition selects from the very table that is changed."""
    inner = (node for select in visitors.iterate(where) if isinstance(select, sa.Select) for node in visitors.iterate(select))
    return any(isinstance(node, sa.TableClause) and (node.name, node.schema) == (clause.name, clause.schema) for node in inner)
