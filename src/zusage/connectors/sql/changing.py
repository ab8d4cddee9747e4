"""What the columns of a table become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from zusage.planning.plan import ChangeColumns, Step
from zusage.promises.inventory import TableInfo
from zusage.promises.promise import Change

from ..trouble import CannotHandle
from . import listed
from .databases.port import Database
from .replacing import random_value
from .replacing import without as without_paths
from .rounding import lessened

Element = sa.ColumnElement[Any]


def plain(value: object) -> Element:
    """A value that the database takes for what it is compared with or written to."""
    return sa.literal(value, sa.types.NullType())


def become(
    database: Database, connection: sa.Connection, clause: sa.TableClause, table: TableInfo, changes: Sequence[Change]
) -> dict[str, Element]:
    """For each column that changes, the new value; paths of one document are removed together.

    A time that the database sets by itself stays as it is: periods may run from it, and they would begin anew.
    """
    whole = [change for change in changes if change.how not in ("json", "items")]
    found = {change.column: _become(database, connection, clause.c[change.column], table, change) for change in whole}
    for column in dict.fromkeys(change.column for change in changes if change.how == "json"):
        paths = [change for change in changes if change.column == column]
        found[column] = without_paths(clause.c[column], table.column(column), paths)
    for change in (one for one in changes if one.how == "items"):
        if change.among is None or change.column in found:
            raise CannotHandle(f"{change.column} is changed in two ways at once, or it is not said which items go")
        found[change.column] = listed.without(database.dialect, clause, table, change.among)
    return {column.name: clause.c[column.name] for column in table.columns if column.stamped} | found


def takes_items(step: Step) -> bool:
    """Whether a step takes items of people out of lists."""
    return isinstance(step.action, ChangeColumns) and any(change.how == "items" for change in step.action.changes)


def put_back(step: Step, rows: int) -> str:
    """Why a step that has changed its rows is stopped all the same."""
    if not step.triggers:
        return (
            f"step {step.id}: {rows} rows of {step.table} still have items of these people in their list. Of an array with several dimensions no "
            "element can be taken out, nor from a list that is longer than the server puts together; or rows came meanwhile. What could go is gone. "
            "Take the rest out in the application, or make a new plan."
        )
    return (
        f"step {step.id}: {rows} rows of {step.table} still hold what it took out of them: a trigger ({', '.join(step.triggers)}) puts it "
        "back, or rows came meanwhile. Leave out of the rule what a trigger fills anew from the other columns, or change the trigger; "
        "then make a new plan."
    )


def _become(database: Database, connection: sa.Connection, column: Element, table: TableInfo, change: Change) -> Element:
    dialect = database.dialect
    match change.how:
        case "clear":
            return sa.null()
        case "constant":
            return plain(change.value)
        case "truncate" if (info := table.column(change.column)) and info.kind == "array":
            return listed.EachShortened(column, int(change.value or 0))
        case "truncate":
            return sa.func.substr(column, 1, int(change.value or 0))
        case "multiple" | "beginning":
            return lessened(dialect.name, column, change.value or 1)
        case "unique":
            return random_value(column, str(change.value), lambda term: dialect.call("length", [term]))
        case "pseudonymise":
            return sa.case((dialect.pseudonym_shape(column), column), else_=database.pseudonymised(connection, column))
        case "json" | "items":
            raise CannotHandle("paths of a document are removed together")
        case "mask" | "code":
            raise CannotHandle(f"{change.column} is to be masked as in a log, but this is a table")
