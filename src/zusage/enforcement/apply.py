"""Carries out a plan and no other.

The steps, which the code cites:

1.  The plan is the planner's, unchanged (signature), not too old and not from the future.
2.  The manifest and every schema are the ones that the plan was made for.
    So is what the writer's role is allowed: a right that is known to be lacking stops the plan before its first step.
3.  A plan that removes more than the guard allows carries an approval by a key other than the planner's.
4.  Nobody else applies at the same time (the caller holds the lock).
5.  Steps run in the plan's order; a step with an obstacle is stopped, and so is every later step on a table that waits for it.
6.  Each batch is a transaction that checks its rows again: they match the frozen condition, and no suspension holds them,
    neither one named in the plan nor one placed since.
7.  The journal notes a batch after it is committed; more rows than planned are never changed, over all runs of the plan.
8.  What failed is retried where that is safe; otherwise the run stops with a clear reason and can be continued.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from zusage.connectors.port import Batch, Writer
from zusage.connectors.trouble import CannotHandle, Interrupted, StillReferred, SystemTrouble, TooManyTogether
from zusage.planning.erasure import codes
from zusage.planning.firing import over_held
from zusage.planning.groups import hangs_on_all, within_parts
from zusage.planning.held import unsuspended
from zusage.planning.plan import DeleteBlocked, Plan, Step
from zusage.planning.suspension import Suspension
from zusage.promises.condition import Condition

from .journal import Journal, StepRecord, of_people, of_rules
from .refusal import LacksRights, PlanStale

_SKEW = timedelta(minutes=5)
#: how often a step is tried, and how often where the server went away: half a minute in all
_TRIES, _TRIES_AFTER_LOSS = 4, 7
#: by how much a batch grows where it is refused for what holds several rows together, and how many times a batch it is at most
_WIDER, _WIDEST = 4, 16
#: rows that such a batch has at first, at most
_NARROW = 2_000


class Suspensions(Protocol):
    """Where suspensions are kept."""

    def current(self) -> Sequence[Suspension]:
        """Those in force now."""

    def get(self, ids: Sequence[str]) -> Sequence[Suspension]:
        """These, lifted or not."""


class Vault(Protocol):
    """Where blocked rows are kept."""

    def delete_due(self, step: Step, suspensions: Sequence[Suspension], limit: int, batch: int) -> Iterator[int]:
        """Delete blocked rows whose last day is over, in batches."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One thing that happened, for whoever watches."""

    step: Step
    done: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step ended."""

    step: Step
    rows: int
    #: empty when it was carried out
    stopped: str = ""


def _changed(system: str, _fingerprint: str) -> str:
    return f"the schema of system {system!r} has changed since the plan was made, or it is another database"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """Everything that carrying out a plan needs; wired in ``bootstrap``."""

    journal: Journal
    suspensions: Suspensions
    writers: Mapping[str, Writer]
    vault: Vault
    batch: int
    now: Callable[[], datetime]
    #: the share of the time, above 0 and up to 1, that is spent on batches at most; the rest is the neighbours'
    pace: float = 1
    watch: Callable[[Progress], None] = lambda _: None
    #: puts in what must not stand in a plan, such as the key of the person whose erasure it is
    fill: Callable[[Step], Step] = lambda step: step
    #: why a writer that sees another fingerprint than the plan's may not carry it out; empty where it is one system after all
    unlike: Callable[[str, str], str] = _changed

    def apply(self, plan: Plan, manifest_digest: str) -> tuple[StepResult, ...]:
        """Carry out the plan; raises PlanRefused before anything is changed. Stopped steps are in the result.

        A plan that was carried out before changes nothing and has no result: its rows were counted once.
        """
        self.check(plan, manifest_digest)
        if self.journal.finished(plan.digest):
            return ()
        self.refuse_lacking(plan)
        about = of_people(plan.manifest) if codes(plan) else of_rules(plan.manifest)
        run = self.journal.begin(plan.digest, self.now(), about)
        so_far = self.journal.progress(plan.digest)
        results: list[StepResult] = []
        for step in plan.steps:
            record = so_far.get(step.id)
            ended = record is not None and record.outcome == "done"
            result = StepResult(step, record.rows) if record and ended else self._step(run, step, record, results)
            results.append(result)
            if result.stopped and not step.stopped:
                break
        stopped = len(results) < len(plan.steps) or any(result.stopped for result in results)
        self.journal.end(run, self.now(), "stopped" if stopped else "done")
        return tuple(results)

    def check(self, plan: Plan, manifest_digest: str) -> None:
        """Step 1 (age) and step 2; the signature and step 3 are ``approval``'s. Raises PlanRefused."""
        now = self.now()
        if now > plan.valid_until:
            raise PlanStale(f"the plan was good until {plan.valid_until:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M} UTC")
        if now < plan.as_of - _SKEW:
            raise PlanStale(
                f"the plan is from {plan.as_of:%Y-%m-%d %H:%M} UTC and the clock says {now:%Y-%m-%d %H:%M} UTC: a clock has jumped",
                "Set the clock right. If the plan's time was wrong, make a new plan.",
            )
        if plan.manifest != manifest_digest:
            raise PlanStale("the manifest has changed since the plan was made")
        for system, fingerprint in plan.schemas:
            same = system in self.writers and self.writers[system].survey().fingerprint() == fingerprint
            if not same and (why := self.unlike(system, fingerprint)):
                raise PlanStale(why)

    def refuse_lacking(self, plan: Plan) -> None:
        """Raise LacksRights where a writer's role is known not to be allowed what is left of the plan, so that it does not stop in its middle."""
        so_far = self.journal.progress(plan.digest)
        done = {id for id, record in so_far.items() if record.outcome == "done"}
        left = [step for step in plan.steps if not step.stopped and step.id not in done]
        for system, writer in self.writers.items():
            steps = [step for step in left if step.system == system]
            if steps and (missing := writer.lacking(steps)):
                raise LacksRights(system, missing, {trigger for step in steps for trigger in step.triggers})

    def _step(self, run: str, step: Step, record: StepRecord | None, results: Sequence[StepResult]) -> StepResult:
        before, waiting = record.rows if record else 0, _stands_behind(step, results)
        if step.stopped or waiting:
            reason = waiting or _obstacle(step)
            self.journal.end_step(run, step.id, "stopped", reason)
            self.watch(Progress(step, before, reason))
            return StepResult(step, before, reason)
        self.journal.start_step(run, step.id)
        done = before
        try:
            left = _less(step, record.parts if record else {})
            for rows in self._changes(left, before, lambda: self.journal.start_step(run, step.id)):
                self.journal.note_batch(run, step.id, rows, _beside(rows))
                done += rows
                self.watch(Progress(step, done))
        except SystemTrouble as trouble:
            self.journal.end_step(run, step.id, "stopped", str(trouble))
            self.watch(Progress(step, done, str(trouble)))
            return StepResult(step, done, str(trouble))
        self.journal.end_step(run, step.id, "done")
        return StepResult(step, done)

    def _changes(self, step: Step, before: int, lost: Callable[[], None]) -> Iterator[int]:
        """Steps 6 to 8: the batches of a step; a failure that passes by itself is waited out.

        ``lost`` is told when a connection went, and nobody knows whether the batch was committed. A batch that went through says that what
        failed before has passed: the tries are counted from there.
        """
        done, attempt = before, 0
        while True:
            held = (*self.suspensions.current(), *self.suspensions.get(step.suspensions))
            begun = time.monotonic()
            if over := over_held(step, held):
                raise CannotHandle(f"{step.id}: {over}")
            try:
                for rows in self._batches(step, held, step.rows - done):
                    done, step, attempt = done + rows, _less(step, _beside(rows)), 0
                    yield rows
                    self._leave(time.monotonic() - begun)
                    if self._placed_since(held):
                        break
                    begun = time.monotonic()
                else:
                    return
            except Interrupted as trouble:
                if trouble.lost:
                    lost()
                attempt += 1
                if not trouble.retryable or attempt == (_TRIES_AFTER_LOSS if trouble.lost else _TRIES):
                    raise
                time.sleep(0.2 * 2**attempt)

    def _leave(self, worked: float) -> None:
        """Leave the systems to others, so that no larger share of the time than ``pace`` is spent on batches and on noting them.

        Before suspensions are looked at again: one may be placed meanwhile.
        """
        if self.pace < 1:
            time.sleep(worked * (1 / self.pace - 1))

    def _placed_since(self, held: Sequence[Suspension]) -> bool:
        """Whether a suspension was placed while the step ran; the rest of the step then starts again with it."""
        return not {s.id for s in self.suspensions.current()} <= {s.id for s in held}

    def _batches(self, step: Step, held: Sequence[Suspension], limit: int) -> Iterator[int]:
        step = self.fill(step)
        if isinstance(step.action, DeleteBlocked):
            return self.vault.delete_due(step, held, limit, self.batch)
        return self._carried_out(step, unsuspended(step, held), limit)

    def _carried_out(self, step: Step, free: Condition, limit: int) -> Iterator[int]:
        """In batches; all at once what hangs together, in larger batches where what belongs to a row refers to what belongs to another."""
        left, size = limit, min(self.batch, _NARROW) if within_parts(step) else self.batch
        size = max(self.batch, limit + 1) if hangs_on_all(step) else size
        while True:
            try:
                for rows in self.writers[step.system].carry_out(step, free, left, size):
                    left, step = left - rows, _less(step, _beside(rows))
                    yield rows
                return
            except StillReferred as refused:
                within = within_parts(step)
                if size > left or not within:
                    raise
                if size >= self.batch * _WIDEST:
                    raise TooManyTogether(step.id, within[0].table, ", ".join(within[0].columns), size, left) from refused
                size *= _WIDER


def _beside(rows: int) -> Mapping[str, int]:
    """What went or changed with a batch, by table."""
    return rows.parts if isinstance(rows, Batch) else {}


def _less(step: Step, parts: Mapping[str, int]) -> Step:
    """A step of which so much has been done of what belongs to its rows: what is left of these is all that may go."""
    if not parts:
        return step
    return replace(step, part_rows=tuple((table, max(0, rows - parts.get(table, 0))) for table, rows in step.part_rows))


def _obstacle(step: Step) -> str:
    if step.refused:
        return f"step {step.id} is stopped: {step.refused[0]}"
    first = step.obstacles[0]
    return str(StillReferred(step.id, first.table, ", ".join(first.columns), first.of))


def _stands_behind(step: Step, results: Sequence[StepResult]) -> str:
    """Step 5: what was counted on an earlier step's work cannot go on without it."""
    if not step.leans:
        return ""
    blocked = [result.step.id for result in results if result.stopped]
    return f"it was counted on {blocked[0]}, which was stopped" if blocked else ""
