"""How many rows each step of a draft would change, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol

from zusage.promises.condition import ALWAYS, NEVER, Condition, Surely, all_of
from zusage.promises.promise import Part

from .draft import World
from .foreseeing import loosened, stays
from .held import unsuspended
from .plan import BlockRows, DeleteBlocked, Selection, Step, Weight


class Looks(Protocol):
    """What planning needs to see."""

    def ahead(self, asked: Sequence[tuple[str, Callable[[Looks], Weighed]]]) -> Generator[Weighed, None, None]:
        """The answers to questions about one system each, in their order, before or when each answer is asked for."""

    def still(self, system: str) -> AbstractContextManager[None]:
        """All that is asked of the system inside is answered from one state of it."""

    def count(self, selection: Selection) -> int:
        """Rows of a selection."""

    def total(self, system: str, table: str) -> int:
        """All rows of a table."""

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Rows of a selection, those of parts that belong to them, and how many of them fulfil each of some conditions."""

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows of a system that must go, none of them suspended, and all that there are."""

    def blocked_of(self, code: str) -> Sequence[tuple[str, int]]:
        """Of a person, by code: each rule and how many rows it has blocked; none while a suspension holds the person."""


def counted(world: World, steps: Iterable[Step], looks: Looks) -> tuple[Step, ...]:
    """The steps with their numbers of rows; each row is counted in the first step that takes it.

    What a step takes is a set with its name, so that later ones need not say again what it was.
    """
    drafted = list(steps)
    limits = {step.system: dict(step.action.limits) for step in drafted if isinstance(step.action, DeleteBlocked)}
    questions = {
        n: _question(world, step, drafted[:n], limits)
        for n, step in enumerate(drafted)
        if not isinstance(step.action, DeleteBlocked)
    }
    alone = [(question.step.system, partial(_alone, question)) for question in questions.values() if question.alone]
    taken: dict[str, Selection] = {}
    passing: list[tuple[Step, int]] = []
    done: list[Step] = []
    with closing(looks.ahead(alone)) as ahead:
        for n, step in enumerate(drafted):
            if n not in questions:
                done.append(_blocked(step, looks, passing))
                continue
            question = questions[n]
            found = next(ahead) if question.alone else question.ask(looks, taken)
            taken[step.id] = question.selection if found.weight.rows else replace(question.selection, where=NEVER)
            done.append(question.answered(found))
            passing.append((done[-1], question.passing(found)))
    return tuple(replace(step, foreseen=ALWAYS, leans=step.where != step.foreseen) for step in done)


def _alone(question: _Question, looks: Looks) -> Weighed:
    return question.ask(looks, {})


def _blocked(step: Step, looks: Looks, earlier: Iterable[tuple[Step, int]]) -> Step:
    """What must go from among the blocked rows: of those that are there, and of those that the plan itself blocks.

    A row that is due waits for a row under it that is blocked, and so is blocked with it: the guard weighs it as of its table.
    """
    if not isinstance(step.action, DeleteBlocked):
        return step
    rows, total = looks.blocked(step.system, step.action.before, dict(step.action.limits))
    blocking = [(one, over) for one, over in earlier if one.system == step.system and isinstance(one.action, BlockRows)]
    passing = [(one, over) for one, over in blocking if over and not one.stopped]
    return replace(
        step,
        rows=rows + sum(over for _, over in passing),
        total=total + sum(one.rows for one, _ in passing),
        part_rows=tuple((one.table, over) for one, over in passing),
        part_totals=tuple((one.table, one.total) for one, _ in passing),
    )


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was counted of a step."""

    weight: Weight
    #: all rows of its table, and of each of its parts, where it changes anything; counted once for all steps
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of the systems for one step."""

    step: Step
    selection: Selection
    touched: tuple[Part, ...]
    lost: tuple[Condition, ...]
    #: which of the rows, once blocked, must go at once
    over: tuple[Condition, ...]

    def ask(self, looks: Looks, sets: Mapping[str, Selection]) -> Weighed:
        """Count it; ``sets`` are what earlier steps take."""
        with looks.still(self.step.system):
            weight = looks.weigh(self.selection, self.touched, (*self.lost, *self.over), sets)
            tables = dict.fromkeys((self.step.table, *(part.table for part in self.touched))) if weight.rows else ()
            return Weighed(weight, {table: looks.total(self.step.system, table) for table in tables})

    @property
    def alone(self) -> bool:
        """Whether it can be asked before earlier steps are counted: it says nothing of what they take."""
        return not self.lost and self.step.foreseen == self.step.where

    def answered(self, found: Weighed) -> Step:
        """The step with its numbers."""
        weight, totals = found.weight, found.totals
        if not weight.rows:
            return self.step
        tables = dict.fromkeys(part.table for part in self.touched)
        obstacles = (replace(obstacle, rows=rows) for obstacle, rows in zip(self.step.referrers, weight.marked, strict=False))
        return replace(
            self.step,
            rows=weight.rows,
            total=totals[self.step.table],
            part_rows=tuple((table, weight.parts[table]) for table in tables),
            part_totals=tuple((table, totals[table]) for table in tables),
            obstacles=tuple(obstacle for obstacle in obstacles if obstacle.rows),
        )

    def passing(self, found: Weighed) -> int:
        """How many of its rows must go as soon as they are blocked."""
        return found.weight.marked[-1] if self.over and found.weight.rows else 0


def _question(world: World, step: Step, earlier: Sequence[Step], limits: Mapping[str, Mapping[str, date]]) -> _Question:
    free = unsuspended(step, world.suspensions)
    where = all_of(step.foreseen, loosened(free, step, earlier))
    return _Question(
        step=step,
        selection=Selection(system=step.system, table=step.table, where=where),
        touched=(*step.parts, *(one.part for one in step.elsewhere)),
        lost=tuple(stays(step, obstacle, earlier, where) for obstacle in step.referrers),
        over=tuple(_over(world, step, limits.get(step.system, {}))),
    )


def _over(world: World, step: Step, limits: Mapping[str, date]) -> Iterable[Condition]:
    """The row is blocked by a rule whose last day for it has passed."""
    day = limits.get(step.promise.rpartition("/")[0])
    if isinstance(step.action, BlockRows) and step.trees and day is not None:
        yield Surely(world.clock.began_before(step.action.start, day))
