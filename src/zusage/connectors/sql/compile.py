"""Conditions to SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name

from zusage.promises import condition as c
from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo
from zusage.promises.starting_point import StartingPoint

from .dialects.port import Dialect, Times

Element = sa.ColumnElement[Any]


def from_clause(table: TableInfo, *extra: str) -> sa.TableClause:
    """The table as SQLAlchemy sees it, every name quoted."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(quoted_name(column.name, True)) for column in table.columns]
    columns += [sa.column(quoted_name(name, True)) for name in extra]
    return sa.table(quoted_name(table.name, True), *columns)


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles conditions about the tables of one system."""

    inventory: Inventory
    dialect: Dialect
    times: Times

    def condition(self, node: c.Condition, table: str, clause: sa.TableClause) -> Element:
        """The condition about rows of ``table``, which the statement selects from ``clause``."""
        return self._condition(node, {table: clause}, table)

    def _condition(self, node: c.Condition, scope: Mapping[str, sa.TableClause], table: str) -> Element:
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
                return term(of).is_(sa.null())
            case c.OneOf(of, values):
                return term(of).in_([self._literal(value.value) for value in values])
            case c.Like(of, pattern):
                return self.dialect.like(term(of), pattern)
            case c.And(parts):
                return sa.and_(*map(below, parts))
            case c.Or(parts):
                return sa.or_(*map(below, parts))
            case c.Not(part):
                return sa.not_(sa.and_(below(part)))
            case c.Surely(part):
                return sa.func.coalesce(below(part), self.dialect.truth(False)).op("=")(self.dialect.truth(True))
            case c.Possibly(part):
                return sa.func.coalesce(below(part), self.dialect.truth(True)).op("=")(self.dialect.truth(True))
            case c.Exists(inner, where):
                return self._exists(inner, where, scope)
            case c.Before(column, instant, zone):
                return self.dialect.before(term(column), self._info(column, table), instant, zone, self._times(column, table))
            case c.Placeable(column, earliest, latest):
                info = self._info(column, table)
                return self.dialect.placeable(term(column), info, earliest, latest, self._times(column, table))
            case c.Shaped(column, shape, value):
                return self._shaped(term(column), shape, value)
            case _:
                assert_never(node)

    def _exists(self, inner: str, where: c.Condition, scope: Mapping[str, sa.TableClause]) -> Element:
        clause: Any = from_clause(self.inventory.tables[inner])
        if inner in scope:
            clause = clause.alias()
        outer = [of for name, of in scope.items() if name != inner]
        within = self._condition(where, {**scope, inner: clause}, inner)
        return sa.exists(sa.select(sa.literal_column("1")).select_from(clause).where(within).correlate(*outer))

    def _compare(self, operator: str, left: c.Term, right: c.Term, scope: Mapping[str, sa.TableClause], table: str) -> Element:
        one, other = self._term(left, scope, table), self._term(right, scope, table)
        return one.op(operator, is_comparison=True)(other)

    def _term(self, node: c.Term, scope: Mapping[str, sa.TableClause], table: str) -> Element:
        match node:
            case c.Column(name, of):
                return scope[of or table].c[name]
            case c.Literal(value):
                return self._literal(value)
            case c.Call(function, arguments):
                return getattr(sa.func, function)(*(self._term(argument, scope, table) for argument in arguments))  # type: ignore[no-any-return]
            case _:
                assert_never(node)

    def _literal(self, value: Any) -> Element:
        return self.dialect.literal(value)

    def _info(self, column: c.Column, table: str) -> ColumnInfo:
        info = self.inventory.tables[column.table or table].column(column.name)
        if info is None:
            raise KeyError(column.name)
        return info

    def _times(self, column: c.Column, table: str) -> Times:
        epoch = self.times.epochs.get(f"{column.table or table}.{column.name}")
        return Times(self.times.zone, {"": epoch} if epoch else {})

    def _shaped(self, column: Element, shape: c.tree.Shape, value: str | int | None) -> Element:
        if shape == "pseudonym":
            return self.dialect.pseudonym_shape(column)
        if shape == "truncated":
            return sa.func.length(column).op("<=")(sa.literal(int(value or 0)))
        return column.op("=", is_comparison=True)(self._literal(value))

    def year(self, start: StartingPoint, table: str, clause: sa.TableClause) -> Element:
        """The calendar year of the first starting column, as stored."""
        column = c.Column(start.columns[0])
        return self.dialect.year(clause.c[start.columns[0]], self._info(column, table), self._times(column, table))
