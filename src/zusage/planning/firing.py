"""Triggers that a step would fire: shown, and refused unless somebody has said that they may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from zusage.promises.inventory import Inventory, TableInfo

from .plan import ChangeColumns, DeleteBlocked, RefreshView, Step


def with_triggers(step: Step, inventory: Inventory, declared: Mapping[str, str]) -> Step:
    """The step with the triggers that it would fire; ``declared`` are those that may, with the reason, by name or table.name."""
    fired = [found for table, event in _changed(step) for found in _firing(inventory, table, event)]
    unknown = [(table, name) for table, name in dict.fromkeys(fired) if not _spellings(table, name) & declared.keys()]
    return replace(
        step,
        triggers=tuple(f"{table}: {name}" for table, name in dict.fromkeys(fired)),
        refused=(*step.refused, *(_refusal(step, table, name) for table, name in unknown)),
    )


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
