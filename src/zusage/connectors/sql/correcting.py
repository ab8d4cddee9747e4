"""Corrects one value in one row of a relational database (Art. 16 GDPR)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from zusage.planning.plan import Selection
from zusage.promises.condition import columns_of
from zusage.promises.inside import Cut, Path, Whose, as_before, is_inside, items_in, split, value_at
from zusage.promises.inventory import Inventory, TableInfo

from ..trouble import CannotHandle, NotTaken, Unreachable
from . import inside
from .changing import plain
from .compile import Compiler, from_clause
from .databases.port import Database
from .dialects.port import Times
from .looking_over import refuse_damaged
from .returning import Row, put_in
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

    def correct(
        self, selection: Selection, column: str, value: object, note: Callable[[object, object], None], whose: Whose | None = None
    ) -> None:
        """Change the column of the only row that is selected; ``note`` is told the value before and after, before it is committed.

        ``whose`` is whose item is meant, where the column goes through a list of a document.

        Raises CannotHandle where there is not exactly one row, or where more than this column would change, and NotTaken where the
        database forbids the value, Damaged where a table that cannot undo a change is damaged; nothing is changed then.
        """
        with self._explained(), self._connection.begin():
            inventory = survey(self._database, self._connection, self.system, self._place)
        names = {selection.table, *(table for table, _ in columns_of(selection.where, selection.table))}
        tables = [inventory.tables[name] for name in sorted(names) if name in inventory.tables]
        refuse_damaged(self._database, self._connection, self.system, tables)
        with self._explained(), self._connection.begin():
            note(*self._correct(inventory, selection, column, value, whose)[2:])

    def correct_hidden(
        self, hidden: Sequence[tuple[str, Row]], selection: Selection, column: str, value: object, whose: Whose | None = None
    ) -> tuple[Row, Row, object, object]:
        """As ``correct``, of a row that is out of the application's reach; nothing is changed here. Returns the row as it was and as it
        must come back, and the value before and after.

        ``hidden``, each with its table, are put back in a transaction that is undone in any case, so that the system's own constraints
        judge the new value and nobody sees the rows meanwhile. Raises CannotHandle where a table of them cannot undo a change, too.
        """
        with self._explained(), self._connection.begin() as rehearsal:
            try:
                inventory = survey(self._database, self._connection, self.system, self._place)
                _refuse_lasting(inventory, {selection.table, *(table for table, _ in hidden)})
                put_in(self._connection, inventory, self.system, hidden)
                return self._correct(inventory, selection, column, value, whose)
            finally:
                rehearsal.rollback()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What the database forbids, without its words, for these quote rows."""
        try:
            yield
        except IntegrityError as error:
            why = f"{self._database.reason(error)}; the system's own constraints forbid the new value"
            raise NotTaken(self.system, why) from None
        except DBAPIError as error:
            raise NotTaken(self.system, self._database.reason(error)) from None

    def _correct(
        self,
        inventory: Inventory,
        selection: Selection,
        column: str,
        value: object,
        whose: Whose | None,
    ) -> tuple[Row, Row, object, object]:
        table = inventory.tables[selection.table]
        clause = from_clause(table)
        where = Compiler(inventory, self._database.dialect, self._times).condition(selection.where, selection.table, clause)
        rows = self._rows(clause, where)
        if len(rows) != 1:
            raise CannotHandle(
                f"{len(rows)} rows of {self.system}.{table.name} are meant instead of one, so that it is not known which to correct. "
                "Nothing was changed. Say by a condition in `row` which one."
            )
        before, (name, path) = rows[0], _meant(table, rows[0], column, whose)
        was = _value(before, name, path)
        if path and was is None:
            raise CannotHandle(
                f"nothing that can be corrected lies at {column} in the row of {self.system}.{table.name}. Nothing was changed."
            )
        this = sa.and_(*(clause.c[name] == plain(before[name]) for name in table.primary_key))
        self._connection.execute(sa.update(clause).where(this).values(_new(clause, table, (name, path), value, before)))
        after = self._rows(clause, this)
        if len(after) != 1 or not _alike(before, after[0], (name, path), _still(table, name)):
            raise CannotHandle(
                f"correcting {column} in {self.system}.{table.name} would change something else as well: a trigger answers it. Nothing was "
                "changed. Correct it in the application."
            )
        now = _value(after[0], name, path)
        if path and value is not None and now is None:
            raise CannotHandle(
                f"the new value of {column} in {self.system}.{table.name} is none that can be found there again. Nothing was changed."
            )
        return before, after[0], was, now

    def _rows(self, clause: sa.TableClause, where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(sa.select(*clause.c).where(where)).mappings()]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


def _refuse_lasting(inventory: Inventory, names: Iterable[str]) -> None:
    """What was only put back to try a value would be in the application's reach for good."""
    lasting = sorted(name for name in names if not inventory.tables[name].transactional)
    if lasting:
        raise CannotHandle(
            f"{', '.join(lasting)} of system {inventory.system!r} cannot undo a change (an engine without transactions), so that rows which "
            "are out of reach could not be put back for a moment alone. Nothing was changed. Give the table an engine with transactions "
            "(ALTER TABLE … ENGINE=InnoDB), or lift the restriction before the value is corrected."
        )


def _meant(table: TableInfo, row: Mapping[str, object], column: str, whose: Whose | None) -> tuple[str, Path]:
    """The column, and where in its document; of a list, in the only item that is the person's. Raises CannotHandle."""
    items = items_in(column) if table.column(column) and column not in row else None
    if items is None:
        return split(column) if is_inside(column) else (column, ())
    own = [at for at, key in whose.items.owners(row[items.column]) if key == whose.key] if whose else []
    if len(own) != 1:
        raise CannotHandle(
            f"{len(own) or 'no'} items in the list of {table.name}.{items.column} are this person's, several items or none instead of one, so that it "
            "is not known which to correct. Nothing was changed. Correct it in the application."
        )
    return items.column, (*own[0], *items.below)


def _value(row: Mapping[str, object], name: str, path: Path) -> object:
    return value_at(row[name], path) if path else row[name]


def _new(
    clause: sa.TableClause, table: TableInfo, place: tuple[str, Path], value: object, before: Mapping[str, object]
) -> dict[str, Any]:
    """The column and its new value; in a document what lies at the path is set, and the database writes the rest as it is."""
    name, path = place
    if not path:
        return {name: plain(value)}
    info = table.column(name)
    new = as_before(before[name], path, None if value is None else str(value))
    return {name: inside.With(clause.c[name], path, new, info.declared if info and info.kind == "json" else "TEXT")}


def _alike(before: Mapping[str, object], after: Mapping[str, object], place: tuple[str, Path], still: Sequence[str]) -> bool:
    """Whether nothing but the value has changed; a value that the database writes in its own way is its value still."""
    if any(after[name] != before[name] for name in still):
        return False
    name, path = place
    rest = Cut(None, (path,))
    return not path or rest.of(_read(before[name])) == rest.of(_read(after[name]))


def _read(document: object) -> object:
    return json.loads(document) if isinstance(document, str) else document


def _still(table: TableInfo, changed: str) -> list[str]:
    """Columns that must stay as they are; those that the database computes may follow."""
    return [info.name for info in table.columns if info.name != changed and not info.generated]
