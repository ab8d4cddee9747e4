"""Looks with the application's own role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.planning.plan import Selection
from zusage.promises.inventory import Inventory

from ..trouble import Unreachable
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
        key = clause.c[self._key(selection.table)]
        chosen = sa.select(key).select_from(clause).where(where).limit(sample)
        with self._undone():
            if not self._database.may(self._connection, self._compiler.table(selection.table), "change"):
                return 0
            keys = self._connection.execute(chosen).scalars().all()
            found = key.in_([sa.literal(one, sa.types.NullType()) for one in keys])
            same = clause.c[self._writable(selection.table)]
            update = self._database.updating(clause, found).values({same.name: same})
            return int(self._connection.execute(update).rowcount)

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

    def _key(self, table: str) -> str:
        info = self._compiler.table(table)
        return info.primary_key[0] if info.primary_key else info.columns[0].name

    def _writable(self, table: str) -> str:
        """A column that takes a value; PostgreSQL takes none for a number that it always gives by itself."""
        key = self._key(table)
        names = [one.name for one in self._compiler.table(table).columns if not one.generated]
        return key if key in names or not names else names[0]

    def _parts(self, selection: Selection) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
        clause = from_clause(self._compiler.table(selection.table))
        return clause, self._compiler.condition(selection.where, selection.table, clause)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()
