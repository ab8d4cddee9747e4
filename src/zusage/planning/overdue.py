"""Steps that delete what was blocked once its last day is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .plan import DeleteBlocked, Step

if TYPE_CHECKING:
    from zusage.promises.keep_rule import Rule

    from .draft import World


def of_blocked(world: World, number: int) -> Iterable[Step]:
    """One step for each system; the last of the other steps has this number."""
    systems = dict.fromkeys(rule.system for rule in world.rules)  # a rule may have blocked before it was changed
    for offset, system in enumerate(systems, number + 1):
        yield Step(
            id=f"{offset:02d}-blocked/{system}",
            promise=f"blocked/{system}",
            system=system,
            table="(blocked)",
            action=DeleteBlocked(world.clock.today(), tuple(_limits(world, system))),
            suspensions=tuple(s.id for s in world.suspensions),
        )


def first_day_without(rules: Iterable[Rule], rule: str, began: date) -> date | None:
    """The day on which ``of_blocked`` takes a row that was blocked under a rule; None where the manifest's rules are others.

    A manifest that was changed since says when the row goes, whatever was noted as it was blocked.
    """
    found = next((one for one in rules if one.id == rule and one.start and one.at_most), None)
    if found is None or found.start is None:
        return None
    periods = [period for period in (found.at_most, found.at_least) if period]
    return max(period.after(found.start.rounded(began)) for period in periods) + timedelta(days=1)


def _limits(world: World, system: str) -> Iterable[tuple[str, date]]:
    """For each rule of today's manifest, from which starting day on its data are still kept."""
    for rule in world.rules:
        if rule.system == system and rule.start and rule.at_most:
            periods = [period for period in (rule.at_most, rule.at_least) if period]
            cutoff = min(world.clock.cutoff(rule.start, period) for period in periods)
            yield rule.id, cutoff.astimezone(ZoneInfo(world.clock.zone)).date()
