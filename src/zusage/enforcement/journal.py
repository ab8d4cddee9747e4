"""The port to the journal: what has been done, without a single personal value or key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Outcome = Literal["done", "stopped"]


class JournalTorn(Exception):
    """The journal of a run has a gap or says two things at once, so nobody can tell what was done."""

    def __init__(self, run: str, line: int) -> None:
        super().__init__(
            f"the journal of run {run} is torn at line {line}: a line is missing or was changed. What was done can no longer be "
            "told from it, so the run is not continued. Make a new plan: it looks at the systems themselves and takes up what is left."
        )


class AlreadyRunning(Exception):
    """Another apply is at work."""

    def __init__(self) -> None:
        super().__init__(
            "another apply is running on this state. Two at once could each take rows that the other has counted. "
            "Wait until it has ended, then try again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """How far a step has come, by the journal."""

    step: str
    #: rows changed in batches known to be committed
    rows: int
    outcome: Outcome | None
    #: it was interrupted: one batch may have been committed that is not among ``rows``, and is not met again
    lost: bool = False
    #: table → rows of what belongs to these that went or changed with them
    parts: Mapping[str, int] = field(default_factory=dict)


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Rows by table, of two together."""
    return {table: one.get(table, 0) + other.get(table, 0) for table in (*one, *other)}


def together(runs: Iterable[Mapping[str, StepRecord]]) -> dict[str, StepRecord]:
    """What several runs have done, by step: rows add up, and done once is done."""
    found: dict[str, StepRecord] = {}
    for record in (record for run in runs for record in run.values()):
        before = found.get(record.step)
        if before is None:
            found[record.step] = record
            continue
        outcome: Outcome | None = "done" if before.outcome == "done" else record.outcome
        lost = record.lost or before.lost or before.outcome is None
        rows, parts = record.rows + before.rows, added(before.parts, record.parts)
        found[record.step] = StepRecord(step=record.step, rows=rows, outcome=outcome, lost=lost, parts=parts)
    return found


_OF_PEOPLE, _OF_RULES = "of people, manifest ", "of rules, manifest "


def of_people(manifest: str) -> str:
    """What is noted with the run of a plan that is for people: whoever received their data must be told, as this manifest says."""
    return f"{_OF_PEOPLE}{manifest}"


def manifest_of(about: str) -> str | None:
    """The digest of the manifest by which a run for people was made; None of any other run."""
    return about.removeprefix(_OF_PEOPLE) if about.startswith(_OF_PEOPLE) else None


def of_rules(manifest: str) -> str:
    """What is noted with the run of any other plan: some recipients must be told of what rules take, as this manifest says."""
    return f"{_OF_RULES}{manifest}"


def manifest_of_rules(about: str) -> str | None:
    """The digest of the manifest by which a run for rules was made; None of any other run, and of one of a version that told nobody."""
    return about.removeprefix(_OF_RULES) if about.startswith(_OF_RULES) else None


class Journal(Protocol):
    """An append-only list of lines per run; each call is durable when it returns.

    A crash may lose the line of the last committed batch, never invent one: steps are idempotent by their predicate, so the
    run that continues finds fewer rows and ends in the same state.
    """

    def begin(self, plan: str, at: datetime, about: str = "") -> str:
        """Open a run of the plan with this digest, or continue its unfinished one; returns the run's id. Raises JournalTorn.

        ``about`` is noted with a run that is opened: see ``of_people`` and ``of_rules``.
        Only one plan is carried out at a time: unfinished runs of other plans have been given up, and are ended.
        """

    def finished(self, plan: str) -> bool:
        """Whether a run of this plan has ended with everything done."""

    def steps(self, run: str) -> dict[str, StepRecord]:
        """What the run has done so far, by step. Raises JournalTorn."""

    def progress(self, plan: str) -> dict[str, StepRecord]:
        """What all runs of a plan together have done, by step; done once is done. Raises JournalTorn."""

    def start_step(self, run: str, step: str) -> None:
        """The step is about to change rows. Said again before its end: it was interrupted, and what a batch did was perhaps not noted."""

    def note_batch(self, run: str, step: str, rows: int, parts: Mapping[str, int] | None = None) -> None:
        """A batch of so many rows is committed in the system, and with it so many rows of other tables."""

    def end_step(self, run: str, step: str, outcome: Outcome, reason: str = "") -> None:
        """The step has ended; ``reason`` says why where it was stopped, without personal values."""

    def end(self, run: str, at: datetime, outcome: Outcome) -> None:
        """The run has ended."""
