"""Making a plan."""

from __future__ import annotations

from datetime import datetime, timedelta

from .count import Looks, counted
from .draft import World, draft
from .plan import Plan


def make_plan(world: World, looks: Looks, *, manifest_digest: str, program: str) -> Plan:
    """Draft, count and freeze; the plan names only steps that would change something or are stopped."""
    steps = counted(world, draft(world), looks)
    return Plan(
        manifest=manifest_digest,
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
