"""How many rows each step of a draft would change, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Protocol

from zusage.promises.condition import ALWAYS, NEVER, Condition, all_of
from zusage.promises.promise import Part

from .draft import World, unsuspended
from .foreseeing import stays
from .plan import DeleteBlocked, Selection, Step, Weight


class Looks(Protocol):
    """What planning needs to see."""

    def still(self, system: str) -> AbstractContextManager[None]:
        """All that is asked of the system inside is answered from one state of it."""

    def count(self, selection: Selection) -> int:
        """Rows of a selection."""

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Rows of a selection, those of parts that belong to them, and how many of them fulfil each of some conditions."""

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows of a system that must go, none of them suspended, and all that there are."""

    def blocked_of(self, code: str) -> Sequence[tuple[str, int]]:
        """Of a person, by code: each rule and how many rows it has blocked; none while a suspension holds the person."""


def counted(world: World, steps: Iterable[Step], looks: Looks) -> tuple[Step, ...]:
    """The steps with their numbers of rows; each row is counted in the first step that takes it."""
    done: list[Step] = []
    counting = _Counting(world, looks)
    for step in steps:
        done.append(_blocked(step, looks) if isinstance(step.action, DeleteBlocked) else counting.count(step, done))
    return tuple(replace(step, foreseen=ALWAYS, leans=step.where != step.foreseen) for step in done)


def _blocked(step: Step, looks: Looks) -> Step:
    if not isinstance(step.action, DeleteBlocked):
        return step
    rows, total = looks.blocked(step.system, step.action.before, dict(step.action.limits))
    return replace(step, rows=rows, total=total)


class _Counting:
    """Counts step after step. What a step takes is a set with its name, so that later ones need not say again what it was."""

    def __init__(self, world: World, looks: Looks) -> None:
        self._world = world
        self._looks = looks
        self._taken: dict[str, Selection] = {}
        self._totals: dict[tuple[str, str], int] = {}

    def count(self, step: Step, earlier: Sequence[Step]) -> Step:
        """The step with its numbers, all of one moment, so that no share of a table is taken of two different tables."""
        with self._looks.still(step.system):
            return self._count(step, earlier)

    def _count(self, step: Step, earlier: Sequence[Step]) -> Step:
        where = all_of(step.foreseen, unsuspended(step, self._world.suspensions))
        lost = [stays(step, obstacle, earlier, where) for obstacle in step.referrers]
        selection = Selection(system=step.system, table=step.table, where=where)
        touched = (*step.parts, *(one.part for one in step.elsewhere))
        weight = self._looks.weigh(selection, touched, lost, self._taken)
        self._taken[step.id] = selection if weight.rows else replace(selection, where=NEVER)
        if not weight.rows:
            return step
        found = (replace(obstacle, rows=rows) for obstacle, rows in zip(step.referrers, weight.marked, strict=True))
        return replace(
            step,
            rows=weight.rows,
            total=self._total(step.system, step.table),
            part_rows=tuple((part.table, weight.parts[part.table]) for part in touched),
            part_totals=tuple((part.table, self._total(step.system, part.table)) for part in touched),
            obstacles=tuple(obstacle for obstacle in found if obstacle.rows),
        )

    def _total(self, system: str, table: str) -> int:
        if (system, table) not in self._totals:
            self._totals[system, table] = self._looks.count(Selection(system=system, table=table))
        return self._totals[system, table]
