"""Making a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from zusage.promises.condition import Condition
from zusage.promises.meaning import Meaning

from .count import Looks, counted
from .draft import World, draft
from .plan import Plan


def make_plan(
    world: World, looks: Looks, *, meaning: Meaning, program: str, fill: Callable[[Condition], Condition] | None = None
) -> Plan:
    """Draft, count and freeze; the plan names only steps that would change something or are stopped.

    ``fill`` puts in, for counting alone, what must not stand in a plan.
    """
    drafted = draft(world)
    if fill is None:
        steps = counted(world, drafted, looks)
    else:
        seen = [replace(step, where=fill(step.where), foreseen=fill(step.foreseen)) for step in drafted]
        said = {step.id: step.where for step in drafted}
        steps = tuple(replace(step, where=said[step.id]) for step in counted(world, seen, looks))
    return Plan(
        manifest=meaning.digest,
        parts=meaning.parts,
        as_of=world.clock.as_of,
        valid_until=_valid_until(world),
        zone=world.clock.zone,
        program=program,
        schemas=tuple(sorted((name, inventory.fingerprint()) for name, inventory in world.inventories.items())),
        guard=world.manifest.guard.share,
        guards=tuple(sorted(world.manifest.guard.tables.items())),
        steps=steps,
    ).without_empty_steps()


def _valid_until(world: World) -> datetime:
    """Calendar periods are taken as whole days from the instant: a plan's age is not a matter of law."""
    period = world.manifest.guard.plan_valid
    return world.clock.as_of + timedelta(days=period.rough_days)
