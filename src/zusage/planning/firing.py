"""Triggers that a step would fire: shown, and refused unless somebody has said that they may.

One that may fire changes rows without asking for suspensions. So a step is stopped where rows of a table are held that it may change, by
what its text says: itself, by foreign keys that take or empty rows along, or by further triggers. Somebody may say that it spares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from zusage.promises.condition import columns_of
from zusage.promises.inventory import Inventory, TableInfo
from zusage.promises.manifest import Manifest

from .plan import ChangeColumns, DeleteBlocked, RefreshView, Step
from .suspension import Suspension

#: stands for every table, and what becomes of rows that refer to a deleted one without being asked
_ANY, _ALONG = "*", ("CASCADE", "SET NULL", "SET DEFAULT")


def with_triggers(step: Step, inventory: Inventory, manifest: Manifest, suspensions: Sequence[Suspension]) -> Step:
    """The step with the triggers that it would fire, refused where the manifest does not say of one that it may."""
    database = manifest.databases.get(step.system)
    declared, spare = (database.triggers, database.triggers_spare_held) if database else ({}, {})
    fired = dict.fromkeys(found for table, event in _changed(step) for found in _firing(inventory, table, event))
    unknown = [(table, name) for table, name in fired if not _spellings(table, name) & declared.keys()]
    known = [one for one in fired if one not in unknown and not _spellings(*one) & spare.keys()]
    found = replace(
        step,
        triggers=tuple(f"{table}: {name}" for table, name in fired),
        alters=tuple((f"{table}: {name}", other) for table, name in known for other in sorted(_altered(inventory, table, name))),
        refused=(*step.refused, *(_refusal(step, table, name) for table, name in unknown)),
    )
    over = over_held(found, suspensions)
    return replace(found, refused=(*found.refused, over)) if over else found


def over_held(step: Step, suspensions: Iterable[Suspension]) -> str:
    """Why a trigger that the step fires may change rows that a suspension holds; empty where none does."""
    for one in suspensions:
        held = {table.partition(".")[2] for table, _ in one.holds if table.partition(".")[0] == step.system}
        for trigger, table in step.alters:
            for name in sorted(held) if table == _ANY else held & {table}:
                return (
                    f"the trigger {trigger} may change rows of {name}, of which {one.id} holds some, and a trigger asks for no suspension. "
                    "Lift it, or let the database do without the trigger. If it leaves alone what is held, say why under systems: "
                    f"{{{step.system}: {{triggers_spare_held: {{{trigger.partition(': ')[2].partition(' (')[0]}: why that is certain}}}}}}"
                )
    return ""


def _altered(inventory: Inventory, table: str, name: str) -> set[str]:
    """Tables of which a trigger may change rows, and those that are taken along; ``*`` among them where it may be any."""
    found, waiting = set[str](), _told(inventory, table, name)
    while waiting:
        if (one := waiting.pop()) in found:
            continue
        found.add(one)
        if one == _ANY:
            return {_ANY}
        waiting |= {
            other.name
            for other in inventory.tables.values()
            for key in other.foreign_keys
            if key.table == one and key.on_delete in _ALONG
        }
        for trigger in inventory.tables[one].triggers:
            waiting |= _told(inventory, one, trigger)
    return found


def _told(inventory: Inventory, table: str, name: str) -> set[str]:
    """What a trigger changes by its own text, as tables of the inventory are called."""
    names = dict(inventory.tables[table].alters).get(name, (_ANY,))
    return {_ANY for one in names if one == _ANY} | {one.name for one in inventory.tables.values() if one.bare.lower() in names}


def unread(steps: Iterable[Step], inventories: Mapping[str, Inventory]) -> dict[str, tuple[str, ...]]:
    """By system.table, what its triggers, checks or computed columns, or the view, use and of which nobody knows what it calls in turn.

    Of the tables that some steps change or look into: a plan is not refused once that says something else.
    """
    found: dict[str, tuple[str, ...]] = {}
    for step in steps:
        used = {table for table, _ in (*_changed(step), *columns_of(step.where, step.table))}
        tables = inventories[step.system].tables if step.system in inventories else {}
        found |= {f"{step.system}.{name}": tables[name].unread for name in sorted(used & tables.keys()) if tables[name].unread}
    return found


def _spellings(table: str, name: str) -> set[str]:
    """How a manifest may name a trigger: with its table or without, and without what a survey says of it in brackets."""
    bare = name.partition(" (")[0] or name
    return {name, bare, f"{table}.{name}", f"{table}.{bare}"}


def _changed(step: Step) -> Iterator[tuple[str, str]]:
    """Each table whose rows the step changes, and how."""
    if isinstance(step.action, DeleteBlocked | RefreshView):
        return
    for one in step.elsewhere:
        yield one.part.table, "UPDATE"
    if isinstance(step.action, ChangeColumns):
        yield step.table, "UPDATE"
        return
    for loosened in step.loosened:
        yield loosened.table, "UPDATE"
    for table in (step.table, *(part.table for part in step.parts)):
        yield table, "DELETE"


def _firing(inventory: Inventory, table: str, event: str) -> Iterator[tuple[str, str]]:
    """The triggers of a table, or of one whose rows are seen in it alone, that fire at an event."""
    own = tuple(_of(inventory.tables[table], event)) if table in inventory.tables else ()
    yield from ((table, name) for name in own)
    yield from ((one.name, name) for one in inventory.below(table) for name in _of(one, event) if name not in own)


def _of(table: TableInfo, event: str) -> Iterator[str]:
    """One of which the events are not known may fire at any."""
    events = dict(table.fires)
    return (name for name in table.triggers if event in events.get(name, (event,)))


def _refusal(step: Step, table: str, name: str) -> str:
    return (
        f"the trigger {name} on {table} would fire, and what it does cannot be known from here: it may copy what is to go. Look at it, "
        f"and write under systems: {{{step.system}: {{triggers: {{{name.partition(' (')[0] or name}: why it may fire}}}}}}; or let the database do without it."
    )
