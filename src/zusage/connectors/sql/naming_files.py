"""Which files go with the rows of a batch, by the columns that their paths are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from zusage.planning.plan import Step
from zusage.promises.row_files import columns_in

from ..port import RowFiles

#: the rows of a table of the step that belong to the batch
Rows = Callable[[str], tuple[sa.TableClause, sa.ColumnElement[bool]]]


def named(connection: sa.Connection, step: Step, rows: Rows) -> Iterator[RowFiles]:
    """One for each path: nothing else of the rows is read."""
    for table, path in step.files:
        columns = columns_in(path)
        clause, inside = rows(table)
        found = connection.execute(sa.select(*(clause.c[name] for name in columns)).where(inside).distinct())
        values = tuple(tuple(row) for row in found)
        if values:
            yield RowFiles(system=step.system, table=table, path=path, columns=columns, values=values)
