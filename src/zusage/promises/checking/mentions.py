"""Every place where a manifest names a table or a column of a system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..condition import Condition, columns_of
from ..loading import Loaded
from ..manifest import Activity, Aggregate, Anonymise, Data, Ending, Joined, Link, Pseudonymise, SetTo, Statistic
from ..row_files import columns_in
from ..source import KeyPath
from ..starting_point import StartingPoint
from .coverage import Kept, kept


@dataclass(frozen=True, slots=True)
class Mention:
    """A table, or a column of it, named at a place."""

    path: KeyPath
    table: str
    column: str = ""
    #: characters into the text at ``path``
    offset: int = 0


def mentions(loaded: Loaded) -> Iterator[Mention]:
    """All mentions, in the manifest's order of sections."""
    manifest = loaded.manifest
    for name, system in manifest.databases.items():
        for section, keys in (("epochs", system.epochs), ("zones", system.zones)):
            for key in keys:
                table, _, column = key.rpartition(".")
                yield Mention(("systems", name, section, key), f"{name}.{table}", column)
    for name, person in manifest.people.items():
        yield Mention(("people", name, "record"), person.record)
        yield Mention(("people", name, "key"), person.record, person.key)
        for index, known in enumerate(person.known_by):
            table, _, column = known.rpartition(".")
            yield Mention(("people", name, "known_by", index), table)
            yield Mention(("people", name, "known_by", index), table, column)
    for name, activity in manifest.activities.items():
        yield from _of_activity(name, activity)
    yield from _of_telling(loaded)
    for one in kept(loaded):
        yield from _of_rule(loaded, one)
    for name, row in manifest.every_row.items():
        yield Mention(("every_row", name, "table"), row.table)
        yield from _of_condition(loaded, ("every_row", name, "condition"), row.condition, row.table)
        for column in row.once.from_.columns if row.once else ():
            yield Mention(("every_row", name, "once", "from"), row.table, column)
    for name, one_statistic in manifest.statistics.items():
        yield from _of_statistic(loaded, name, one_statistic)
    for name, activity in manifest.activities.items():
        yield from _of_protection(loaded, name, activity)
    for name, activity in manifest.activities.items():
        for path, ending in endings(name, activity):
            yield from _of_ending(loaded, path, ending)
    for name, absent in manifest.no_column.items():
        yield Mention(("no_column", name, "table"), absent.table)
    for name, backup in manifest.backups.items():
        for table, column in backup.born.items():
            yield Mention(("backups", name, "born", table), table)
            yield Mention(("backups", name, "born", table), table, column)
    for name, apart in manifest.kept_apart.items():
        for index, counted in enumerate(apart.counts):
            table, _, column = counted.rpartition(".")
            yield Mention(("kept_apart", name, "counts", index), f"{apart.apart}.{table}", column)


def _of_telling(loaded: Loaded) -> Iterator[Mention]:
    for name, recipient in loaded.manifest.recipients.items():
        for kind, known in recipient.notices.names.items() if recipient.notices else ():
            table, _, column = known.rpartition(".")
            yield Mention(("recipients", name, "notices", "names", kind), table)
            yield Mention(("recipients", name, "notices", "names", kind), table, column)
    for name, place in loaded.manifest.public.items():
        yield Mention(("public", name, "data"), place.data)
        if place.only is not None:
            yield from _of_condition(loaded, ("public", name, "only"), place.only, place.data)


def links(activity: Activity) -> Iterator[tuple[str, str, Link]]:
    """The links of an activity's tables as (key, table, link)."""
    for table, data in activity.data.items():
        for key, link in (("of", data.of), ("part_of", data.part_of), ("about", data.about)):
            if link:
                yield key, table, link


def referred(link: Link) -> tuple[str, ...]:
    """The columns that a link to a table refers to."""
    return link.referred or ("id",)


def endings(name: str, activity: Activity) -> Iterator[tuple[KeyPath, Ending]]:
    """How an activity lets go of one person, with the places where it says so."""
    for index, ending in enumerate(activity.objection.lists if activity.objection else ()):
        yield ("activities", name, "objection", "lists", index), ending
    for index, ending in enumerate(activity.consent.records if activity.consent else ()):
        yield ("activities", name, "consent", "records", index), ending


def starting_points(one: Kept) -> Iterator[tuple[KeyPath, StartingPoint]]:
    """The starting points of a rule with their places."""
    if one.keep.from_:
        yield (*one.path, "from"), one.keep.from_
    if one.keep.purpose_ends:
        yield (*one.path, "purpose_ends", "from"), one.keep.purpose_ends.from_


def conditions(one: Kept) -> Iterator[tuple[KeyPath, Condition]]:
    """The conditions of a rule with their places."""
    for key, condition in (("only", one.keep.only), ("unless", one.keep.unless)):
        if condition is not None:
            yield (*one.path, key), condition


def _of_activity(name: str, activity: Activity) -> Iterator[Mention]:
    for table, data in activity.data.items():
        path: KeyPath = ("activities", name, "data", table)
        yield Mention(path, table)
        yield from _of_data(path, table, data)
    for key, table, link in links(activity):
        path = ("activities", name, "data", table, key)
        yield from (Mention(path, table, column) for column in link.keys)
        if key != "of":
            yield from (Mention(path, link.table, column) for column in referred(link))


def _of_data(path: KeyPath, table: str, data: Data) -> Iterator[Mention]:
    for class_name, columns in data.classes.items():
        for index, column in enumerate(columns):
            yield Mention((*path, "classes", class_name, index), table, column)
    for key in ("structure", "shared", "others", "mentions", "inferred"):
        for index, column in enumerate(getattr(data, key)):
            yield Mention((*path, key, index), table, column)
    for column, name in data.named.items():
        yield Mention((*path, "named", column), table, column)
        target, _, title = name.rpartition(".")
        yield Mention((*path, "named", column), target)
        yield Mention((*path, "named", column), target, title)
    for index, file in enumerate(data.files):
        yield from (Mention((*path, "files", index), table, column) for column in columns_in(file))
    if data.discloses:
        named = [(key, getattr(data.discloses, key)) for key in ("recipient", "at", "what")]
        yield from (Mention((*path, "discloses", key), table, column) for key, column in named if column)


def _of_rule(loaded: Loaded, one: Kept) -> Iterator[Mention]:
    for path, start in starting_points(one):
        yield from (Mention(path, one.table, column) for column in start.columns)
    for path, condition in conditions(one):
        yield from _of_condition(loaded, path, condition, one.table)
    for index, waits in enumerate(one.keep.waits_for):
        yield Mention((*one.path, "waits_for", index), waits.table)
        yield from (Mention((*one.path, "waits_for", index), waits.table, column) for column in waits.keys)
        yield from (Mention((*one.path, "waits_for", index), one.table, column) for column in waits.referred)
    for index, (said, meant) in enumerate(zip(one.keep.elsewhere, one.rule.elsewhere, strict=True)):
        path = (*one.path, "elsewhere", index)
        yield Mention((*path, "rows"), said.rows.table)
        yield from (Mention((*path, "rows"), said.rows.table, column) for column in said.rows.keys)
        yield from (Mention((*path, "rows"), one.table, column) for _, column in meant.part.pairs)
        yield from (Mention((*path, "become", column), said.rows.table, column) for column in said.become)
    match one.keep.then:
        case Anonymise(anonymise=columns, stays=staying, aggregate=aggregate):
            yield from (Mention((*one.path, "then", "anonymise", c), one.table, c) for c in columns)
            named = (c for c in staying if "/" not in c)  # what has a slash is the path of a file
            yield from (Mention((*one.path, "then", "stays", c), one.table, c) for c in named)
            yield from _of_aggregate((*one.path, "then", "aggregate"), one.table, aggregate) if aggregate else ()
        case Pseudonymise(pseudonymise=names):
            for index, column in enumerate(names):
                yield Mention((*one.path, "then", "pseudonymise", index), one.table, column)


def _of_aggregate(path: KeyPath, table: str, aggregate: Aggregate) -> Iterator[Mention]:
    yield from (Mention((*path, "columns", index), table, column) for index, column in enumerate(aggregate.columns))
    yield from _of_joined(path, aggregate.joined, table)


def _of_joined(path: KeyPath, joined: tuple[Joined, ...], above: str) -> Iterator[Mention]:
    for number, one in enumerate(joined):
        here: KeyPath = (*path, "joined", number)
        yield Mention((*here, "rows"), one.rows.table)
        yield from (Mention((*here, "rows"), one.rows.table, column) for column in one.rows.keys)
        yield from (Mention((*here, "rows"), above, column) for column in one.rows.referred)
        yield from (Mention((*here, "columns", index), one.rows.table, column) for index, column in enumerate(one.columns))
        yield from _of_joined(here, one.joined, one.rows.table)


def _of_statistic(loaded: Loaded, name: str, one: Statistic) -> Iterator[Mention]:
    path: KeyPath = ("statistics", name)
    yield Mention((*path, "table"), one.table)
    yield from _of_aggregate(path, one.table, one)
    yield from [Mention((*path, "counts"), one.table, one.counts)] if one.counts else ()
    yield from _of_condition(loaded, (*path, "only"), one.only, one.table) if one.only is not None else ()
    for column in one.settled.from_.columns if one.settled else ():
        yield Mention((*path, "settled", "from"), one.table, column)


def _of_protection(loaded: Loaded, name: str, activity: Activity) -> Iterator[Mention]:
    for index, protect in enumerate(activity.protect if activity.data else ()):
        path: KeyPath = ("activities", name, "protect", index)
        table = protect.data or next(iter(activity.data))
        if protect.drop and protect.drop != "ip_address":
            yield Mention((*path, "drop"), table, protect.drop)
        if protect.unless is not None:
            yield from _of_condition(loaded, (*path, "unless"), protect.unless, table)


def _of_ending(loaded: Loaded, path: KeyPath, ending: Ending) -> Iterator[Mention]:
    yield Mention((*path, "data"), ending.data)
    for key, column in (("address", ending.address), ("given", ending.given)):
        yield from [Mention((*path, key), ending.data, column)] if column else ()
    if ending.only is not None:
        yield from _of_condition(loaded, (*path, "only"), ending.only, ending.data)
    if isinstance(ending.then, SetTo):
        yield from (Mention((*path, "then", "set", column), ending.data, column) for column in ending.then.set_)


def _of_condition(loaded: Loaded, path: KeyPath, condition: Condition, table: str) -> Iterator[Mention]:
    system, _, bare = table.partition(".")
    text = str(_raw(loaded.source.values, path))
    for of, column in columns_of(condition, bare):
        offset = max(text.find(column), 0)
        if of != bare:
            yield Mention(path, f"{system}.{of}", offset=max(text.find(of), 0))
        yield Mention(path, f"{system}.{of}", column, offset)


def _raw(value: Any, path: KeyPath) -> Any:
    for part in path:
        value = value[part]
    return value
