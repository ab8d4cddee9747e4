"""Which rows are still there, by the values that they had: asked before a file of theirs is removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from .changing import plain

#: rows that are asked for with one statement
_ASKED = 200


def which_still_there(connection: sa.Connection, clause: sa.TableClause, rows: Sequence[Mapping[str, object]]) -> Iterator[bool]:
    """Of each whether a row has these values: a statement for some hundred, by an index where there is one."""
    for first in range(0, len(rows), _ASKED):
        wanted = (
            sa.exists(sa.select(sa.literal_column("1")).select_from(clause).where(*_alike(clause, values)))
            for values in rows[first : first + _ASKED]
        )
        yield from map(bool, connection.execute(sa.select(*wanted)).one())


def _alike(clause: sa.TableClause, values: Mapping[str, object]) -> Iterator[sa.ColumnElement[bool]]:
    """That a row has these values; a plain comparison, because PostgreSQL uses no index for IS NOT DISTINCT FROM."""
    for name, value in values.items():
        yield clause.c[name].is_(sa.null()) if value is None else clause.c[name] == plain(value)
