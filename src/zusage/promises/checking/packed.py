"""Keys of several people in one value: ``,3,17,`` in a text, which no link goes through, or a list that a link does not name as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Severity
from ..inside import items_in
from ..inventory import ColumnInfo, Inventory, TableInfo
from ..source import KeyPath
from .mentions import links
from .rule import Spot
from .seen import Seen, live_rule

#: how columns are called that hold keys of several rows: ``member_ids``, ``memberIds``, ``member_id_list``, ``ids``
_CALLED = re.compile(r"(?P<of>.+)(?:_ids|_IDS|(?<=[a-z])I[dD]s|_id_?list|_nummern|_keys)|(?:ids|IDs|idlist)(?P<none>)")
_LIST = "keep each key in a row of a table of its own, or all of them in a JSON list or an array, and write of: … via column[]"


def packed(column: ColumnInfo) -> bool:
    """Whether a column seems, by its name and type, to hold the keys of several rows in one value."""
    return column.kind in ("text", "json", "array") and _CALLED.fullmatch(column.name) is not None


def meant(column: ColumnInfo, inventory: Inventory) -> TableInfo | None:
    """The table whose keys a column seems to hold, where one is called so."""
    found = _CALLED.fullmatch(column.name)
    of = ((found and found["of"]) or "").lower()
    names = {of, f"{of}s", f"{of}es", f"{of}en", f"{of}n", re.sub("y$", "ies", of)}
    return next((table for _, table in sorted(inventory.tables.items()) if of and table.bare.lower() in names), None)


@live_rule(
    "keys-in-one-value",
    Severity.ERROR,
    why="a link compares whole values, so that of a row with the keys of several people nobody is found: they are neither answered nor erased there",
    advice=_LIST,
    source="Art. 15(1), 17(1) GDPR",
)
def keys_in_one_value(seen: Seen) -> Iterator[Spot]:
    """A link by a column that is a list, or seems to hold several keys in a text."""
    for name, activity in seen.loaded.manifest.activities.items():
        for key, table, link in links(activity):
            live = seen.table(table)
            for column in filter(None, (live.column(one) for one in link.columns) if live else ()):
                if column.kind in ("json", "array") or packed(column):
                    what = "holds values inside a value" if column.kind != "text" else "seems to hold several keys in one text"
                    yield Spot(("activities", name, "data", table, key), f"{table}.{column.name} {what}, and is named as one key")


@live_rule(
    "keys-of-bytes",
    Severity.ERROR,
    why="a key is written in letters and digits and is never equal to bytes, so that nobody could be found, held or erased there",
    advice="name a column with such keys that tells the same person, one that the database computes will do: id_text … GENERATED ALWAYS AS (LOWER(HEX(id))) "
    "STORED, or on PostgreSQL (encode(id, 'hex')); or store this one as text, number or UUID",
    source="Art. 15(1), 17(1) GDPR",
)
def keys_of_bytes(seen: Seen) -> Iterator[Spot]:
    """A column of bytes, such as BINARY(16), that is to say who somebody is."""
    manifest = seen.loaded.manifest
    named: list[tuple[KeyPath, str, str]] = [
        (("people", name, "key"), person.record, person.key) for name, person in manifest.people.items()
    ]
    for name, activity in manifest.activities.items():
        for key, table, link in links(activity):
            if key == "of":
                named.append((("activities", name, "data", table, key), table, link.column))
    for path, table, column in named:
        live = seen.table(table)
        found = live.column(column) if live else None
        if found and found.kind == "binary":
            yield Spot(path, f"{table}.{column} holds bytes, and is named as the key of somebody")


@live_rule(
    "keys-not-followed",
    Severity.WARNING,
    why="whoever is named in it is not found there: the key is neither in an answer nor does it go with an erasure, and it stays when the row that it names goes",
    advice=_LIST,
    source="Art. 15(1), 17(1) GDPR",
)
def keys_not_followed(seen: Seen) -> Iterator[Spot]:
    """A column that seems to hold several keys of a table that is declared, and that no link goes through."""
    activities = seen.loaded.manifest.activities
    about = {person.record for person in seen.loaded.manifest.people.values()}
    declared = {table for activity in activities.values() for table in activity.data} | about
    named = {
        (table, column) for one in activities.values() for _, table, link in links(one) for column in map(_bare, link.columns)
    }
    for name, activity in activities.items():
        for table in activity.data:
            live, system = seen.table(table), table.split(".", 1)[0]
            for column in filter(packed, live.columns if live else ()):
                other = meant(column, seen.inventories[system])
                if other and f"{system}.{other.name}" in declared and (table, column.name) not in named:
                    what = f"{table}.{column.name} seems, by its name, to hold keys of several rows of {system}.{other.name}"
                    yield Spot(("activities", name, "data", table), what)


def _bare(column: str) -> str:
    items = items_in(column)
    return items.column if items else column
