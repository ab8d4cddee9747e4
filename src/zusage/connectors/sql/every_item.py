"""What lies at a path in every item of the lists on it, ``guests[].name``: whether it is gone, and the document without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from zusage.promises.inside import Path

from .listed import each_mariadb, each_postgresql, each_sqlite, rebuilt_mariadb, rebuilt_postgresql, rebuilt_sqlite
from .paths import braces, dollar, object_path

Element = sa.ColumnElement[Any]
#: how a document that is gone into is called in a statement, and a path in it → the kind of what lies there
_Kind = Callable[[str, Path], str]


class FreeInItems(ColumnElement[Any]):
    """Nothing lies at the path in any item; false where something does in one, otherwise unknown where it cannot be told of one."""

    type = sa.Boolean()
    inherit_cache = False

    def __init__(self, column: Element, ways: Sequence[Path], below: Path) -> None:
        self.column, self.ways, self.below = column, ways, below


class WithoutInItems(ColumnElement[Any]):
    """The document without what lies at some paths in every item; items that are no objects stay as they are."""

    type = sa.String()
    inherit_cache = False

    def __init__(self, column: Element, ways: Sequence[Path], below: Sequence[Path], declared: str) -> None:
        self.column, self.ways, self.below, self.declared = column, ways, below, declared


@compiles(WithoutInItems, "sqlite")
def _without_sqlite(element: WithoutInItems, compiler: Any, **kw: Any) -> str:
    paths = ", ".join(map(dollar, element.below))
    return rebuilt_sqlite(compiler.process(element.column, **kw), element.ways, lambda item: f"json_remove({item}, {paths})")


@compiles(WithoutInItems, "postgresql")
def _without_postgresql(element: WithoutInItems, compiler: Any, **kw: Any) -> str:
    def new(item: str) -> str:
        gone = " ".join(f"#- {object_path(item, path)}" for path in element.below)
        return f"CASE WHEN jsonb_typeof({item}) = 'object' THEN {item} {gone} ELSE {item} END"

    return f"CAST({rebuilt_postgresql(compiler.process(element.column, **kw), element.ways, new)} AS {element.declared})"


@compiles(WithoutInItems, "mysql")
@compiles(WithoutInItems, "mariadb")
def _without_mariadb(element: WithoutInItems, compiler: Any, **kw: Any) -> str:
    paths = ", ".join(map(dollar, element.below))
    return rebuilt_mariadb(compiler.process(element.column, **kw), element.ways, lambda item: f"json_remove({item}, {paths})")


@compiles(FreeInItems, "sqlite")
def _free_sqlite(element: FreeInItems, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)

    def kind(item: str, path: Path) -> str:
        if not item:
            return f"json_type({column}, {dollar(path)})"
        return f"json_type({inner(item)}, {dollar(path)})" if path else f"{item}.type"

    def inner(item: str) -> str:
        return f"CASE WHEN {item}.type IN ('object', 'array') THEN {item}.value END" if item else column

    unreadable = f"{column} IS NULL OR NOT json_valid({column})"
    return _free(element, unreadable, kind, lambda item, way, of: each_sqlite(inner(item), way, of))


@compiles(FreeInItems, "postgresql")
def _free_postgresql(element: FreeInItems, compiler: Any, **kw: Any) -> str:
    column = f"CAST({compiler.process(element.column, **kw)} AS JSONB)"

    def document(item: str) -> str:
        return f"{item}.v" if item else column

    def kind(item: str, path: Path) -> str:
        return f"jsonb_typeof({document(item)} #> {braces(path)})"

    return _free(element, f"{column} IS NULL", kind, lambda item, way, of: each_postgresql(document(item), way, of))


@compiles(FreeInItems, "mysql")
@compiles(FreeInItems, "mariadb")
def _free_mariadb(element: FreeInItems, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)

    def document(item: str) -> str:
        return f"{item}.v" if item else column

    def kind(item: str, path: Path) -> str:
        return f"lower(json_type(json_extract({document(item)}, {dollar(path)})))"

    unreadable = f"{column} IS NULL OR NOT json_valid({column})"
    return _free(element, unreadable, kind, lambda item, way, of: each_mariadb(document(item), way, of))


def _free(element: FreeInItems, unreadable: str, kind: _Kind, each: Callable[[str, Path, str], str]) -> str:
    """Of each item 0 where something lies there, 2 where nothing does and 1 where it cannot be told: the least of all is that of the list."""

    def least(item: str, at: int) -> str:
        last = at == len(element.ways)
        path = element.below if last else element.ways[at]
        begins = f"{kind(item, ())} = 'null' THEN 2" if item else f"{unreadable} THEN 1"
        way = [begins]
        for n in range(len(path)):
            way += [f"coalesce({kind(item, path[:n])}, 'null') = 'null' THEN 2"] if n else []
            way += [f"{kind(item, path[:n])} <> 'object' THEN 1"]
        way += [f"coalesce({kind(item, path)}, 'null') = 'null' THEN 2"] if path else []
        if last:
            end = "0"
        else:
            way += [f"{kind(item, path)} <> 'array' THEN 1"]
            of = f"zitem{at + 1}"
            end = f"(SELECT coalesce(min({least(of, at + 1)}), 2) FROM {each(item, path, of)})"  # noqa: S608 - names in a path are plain
        return f"CASE {' '.join(f'WHEN {one}' for one in way)} ELSE {end} END"

    return f"CASE {least('', 0)} WHEN 0 THEN FALSE WHEN 1 THEN NULL ELSE TRUE END"
