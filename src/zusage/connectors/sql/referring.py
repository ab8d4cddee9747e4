"""Which rows refer to which, as parts of statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from zusage.planning.plan import Tree
from zusage.promises.inventory import TableInfo

from .compile import from_clause


def among(clause: sa.FromClause, columns: Sequence[str], chosen: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """The values of some columns are among those chosen; a missing value is among none."""
    if len(columns) == 1:
        return clause.c[columns[0]].in_(chosen)
    return sa.tuple_(*(clause.c[name] for name in columns)).in_(chosen)


def referred_by_others(clause: sa.TableClause, table: TableInfo, tree: Tree) -> sa.ColumnElement[bool]:
    """Another row of the table refers to the row."""
    other = from_clause(table).alias()
    refers = [other.c[column] == clause.c[referred] for column, referred in zip(tree.columns, tree.referred, strict=True)]
    another = sa.or_(*(other.c[name] != clause.c[name] for name in tree.referred))
    return sa.exists(sa.select(sa.literal_column("1")).select_from(other).where(*refers, another).correlate(clause))


def kind_of(table: TableInfo, column: str) -> str | None:
    """What kind of values a column holds; None where there is no such column."""
    info = table.column(column)
    return info.kind if info else None
