"""Items of lists in JSON documents, in the words of each kind of database: whether one is somebody's, and the list without those.

Of lists in lists the items in sight are called ``zitem1``, ``zitem2`` and so on from the outside. An array of PostgreSQL is a list by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from zusage.promises import condition as c
from zusage.promises.inside import Items, Path, items_in
from zusage.promises.inventory import ColumnInfo, TableInfo

from ..trouble import CannotHandle
from .dialects.port import Dialect, Stored
from .paths import braces, dollar

Element = sa.ColumnElement[Any]
#: a document, the way to a list in it and what its items are called → what a statement selects from
_Each = Callable[[str, Path, str], str]
_Word = Callable[[str], str]
_TEXT = ColumnInfo("item", "text", nullable=True, declared="text")


class ItemValue(ColumnElement[Any]):
    """What says whose the innermost item in sight is, as text; missing where nothing does."""

    inherit_cache = False

    def __init__(self, items: Items, *, array: bool) -> None:
        self.path, self.at, self.array = items.below, f"zitem{len(items.ways)}", array
        self.type = Stored(_TEXT)


class AnyItem(ColumnElement[Any]):
    """Whether ``wanted`` is true of some item of the list; false where there is no list."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: Element, items: Items, wanted: Element, *, array: bool) -> None:
        self.column, self.ways, self.wanted, self.array = column, items.ways, wanted, array


class WithoutItems(ColumnElement[Any]):
    """The document without the items of which ``wanted`` is true; every other item stays as it is, in its order."""

    inherit_cache = False
    type = sa.String()

    def __init__(self, column: Element, items: Items, wanted: Element, declared: str, *, array: bool) -> None:
        self.column, self.ways, self.wanted, self.declared, self.array = column, items.ways, wanted, declared, array


class EachShortened(ColumnElement[Any]):
    """An array of texts, each with no more than its first characters; one with several dimensions stays as it is."""

    inherit_cache = False
    type = sa.String()

    def __init__(self, column: Element, length: int) -> None:
        self.column, self.length = column, length


class NoneLonger(ColumnElement[Any]):
    """No text in an array has more characters; missing where the array is."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: Element, length: int) -> None:
        self.column, self.length = column, length


@compiles(EachShortened, "postgresql")
def _shortened(element: EachShortened, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    short = f"substr(zitem1.v, 1, {element.length:d})"
    each = f"SELECT {short} FROM unnest({column}) WITH ORDINALITY AS zitem1(v, n) ORDER BY zitem1.n"  # noqa: S608 - a number of our own
    return f"CASE WHEN array_ndims({column}) = 1 THEN ARRAY({each}) ELSE {column} END"


@compiles(NoneLonger, "postgresql")
def _none_longer(element: NoneLonger, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    longer = f"SELECT 1 FROM unnest({column}) AS zitem1(v) WHERE length(zitem1.v) > {element.length:d}"  # noqa: S608 - a number of our own
    return f"CASE WHEN {column} IS NOT NULL THEN NOT EXISTS ({longer}) END"


def any_of_people(
    dialect: Dialect, clause: sa.FromClause, table: TableInfo, items: Items, values: Sequence[c.Literal]
) -> Element:
    """Some item of a row's list is of one of these people."""
    array = _is_array(table, items)
    return AnyItem(clause.c[items.column], items, _of_one(dialect, items, values, array=array), array=array)


def without(dialect: Dialect, clause: sa.TableClause, table: TableInfo, among: c.OneOf) -> Element:
    """The document of a row without the items of these people. Raises CannotHandle where no list is named."""
    items = items_in(among.term.name) if isinstance(among.term, c.Column) else None
    if items is None:
        raise CannotHandle(f"it is not said in which list of {table.name} the items are that go")
    info, array = table.column(items.column), _is_array(table, items)
    declared = info.declared if info and info.kind == "json" else "TEXT"
    return WithoutItems(clause.c[items.column], items, _of_one(dialect, items, among.values, array=array), declared, array=array)


def _is_array(table: TableInfo, items: Items) -> bool:
    info = table.column(items.column)
    return info is not None and info.kind == "array"


def _of_one(dialect: Dialect, items: Items, values: Sequence[c.Literal], *, array: bool) -> Element:
    if not values:
        return dialect.truth(False)
    return dialect.among(ItemValue(items, array=array), [dialect.literal(str(value.value)) for value in values])


@compiles(ItemValue, "sqlite")
def _value_sqlite(element: ItemValue, compiler: Any, **_: Any) -> str:
    at = element.at
    if not element.path:
        return f"CASE WHEN {at}.type IN ('text', 'integer', 'real') THEN CAST({at}.value AS TEXT) END"
    path = dollar(element.path)
    found = f"CASE WHEN json_type({at}.value, {path}) IN ('text', 'integer', 'real') THEN CAST(json_extract({at}.value, {path}) AS TEXT) END"
    return f"CASE WHEN {at}.type = 'object' THEN {found} END"


@compiles(ItemValue, "postgresql")
def _value_postgresql(element: ItemValue, compiler: Any, **_: Any) -> str:
    at, path = element.at, braces(element.path)
    if element.array:
        return f"CAST({at}.v AS TEXT)"
    return f"CASE WHEN jsonb_typeof({at}.v #> {path}) IN ('string', 'number') THEN {at}.v #>> {path} END"


@compiles(ItemValue, "mysql")
@compiles(ItemValue, "mariadb")
def _value_mariadb(element: ItemValue, compiler: Any, **_: Any) -> str:
    found = f"json_extract({element.at}.v, {dollar(element.path)})"
    return (
        f"CASE WHEN json_type({found}) IN ('STRING', 'INTEGER', 'DOUBLE') THEN CONVERT(json_unquote({found}) USING utf8mb4) END"
    )


@compiles(AnyItem, "sqlite")
def _any_sqlite(element: AnyItem, compiler: Any, **kw: Any) -> str:
    return _any(each_sqlite, _whole_sqlite, _inner_sqlite, element, compiler, **kw)


@compiles(AnyItem, "postgresql")
def _any_postgresql(element: AnyItem, compiler: Any, **kw: Any) -> str:
    return _any(_each_array if element.array else each_postgresql, _whole_postgresql, _inner_postgresql, element, compiler, **kw)


@compiles(AnyItem, "mysql")
@compiles(AnyItem, "mariadb")
def _any_mariadb(element: AnyItem, compiler: Any, **kw: Any) -> str:
    return _any(each_mariadb, _whole_mariadb, _inner_mariadb, element, compiler, **kw)


def _any(each: _Each, whole: _Word, inner: _Word, element: AnyItem, compiler: Any, **kw: Any) -> str:
    column, match = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    every = [
        each(inner(f"zitem{n}") if n else column if element.array else whole(column), way, f"zitem{n + 1}")
        for n, way in enumerate(element.ways)
    ]
    return f"(EXISTS (SELECT 1 FROM {', '.join(every)} WHERE {match}))"  # noqa: S608 - names in a path are plain, values are bound


@compiles(WithoutItems, "sqlite")
def _without_sqlite(element: WithoutItems, compiler: Any, **kw: Any) -> str:
    column, match = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    return rebuilt_sqlite(column, element.ways, lambda item: item, f" WHERE NOT coalesce({match}, 0)")


@compiles(WithoutItems, "postgresql")
def _without_postgresql(element: WithoutItems, compiler: Any, **kw: Any) -> str:
    column, match = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    stays = f" WHERE NOT coalesce({match}, false)"
    if element.array:  # of one with more dimensions a single element cannot go
        rest = f"SELECT zitem1.v FROM unnest({column}) WITH ORDINALITY AS zitem1(v, n){stays} ORDER BY zitem1.n"  # noqa: S608 - values are bound
        return f"CASE WHEN array_ndims({column}) = 1 THEN ARRAY({rest}) ELSE {column} END"
    return f"CAST({rebuilt_postgresql(column, element.ways, lambda item: item, stays)} AS {element.declared})"


@compiles(WithoutItems, "mysql")
@compiles(WithoutItems, "mariadb")
def _without_mariadb(element: WithoutItems, compiler: Any, **kw: Any) -> str:
    column, match = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    return rebuilt_mariadb(column, element.ways, lambda item: item, f" WHERE NOT coalesce({match}, 0)")


def rebuilt_sqlite(column: str, ways: Sequence[Path], new: _Word, stays: str = "") -> str:
    """The document with each innermost item made anew, and without those that do not stay.

    Each is taken as the document has it (``->``), so that no number of anybody's is written anew.
    """

    def less(document: str, at: int, otherwise: str) -> str:
        way, item = dollar(ways[at]), f"zitem{at + 1}"
        taken = f"{document} -> ({way} || '[' || {item}.key || ']')"
        last = at + 1 == len(ways)
        each = new(taken) if last else less(_inner_sqlite(item), at + 1, taken)
        rest = f"SELECT coalesce(group_concat({each}), '') FROM {each_sqlite(document, ways[at], item)}{stays if last else ''}"  # noqa: S608 - names in a path are plain, values are bound
        made = f"json_set({document}, {way}, json('[' || ({rest}) || ']'))"
        return f"CASE WHEN {_list_sqlite(document, ways[at])} IS NULL THEN {otherwise} ELSE {made} END"

    return less(_whole_sqlite(column), 0, column)


def rebuilt_postgresql(column: str, ways: Sequence[Path], new: _Word, stays: str = "") -> str:
    """As ``rebuilt_sqlite``, as ``jsonb``."""

    def less(document: str, at: int) -> str:
        way, item = ways[at], f"zitem{at + 1}"
        last = at + 1 == len(ways)
        each = new(f"{item}.v") if last else less(f"{item}.v", at + 1)
        rest = f"(SELECT coalesce(jsonb_agg({each} ORDER BY {item}.n), '[]') FROM {_elements(document, way)} WITH ORDINALITY AS {item}(v, n){stays if last else ''})"  # noqa: S608 - names in a path are plain, values are bound
        made = f"jsonb_set({document}, {braces(way)}, {rest})" if way else rest
        return f"CASE WHEN jsonb_typeof({document} #> {braces(way)}) = 'array' THEN {made} ELSE {document} END"

    return less(_whole_postgresql(column), 0)


def rebuilt_mariadb(column: str, ways: Sequence[Path], new: _Word, stays: str = "") -> str:
    """As ``rebuilt_sqlite``. GROUP_CONCAT is cut at a length that the session sets; a list that is not whole by its number of items changes nothing.

    One in another is missing then, so that the one around it is not whole either.
    """

    def less(document: str, at: int, otherwise: str) -> str:
        way, item = ways[at], f"zitem{at + 1}"
        last = at + 1 == len(ways)
        rest = f"FROM {each_mariadb(document, way, item)}{stays if last else ''}"
        each = new(f"{item}.v") if last else less(_inner_mariadb(item), at + 1, f"{item}.v")
        made = f"CONCAT('[', coalesce((SELECT GROUP_CONCAT({each} ORDER BY {item}.n SEPARATOR ',') {rest}), ''), ']')"
        whole = f"json_valid({made}) AND json_length({made}) = (SELECT COUNT(*) {rest})"
        changed = f"json_set({document}, {dollar(way)}, json_extract({made}, '$'))" if way else made
        there = _list_mariadb(document, way)
        return f"CASE WHEN {there} IS NULL THEN {otherwise} WHEN {whole} THEN {changed} {'' if at else f'ELSE {column} '}END"

    return less(column, 0, column)


def _whole_sqlite(column: str) -> str:
    return f"CASE WHEN typeof({column}) = 'text' AND json_valid({column}) THEN {column} END"


def _inner_sqlite(item: str) -> str:
    return f"CASE WHEN {item}.type IN ('object', 'array') THEN {item}.value END"


def _list_sqlite(document: str, way: Path) -> str:
    return f"CASE WHEN json_type({document}, {dollar(way)}) = 'array' THEN {document} END"


def each_sqlite(document: str, way: Path, item: str) -> str:
    """The items of a list in a document, to select from; none where there is no list."""
    return f"json_each({_list_sqlite(document, way)}, {dollar(way)}) AS {item}"


def _whole_postgresql(column: str) -> str:
    return f"CAST({column} AS JSONB)"


def _inner_postgresql(item: str) -> str:
    return f"{item}.v"


def _elements(document: str, way: Path) -> str:
    found = f"{document} #> {braces(way)}"
    return f"jsonb_array_elements(CASE WHEN jsonb_typeof({found}) = 'array' THEN {found} END)"


def each_postgresql(document: str, way: Path, item: str) -> str:
    """As ``each_sqlite``."""
    return f"{_elements(document, way)} AS {item}(v)"


def _each_array(column: str, way: Path, item: str) -> str:
    return f"unnest({column}) AS {item}(v)"


def _whole_mariadb(column: str) -> str:
    return column


def _inner_mariadb(item: str) -> str:
    return f"{item}.v"


def _list_mariadb(document: str, way: Path) -> str:
    return (
        f"CASE WHEN json_valid({document}) AND json_type(json_extract({document}, {dollar(way)})) = 'ARRAY' THEN {document} END"
    )


def each_mariadb(document: str, way: Path, item: str) -> str:
    """As ``each_sqlite``."""
    every = dollar(way, every="[*]")
    return f"JSON_TABLE({_list_mariadb(document, way)}, {every} COLUMNS (n FOR ORDINALITY, v JSON PATH '$')) AS {item}"
