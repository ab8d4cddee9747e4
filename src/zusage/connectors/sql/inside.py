"""Values inside JSON documents, in the words of each kind of database; see ``zusage.promises.inside``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from zusage.promises.inside import is_inside, items_in, split
from zusage.promises.inventory import ColumnInfo, TableInfo

from ..trouble import CannotHandle
from .dialects.port import Stored
from .paths import braces, dollar


class Inside(ColumnElement[Any]):
    """The text or the number at a path of a document, as text; missing where there is none, or the document is none."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], path: Sequence[str | int], info: ColumnInfo) -> None:
        self.column, self.path = column, path
        self.type = Stored(info)


def term(clause: sa.FromClause, table: TableInfo, name: str) -> ColumnElement[Any]:
    """A column of a table, or what lies in one."""
    info = table.column(name)
    if name not in clause.c and items_in(name):
        raise CannotHandle(
            f"{table.name}.{name} is of several items, and this needs one value. Name what is no list; see `zusage check --live`."
        )
    if info is None or name in clause.c or not is_inside(name):
        return clause.c[name]
    column, path = split(name)
    return Inside(clause.c[column], path, info)


@compiles(Inside, "sqlite")
def _sqlite(element: Inside, compiler: Any, **kw: Any) -> str:
    column, path = compiler.process(element.column, **kw), dollar(element.path)
    found = f"CASE WHEN json_type({column}, {path}) IN ('text', 'integer', 'real') THEN CAST(json_extract({column}, {path}) AS TEXT) END"
    return f"CASE WHEN typeof({column}) = 'text' AND json_valid({column}) THEN {found} END"


@compiles(Inside, "postgresql")
def _postgresql(element: Inside, compiler: Any, **kw: Any) -> str:
    """A column of text would have to be read as JSON, and one that is none would stop every statement: see the check of the manifest."""
    found = f"CAST({compiler.process(element.column, **kw)} AS JSONB)"
    path = braces(element.path)
    return f"CASE WHEN jsonb_typeof({found} #> {path}) IN ('string', 'number') THEN {found} #>> {path} END"


@compiles(Inside, "mysql")
@compiles(Inside, "mariadb")
def _mariadb(element: Inside, compiler: Any, **kw: Any) -> str:
    column, path = compiler.process(element.column, **kw), dollar(element.path)
    found = f"json_type(json_extract({column}, {path}))"
    return (
        f"CASE WHEN json_valid({column}) AND {found} IN ('STRING', 'INTEGER', 'DOUBLE') THEN "
        f"CONVERT(json_unquote(json_extract({column}, {path})) USING utf8mb4) END"
    )


class With(ColumnElement[Any]):
    """The document with another value at a path; ``value`` is JSON."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], path: Sequence[str | int], value: str, declared: str) -> None:
        self.column, self.path, self.declared = column, path, declared
        self.value = sa.literal(value, sa.String())
        self.type = sa.String()


@compiles(With, "sqlite")
def _with_sqlite(element: With, compiler: Any, **kw: Any) -> str:
    column, value = compiler.process(element.column, **kw), compiler.process(element.value, **kw)
    return f"json_set({column}, {dollar(element.path)}, json({value}))"


@compiles(With, "postgresql")
def _with_postgresql(element: With, compiler: Any, **kw: Any) -> str:
    column, value = compiler.process(element.column, **kw), compiler.process(element.value, **kw)
    path = braces(element.path)
    return f"CAST(jsonb_set(CAST({column} AS JSONB), {path}, CAST({value} AS JSONB)) AS {element.declared})"


@compiles(With, "mysql")
@compiles(With, "mariadb")
def _with_mariadb(element: With, compiler: Any, **kw: Any) -> str:
    column, value = compiler.process(element.column, **kw), compiler.process(element.value, **kw)
    return f"json_set({column}, {dollar(element.path)}, json_extract({value}, '$'))"
