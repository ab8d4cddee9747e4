"""Our own state in memory: a journal and a register of suspensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from zusage.enforcement.journal import Outcome, StepRecord, added, together
from zusage.planning.suspension import Suspension


@dataclass(slots=True)
class MemoryJournal:
    """A Journal. Every line that was written is in ``lines``."""

    lines: list[tuple[str, ...]] = field(default_factory=list)
    _runs: list[tuple[str, str | None]] = field(default_factory=list)
    _steps: dict[str, dict[str, StepRecord]] = field(default_factory=dict)

    def begin(self, plan: str, at: datetime, about: str = "") -> str:
        """A new run, or the unfinished one of the plan."""
        number = next((n for n, (of, outcome) in enumerate(self._runs) if of == plan and outcome is None), None)
        if number is None:
            self._runs = [(of, outcome or "stopped") for of, outcome in self._runs]
            number = len(self._runs)
            self._runs.append((plan, None))
        self.lines.append(("begin", f"RUN-{number}"))
        return f"RUN-{number}"

    def finished(self, plan: str) -> bool:
        """Whether a run of this plan is done."""
        return (plan, "done") in self._runs

    def steps(self, run: str) -> dict[str, StepRecord]:
        """What the run has done."""
        return dict(self._steps.get(run, {}))

    def progress(self, plan: str) -> dict[str, StepRecord]:
        """What all runs of the plan have done."""
        return together(self.steps(f"RUN-{number}") for number, (of, _) in enumerate(self._runs) if of == plan)

    def start_step(self, run: str, step: str) -> None:
        """A step begins."""
        self.lines.append(("start", run, step))
        known = self._steps.setdefault(run, {}).get(step)
        fresh = StepRecord(step=step, rows=0, outcome=None)
        self._steps[run][step] = replace(known, lost=known.lost or known.outcome is None, outcome=None) if known else fresh

    def note_batch(self, run: str, step: str, rows: int, parts: Mapping[str, int] | None = None) -> None:
        """A batch is committed."""
        self.lines.append(("batch", run, step, str(rows)))
        record = self._steps[run][step]
        self._steps[run][step] = replace(record, rows=record.rows + rows, parts=added(record.parts, parts or {}))

    def end_step(self, run: str, step: str, outcome: Outcome, reason: str = "") -> None:
        """A step has ended."""
        self.lines.append(("end step", run, step, outcome, reason))
        record = self._steps.setdefault(run, {}).get(step, StepRecord(step=step, rows=0, outcome=None))
        self._steps[run][step] = replace(record, outcome=outcome)

    def end(self, run: str, at: datetime, outcome: Outcome) -> None:
        """The run has ended."""
        self.lines.append(("end", run, outcome))
        number = int(run.removeprefix("RUN-"))
        self._runs[number] = (self._runs[number][0], outcome)


@dataclass(slots=True)
class MemorySuspensions:
    """A register of suspensions; a lifted one stays in it."""

    placed: list[Suspension] = field(default_factory=list)

    def place(self, suspension: Suspension) -> None:
        """Hold rows from now on."""
        self.placed.append(suspension)

    def lift(self, id: str) -> None:
        """Hold them no longer."""
        self.placed = [replace(one, lifted=True) if one.id == id else one for one in self.placed]

    def current(self) -> Sequence[Suspension]:
        """Those in force."""
        return [one for one in self.placed if not one.lifted]

    def get(self, ids: Sequence[str]) -> Sequence[Suspension]:
        """These, lifted or not."""
        return [one for one in self.placed if one.id in ids]
