"""A journal during which the process is killed: the end must be the same as without."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from zusage.enforcement.journal import Journal, Outcome, StepRecord


class CrashingJournal:
    """Passes everything on to a real journal and kills the process, by SIGKILL, around one of the calls that write.

    ``at`` counts those calls from 1; the kill comes just before the line is written, or just after it.
    """

    def __init__(self, journal: Journal, at: int, *, after: bool) -> None:
        self._journal = journal
        self._at = at
        self._after = after
        #: calls so far
        self.calls = 0

    def _about_to_write(self) -> None:
        self.calls += 1
        if self.calls == self._at and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)

    def _written(self) -> None:
        if self.calls == self._at and self._after:
            os.kill(os.getpid(), signal.SIGKILL)

    def begin(self, plan: str, at: datetime, about: str = "") -> str:
        """As the port says."""
        self._about_to_write()
        run = self._journal.begin(plan, at, about)
        self._written()
        return run

    def finished(self, plan: str) -> bool:
        """As the port says."""
        return self._journal.finished(plan)

    def steps(self, run: str) -> dict[str, StepRecord]:
        """As the port says."""
        return self._journal.steps(run)

    def progress(self, plan: str) -> dict[str, StepRecord]:
        """As the port says."""
        return self._journal.progress(plan)

    def start_step(self, run: str, step: str) -> None:
        """As the port says."""
        self._about_to_write()
        self._journal.start_step(run, step)
        self._written()

    def note_batch(self, run: str, step: str, rows: int, parts: Mapping[str, int] | None = None) -> None:
        """As the port says."""
        self._about_to_write()
        self._journal.note_batch(run, step, rows, parts)
        self._written()

    def end_step(self, run: str, step: str, outcome: Outcome, reason: str = "") -> None:
        """As the port says."""
        self._about_to_write()
        self._journal.end_step(run, step, outcome, reason)
        self._written()

    def end(self, run: str, at: datetime, outcome: Outcome) -> None:
        """As the port says."""
        self._about_to_write()
        self._journal.end(run, at, outcome)
        self._written()


class Registering(Protocol):
    """What a register of erasures is told."""

    def note(self, table: str, promise: str, action: str, at: datetime, columns: Sequence[str], codes: bytes) -> int:
        """Rows are about to go."""

    def settle(self, id: int) -> None:
        """They are gone."""


class CrashingRegister:
    """Passes everything on to a real register of erasures and kills the process around one of the calls that write."""

    def __init__(self, register: Registering, at: int, *, after: bool) -> None:
        self._register = register
        self._at = at
        self._after = after
        #: calls so far
        self.calls = 0

    def note(self, table: str, promise: str, action: str, at: datetime, columns: Sequence[str], codes: bytes) -> int:
        """As the register says."""
        self._passing(after=False)
        number = self._register.note(table, promise, action, at, columns, codes)
        self._passing(after=True)
        return number

    def settle(self, id: int) -> None:
        """As the register says."""
        self._passing(after=False)
        self._register.settle(id)
        self._passing(after=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._register, name)

    def _passing(self, *, after: bool) -> None:
        self.calls += not after
        if self.calls == self._at and self._after == after:
            os.kill(os.getpid(), signal.SIGKILL)
