"""Tables and columns that the manifest names must be there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Severity
from ..inside import DEEPEST, is_inside, items_in, split
from ..inventory import TableInfo
from .mentions import Mention, mentions
from .rule import Spot
from .seen import Seen, live_rule

#: where a link stands
_LINKS = {"part_of", "about", "waits_for", "rows"}
#: where a manifest may name what lies in a document
_FOLLOWED = {"of", "known_by", "names", "shared", "others", "mentions", "inferred", "only", "unless", "condition"}
_NO_PATH = "no path into a document is followed here"
_NO_LIST = f"; a list is named as column[]->name, column->name[] or column->name[]->name[]->name, at most {DEEPEST} in a path, an array as column[]"
#: types of arrays of which an element is the same text as a key
_KEYS = re.compile(r"(smallint|integer|bigint|uuid|text|character varying(\(\d+\))?)\[\].*")


@live_rule(
    "not-surveyed",
    Severity.WARNING,
    why="what nobody has looked at is not known to be in order",
    advice='make it possible to look, so that its tables can be listed: what was in the way is said at the end under "not looked at"',
)
def not_surveyed(seen: Seen) -> Iterator[Spot]:
    """A declared system of which there is no inventory."""
    for name in seen.loaded.manifest.stores:
        if name not in seen.inventories:
            yield Spot(("systems", name), f"the tables of {name} were not looked at")


@live_rule(
    "unknown-table",
    Severity.ERROR,
    why="a promise about a table that does not exist can be neither kept nor shown",
    advice="correct the name, or remove it if the table has gone",
)
def unknown_table(seen: Seen) -> Iterator[Spot]:
    """A table that the live system does not have."""
    for one in dict.fromkeys(mentions(seen.loaded)):
        if not one.column and seen.surveyed(one.table) and seen.table(one.table) is None:
            yield Spot(one.path, f"there is no table {one.table}", offset=one.offset)


@live_rule(
    "unknown-column",
    Severity.ERROR,
    why="a promise about a column that does not exist can be neither kept nor shown",
    advice="correct the name, or remove it if the column has gone",
)
def unknown_column(seen: Seen) -> Iterator[Spot]:
    """A column that the live table does not have."""
    for one in dict.fromkeys(mentions(seen.loaded)):
        table = seen.table(one.table)
        if table and one.column and table.column(one.column) is None:
            hint = _NO_LIST if "[]" in one.column else _unnamed(one, table)
            yield Spot(one.path, f"{one.table} has no column {one.column}{hint}", offset=one.offset)


def _unnamed(one: Mention, table: TableInfo) -> str:
    """Where a link leads to ``id`` because it names no column."""
    if one.column != "id" or not _LINKS & set(map(str, one.path[-2:])) or not table.primary_key:
        return ""
    return f", to which a link leads that names no other: write {one.table}({', '.join(table.primary_key)}) if its key is meant"


@live_rule(
    "path-not-followed",
    Severity.ERROR,
    why="a person who is not looked for in a document is neither answered nor erased there",
    advice="name the column itself, or a column of JSON (on PostgreSQL jsonb: one document in a column of json or text that jsonb does not take would stop every statement), or an array of whole numbers, texts or UUIDs",
)
def path_not_followed(seen: Seen) -> Iterator[Spot]:
    """A path into a document, ``column->name``, where none is followed, or into a column that PostgreSQL does not know to be JSON."""
    for one in dict.fromkeys(mentions(seen.loaded)):
        table = seen.table(one.table)
        items = items_in(one.column)
        if table is None or not (items or is_inside(one.column)) or table.column(one.column) is None:
            continue
        if not ({"of"} if items else _FOLLOWED) & set(map(str, one.path[-2:])):
            what = "a list in a document is followed in of alone, where its items say whose each is" if items else _NO_PATH
            yield Spot(one.path, f"{what}: {one.column}", offset=one.offset)
        around = table.column(items.column if items else split(one.column)[0])
        if around and around.kind == "array":
            if not _KEYS.fullmatch(around.declared.lower()):
                yield Spot(
                    one.path, f"{one.table}.{around.name} is an array of {around.declared}, whose elements are no plain keys"
                )
            continue
        postgresql = seen.inventories[one.table.split(".", 1)[0]].dialect == "postgresql"
        if postgresql and around and around.declared.lower() != "jsonb":  # json takes documents that no statement can look into
            yield Spot(one.path, f"{one.table}.{around.name} is no jsonb, so that {one.column} is not followed")


@live_rule(
    "not-personal-missing",
    Severity.WARNING,
    why="an exception for a table that has gone would cover a new one of the same name unseen",
    advice="remove the entry",
)
def not_personal_missing(seen: Seen) -> Iterator[Spot]:
    """A table that is said to hold nothing about people, but does not exist."""
    for name, system in seen.loaded.manifest.databases.items():
        for table in system.not_personal:
            if name in seen.inventories and seen.table(f"{name}.{table}") is None:
                yield Spot(("systems", name, "not_personal", table), f"there is no table {name}.{table}")
