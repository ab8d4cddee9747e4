"""Compares the register of cases with what was sealed of each step: by the prover's own reading of the chain.

1. The log is read before the register: whatever is sealed was on record before.
2. A step's digest is SHA-256 over the digest before, its number, kind, time, holder, detail, the digest of its words and, where somebody
   showed a token, its role; the first follows from the case's number, right and content.
3. What stands in the register gives the entry that was sealed, to the last letter. A chain that was computed anew gives another.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from zusage.evidence.observation import Unseen

from .observation import Steps
from .sealing import Recorded, SealedSteps, seal

#: a step that is younger than this may be waiting for its seal
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCase:
    """A case as its chain stands in the register."""

    id: str
    right: str
    #: digest of what it says of the person
    content: str
    #: how many steps it says that it has, and the digest of the last
    length: int
    head: str
    steps: tuple[Recorded, ...]


class StepBooks(Protocol):
    """The register of cases, to look at."""

    def chains(self) -> Iterable[RecordedCase]:
        """Every case that was ever opened."""


def look_at_steps(books: StepBooks, sealed: SealedSteps, as_of: datetime) -> Steps | Unseen:
    """Every step on record and every sealed one (1 to 3)."""
    found: Counter[str] = Counter()
    known: set[tuple[str, int]] = set()
    torn = 0
    for case in books.chains():
        digest = _first(case)
        first = case.steps[0].salt if case.steps else ""
        for place, step in enumerate(case.steps, 1):
            fits = step.number == place and step.digest == _linked(digest, step)
            found[_standing(case.id, step, first, sealed, as_of) if fits else "altered"] += 1
            known.add((case.id, step.number))
            digest = step.digest
        torn += len(case.steps) != case.length or digest != case.head
    if not found and not sealed.found:
        return Unseen(reason="no case was opened yet, so nothing is shown")
    parts = {part: found[part] for part in ("alike", "altered", "unfound", "unsealed", "waiting")}
    return Steps(
        steps=found.total(),
        missing=len(sealed.found.keys() - known),
        torn=torn,
        late=len(sealed.late),
        doubled=len(sealed.doubled),
        alone=sealed.alone,
        whole=sealed.whole,
        **parts,
    )


def _standing(case: str, step: Recorded, first: str, sealed: SealedSteps, as_of: datetime) -> str:
    known = sealed.found.get((case, step.number))
    if known is not None:
        return "alike" if known == seal(case, step, first) else "altered"
    if step.sealed:
        return "unfound"
    return "waiting" if step.at > as_of - _PATIENCE else "unsealed"


def _first(case: RecordedCase) -> str:
    return _sha(json.dumps(["zusage case 1", int(case.id.removeprefix("C-")), case.right, case.content]))


def _linked(before: str, step: Recorded) -> str:
    at = step.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [before, step.number, step.kind, at, step.by, step.detail, step.words]
    return _sha(json.dumps([*said, step.role] if step.role else said))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
