"""How many rows match at most, as an index alone can say: far sooner than by reading the table, and enough where it is no more than planned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.expression import ClauseElement, Executable
from sqlalchemy.sql.util import ClauseAdapter

from .dialects.port import Element


class Explained(Executable, ClauseElement):
    """How the database would find the rows of a statement."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self.statement = statement


@compiles(Explained)
def _explain(element: Explained, compiler: Any, **kw: Any) -> str:
    return f"EXPLAIN {compiler.process(element.statement, **kw)}"


@compiles(Explained, "sqlite")
def _explain_sqlite(element: Explained, compiler: Any, **kw: Any) -> str:
    return f"EXPLAIN QUERY PLAN {compiler.process(element.statement, **kw)}"


def wider(where: Element) -> Element | None:
    """What each row that matches fulfils and only one column decides: the first that a part of the condition speaks of alone."""
    parts = [(part, spoken_of(part)) for part in _together(where)]
    alone = next((columns for _, columns in parts if len(columns) == 1), None)
    said = [part for part, columns in parts if columns == alone]
    return sa.and_(*said) if said else None


def moved(part: Element, to: sa.FromClause) -> Element | None:
    """The same said of another name of the table; None where a piece of it is written as text that could not follow."""
    if any(not type(node).__module__.startswith("sqlalchemy.") for node in visitors.iterate(part)):
        return None
    found: Element = ClauseAdapter(to).traverse(part)
    return found


def _together(where: Any) -> Iterator[Element]:
    """The parts of a condition that all hold where it does."""
    if isinstance(where, sa.sql.elements.BooleanClauseList) and where.operator is operators.and_:
        for part in where.clauses:
            yield from _together(part)
    else:
        yield where


def spoken_of(part: Element) -> frozenset[str]:
    """The columns of which a part speaks; one that asks other rows is left out, and no index decides it."""
    inner = list(visitors.iterate(part))
    if any(isinstance(node, sa.Select) for node in inner):
        return frozenset()
    return frozenset(node.name for node in inner if isinstance(node, sa.ColumnClause) and not node.is_literal)
