"""Rows that leave a database for the vault, as documents: each root row with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from zusage.planning.plan import BlockRows, Step, Whose
from zusage.promises.inventory import Inventory, TableInfo

from ..port import BlockedRow
from ..trouble import CannotHandle
from . import inside
from .compile import Compiler, from_clause
from .dialects.port import Dialect, Times

Row = Mapping[Any, Any]


def whose(
    connection: sa.Connection, compiler: Compiler, step: Step, clause: sa.TableClause, inside: sa.ColumnElement[bool]
) -> dict[tuple[object, ...], str]:
    """By the key of each row of the batch, whose it is; where it tells in several ways, by the first that answers."""
    found: dict[tuple[object, ...], str] = {}
    for way in reversed(step.action.whose) if isinstance(step.action, BlockRows) else ():
        statement = telling(compiler, clause, compiler.table(step.table), way)
        for *key, person in connection.execute(statement.where(inside)):
            found[tuple(key)] = f"{way.people}:{person}"
    return found


def telling(compiler: Compiler, clause: sa.TableClause, table: TableInfo, whose: Whose) -> sa.Select[Any]:
    """The statement that tells whose the rows of a table are: their primary key, and the key of the person."""
    at: sa.FromClause = clause
    joined: sa.FromClause = clause
    for link in whose.links:
        above = from_clause(compiler.table(link.of)).alias()
        pairs = [(at.c[one], above.c[other]) for one, other in link.pairs]
        met = [sa.and_(compiler.dialect.linked(*pair), compiler.dialect.same_kind(*pair)) for pair in pairs]
        joined = joined.join(above, sa.and_(*met, compiler.condition(link.fixed, link.table, at)))
        at = above
    top = whose.links[-1].of if whose.links else table.name
    found = sa.select(
        *(clause.c[name] for name in table.primary_key), inside.term(at, compiler.table(top), whose.column)
    ).select_from(joined)
    return found.where(compiler.condition(whose.among, top, at))


def blocked_rows(
    step: Step,
    inventory: Inventory,
    dialect: Dialect,
    times: Times,
    roots: Sequence[Row],
    parts: Mapping[str, Sequence[Row]],
    people: Mapping[tuple[object, ...], str],
) -> list[BlockedRow]:
    """Sort part rows under their roots and compute from when each document may no longer be kept.

    ``people`` says by the key of a root whose it is, where the step is for several people.
    """
    table = inventory.tables[step.table]
    key = table.primary_key
    if not key:
        raise CannotHandle(f"step {step.id}: table {step.table} has no primary key, so a blocked row could never be found again")
    below = [_below(step, root, parts) for root in roots]
    for part in step.parts:
        if sum(len(found[part.table]) for found in below) != len(parts[part.table]):
            raise CannotHandle(
                f"step {step.id}: of rows of {part.table} it cannot be told to which row of {part.of} they belong, because their "
                f"{', '.join(part.columns)} is stored as another kind of value than {', '.join(other for _, other in part.pairs)} there. Nothing was blocked. Make them alike."
            )
    return [
        BlockedRow(
            system=step.system,
            table=step.table,
            rule=step.promise.rsplit("/", 1)[0],
            key=tuple(root[name] for name in key),
            values={name: value for name, value in root.items() if table.column(name)},
            parts=found,
            person=people.get(tuple(root[name] for name in key)) or _person(step, root),
            **_days(step, inventory, dialect, times, root),
        )
        for root, found in zip(roots, below, strict=True)
    ]


def _person(step: Step, root: Row) -> str | None:
    if not isinstance(step.action, BlockRows) or step.action.of or step.action.person is None:
        return step.action.of if isinstance(step.action, BlockRows) else None
    people, column = step.action.person
    return f"{people}:{root[column]}"


def _below(step: Step, root: Row, rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {step.table: [root]}
    for part in step.parts:
        above = {part.above(row) for row in found.get(part.of, ())}
        found[part.table] = [row for row in rows[part.table] if tuple(row[name] for name in part.columns) in above]
    return {part.table: [dict(row) for row in found[part.table]] for part in step.parts}


def _days(step: Step, inventory: Inventory, dialect: Dialect, times: Times, root: Row) -> dict[str, date]:
    action = step.action
    if not isinstance(action, BlockRows):
        raise CannotHandle(f"step {step.id} does not block")
    if not action.start.columns:
        return {"started_on": date.max, "delete_from": date.max}
    days = []
    for name in action.start.columns:
        info = inventory.tables[step.table].column(name)
        decoded = dialect.decode(root[name], info, times.of(f"{step.table}.{name}")) if info else None
        if decoded is not None:
            days.append(decoded.astimezone(ZoneInfo(action.zone)).date() if isinstance(decoded, datetime) else decoded)
    started = max(days)
    return {"started_on": started, "delete_from": action.at_most.after(action.start.rounded(started)) + timedelta(days=1)}
