"""Which rows of a step no suspension holds: pure."""

from __future__ import annotations

from collections.abc import Iterable

from zusage.promises.condition import NEVER, Condition, Exists, Not, Possibly, all_of, any_of, joined

from . import circles, release
from .plan import Step
from .suspension import Suspension, held_by


def unsuspended(step: Step, suspensions: Iterable[Suspension]) -> Condition:
    """Rows that no suspension can hold: not themselves, not through what belongs to them, not through what they belong to."""
    holds = list(suspensions)
    parts = list(release.parts_under((*step.parts, *step.below), step.table))
    held = {part.table: any_of(*_held(step, part.table, holds)) for part in parts}
    free = release.parts_released(parts, step.table, {t: c for t, c in held.items() if c != NEVER})
    return circles.nothing_held_under(step, all_of(*(Not(condition) for condition in _held(step, step.table, holds)), *free))


def _held(step: Step, table: str, holds: list[Suspension]) -> Iterable[Condition]:
    own = held_by(holds, step.system, table)
    if own != NEVER:
        yield Possibly(own)
    yield from _held_above(step, table, holds, (table,))


def _held_beside(step: Step, table: str, holds: list[Suspension]) -> Iterable[Condition]:
    """Something else is held that belongs to the row to which the step's rows belong."""
    parts = list(release.parts_under(step.below, table))
    held = {part.table: Possibly(own) for part in parts if (own := held_by(holds, step.system, part.table)) != NEVER}
    return (Not(free) for free in release.parts_released(parts, table, held))


def _held_above(step: Step, table: str, holds: list[Suspension], seen: tuple[str, ...]) -> Iterable[Condition]:
    for link in step.above:
        if link.table != table or link.of in seen:
            continue
        held = held_by(holds, step.system, link.of)
        higher = _held_above(step, link.of, holds, (*seen, link.of))
        reasons = [*([Possibly(held)] if held != NEVER else []), *higher, *_held_beside(step, link.of, holds)]
        if reasons:
            belongs = joined(link.columns, table, link.referred, None)
            yield Exists(link.of, all_of(belongs, any_of(*reasons)))
