"""Conditions to SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name

from zusage.planning.plan import Selection
from zusage.promises import condition as c
from zusage.promises.inside import Items, items_in, removed
from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo
from zusage.promises.starting_point import StartingPoint

from ..trouble import CannotHandle
from . import inside, listed
from .dialects.port import Dialect, Kind, Single, Span, Stored, Times
from .every_item import FreeInItems
from .rare import of_rare_group, told_apart
from .replacing import Free, is_unique
from .rounding import is_lessened

Element = sa.ColumnElement[Any]
#: what is in sight, by the name under which a condition knows it
Scope = Mapping[str, sa.FromClause]


#: constants of a condition in whose place numbers will be written, so that one statement serves all
GAP = (c.Literal("\0keys"),)
#: what stands in the statement there
WRITTEN = "NULL /* keys */"
#: from so many numbers on they are written into a list as they are
_MANY = 20
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def from_clause(table: TableInfo, *extra: str) -> sa.TableClause:
    """The table as SQLAlchemy sees it, every name quoted, every column with what is known of it."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(quoted_name(column.name, True), _stored(column)) for column in table.columns]
    columns += [sa.column(quoted_name(name, True)) for name in extra]
    schema = quoted_name(table.schema, True) if table.schema else None
    return sa.table(quoted_name(table.bare, True), *columns, schema=schema)


def _stored(column: ColumnInfo) -> Stored:
    return (Single if column.declared.lower().startswith("float") else Stored)(column)


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles conditions about the tables of one system."""

    inventory: Inventory
    dialect: Dialect
    times: Times
    #: what ``Among`` means
    sets: Mapping[str, Selection] = field(default_factory=dict)
    #: the sets that a statement has named so far
    named: dict[str, sa.CTE] = field(default_factory=dict)

    def condition(self, node: c.Condition, table: str, clause: sa.FromClause) -> Element:
        """The condition about rows of ``table``, which the statement selects from ``clause``; to be used where true alone counts."""
        return self._filter(node, {table: clause}, table)

    def _filter(self, node: c.Condition, scope: Scope, table: str) -> Element:
        """The same where only true counts: unknown need not be told from false there, so that an index can serve."""
        match node:
            case c.And() if flat := _flat(node):  # what an index can serve stands first, where the cheapest test decides
                joint, others = self._joint(flat, scope, table)
                return sa.and_(*joint, *(self._filter(part, scope, table) for part in sorted(others, key=_costly)))
            case c.Or(parts) if parts:
                return sa.or_(*(self._filter(part, scope, table) for part in parts))
            case c.Surely(part):
                return self._filter(part, scope, table)
            case c.Not(c.Possibly(part)):
                return sa.not_(sa.and_(self._condition(part, scope, table)))
            case c.OneOf(of, values):
                return self._one_of(of, values, scope, table, _both)
            case c.Compare("=", left, c.Literal(str() | int())):
                return self._compare("=", left, node.right, scope, table, _both)
            case c.Before(column, instant):
                info, times = self._about(column, scope, table)
                exact = self._condition(node, scope, table)
                roughly = self.dialect.roughly_before(self._term(column, scope, table), info, instant, times)
                return exact if roughly is None else sa.and_(roughly, exact)
            case _:
                return self._condition(node, scope, table)

    def _joint(self, parts: Sequence[c.Condition], scope: Scope, table: str) -> tuple[list[Element], list[c.Condition]]:
        """That a time is believed and that it is over are asked at once, where that is shorter; the second are the other parts."""
        found: list[Element] = []
        left = list(parts)
        placed = [(one, over) for one in parts if isinstance(one, c.Placeable) for over in parts if isinstance(over, c.Before)]
        for one, over in placed:
            if one.column == over.column and one in left and over in left:
                info, times = self._about(one.column, scope, table)
                span = Span(one.earliest, one.latest, over.instant, over.zone)
                both = self.dialect.placed_before(self._term(one.column, scope, table), info, span, times)
                if both is not None:
                    found.append(both)
                    left = [part for part in left if part not in (one, over)]
        return found, left

    def _condition(self, node: c.Condition, scope: Scope, table: str) -> Element:
        def below(part: c.Condition) -> Element:
            return self._condition(part, scope, table)

        def term(of: c.Term) -> Element:
            return self._term(of, scope, table)

        match node:
            case c.Truth(value):
                return self.dialect.truth(value)
            case c.Compare(operator, left, right):
                return self._compare(operator, left, right, scope, table)
            case c.IsNull(of):
                return self.dialect.is_missing(term(of))
            case c.OneOf(of, values):
                return self._one_of(of, values, scope, table)
            case c.Like(of, pattern):
                return self.dialect.like(term(of), pattern)
            case c.And(parts):
                return sa.and_(*map(below, parts)) if parts else self.dialect.truth(True)
            case c.Or(parts):
                return sa.or_(*map(below, parts)) if parts else self.dialect.truth(False)
            case c.Not(part):
                return sa.not_(sa.and_(below(part)))
            case c.Surely(part):
                return sa.func.coalesce(below(part), self.dialect.truth(False)).op("=")(self.dialect.truth(True))
            case c.Possibly(part):
                return sa.func.coalesce(below(part), self.dialect.truth(True)).op("=")(self.dialect.truth(True))
            case c.Among(name):
                return self._among(name, scope[table])
            case c.Exists(inner, where, name):
                return self._exists(inner, where, name, scope)
            case c.Under():
                return self._under(node, scope[table])
            case c.Rare():
                return of_rare_group(self, node, scope[table])
            case c.Before(column, instant, zone):
                info, times = self._about(column, scope, table)
                return self.dialect.before(term(column), info, instant, zone, times)
            case c.Placeable(column, earliest, latest):
                info, times = self._about(column, scope, table)
                return self.dialect.placeable(term(column), info, earliest, latest, times)
            case c.Shaped(column, shape, value):
                return self._shaped(term(column), shape, value)
            case _:
                assert_never(node)

    def _among(self, name: str, clause: sa.FromClause) -> Element:
        """By the primary key in the set, which is worked out once; without one, by what the set says."""
        if name not in self.sets:
            raise CannotHandle(f"a condition names the set {name}, of which nothing is known")
        selection = self.sets[name]
        key = self.table(selection.table).primary_key
        if selection.where == c.NEVER:
            return self.dialect.truth(False)
        if not key:
            return self._condition(c.Surely(selection.where), {selection.table: clause}, selection.table)
        if name not in self.named:
            rows = from_clause(self.table(selection.table))
            where = self.condition(selection.where, selection.table, rows)
            chosen = sa.select(*(rows.c[column] for column in key)).select_from(rows).where(where)
            self.named[name] = chosen.cte(f"taken {len(self.named) + 1}")
        found = sa.select(*(self.named[name].c[column] for column in key))
        columns = [clause.c[column] for column in key]
        return columns[0].in_(found) if len(key) == 1 else sa.tuple_(*columns).in_(found)

    def _exists(self, inner: str, where: c.Condition, name: str | None, scope: Scope) -> Element:
        """Rows of another table, or other rows of one that is in sight; a name that is used again hides the outer row."""
        clause: sa.FromClause = from_clause(self.table(inner))
        key = name or inner
        if any(_origin(seen) == inner for seen in scope.values()):
            clause = clause.alias()
        outer = [seen for known, seen in scope.items() if known != key]
        within = {**scope, key: clause}
        parts = [self._link(part, within, key) for part in _flat(where)] or [self.dialect.truth(True)]
        return sa.exists(sa.select(sa.literal_column("1")).select_from(clause).where(sa.and_(*parts)).correlate(*outer))

    def _under(self, node: c.Under, row: sa.FromClause) -> Element:
        """All that is referred to from below is gathered once, by going up; the row is asked whether it is among that."""
        table, columns, referred = node.table, node.columns, node.referred
        low, high = from_clause(self.table(table)).alias(), from_clause(self.table(table)).alias()

        def refers(row: sa.FromClause) -> list[Element]:
            there: list[Element] = [row.c[name].is_not(sa.null()) for name in columns]
            return there if node.through is None else [*there, self._filter(node.through, {table: row}, table)]

        start = sa.select(*(low.c[name].label(f"k{n}") for n, name in enumerate(columns)))
        up = start.where(*refers(low), self._condition(node.where, {table: low}, table)).cte(recursive=True)
        further = sa.select(*(high.c[name] for name in columns)).select_from(high)
        met = sa.and_(*(high.c[name] == up.c[f"k{n}"] for n, name in enumerate(referred)))
        up = up.union(further.join(up, met).where(*refers(high)))
        keys = sa.select(*(up.c[f"k{n}"] for n in range(len(columns))))
        own = [row.c[name] for name in referred]
        among = own[0].in_(keys) if len(own) == 1 else sa.tuple_(*own).in_(keys)
        return sa.func.coalesce(among, self.dialect.truth(False)).op("=")(self.dialect.truth(True))

    def _link(self, node: c.Condition, scope: Scope, table: str) -> Element:
        """A part of EXISTS: that two columns are equal is said plainly, so that an index can serve it; unknown is false here."""
        match node:
            case c.Compare("=", c.Column() as left, c.Column() as right):
                one, other = self._term(left, scope, table), self._term(right, scope, table)
                kinds = {self._about(column, scope, table)[0].kind for column in (left, right)}
                alike = self.dialect.linked(one, other)
                return alike if len(kinds) == 1 else sa.and_(alike, self.dialect.same_kind(one, other))
            case _:
                return self._filter(node, scope, table)

    def _one_of(
        self,
        of: c.Term,
        values: tuple[c.Literal, ...],
        scope: Scope,
        table: str,
        meet: Callable[[Element, Element], Element] | None = None,
    ) -> Element:
        """``meet`` puts together that the kind is right and that a value is; by itself unknown where the kind is another."""
        if isinstance(of, c.Column) and (items := items_in(of.name)):
            return self._item(items, of, values, scope, table)
        kinds: set[Kind | None] = {"number"} if values == GAP else {_kind(value.value) for value in values}
        if len(kinds) == 1 and (kind := kinds.pop()):
            term = self._term(of, scope, table)
            written = [_digits(values)] if values == GAP or _whole(values) else [self._literal(v.value) for v in values]
            return (meet or _where)(self.dialect.of_kind(kind, term), self.dialect.among(term, written))
        alike = [self._compare("=", of, value, scope, table) for value in values]
        return sa.or_(*alike) if alike else self.dialect.truth(False)

    def _compare(
        self,
        operator: str,
        left: c.Term,
        right: c.Term,
        scope: Scope,
        table: str,
        meet: Callable[[Element, Element], Element] | None = None,
    ) -> Element:
        """Values of different kinds can be neither equal nor in any order: unknown."""
        if isinstance(left, c.Column) and isinstance(right, c.Literal) and operator == "=" and (items := items_in(left.name)):
            return self._item(items, left, (right,), scope, table)
        match left, right:
            case c.Column() as column, c.Literal(datetime() | Decimal() | bytes() as held):
                self._about(column, scope, table)
                return self._term(column, scope, table).op(operator, is_comparison=True)(sa.literal(held))
            case c.Column() as column, c.Literal(date() as day):
                info, times = self._about(column, scope, table)
                return self.dialect.compare_day(operator, self._term(column, scope, table), info, day, times)
            case c.Literal(date()), c.Column():
                return self._compare(_MIRRORED[operator], right, left, scope, table)
        one, other = self._term(left, scope, table), self._term(right, scope, table)
        kind = _kind(left.value) if isinstance(left, c.Literal) else _kind(right.value) if isinstance(right, c.Literal) else None
        alike = self.dialect.of_kind(kind, one, other) if kind else self.dialect.same_kind(one, other)
        return (meet or _where)(alike, self.dialect.compared(operator, one, other))

    def _item(self, items: Items, column: c.Column, values: Sequence[c.Literal], scope: Scope, table: str) -> Element:
        """Some item of a list in a document is of one of these people; never unknown."""
        self._about(column, scope, table)
        clause = scope[column.table or table]
        return listed.any_of_people(self.dialect, clause, self.table(_origin(clause)), items, values)

    def _term(self, node: c.Term, scope: Scope, table: str) -> Element:
        match node:
            case c.Column(name, of):
                self._about(node, scope, table)
                clause = scope[of or table]
                return inside.term(clause, self.table(_origin(clause)), name)
            case c.Literal(value):
                return self._literal(value)
            case c.Call(function, arguments):
                return self.dialect.call(function, [self._term(argument, scope, table) for argument in arguments])
            case _:
                assert_never(node)

    def _literal(self, value: Any) -> Element:
        return self.dialect.literal(value)

    def _about(self, column: c.Column, scope: Scope, table: str) -> tuple[ColumnInfo, Times]:
        """What a column is and how its times are stored."""
        name = column.table or table
        if name not in scope:
            raise CannotHandle(f"a condition names table {name} outside EXISTS; check the manifest with `zusage check`")
        of = _origin(scope[name])
        info = self.table(of).column(column.name)
        if info is None:
            raise CannotHandle(f"table {of} has no column {column.name}; check the manifest with `zusage check`")
        return info, self.times.of(f"{of}.{column.name}")

    def table(self, name: str) -> TableInfo:
        """A table by its name; raises CannotHandle."""
        if name not in self.inventory.tables:
            raise CannotHandle(f"system {self.inventory.system!r} has no table {name}; check the manifest with `zusage check`")
        return self.inventory.tables[name]

    def clause(self, name: str) -> sa.TableClause:
        """A table to select from; raises CannotHandle."""
        return from_clause(self.table(name))

    def column(self, table: TableInfo, name: str) -> ColumnInfo:
        """A column of a table; raises CannotHandle."""
        info = table.column(name)
        if info is None:
            raise CannotHandle(f"table {table.name} has no column {name}; check the manifest with `zusage check --live`")
        return info

    def apart(self, table: TableInfo, rows: sa.FromClause, name: str) -> Element:
        """A column of a table as its values are told apart in groups; raises CannotHandle."""
        info = self.column(table, name)
        return told_apart(self.dialect.name, rows.c[name], info)

    def kind(self, table: str, column: str) -> str:
        """What kind of values a column has; raises CannotHandle."""
        return self._about(c.Column(column), {table: from_clause(self.table(table))}, table)[0].kind

    def _shaped(self, column: Element, shape: c.tree.Shape, value: str | int | None) -> Element:
        if shape == "pseudonym":
            return self.dialect.pseudonym_shape(column)
        if shape == "truncated" and isinstance(column.type, Stored) and column.type.info.kind == "array":
            return listed.NoneLonger(column, int(value or 0))
        if shape == "truncated":
            return self.dialect.call("length", [column]).op("<=")(sa.literal(int(value or 0)))
        if shape in ("multiple", "beginning"):
            return is_lessened(self.dialect.name, column, value or 1)
        if shape == "unique":
            return is_unique(column, str(value), self._length)
        if shape == "json":
            ways, below = removed(str(value))
            return FreeInItems(column, ways, below) if ways else Free(column, [str(value)])
        return self.dialect.is_constant(column, value)

    def _length(self, term: Element) -> Element:
        return self.dialect.call("length", [term])

    def year(self, start: StartingPoint, table: str, clause: sa.TableClause) -> Element:
        """The calendar year of the first starting column, as stored."""
        info, times = self._about(c.Column(start.columns[0]), {table: clause}, table)
        return self.dialect.year(clause.c[start.columns[0]], info, times)


def _whole(values: Sequence[c.Literal]) -> bool:
    return len(values) > _MANY and all(type(value.value) is int for value in values)


def _digits(values: Sequence[c.Literal]) -> Element:
    """Many numbers as they are written: a parameter each would take longer to bind than the statement takes."""
    return sa.literal_column(WRITTEN if values == GAP else digits(value.value for value in values), sa.Integer())


def digits(keys: Iterable[object]) -> str:
    """What goes into a gap."""
    return ", ".join(map(str, keys)) or "NULL"


def _both(alike: Element, then: Element) -> Element:
    """The same where only true counts: both are asked, so that an index can serve."""
    return then if isinstance(alike, sa.True_) else alike if isinstance(alike, sa.Null) else sa.and_(then, alike)


def _where(alike: Element, then: Element) -> Element:
    """Unknown unless the values are alike; where their columns say so for every row, nothing need be asked."""
    return then if isinstance(alike, sa.True_) else alike if isinstance(alike, sa.Null) else sa.case((alike, then))


def _origin(clause: sa.FromClause) -> str:
    """The table behind an alias."""
    table = clause.element if isinstance(clause, sa.Alias) else clause
    if not isinstance(table, sa.TableClause):
        return ""
    return f"{table.schema}.{table.name}" if table.schema else str(table.name)


def _costly(node: c.Condition) -> bool:
    """Whether the condition does not begin with a time that is simply compared."""
    match node:
        case c.Surely(part):
            return _costly(part)
        case c.And(parts) if parts:
            return all(map(_costly, parts))
        case _:
            return not isinstance(node, c.Before)


def _kind(value: object) -> Kind | None:
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else None


def _flat(node: c.Condition) -> tuple[c.Condition, ...]:
    """The parts of a conjunction, however nested: a link between two tables must be seen as one, or no index serves it."""
    if isinstance(node, c.Surely):
        return _flat(node.part)
    return tuple(inner for part in node.parts for inner in _flat(part)) if isinstance(node, c.And) else (node,)
