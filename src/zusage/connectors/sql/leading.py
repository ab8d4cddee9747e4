"""The key to which a column leads over other tables, worked out by the database for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from . import inside
from .compile import Compiler, Element, from_clause

#: of these, two columns of one kind are equal exactly where a plain comparison says so, in every database
_PLAIN = ("integer", "uuid")


def led_to(
    compiler: Compiler, table: str, clause: sa.FromClause, column: str, above: Sequence[tuple[str, str, str]]
) -> sa.ColumnElement[Any]:
    """What stands at the end of the way; nothing where a row on it is missing.

    ``above`` names for each table on the way the column that is referred to and the one that leads on.
    """
    of, below, refers, met = table, clause, column, list[Element]()
    for name, referred, leads in above:
        here = from_clause(compiler.table(name)).alias()
        met += _equal(compiler, (of, below, refers), (name, here, referred))
        of, below, refers = name, here, leads
    key = inside.term(below, compiler.table(of), refers)
    if not above:
        return key
    return sa.select(key).where(*met).limit(sa.literal_column("1")).correlate(clause).scalar_subquery()


def _equal(
    compiler: Compiler, one: tuple[str, sa.FromClause, str], other: tuple[str, sa.FromClause, str]
) -> list[sa.ColumnElement[bool]]:
    """Two columns, each with its table, have one value; values of unlike kinds are never equal."""
    here, there = (inside.term(clause, compiler.table(table), column) for table, clause, column in (one, other))
    kinds = [compiler.kind(table, column) for table, _, column in (one, other)]
    if kinds[0] == kinds[1] and kinds[0] in _PLAIN:
        return [here == there]
    return [compiler.dialect.linked(here, there), compiler.dialect.same_kind(here, there)]
