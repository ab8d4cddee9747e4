"""Triggers that a step would fire: shown, and refused unless somebody has said that they may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from zusage.promises.inventory import Inventory, TableInfo

from .plan import ChangeColumns, DeleteBlocked, RefreshView, Step


def with_triggers(step: Step, inventory: Inventory, declared: Mapping[str, str]) -> Step:
    """The step with the triggers that it would fire; ``declared`` are those that may, with the reason, by name or table.name."""
    fired = [(table, name) for table, event in _changed(step) for name in _firing(inventory.tables.get(table), event)]
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


def _firing(table: TableInfo | None, event: str) -> Iterator[str]:
    """The triggers of a table that fire at an event; one of which that is not known may fire at any."""
    if table:
        events = dict(table.fires)
        yield from (name for name in table.triggers if event in events.get(name, (event,)))


def _refusal(step: Step, table: str, name: str) -> str:
    return (
        f"the trigger {name} on {table} would fire, and what it does cannot be known from here: it may copy what is to go. Look at it, "
        f"and write under systems: {{{step.system}: {{triggers: {{{name.partition(' (')[0] or name}: why it may fire}}}}}}; or let the database do without it."
    )
