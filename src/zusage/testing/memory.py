"""A system in memory: small, obvious and slow. Tests run on it without a database, and it runs the same conformance suite.

Conditions mean here what the reference evaluator says. Times are days and aware instants. Foreign keys are enforced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice

from zusage.connectors.finding import PlainFinder, led_plainly, portions_plainly
from zusage.connectors.port import Asked, Encryption, Finder, Grouped, Grouping, Identity, Partition, Values, Visibility
from zusage.connectors.trouble import CannotHandle
from zusage.planning.plan import Selection, Weight
from zusage.promises.condition import Condition, Linked, columns_of
from zusage.promises.condition.evaluate import OutOfSight, holds
from zusage.promises.condition.rarity import told_by
from zusage.promises.inventory import Inventory, TableInfo
from zusage.promises.promise import Part
from zusage.promises.starting_point import StartingPoint

from .memory_groups import in_groups

Row = dict[str, object]
#: table → number of the row → row
Tables = dict[str, dict[int, Row]]


class MemorySystem:
    """Tables as rows, and the inventory that describes them."""

    def __init__(self, inventory: Inventory, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        self.inventory = inventory
        self.tables: Tables = {name: {} for name in inventory.tables}
        for table, given in rows.items():
            for row in given:
                self.put(table, row)

    def put(self, table: str, row: Mapping[str, object]) -> None:
        """One more row; a column that is not given has no value."""
        info = table_of(self.inventory, table)
        number = max(self.tables[table], default=0) + 1
        self.tables[table][number] = {column.name: row.get(column.name) for column in info.columns}

    def alter(self, table: str, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        """Change the rows that have these values, as somebody else would."""
        for row in self.tables[table].values():
            if key.items() <= row.items():
                row.update(values)

    def rows(self, table: str) -> list[Row]:
        """A copy of every row of a table."""
        return [dict(row) for row in self.tables[table].values()]

    def copy(self) -> Tables:
        """All tables as they are now."""
        return {table: {number: dict(row) for number, row in rows.items()} for table, rows in self.tables.items()}


def values(row: Mapping[str, object], columns: Sequence[str]) -> tuple[object, ...] | None:
    """The values of some columns; None where one is missing, so that the row refers to nothing."""
    found = tuple(row[name] for name in columns)
    return None if None in found else found


def table_of(inventory: Inventory, name: str) -> TableInfo:
    """A table of an inventory; raises CannotHandle."""
    if name not in inventory.tables:
        raise CannotHandle(f"system {inventory.system!r} has no table {name!r}")
    return inventory.tables[name]


def matching(
    inventory: Inventory, tables: Tables, table: str, where: Condition, sets: Mapping[str, Selection] | None = None
) -> dict[int, Row]:
    """The rows of a table that surely fulfil a condition, by number; raises CannotHandle for what there is not."""
    table_of(inventory, table)
    for of, name in columns_of(where, table):
        if table_of(inventory, of).column(name) is None:
            raise CannotHandle(f"table {of} has no column {name}")

    def rows(other: str) -> list[Row]:
        return list(tables[table_of(inventory, other).name].values())

    known: dict[str, set[int]] = {}

    def member(name: str, row: Mapping[str, object]) -> bool:
        if name not in (sets or {}):
            raise CannotHandle(f"a condition names the set {name}, of which nothing is known")
        if name not in known:
            chosen = (sets or {})[name]
            known[name] = {id(one) for one in matching(inventory, tables, chosen.table, chosen.where, sets).values()}
        return id(row) in known[name]

    try:
        return {n: row for n, row in tables[table].items() if holds(where, table, row, rows, members=member) is True}
    except OutOfSight as error:
        raise CannotHandle(f"a condition names table {error} outside EXISTS") from None


def belonging(tables: Tables, table: str, rows: Sequence[Row], parts: Sequence[Part]) -> dict[str, list[int]]:
    """Numbers of the rows of each part that belong to some rows of a table, however deep."""
    near: dict[str, Sequence[Row]] = {table: rows}
    found: dict[str, list[int]] = {}
    for part in parts:
        above = {key for row in near.get(part.of, ()) if None not in (key := part.above(row))}
        found[part.table] = [number for number, row in tables[part.table].items() if values(row, part.columns) in above]
        near[part.table] = [tables[part.table][number] for number in found[part.table]]
    return found


class MemoryReader:
    """A Reader. In a snapshot it looks at a copy."""

    def __init__(self, world: MemorySystem) -> None:
        self.system = world.inventory.system
        self._world = world
        self._frozen: Tables | None = None

    def identity(self) -> Identity:
        """There is nothing behind it."""
        return Identity(system=self.system, dialect="memory", version="1", database="memory", role="reader")

    def survey(self) -> Inventory:
        """The inventory that it was made with."""
        return self._world.inventory

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Freeze the tables; looks inside an open snapshot join it."""
        if self._frozen is not None:
            yield
            return
        self._frozen = self._world.copy()
        try:
            yield
        finally:
            self._frozen = None

    def count(self, selection: Selection) -> int:
        """Rows of the selection."""
        return len(self._matching(selection.table, selection.where))

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Row by row."""
        chosen = self._matching(selection.table, selection.where, sets)
        marked = tuple(len(self._matching(selection.table, mark, sets).keys() & chosen.keys()) for mark in marks)
        below, near = Counter[str](), {selection.table: list(chosen.values())}
        for part in parts:
            found = belonging(self._tables, part.of, near.get(part.of, []), [part])[part.table]
            near[part.table] = [self._tables[part.table][number] for number in found]
            below[part.table] += len(found)
        return Weight(rows=len(chosen), parts=below, marked=marked)

    def partition(self, table: str, cases: Sequence[tuple[str, Condition]]) -> Partition:
        """Each row goes to the first case that holds for it."""
        with self.snapshot():
            left = dict(self._tables[table_of(self._world.inventory, table).name])
            total, counts = len(left), dict[str, int]()
            for name, condition in cases:
                taken = self._matching(table, condition).keys() & left.keys()
                left = {number: row for number, row in left.items() if number not in taken}
                counts[name] = counts.get(name, 0) + len(taken)
        counts["rest"] = len(left)
        return Partition(
            counts={name: rows for name, rows in counts.items() if rows}, total=total, statement=f"every row of {table}"
        )

    def census(self, table: str, start: StartingPoint, where: Condition) -> Mapping[int, int]:
        """Rows by the year of the first starting column."""
        found: dict[int, int] = {}
        for row in self._matching(table, where).values():
            day = row[start.columns[0]]
            if isinstance(day, date):
                found[day.year] = found.get(day.year, 0) + 1
        return found

    def groups(self, grouping: Grouping) -> Grouped:
        """Group by group."""
        self._refuse_unknown(grouping.table, (*grouping.columns, *([grouping.counts] if grouping.counts else [])))
        for one in grouping.linked:
            self._refuse_unlinked(grouping.table, one)
        held = self._matching(grouping.table, grouping.held).keys()
        chosen = self._matching(grouping.table, grouping.where)
        every = [(row, number in held) for number, row in chosen.items()]

        def rows(table: str) -> list[Row]:
            return list(self._tables[table].values())

        def fulfils(table: str, row: Mapping[str, object], where: Condition) -> bool:
            return holds(where, table, row, rows) is True

        return in_groups(grouping, every, lambda one, row: told_by(one, row, rows, fulfils))

    def _refuse_unlinked(self, table: str, one: Linked) -> None:
        self._refuse_unknown(table, [name for _, name in one.pairs])
        self._refuse_unknown(one.table, (*one.columns, *one.by))
        for further in one.within:
            self._refuse_unlinked(one.table, further)

    def _refuse_unknown(self, table: str, columns: Iterable[str]) -> None:
        for column in columns:
            if table_of(self._world.inventory, table).column(column) is None:
                raise CannotHandle(f"table {table} has no column {column}")

    def values(self, table: str, column: str) -> Values:
        """Row by row."""
        if table_of(self._world.inventory, table).column(column) is None:
            raise CannotHandle(f"table {table} has no column {column}")
        found = [row[column] for row in self._tables[table].values() if row[column] is not None]
        different = list(dict.fromkeys(found))
        return Values(filled=len(found), different=len(different), each=iter(different))

    def rows(self, selection: Selection, columns: Sequence[str], most: int | None = None) -> Iterator[tuple[object, ...]]:
        """Row by row."""
        info = table_of(self._world.inventory, selection.table)
        for column in columns:
            if info.column(column) is None:
                raise CannotHandle(f"table {selection.table} has no column {column}")
        for row in islice(self._matching(selection.table, selection.where).values(), most):
            yield tuple(row[column] for column in columns)

    def portions(self, selection: Selection, key: Sequence[str], most: int) -> Iterator[Sequence[tuple[object, ...]]]:
        """All at once."""
        return portions_plainly(self.rows, selection, key, most)

    def led(
        self, selection: Selection, columns: Sequence[str], above: Sequence[tuple[str, str, str]]
    ) -> Iterator[tuple[object, ...]]:
        """Row by row."""
        return led_plainly(self.rows, selection, columns, above)

    def finder(self, asked: Sequence[Asked]) -> Finder:
        """Place by place."""
        return PlainFinder(self.rows, asked)

    def visibility(self, table: str) -> Visibility:
        """Nothing hides rows here, but a view may."""
        info = self._world.inventory.tables.get(table)
        if info is None or info.is_view:
            return Visibility(shown=False, how="there is no such table" if info is None else "it is a view")
        return Visibility(shown=True, how="a table in memory, seen whole")

    def encryption(self) -> Encryption:
        """Nothing goes anywhere."""
        return Encryption(encrypted=None, local=True, how="it is in memory")

    def close(self) -> None:
        """Nothing is held."""

    @property
    def _tables(self) -> Tables:
        return self._world.tables if self._frozen is None else self._frozen

    def _matching(self, table: str, where: Condition, sets: Mapping[str, Selection] | None = None) -> dict[int, Row]:
        return matching(self._world.inventory, self._tables, table, where, sets)


class MemoryApplication:
    """An Application: it reaches every row that is there."""

    def __init__(self, world: MemorySystem) -> None:
        self._world = world

    def reachable(self, selection: Selection) -> int:
        """Rows of the selection."""
        return len(matching(self._world.inventory, self._world.tables, selection.table, selection.where))

    def changeable(self, selection: Selection, sample: int) -> int:
        """What it reaches it can change."""
        return min(self.reachable(selection), sample)

    def around(self, table: str) -> tuple[str, ...]:
        """There are no row policies in memory."""
        return ()

    def close(self) -> None:
        """Nothing is held."""
