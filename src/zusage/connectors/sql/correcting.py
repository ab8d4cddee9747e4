"""Corrects one value in one row of a relational database (Art. 16 GDPR)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from zusage.planning.plan import Selection
from zusage.promises.inventory import Inventory, TableInfo

from ..port import CannotHandle, Interrupted, Unreachable
from .changing import plain
from .compile import Compiler, from_clause
from .databases.port import Database
from .dialects.port import Times
from .survey import survey


class SqlCorrector:
    """Changes one column of exactly one row, in one transaction that undoes everything else."""

    def __init__(self, system: str, database: Database, engine: sa.Engine, place: str, times: Times) -> None:
        self.system = system
        self._database = database
        self._engine = engine
        self._place = place
        self._times = times
        try:
            self._connection = engine.connect()
        except DBAPIError as error:
            raise Unreachable(system, database.reason(error)) from None

    def correct(self, selection: Selection, column: str, value: object, note: Callable[[object, object], None]) -> None:
        """Change the column of the only row that is selected; ``note`` is told the value before and after, before it is committed.

        Raises CannotHandle where there is not exactly one row, or where more than this column would change, and Interrupted where the
        database forbids the value; nothing is changed then.
        """
        try:
            with self._connection.begin():
                inventory = survey(self._database, self._connection, self.system, self._place)
                self._correct(inventory, selection, column, value, note)
        except IntegrityError as error:
            why = f"{self._database.reason(error)}; the system's own constraints forbid the new value"
            raise Interrupted(self.system, why, retryable=False) from None
        except DBAPIError as error:
            why, passes = self._database.reason(error), self._database.passes(error)
            raise Interrupted(self.system, why, retryable=passes) from None

    def _correct(
        self, inventory: Inventory, selection: Selection, column: str, value: object, note: Callable[[object, object], None]
    ) -> None:
        table = inventory.tables[selection.table]
        clause = from_clause(table)
        where = Compiler(inventory, self._database.dialect, self._times).condition(selection.where, selection.table, clause)
        rows = self._rows(clause, where)
        if len(rows) != 1:
            raise CannotHandle(
                f"{len(rows)} rows of {self.system}.{table.name} are meant instead of one, so that it is not known which to correct. "
                "Nothing was changed. Say with --row which one."
            )
        before = rows[0]
        this = sa.and_(*(clause.c[name] == plain(before[name]) for name in table.primary_key))
        self._connection.execute(sa.update(clause).where(this).values({column: plain(value)}))
        after = self._rows(clause, this)
        if len(after) != 1 or any(after[0][name] != before[name] for name in _still(table, column)):
            raise CannotHandle(
                f"correcting {column} in {self.system}.{table.name} would change something else as well: a trigger answers it. Nothing was "
                "changed. Correct it in the application."
            )
        note(before[column], after[0][column])

    def _rows(self, clause: sa.TableClause, where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(sa.select(*clause.c).where(where)).mappings()]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


def _still(table: TableInfo, column: str) -> list[str]:
    """Columns that must stay as they are; those that the database computes may follow."""
    return [info.name for info in table.columns if info.name != column and not info.generated]
