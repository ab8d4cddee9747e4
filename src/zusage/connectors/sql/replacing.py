"""What becomes of a column that is anonymised, in the words of each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement

from zusage.promises.condition.tree import RANDOM_DIGITS, around_random
from zusage.promises.inside import Path, removed
from zusage.promises.inventory import ColumnInfo
from zusage.promises.promise import Change

from .every_item import WithoutInItems
from .paths import dollar, object_path

Element = sa.ColumnElement[Any]
_DIGITS = "0123456789abcdef"


class RandomHex(FunctionElement[str]):
    """So many random digits that no two rows share them, made in the database, another for each row."""

    type = sa.String()
    name = "random_hex"
    inherit_cache = True


@compiles(RandomHex, "sqlite")
def _sqlite(element: RandomHex, compiler: Any, **_: Any) -> str:
    return "lower(hex(randomblob(16)))"


@compiles(RandomHex, "postgresql")
def _postgresql(element: RandomHex, compiler: Any, **_: Any) -> str:
    return "replace(CAST(gen_random_uuid() AS TEXT), '-', '')"


@compiles(RandomHex, "mysql")
@compiles(RandomHex, "mariadb")
def _mariadb(element: RandomHex, compiler: Any, **_: Any) -> str:
    return "md5(concat(rand(), uuid(), rand()))"  # its UUIDs tell time and machine, a digest of them does not


class Document(ColumnElement[Any]):
    """A question about a JSON document, or the document without what lies at some paths."""

    inherit_cache = False

    def __init__(self, column: Element, paths: Sequence[str], declared: str = "") -> None:
        self.column = column
        self.paths = [path.split(".") for path in paths]
        self.declared = declared


class Without(Document):
    """The document without what lies at the paths."""

    type = sa.String()
    inherit_cache = False


class Free(Document):
    """Nothing lies at the path; unknown where that cannot be told, as in a list."""

    type = sa.Boolean()
    inherit_cache = False


@compiles(Without, "sqlite")
def _without_sqlite(element: Without, compiler: Any, **kw: Any) -> str:
    return f"json_remove({compiler.process(element.column, **kw)}, {', '.join(map(dollar, element.paths))})"


@compiles(Without, "postgresql")
def _without_postgresql(element: Without, compiler: Any, **kw: Any) -> str:
    document = f"CAST({compiler.process(element.column, **kw)} AS JSONB)"
    gone = " ".join(f"#- {object_path(document, path)}" for path in element.paths)
    return f"CAST({document} {gone} AS {element.declared or 'JSONB'})"


@compiles(Without, "mysql")
@compiles(Without, "mariadb")
def _without_mariadb(element: Without, compiler: Any, **kw: Any) -> str:
    return f"json_remove({compiler.process(element.column, **kw)}, {', '.join(map(dollar, element.paths))})"


@compiles(Free, "sqlite")
def _free_sqlite(element: Free, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    kinds = [f"json_type({column}, {dollar(element.paths[0][:n])})" for n in range(len(element.paths[0]) + 1)]
    return _free(f"{column} IS NULL OR NOT json_valid({column})", kinds)


@compiles(Free, "postgresql")
def _free_postgresql(element: Free, compiler: Any, **kw: Any) -> str:
    column = f"CAST({compiler.process(element.column, **kw)} AS JSONB)"
    kinds = [f"jsonb_typeof({column} #> '{{{','.join(element.paths[0][:n])}}}')" for n in range(len(element.paths[0]) + 1)]
    return _free(f"{column} IS NULL", kinds)


@compiles(Free, "mysql")
@compiles(Free, "mariadb")
def _free_mariadb(element: Free, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    kinds = [
        f"lower(json_type(json_extract({column}, {dollar(element.paths[0][:n])})))" for n in range(len(element.paths[0]) + 1)
    ]
    return _free(f"{column} IS NULL OR NOT json_valid({column})", kinds)


def _free(unreadable: str, kinds: Sequence[str]) -> str:
    """From the outermost inwards: only objects lie on the way, and nothing at the end."""
    whole, *way, last = kinds
    inside = "".join(f" WHEN coalesce({kind}, 'null') = 'null' THEN TRUE WHEN {kind} <> 'object' THEN NULL" for kind in way)
    document = f"WHEN {unreadable} THEN NULL WHEN {whole} <> 'object' THEN NULL{inside}"
    return f"CASE {document} WHEN coalesce({last}, 'null') = 'null' THEN TRUE ELSE FALSE END"


def is_unique(column: Element, pattern: str, length: Callable[[Element], Element]) -> Element:
    """The value has the form that ``pattern`` gives: random digits in the place of the star."""
    before, after = around_random(pattern)
    digits = sa.func.substr(column, len(before) + 1, RANDOM_DIGITS)
    for digit in _DIGITS:
        digits = sa.func.replace(digits, digit, "")
    tests = [length(column) == len(before) + RANDOM_DIGITS + len(after), digits == ""]
    if before:
        tests.append(sa.func.substr(column, 1, len(before)) == before)
    if after:
        tests.append(sa.func.substr(column, len(before) + RANDOM_DIGITS + 1) == after)
    return sa.and_(*tests)


def random_value(column: Element, pattern: str, length: Callable[[Element], Element]) -> Element:
    """The value that ``pattern`` gives; one that has its form already stays, and so does a missing one."""
    before, after = around_random(pattern)
    made = sa.literal(before, sa.String()).concat(RandomHex()).concat(sa.literal(after, sa.String()))
    return sa.case((sa.or_(column.is_(sa.null()), is_unique(column, pattern, length)), column), else_=made)


def without(column: Element, info: ColumnInfo | None, changes: Sequence[Change]) -> Element:
    """The document without what lies at the paths of some changes; a missing one stays missing."""
    declared = info.declared if info and info.kind != "text" else "TEXT"
    plain: list[str] = []
    in_lists: dict[tuple[Path, ...], list[Path]] = {}
    for path in (str(change.value) for change in changes):
        ways, below = removed(path)
        if ways:
            in_lists.setdefault(ways, []).append(below)
        else:
            plain.append(path)
    gone: Element = Without(column, plain, declared) if plain else column
    for ways, paths in in_lists.items():
        gone = WithoutInItems(gone, ways, paths, declared)
    return sa.case((column.is_not(sa.null()), gone))
