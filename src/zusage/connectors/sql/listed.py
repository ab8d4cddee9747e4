"""Items of lists in JSON documents, in the words of each kind of database: whether one is somebody's, and the list without those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from zusage.promises import condition as c
from zusage.promises.inside import Items, items_in
from zusage.promises.inventory import ColumnInfo, TableInfo

from ..trouble import CannotHandle
from .dialects.port import Dialect, Stored
from .paths import braces, dollar

Element = sa.ColumnElement[Any]
_TEXT = ColumnInfo("item", "text", nullable=True, declared="text")


class ItemValue(ColumnElement[Any]):
    """What says whose the item in sight is, as text; missing where nothing does."""

    inherit_cache = False

    def __init__(self, path: Sequence[str | int]) -> None:
        self.path = path
        self.type = Stored(_TEXT)


class AnyItem(ColumnElement[Any]):
    """Whether ``wanted`` is true of some item of the list; false where there is no list."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: Element, path: Sequence[str | int], wanted: Element) -> None:
        self.column, self.path, self.wanted = column, path, wanted


class WithoutItems(ColumnElement[Any]):
    """The document without the items of which ``wanted`` is true; every other item stays as it is, in its order."""

    inherit_cache = False
    type = sa.String()

    def __init__(self, column: Element, path: Sequence[str | int], wanted: Element, declared: str) -> None:
        self.column, self.path, self.wanted, self.declared = column, path, wanted, declared


def of_one(dialect: Dialect, items: Items, values: Sequence[c.Literal]) -> Element:
    """The item in sight is of one of these people."""
    if not values:
        return dialect.truth(False)
    return dialect.among(ItemValue(items.below), [dialect.literal(str(value.value)) for value in values])


def without(dialect: Dialect, clause: sa.TableClause, table: TableInfo, among: c.OneOf) -> Element:
    """The document of a row without the items of these people. Raises CannotHandle where no list is named."""
    items = items_in(among.term.name) if isinstance(among.term, c.Column) else None
    if items is None:
        raise CannotHandle(f"it is not said in which list of {table.name} the items are that go")
    info = table.column(items.column)
    declared = info.declared if info and info.kind == "json" else "TEXT"
    return WithoutItems(clause.c[items.column], items.path, of_one(dialect, items, among.values), declared)


@compiles(ItemValue, "sqlite")
def _value_sqlite(element: ItemValue, compiler: Any, **_: Any) -> str:
    if not element.path:
        return "CASE WHEN zitem.type IN ('text', 'integer', 'real') THEN CAST(zitem.value AS TEXT) END"
    path = dollar(element.path)
    found = f"CASE WHEN json_type(zitem.value, {path}) IN ('text', 'integer', 'real') THEN CAST(json_extract(zitem.value, {path}) AS TEXT) END"
    return f"CASE WHEN zitem.type = 'object' THEN {found} END"


@compiles(ItemValue, "postgresql")
def _value_postgresql(element: ItemValue, compiler: Any, **_: Any) -> str:
    path = braces(element.path)
    return f"CASE WHEN jsonb_typeof(zitem.v #> {path}) IN ('string', 'number') THEN zitem.v #>> {path} END"


@compiles(ItemValue, "mysql")
@compiles(ItemValue, "mariadb")
def _value_mariadb(element: ItemValue, compiler: Any, **_: Any) -> str:
    found = f"json_extract(zitem.v, {dollar(element.path)})"
    return (
        f"CASE WHEN json_type({found}) IN ('STRING', 'INTEGER', 'DOUBLE') THEN CONVERT(json_unquote({found}) USING utf8mb4) END"
    )


@compiles(AnyItem, "sqlite")
def _any_sqlite(element: AnyItem, compiler: Any, **kw: Any) -> str:
    column, match = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    return f"(EXISTS (SELECT 1 FROM {_each_sqlite(column, element.path)} WHERE {match}))"  # noqa: S608 - names in a path are plain, values are bound


@compiles(AnyItem, "postgresql")
def _any_postgresql(element: AnyItem, compiler: Any, **kw: Any) -> str:
    column, match = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    return f"(EXISTS (SELECT 1 FROM {_each_postgresql(column, element.path)} AS zitem(v) WHERE {match}))"  # noqa: S608 - names in a path are plain, values are bound


@compiles(AnyItem, "mysql")
@compiles(AnyItem, "mariadb")
def _any_mariadb(element: AnyItem, compiler: Any, **kw: Any) -> str:
    column, match = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    return f"(EXISTS (SELECT 1 FROM {_each_mariadb(column, element.path)} WHERE {match}))"  # noqa: S608 - names in a path are plain, values are bound


@compiles(WithoutItems, "sqlite")
def _without_sqlite(element: WithoutItems, compiler: Any, **kw: Any) -> str:
    """Each item is taken as the document has it (``->``), so that no number of anybody's is written anew."""
    column, match, path = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw), dollar(element.path)
    item = f"{column} -> ({path} || '[' || zitem.key || ']')"
    rest = f"SELECT coalesce(group_concat({item}), '') FROM {_each_sqlite(column, element.path)} WHERE NOT coalesce({match}, 0)"  # noqa: S608 - names in a path are plain, values are bound
    return f"CASE WHEN {_list_sqlite(column, element.path)} IS NULL THEN {column} ELSE json_set({column}, {path}, json('[' || ({rest}) || ']')) END"


@compiles(WithoutItems, "postgresql")
def _without_postgresql(element: WithoutItems, compiler: Any, **kw: Any) -> str:
    column, match, path = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw), braces(element.path)
    each = _each_postgresql(column, element.path)
    rest = f"SELECT coalesce(jsonb_agg(zitem.v ORDER BY zitem.n), '[]') FROM {each} WITH ORDINALITY AS zitem(v, n) WHERE NOT coalesce({match}, false)"  # noqa: S608 - names in a path are plain, values are bound
    there = f"jsonb_typeof(CAST({column} AS JSONB) #> {path}) = 'array'"
    return f"CASE WHEN {there} THEN CAST(jsonb_set(CAST({column} AS JSONB), {path}, ({rest})) AS {element.declared}) ELSE {column} END"


@compiles(WithoutItems, "mysql")
@compiles(WithoutItems, "mariadb")
def _without_mariadb(element: WithoutItems, compiler: Any, **kw: Any) -> str:
    """GROUP_CONCAT is cut at a length that the session sets; a list that is not whole by its number of items changes nothing."""
    column, match, path = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw), dollar(element.path)
    rest = f"FROM {_each_mariadb(column, element.path)} WHERE NOT coalesce({match}, 0)"
    made = f"CONCAT('[', coalesce((SELECT GROUP_CONCAT(zitem.v ORDER BY zitem.n SEPARATOR ',') {rest}), ''), ']')"
    whole = f"json_valid({made}) AND json_length({made}) = (SELECT COUNT(*) {rest})"
    return f"CASE WHEN {whole} THEN json_set({column}, {path}, json_extract({made}, '$')) ELSE {column} END"


def _list_sqlite(column: str, path: Sequence[str | int]) -> str:
    there = f"CASE WHEN json_type({column}, {dollar(path)}) = 'array' THEN {column} END"
    return f"CASE WHEN typeof({column}) = 'text' AND json_valid({column}) THEN {there} END"


def _each_sqlite(column: str, path: Sequence[str | int]) -> str:
    return f"json_each({_list_sqlite(column, path)}, {dollar(path)}) AS zitem"


def _each_postgresql(column: str, path: Sequence[str | int]) -> str:
    found = f"CAST({column} AS JSONB) #> {braces(path)}"
    return f"jsonb_array_elements(CASE WHEN jsonb_typeof({found}) = 'array' THEN {found} END)"


def _each_mariadb(column: str, path: Sequence[str | int]) -> str:
    there = f"CASE WHEN json_valid({column}) AND json_type(json_extract({column}, {dollar(path)})) = 'ARRAY' THEN {column} END"
    way = dollar(path, every="[*]")
    return f"JSON_TABLE({there}, {way} COLUMNS (n FOR ORDINALITY, v JSON PATH '$')) AS zitem"
