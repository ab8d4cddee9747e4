"""Tables whose rows are of several people at once, because a list in a document has an item of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ..finding import Severity
from ..inside import Items, items_in
from ..loading import Loaded
from ..source import KeyPath
from .coverage import kept
from .mentions import endings
from .rule import Spot, rule


@rule(
    "items-with-row",
    Severity.ERROR,
    why="a row with items of several people that goes, is blocked or comes back for one of them takes the others' items with it",
    advice="say of such a table nothing but whose its items are, how long its rows are kept and what is shared; keep the rest in tables of their own",
    source="Art. 15(4), 17(1) GDPR",
)
def items_with_row(loaded: Loaded, on: date) -> Iterator[Spot]:
    """What would move a whole row for one of the people in its list."""
    manifest, lists = loaded.manifest, _lists(loaded)
    for name, activity in manifest.activities.items():
        for table, data in activity.data.items():
            path: KeyPath = ("activities", name, "data", table)
            if table in lists and (data.of is None or items_in(data.of.column) != lists[table]):
                yield Spot(path, f"{table} is of people through {_said(lists[table])}, and here in another way")
            for key in ("part_of", "about"):
                link = getattr(data, key)
                if link is not None and link.table in lists:
                    yield Spot((*path, key), f"rows of {table} would be of everybody in the list of {link.table}")
        for path, ending in endings(name, activity):
            if ending.data in lists:
                yield Spot(path, f"what ends here is a whole row of {ending.data}")
    for one in kept(loaded):
        full = f"{one.rule.system}.{one.rule.table}"
        for key in ("at_least", "purpose_ends") if full in lists else ():
            if getattr(one.keep, key):
                yield Spot((*one.path, key), f"rows of {full} are blocked whole")
    yield from _beside(loaded, lists)


@rule(
    "items-not-restricted",
    Severity.WARNING,
    why="whoever demands a restriction is refused it for these items: the whole row would go out of reach, with the items of the others",
    advice="keep the items in a table of their own with a row for each, or let the application leave them out of use meanwhile and name the other tables with --table",
    source="Art. 18(1) GDPR",
)
def items_not_restricted(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A list of several people's items where the manifest promises that restricted data are out of reach."""
    manifest = loaded.manifest
    if manifest.requests is None or not manifest.requests.restricted:
        return
    for name, activity in manifest.activities.items():
        for table, data in activity.data.items():
            if data.of and items_in(data.of.column):
                yield Spot(("activities", name, "data", table, "of"), f"nobody's items in {table} can be restricted")


def _beside(loaded: Loaded, lists: Mapping[str, Items]) -> Iterator[Spot]:
    for name, person in loaded.manifest.people.items():
        for index, known in enumerate(person.known_by):
            if known.rpartition(".")[0] in lists or items_in(known.rpartition(".")[2]):
                yield Spot(("people", name, "known_by", index), "an address beside a list leads to everybody in it")


def _lists(loaded: Loaded) -> dict[str, Items]:
    """The list of each table that has one."""
    found: dict[str, Items] = {}
    for activity in loaded.manifest.activities.values():
        for table, data in activity.data.items():
            items = items_in(data.of.column) if data.of else None
            if items:
                found.setdefault(table, items)
    return found


def _said(items: Items) -> str:
    return items.column + items.name
