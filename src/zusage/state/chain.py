"""The rules by which a journal is whole, without I/O.

1. The lines of a run are numbered from 1 without a gap.
2. Each line's digest is that of its content and the line before; the first follows the run and its plan.
3. The last line is the one that the run names, and the run has ended exactly when that line says so.
4. The first line begins the run, and no other does; nothing follows its end.
5. A batch or the end of a step that is done follows the step's start, and a step that is done does not start again. One that starts
   again without an end was interrupted: of one batch it may be that no line tells. One that is stopped need not have started: what
   stands in its way was known before.

This shows what a crash, a restored part or a hand has changed. Whoever can write the whole database can write a whole
journal; against them stands the sealed evidence, which does not believe the journal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, assert_never

from zusage.enforcement.journal import JournalTorn, Outcome, StepRecord, added

Kind = Literal["begun", "continued", "step started", "batch", "step done", "step stopped", "done", "stopped"]
ENDS: frozenset[str] = frozenset({"done", "stopped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it is digested."""

    number: int
    kind: Kind
    at: datetime
    step: str = ""
    rows: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a run says of itself."""

    run: str
    plan: str
    lines: int
    digest: str
    ended: bool


def before_first(run: str, plan: str) -> str:
    """What the first line is linked to. Runs were called R once, as restrictions are, and journals of that time must stay whole."""
    return _digest(["zusage journal 1", f"R-{run.removeprefix('RUN-')}", plan])


def linked(previous: str, line: Line) -> str:
    """The digest of a line that follows the line with digest ``previous``."""
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _digest([previous, line.number, line.kind, line.step, line.rows, line.reason, at])


def read(head: Head, lines: Iterable[tuple[Line, str]]) -> dict[str, StepRecord]:
    """How far each step has come; raises JournalTorn where a rule is broken."""
    digest, last, steps = before_first(head.run, head.plan), None, dict[str, StepRecord]()
    for expected, (line, claimed) in enumerate(lines, 1):
        digest = linked(digest, line)
        in_place = line.number == expected and digest == claimed  # 1, 2
        if not in_place or (line.kind == "begun") != (expected == 1) or (last and last.kind in ENDS):  # 4
            raise JournalTorn(head.run, expected)
        _follow(head.run, steps, line)
        last = line
    seen = last.number if last else 0
    if not last or (seen, digest) != (head.lines, head.digest) or (last.kind in ENDS) != head.ended:  # 3
        raise JournalTorn(head.run, seen + 1 if seen < head.lines else seen)
    return steps


def _follow(run: str, steps: dict[str, StepRecord], line: Line) -> None:
    known = steps.get(line.step)
    match line.kind:
        case "begun" | "continued" | "done" | "stopped":
            return
        case "step started":
            if known and known.outcome == "done":  # 5
                raise JournalTorn(run, line.number)
            lost = known is not None and (known.lost or known.outcome is None)
            steps[line.step] = StepRecord(step=line.step, rows=known.rows if known else 0, outcome=None, lost=lost)
        case "step stopped" if not known or known.outcome == "stopped":
            steps[line.step] = known or StepRecord(step=line.step, rows=0, outcome="stopped")
        case "batch" | "step done" | "step stopped":
            if not known or known.outcome is not None:  # 5
                raise JournalTorn(run, line.number)
            parts = added(known.parts, _read_parts(line)) if line.kind == "batch" else known.parts
            steps[line.step] = replace(known, rows=known.rows + line.rows, outcome=_outcome(line.kind), parts=parts)
        case _:
            assert_never(line.kind)


def written(parts: Mapping[str, int]) -> str:
    """What went with a batch, as the line of the batch says it: tables and numbers of rows."""
    return json.dumps(dict(parts), ensure_ascii=False, sort_keys=True) if parts else ""


def _read_parts(line: Line) -> dict[str, int]:
    """Lines of an earlier version do not tell what went with a batch."""
    return {str(table): int(rows) for table, rows in json.loads(line.reason).items()} if line.reason else {}


def _outcome(kind: Literal["batch", "step done", "step stopped"]) -> Outcome | None:
    match kind:
        case "batch":
            return None
        case "step done":
            return "done"
        case "step stopped":
            return "stopped"


def _digest(content: list[object]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()
