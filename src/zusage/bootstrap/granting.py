"""What the two roles of a system must be able to do for a manifest, and the statements that let them do no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.planning.circles import loosened
from zusage.planning.holding import places_of
from zusage.planning.order import ForeignKeyCycle, parts_in_order
from zusage.planning.places import Place
from zusage.promises.condition import Condition, columns_of
from zusage.promises.derive import aggregates_of, parts_of, rules_of
from zusage.promises.inventory import Inventory
from zusage.promises.loading import load
from zusage.promises.manifest import Ending, Manifest, SetTo
from zusage.promises.promise import Rule
from zusage.rights.content import content
from zusage.rights.rectification import NotCorrectable, correctable

if TYPE_CHECKING:
    from zusage.connectors.sql.databases.port import Needs

READER, WRITER = "zusage_reader", "zusage_writer"


def role_statements(address: str, manifest: Path | None, system: str | None) -> tuple[str, ...]:
    """For the database at an address: the rights that a manifest needs of it, or those on every table.

    Raises ManifestError for a manifest that cannot be read, UnknownSystem, or SystemTrouble.
    """
    from zusage.connectors import opening

    if manifest is None:
        return opening.role_statements("database", address, None, READER, WRITER)
    declared = load(manifest).manifest
    name = _system(declared, system)
    return opening.role_statements(name, address, lambda there: needs(declared, name, there), READER, WRITER)


class UnknownSystem(ValueError):
    """The manifest has no such database, or has several and none was named."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"name one of the manifest's databases with --system: {', '.join(names)}")


def _system(manifest: Manifest, system: str | None) -> str:
    names = list(manifest.databases)
    if system is None and len(names) == 1:
        return names[0]
    if system not in names:
        raise UnknownSystem(names)
    return system


def needs(manifest: Manifest, system: str, there: Inventory) -> Needs:
    """The least that looking and carrying out plans need: what no promise speaks of is not even read."""
    from zusage.connectors.sql.databases.port import Needs

    rules = [rule for rule in rules_of(manifest) if rule.system == system]
    deletes = {name for rule in rules if rule.deletes or rule.purpose_ends for name in _with_parts(rule)}
    changes: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        changes[rule.table] |= {change.column for change in rule.changes}
        changes[rule.table] |= _let_loose(rule, [other for other in rules if other.id != rule.id])
        for one in rule.elsewhere:
            changes[one.part.table] |= {change.column for change in one.changes}
        for table, columns in _let_go(rule, there):
            changes[table] |= set(columns)
    for remaining in aggregates_of(manifest):
        changes[remaining.table] |= set(remaining.columns) if remaining.system == system else set()
        for joined in remaining.linked if remaining.system == system else ():
            changes[joined.table] |= {column for column, _ in joined.pairs}
    for ending in _endings(manifest, system):
        bare = ending.data.split(".", 1)[1]
        if isinstance(ending.then, SetTo):
            changes[bare] |= set(ending.then.set_)
        else:
            parts = (parts_of(one.data, ending.data) for one in manifest.activities.values() if ending.data in one.data)
            deletes |= {bare, *(part.table for found in parts for part in found)}
    for name, column in _correctable(manifest, system, there):
        changes[name].add(column)
    returns = _restrictable(manifest, system)
    deletes |= returns
    for name, link in ((table.name, key) for table in there.tables.values() for key in table.foreign_keys):
        if {name, link.table} <= returns:
            changes[name] |= set(link.columns)  # rows come back in whatever order
    reads = {*_read(manifest, system, rules), *_referring(there, deletes), *deletes}
    if any(system in (apart.people.split(".")[0], apart.apart.split(".")[0]) for apart in manifest.kept_apart.values()):
        reads |= set(there.tables)
    kept = {name: frozenset(columns) for name, columns in changes.items() if columns}
    return Needs(frozenset(reads), frozenset(deletes), kept, frozenset(returns))


def _let_loose(rule: Rule, others: list[Rule]) -> set[str]:
    """What is emptied where another purpose keeps the row, what belongs to it, or what stays elsewhere: columns that none of them holds."""
    kept = {name for other in others for name in _with_parts(other)}
    if not kept & {*_with_parts(rule), *(one.part.table for one in rule.elsewhere)}:
        return set()
    return set(rule.columns) - {column for other in others if other.table == rule.table for column in other.columns}


def _let_go(rule: Rule, there: Inventory) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The links that are emptied first, where tables whose rows go together refer to each other in a circle."""
    if not (rule.deletes or rule.purpose_ends):
        return
    try:
        parts = parts_in_order(rule.parts, there)
    except ForeignKeyCycle:  # which no plan breaks either
        return
    for one in loosened(rule.table, parts, there):
        yield one.table, one.columns


def _restrictable(manifest: Manifest, system: str) -> set[str]:
    """Tables whose rows leave and come back when somebody's data are restricted, where the manifest says that they can be."""
    if manifest.requests is None or not manifest.requests.restricted:
        return set()
    return {place.bare for place in _places(manifest, system)}


def _places(manifest: Manifest, system: str) -> Iterator[Place]:
    """Where rows of people are in a system."""
    found = (place for people in manifest.people for place in places_of(manifest, people))
    return (place for place in found if place.system == system)


def _correctable(manifest: Manifest, system: str, there: Inventory) -> Iterator[tuple[str, str]]:
    """What may be corrected in rows of people (Art. 16 GDPR), where the manifest says that their requests are taken in."""
    for place in _places(manifest, system) if manifest.requests else ():
        if (table := there.tables.get(place.bare)) is None:
            continue
        held = content(manifest, place, "access", ())
        for column in {table.around(name) for name in (*held.columns, *held.withheld)}:
            with suppress(NotCorrectable):
                yield table.name, correctable(table, column).name


def _endings(manifest: Manifest, system: str) -> Iterator[Ending]:
    for activity in manifest.activities.values():
        lists = activity.objection.lists if activity.objection else ()
        records = activity.consent.records if activity.consent else ()
        yield from (ending for ending in (*lists, *records) if ending.data.split(".", 1)[0] == system)


def _with_parts(rule: Rule) -> tuple[str, ...]:
    return rule.table, *(part.table for part in rule.parts)


def _read(manifest: Manifest, system: str, rules: list[Rule]) -> Iterator[str]:
    """Tables with a purpose, those that an answer takes names from, and those that conditions look into."""
    for activity in manifest.activities.values():
        named = (name.rpartition(".")[0] for data in activity.data.values() for name in data.named.values())
        yield from (table.split(".", 1)[1] for table in (*activity.data, *named) if table.split(".", 1)[0] == system)
    for person in manifest.people.values():
        if person.record.split(".", 1)[0] == system:
            yield person.record.split(".", 1)[1]
    for rule in rules:
        yield from (waits.table for waits in rule.waits)
        yield from (one.part.table for one in rule.elsewhere)
        yield from _inside(rule.table, rule.only, rule.unless)
    for ending in _endings(manifest, system):
        yield from _inside(ending.data.split(".", 1)[1], ending.only)
    for one in manifest.statistics.values():
        if one.table.split(".", 1)[0] == system:
            yield from _inside(one.table.split(".", 1)[1], one.only)
    for row in manifest.every_row.values():
        if row.table.split(".", 1)[0] == system:
            yield from _inside(row.table.split(".", 1)[1], row.condition)


def _inside(table: str, *conditions: Condition | None) -> Iterator[str]:
    yield table
    for condition in conditions:
        yield from (name for name, _ in columns_of(condition, table)) if condition else ()


def _referring(there: Inventory, deletes: set[str]) -> Iterator[str]:
    """Tables that could stand in the way of a deletion."""
    return (table.name for name in deletes for table, _ in there.referrers(name))
