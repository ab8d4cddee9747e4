"""Brings rows back into a relational database, the same as they were when they left it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zusage.promises.inventory import Inventory, TableInfo

from ..trouble import CannotHandle, NotTaken, Unreachable
from .changing import plain
from .compile import from_clause
from .databases.port import Database
from .looking_over import refuse_damaged
from .survey import survey

Row = Mapping[str, Any]


class SqlReturner:
    """Puts rows back, all or none. May be repeated: a row that is there again is left as it is."""

    def __init__(self, system: str, database: Database, engine: sa.Engine, place: str) -> None:
        self.system = system
        self._database = database
        self._place = place
        self._engine = engine
        try:
            self._connection = engine.connect()
        except DBAPIError as error:
            raise Unreachable(system, database.reason(error)) from None

    def put_back(self, rows: Sequence[tuple[str, Row]]) -> int:
        """Put rows, each with its table, back in one transaction; returns how many were not there. Raises CannotHandle, NotTaken or Damaged.

        Each is read again before the end, so that what a trigger or a type made of it is seen and undone.
        """
        try:
            with self._connection.begin():
                inventory = survey(self._database, self._connection, self.system, self._place)
            tables = [inventory.tables[name] for name in sorted({table for table, _ in rows}) if name in inventory.tables]
            refuse_damaged(self._database, self._connection, self.system, tables)
            with self._connection.begin():
                return put_in(self._connection, inventory, self.system, rows)
        except DBAPIError as error:
            raise NotTaken(self.system, self._database.reason(error)) from None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


def put_in(connection: sa.Connection, inventory: Inventory, system: str, rows: Sequence[tuple[str, Row]]) -> int:
    """Put rows back within a transaction that is begun; returns how many were not there. Raises CannotHandle or a database's error."""
    return sum(_put(connection, system, inventory.tables[table], row) for table, row in _in_order(inventory, system, rows))


def _put(connection: sa.Connection, system: str, table: TableInfo, row: Row) -> int:
    clause = from_clause(table)
    wanted = {name: value for name, value in row.items() if table.column(name)}
    if _found(connection, table, clause, row) == wanted:
        return 0
    if _found(connection, table, clause, row) is None:
        _insert(connection, table, clause, wanted)
    if _found(connection, table, clause, row) != wanted:
        raise CannotHandle(
            f"a row of {table.name} in system {system!r} cannot be brought back as it was: its key belongs to another row by now, "
            "or a trigger changed it. Nothing was brought back; it is safe in the vault. Free the key, or speak for the trigger, "
            "and lift the restriction again."
        )
    return 1


def _found(connection: sa.Connection, table: TableInfo, clause: sa.TableClause, row: Row) -> dict[str, Any] | None:
    key = [clause.c[name] == plain(row[name]) for name in table.primary_key]
    found = connection.execute(sa.select(*clause.c).where(*key)).mappings().one_or_none()
    return {name: value for name, value in found.items() if name in row} if found is not None else None


def _insert(connection: sa.Connection, table: TableInfo, clause: sa.TableClause, row: Row) -> None:
    """What is computed is computed again; a number that PostgreSQL gives by itself (GENERATED ALWAYS AS IDENTITY) is the one it was."""
    infos = {name: table.column(name) for name in row}
    computed = {name for name, info in infos.items() if info and info.generated}
    numbered = {name for name in computed if connection.dialect.name == "postgresql" and not getattr(infos[name], "computed", "")}
    written = {name: value for name, value in row.items() if name not in computed - numbered}
    if not numbered:
        connection.execute(sa.insert(clause).values({name: plain(value) for name, value in written.items()}))
        return
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote_identifier(name) for name in written)
    into = f"INSERT INTO {quote.format_table(clause)} ({names}) OVERRIDING SYSTEM VALUE VALUES".replace(":", "\\:").replace(
        "%%", "%"
    )
    values = [sa.bindparam(f"v{n}", value, sa.types.NullType()) for n, value in enumerate(written.values())]
    connection.execute(sa.text(f"{into} ({', '.join(f':v{n}' for n in range(len(values)))})").bindparams(*values))


def _in_order(inventory: Inventory, system: str, rows: Sequence[tuple[str, Row]]) -> Iterator[tuple[str, Row]]:
    """Rows that are referred to before those that refer to them."""
    names = dict.fromkeys(table for table, _ in rows)
    missing = [name for name in names if name not in inventory.tables]
    if missing:
        raise CannotHandle(
            f"system {system!r} has no table {', '.join(missing)} any more, to which rows are to come back. They are safe in the vault; "
            "make the table again as it was."
        )
    graph = {name: {key.table for key in inventory.tables[name].foreign_keys} & names.keys() - {name} for name in names}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError:
        raise CannotHandle(
            f"tables of system {system!r} refer to each other in a circle, so that no order is found in which their rows come back. "
            "They are safe in the vault."
        ) from None
    for name in order:
        yield from ((name, row) for row in _tops_first(inventory.tables[name], [row for table, row in rows if table == name]))


def _tops_first(table: TableInfo, rows: list[Row]) -> Iterator[Row]:
    """Where rows of a table refer to rows of the same table, those above come first."""
    left = rows
    while left:
        free = [row for row in left if not any(_waits(table, row, other) for other in left)] or left
        yield from free
        left = [row for row in left if not any(row is one for one in free)]


def _waits(table: TableInfo, row: Row, other: Row) -> bool:
    return row is not other and any(
        all(row[one] == other[to] for one, to in zip(key.columns, key.referred, strict=True)) for key in table.trees
    )
