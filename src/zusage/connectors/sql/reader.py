"""Looks at a relational database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import quoted_name

from zusage.planning.plan import Selection, Weight
from zusage.promises.condition import ALWAYS, NEVER, Condition, Not, Surely, any_of
from zusage.promises.inventory import Inventory
from zusage.promises.promise import Part
from zusage.promises.starting_point import StartingPoint

from ..port import Asked, Encryption, Finder, Grouped, Grouping, Identity, Partition, Row, Values, Visibility
from ..trouble import CannotHandle, NotAnswered, Unreachable
from . import inside
from .behind import behind
from .compile import Compiler, from_clause
from .databases.beside import beside
from .databases.port import Database
from .dialects.port import Times
from .encryption import encryption
from .finding import SqlFinder
from .grouping import grouping as groups_of
from .grouping import read as read_groups
from .leading import led_to
from .survey import keeps_history, survey
from .weighing import weighing


class SqlReader:
    """A Reader over SQLAlchemy; one connection, one statement a question."""

    def __init__(
        self, system: str, database: Database, engine: sa.Engine, place: str, times: Times, surveyed: Inventory | None = None
    ) -> None:
        self.system = system
        self._database = database
        self._place = place
        self._times = times
        self._engine = engine
        self._inventory = surveyed
        self._identity: Identity | None = None
        self._clauses: dict[str, sa.TableClause] = {}
        try:
            self._connection = engine.connect().execution_options(compiled_cache=None)  # no statement comes twice
        except DBAPIError as error:
            raise Unreachable(system, database.reason(error)) from None
        database.refuse_writers(self._connection, system)

    def identity(self) -> Identity:
        """The server's version, the role, and a digest of the database's place."""
        if self._identity is None:
            with self.snapshot():
                version, role = self._database.version_and_role(self._connection)
            name, place = self._database.dialect.name, self.survey().place
            self._identity = Identity(system=self.system, dialect=name, version=version, database=place, role=role)
        return self._identity

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One read transaction; looks inside an open one join it."""
        if self._connection.in_transaction():
            yield
            return
        try:
            with self._connection.begin():
                yield
        except DBAPIError as error:
            there = not (self._database.passes(error) or error.connection_invalidated or self._connection.invalidated)
            raise (NotAnswered if there else Unreachable)(self.system, self._database.reason(error)) from None

    def survey(self) -> Inventory:
        """Reflected once for each reader."""
        if self._inventory is None:
            with self.snapshot():
                self._inventory = survey(self._database, self._connection, self.system, self._place)
        return self._inventory

    def count(self, selection: Selection) -> int:
        """One count."""
        compiler, clause = self._about(selection.table)
        if selection.where == ALWAYS:
            with self.snapshot():
                return self._all(clause)
        where = compiler.condition(selection.where, selection.table, clause)
        statement = sa.select(sa.func.count()).select_from(clause).where(where)
        with self.snapshot():
            return int(self._connection.execute(statement).scalar_one())

    def spelt_otherwise(self, selection: Selection, known: Condition) -> int:
        """One count; none where keys are compared to the letter anyway."""
        compiler, clause = self._about(selection.table)
        keys = compiler.dialect.as_keys()
        if keys is compiler.dialect:
            return 0
        more = replace(compiler, dialect=keys).condition(selection.where, selection.table, clause)
        letters = replace(compiler, dialect=compiler.dialect.by_letter())
        told = letters.condition(Not(Surely(any_of(selection.where, known))), selection.table, clause)
        with self.snapshot():
            return int(self._connection.execute(sa.select(sa.func.count()).select_from(clause).where(more, told)).scalar_one())

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """One statement: the selection as a set of its own, which parts are counted against."""
        compiler, clause = self._about(selection.table)
        compiler = replace(compiler, sets=sets)
        statement = weighing(compiler, clause, selection, parts, marks)
        with self.snapshot():
            found = [int(number or 0) for number in self._connection.execute(statement).one()]
        marked, belonging = found[1 : 1 + len(marks)], found[1 + len(marks) :]
        by_table = Counter[str]()
        for part, rows in zip(parts, belonging, strict=True):
            by_table[part.table] += rows  # a table can refer by two links
        return Weight(rows=found[0], parts=by_table, marked=tuple(marked))

    def partition(self, table: str, cases: Sequence[tuple[str, Condition]]) -> Partition:
        """One grouped CASE, and the total by a statement of its own in the same snapshot."""
        compiler, clause = self._about(table)
        whens: list[Any] = [
            (compiler.condition(condition, table, clause), sa.literal_column(f"'{name}'"))
            for name, condition in [case for case in cases if case[1] != NEVER] or cases[:1]
        ]
        case = sa.case(*whens, else_=sa.literal_column("'rest'")).label("part")
        statement = sa.select(case, sa.func.count()).select_from(clause).group_by(sa.literal_column("1"))
        with self.snapshot():
            found = self._connection.execute(statement)
            counts = {str(part): int(rows) for part, rows in found}
            total = self._all(clause)
        return Partition(counts=counts, total=total, statement=str(found.context.statement))

    def _all(self, clause: sa.TableClause) -> int:
        """All rows of a table; so short a statement is written sooner than it is put together."""
        name = self._connection.dialect.identifier_preparer.format_table(clause)
        return int(self._connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())  # noqa: S608 - quoted

    def census(self, table: str, start: StartingPoint, where: Condition) -> Mapping[int, int]:
        """Rows by year."""
        compiler, clause = self._about(table)
        year = compiler.year(start, table, clause).label("year")
        condition = compiler.condition(where, table, clause)
        statement = sa.select(year, sa.func.count()).select_from(clause).where(condition).group_by(sa.literal_column("1"))
        with self.snapshot():
            return {int(y): int(rows) for y, rows in self._connection.execute(statement) if y is not None}

    def groups(self, grouping: Grouping) -> Grouped:
        """One grouped statement."""
        compiler, clause = self._about(grouping.table)
        with self.snapshot():
            found = self._connection.execute(groups_of(compiler, clause, grouping))
            return read_groups(found.one(), str(found.context.statement))

    def values(self, table: str, column: str) -> Values:
        """Two counts in one statement, then the different values in chunks."""
        _, clause = self._about(table)
        if column not in clause.c:
            raise CannotHandle(f"table {table!r} of system {self.system!r} has no column {column!r}")
        of: sa.ColumnClause[Any] = sa.column(quoted_name(column, True))
        counts = sa.select(sa.func.count(of), sa.func.count(sa.distinct(of))).select_from(clause)
        each = sa.select(of).select_from(clause).where(of.is_not(None)).distinct()
        with self.snapshot():
            filled, different = self._connection.execute(counts).one()
        return Values(filled=int(filled), different=int(different), each=self._each(each))

    def _each(self, statement: sa.Select[Any]) -> Iterator[object]:
        with self.snapshot():
            yield from self._connection.execute(statement.execution_options(yield_per=5000)).scalars()

    def rows(self, selection: Selection, columns: Sequence[str], most: int | None = None) -> Iterator[tuple[object, ...]]:
        """One statement; its rows as the driver has them."""
        statement = self._selecting(selection, columns).limit(most)
        with self.snapshot():
            found = self._connection.execute(statement)
            try:
                while batch := found.cursor.fetchmany(5000) if found.cursor else ():
                    yield from batch
            except self._engine.dialect.loaded_dbapi.Error:
                raise Unreachable(self.system, "the connection failed while rows were read") from None

    def portions(self, selection: Selection, key: Sequence[str], most: int) -> Iterator[Sequence[Row]]:
        """By the order of the key, so that each portion begins behind the one before."""
        order = [self._about(selection.table)[1].c[name] for name in key]
        chosen = (
            self._selecting(selection, key).where(*(column.is_not(sa.null()) for column in order)).order_by(*order).limit(most)
        )
        further: sa.ColumnElement[bool] = sa.true()
        while True:
            with self.snapshot():
                found = [tuple(row) for row in self._connection.execute(chosen.where(further))]
            if found:
                yield found
            if len(found) < most:
                return
            further = behind(order, [sa.literal(value, column.type) for value, column in zip(found[-1], order, strict=True)])

    def beside(self) -> Iterator[tuple[str, object]]:
        """What is there beside rows: names, comments, definitions, large objects; each with the kind of place. Raises SystemTrouble."""
        with self.snapshot():
            try:
                yield from beside(self._connection, self._database.dialect.name)
            except OverflowError as found:
                raise Unreachable(self.system, f"{found} is too large to be looked through") from None

    def led(
        self, selection: Selection, columns: Sequence[str], above: Sequence[tuple[str, str, str]]
    ) -> Iterator[tuple[object, ...]]:
        """One statement, in which the database goes the way for each row; a server keeps what was not fetched yet."""
        compiler, clause = self._about(selection.table)
        key = led_to(compiler, selection.table, clause, columns[-1], above)
        statement = self._selecting(selection, columns).add_columns(key).execution_options(yield_per=5000)
        with self.snapshot():
            yield from map(tuple, self._connection.execute(statement))

    def _selecting(self, selection: Selection, columns: Sequence[str]) -> sa.Select[Any]:
        compiler, clause = self._about(selection.table)
        table = compiler.table(selection.table)
        for column in columns:
            if table.column(column) is None:
                raise CannotHandle(f"table {selection.table!r} of system {self.system!r} has no column {column!r}")
        where = compiler.condition(selection.where, selection.table, clause)
        return sa.select(*(inside.term(clause, table, name) for name in columns)).select_from(clause).where(where)

    def finder(self, asked: Sequence[Asked]) -> Finder:
        """One statement over all places for one person, one a place for many."""
        for one in asked:
            table = self._about(one.place.bare)[0].table(one.place.bare)
            for column in (*one.columns, *one.place.own):
                if table.column(column) is None:
                    raise CannotHandle(f"table {one.place.bare!r} of system {self.system!r} has no column {column!r}")
        return SqlFinder(self._engine, Compiler(self.survey(), self._database.dialect, self._times), asked, self._all_of)

    def _all_of(self, text: str, parameters: Any) -> Sequence[Row]:
        with self.snapshot():
            found = self._connection.exec_driver_sql(text, parameters)
            try:
                return found.cursor.fetchall() if found.cursor else ()
            except self._engine.dialect.loaded_dbapi.Error:
                raise Unreachable(self.system, "the connection failed while rows were read") from None

    def visibility(self, table: str) -> Visibility:
        """As the kind of database establishes it."""
        info = self.survey().tables.get(table)
        if info is None:
            return Visibility(shown=False, how="there is no such table")
        with self.snapshot():
            return self._database.visibility(self._connection, info)

    def encryption(self) -> Encryption:
        """As the server says."""
        with self.snapshot():
            return encryption(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()

    def _about(self, table: str) -> tuple[Compiler, sa.TableClause]:
        inventory = self.survey()
        if table not in inventory.tables:
            raise CannotHandle(f"system {self.system!r} has no table {table!r}; check the manifest with `zusage check`")
        if inventory.tables[table].history:
            raise CannotHandle(keeps_history(self.system, table))
        if table not in self._clauses:
            self._clauses[table] = from_clause(inventory.tables[table])
        return Compiler(inventory, self._database.dialect, self._times), self._clauses[table]
