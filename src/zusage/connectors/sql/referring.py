"""Which rows refer to which, as parts of statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from zusage.planning.plan import Tree
from zusage.promises.inventory import TableInfo

from .compile import from_clause


def among(
    values: Sequence[sa.ColumnElement[Any]], chosen: sa.Select[Any], *, as_texts: Collection[int] = ()
) -> sa.ColumnElement[bool]:
    """Some values are among those chosen; a missing one is among none. Those at the places ``as_texts`` are compared as texts."""
    if as_texts:
        values = _in_words(values, as_texts)
        chosen = chosen.with_only_columns(*_in_words(list(chosen.selected_columns), as_texts))
    return values[0].in_(chosen) if len(values) == 1 else sa.tuple_(*values).in_(chosen)


def _in_words(values: Sequence[sa.ColumnElement[Any]], places: Collection[int]) -> list[sa.ColumnElement[Any]]:
    return [sa.cast(value, sa.Text) if n in places else value for n, value in enumerate(values)]


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
