"""How many rows each step of a draft would change, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol

from zusage.promises.condition import ALWAYS, Condition, Exists, all_of, joined
from zusage.promises.promise import Part

from .draft import World, stays, unsuspended
from .plan import DeleteBlocked, Obstacle, Selection, Step


class Looks(Protocol):
    """What planning needs to see."""

    def count(self, selection: Selection) -> int:
        """Rows of a selection."""

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows of a system that must go, none of them suspended, and all that there are."""


def counted(world: World, steps: Iterable[Step], looks: Looks) -> tuple[Step, ...]:
    """The steps with their numbers of rows; each row is counted in the first step that takes it."""
    done: list[Step] = []
    for step in steps:
        done.append(_blocked(step, looks) if isinstance(step.action, DeleteBlocked) else _count(world, step, done, looks))
    return tuple(replace(step, foreseen=ALWAYS, leans=step.where != step.foreseen) for step in done)


def _blocked(step: Step, looks: Looks) -> Step:
    if not isinstance(step.action, DeleteBlocked):
        return step
    rows, total = looks.blocked(step.system, step.action.before, dict(step.action.limits))
    return replace(step, rows=rows, total=total)


def _count(world: World, step: Step, earlier: list[Step], looks: Looks) -> Step:
    free = unsuspended(step, world.suspensions)
    where = all_of(step.foreseen, free)

    def count(table: str, condition: Condition) -> int:
        return looks.count(Selection(system=step.system, table=table, where=condition))

    rows = count(step.table, where)
    if not rows:
        return step
    parts = tuple((part.table, count(part.table, belongs(step, part, where))) for part in step.parts)
    found = (
        replace(o, rows=count(step.table, all_of(where, stays(step, o, earlier, world.suspensions)))) for o in step.referrers
    )
    obstacles: tuple[Obstacle, ...] = tuple(obstacle for obstacle in found if obstacle.rows)
    total = count(step.table, all_of())
    totals = tuple((part.table, count(part.table, all_of())) for part in step.parts)
    return replace(step, rows=rows, total=total, part_rows=parts, part_totals=totals, obstacles=obstacles)


def belongs(step: Step, part: Part, where: Condition) -> Condition:
    """A row of a part belongs to a row of the step that fulfils ``where``."""
    link = joined(part.columns, part.table, part.referred, None)
    if part.of == step.table:
        return Exists(step.table, all_of(link, where))
    above = next(p for p in step.parts if p.table == part.of)
    return Exists(part.of, all_of(link, belongs(step, above, where)))
