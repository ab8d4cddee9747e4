"""Looks with the application's own role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.planning.plan import Selection
from zusage.promises.inventory import Inventory, TableInfo

from ..trouble import Unreachable
from .changing import plain
from .compile import Compiler, from_clause
from .databases.port import Database
from .dialects.port import Times


class SqlApplication:
    """An Application over SQLAlchemy."""

    def __init__(self, system: str, database: Database, engine: sa.Engine, inventory: Inventory, times: Times) -> None:
        self.system = system
        self._engine = engine
        self._database = database
        self._compiler = Compiler(inventory, database.dialect, times)
        try:
            self._connection = engine.connect()
        except DBAPIError as error:
            raise Unreachable(system, database.reason(error)) from None

    def reachable(self, selection: Selection) -> int:
        """Rows the application can count."""
        clause, where = self._parts(selection)
        with self._undone():
            if not self._database.may(self._connection, self._compiler.table(selection.table), "read"):
                return 0
            return int(self._connection.execute(sa.select(sa.func.count()).select_from(clause).where(where)).scalar_one())

    def changeable(self, selection: Selection, sample: int) -> int:
        """Rows an UPDATE that changes nothing would touch; always rolled back, and small, so that nobody has to wait for it."""
        clause, where = self._parts(selection)
        info = self._compiler.table(selection.table)
        telling = [clause.c[name] for name in info.primary_key or (info.columns[0].name,)]
        with self._undone():
            if not self._database.may(self._connection, info, "change"):
                return 0
            rows = self._connection.execute(sa.select(*telling).select_from(clause).where(where).limit(sample)).all()
            found = sa.or_(sa.false(), *(_this(telling, row) for row in rows))
            if not info.primary_key:  # others may have the same first column
                found = sa.and_(where, found)
            same = clause.c[self._writable(info)]
            update = self._database.updating(clause, found).values({same.name: same})
            return min(int(self._connection.execute(update).rowcount), len(rows))

    def around(self, table: str) -> tuple[str, ...]:
        """By the catalogue, as the role that asks sees it."""
        with self._undone():
            return self._database.around(self._connection, self._compiler.table(table))

    @contextmanager
    def _undone(self) -> Iterator[None]:
        """A transaction that is rolled back in the end, whatever happens in it."""
        try:
            with self._connection.begin() as transaction:
                yield
                transaction.rollback()
        except DBAPIError as error:
            raise Unreachable(self.system, self._database.reason(error)) from None

    def _writable(self, info: TableInfo) -> str:
        """A column that takes a value; PostgreSQL takes none for a number that it always gives by itself."""
        names = [one.name for one in info.columns if not one.generated]
        known = [name for name in info.primary_key if name in names] or names or [info.columns[0].name]
        return known[0]

    def _parts(self, selection: Selection) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
        clause = from_clause(self._compiler.table(selection.table))
        return clause, self._compiler.condition(selection.where, selection.table, clause)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


def _this(columns: Sequence[sa.ColumnClause[Any]], row: Sequence[object]) -> sa.ColumnElement[bool]:
    """The row with these values, also where one of them is not known."""
    return sa.and_(*(one.is_(None) if value is None else one == plain(value) for one, value in zip(columns, row, strict=True)))
