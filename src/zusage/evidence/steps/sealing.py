"""The sealed entry of one step of a case, and what a log says of all of them: pure.

An entry names the case by its number, the step by its number and kind, its time, the role of whoever took it and a code of them, and a
digest. Neither code nor digest leads back to a name or a word: both are salted, and the salts are in the register alone.

1. A step is sealed as soon as it is on record. One that was not, because the program was killed, is sealed before anything else is.
2. So whatever was sealed earlier is no younger than a step; one that is dated before it was put in later. Clocks may differ by minutes.
3. What was on record before steps were sealed at all is sealed in one go, and taken as it is.
4. A step may be sealed twice, by a program that was killed before it could note that it had; both entries say the same of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

FORMAT = 1
_SKEW = timedelta(minutes=5)
_PARTS = {"zusage", "case", "step", "kind", "at", "holder", "role", "digest", "as-of", "program"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A step of a case as it stands in the register."""

    number: int
    kind: str
    at: datetime
    #: who, as the office calls them; never sealed
    by: str
    #: what their token is for; empty: nobody asked for one
    role: str
    detail: str
    #: digest of what was said with it
    words: str
    #: over the step and the digest of the one before
    digest: str
    #: goes before what is sealed of it
    salt: str
    #: noted as sealed
    sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedStep:
    """What was sealed of a step."""

    case: str
    number: int
    kind: str
    at: datetime
    #: of whoever took it: the same code for the same name within one case, and in no other
    holder: str
    role: str
    digest: str


def seal(case: str, step: Recorded, first: str) -> SealedStep:
    """What is sealed of a step; ``first`` is the salt of its case's first one."""
    return SealedStep(
        case=case,
        number=step.number,
        kind=step.kind,
        at=step.at.astimezone(UTC),
        holder=_salted(first, step.by)[:16],
        role=step.role,
        digest=_salted(step.salt, step.digest),
    )


def step_text(sealed: SealedStep, *, as_of: datetime, program: str) -> bytes:
    """The entry."""
    content = {
        "zusage": FORMAT,
        "case": sealed.case,
        "step": sealed.number,
        "kind": sealed.kind,
        "at": sealed.at.isoformat(),
        "holder": sealed.holder,
        "role": sealed.role,
        "digest": sealed.digest,
        "as-of": as_of.astimezone(UTC).isoformat(),
        "program": program,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_step(content: object) -> bool:
    """Whether an entry says that it is a step of a case."""
    return isinstance(content, dict) and content.get("zusage") == FORMAT and "step" in content and "look" not in content


def read_step(content: Mapping[str, Any]) -> tuple[SealedStep, datetime]:
    """A sealed step and when it was sealed. Raises ValueError where it is malformed."""
    number, words = content.get("step"), [content.get(part) for part in ("case", "kind", "holder", "role", "digest")]
    if set(content) != _PARTS or type(number) is not int or number < 1 or not all(isinstance(word, str) for word in words):
        raise ValueError("the step of a case has other parts than it should")
    at, as_of = (datetime.fromisoformat(str(content[part])) for part in ("at", "as-of"))
    if at.tzinfo is None or as_of.tzinfo is None:
        raise ValueError("the step of a case has no time")
    case, kind, holder, role, digest = map(str, words)
    found = SealedStep(case=case, number=number, kind=kind, at=at, holder=holder, role=role, digest=digest)
    return found, as_of


@dataclass(slots=True)
class SealedSteps:
    """Every step that was sealed, read in the order of the log."""

    found: dict[tuple[str, int], SealedStep] = field(default_factory=dict)
    #: steps that are dated before what was sealed ahead of them (2)
    late: list[SealedStep] = field(default_factory=list)
    #: steps of which a second entry says something else (4)
    doubled: list[SealedStep] = field(default_factory=list)
    #: the log is there from its beginning
    whole: bool = True
    _ahead: datetime | None = None
    _batch: datetime | None = None
    _begun: bool = False

    def looked(self, as_of: datetime) -> None:
        """A look ended here."""
        self._close_batch()
        self._ahead = max(self._ahead or as_of, as_of)

    def take(self, step: SealedStep, as_of: datetime) -> None:
        """One more entry. Those of one instant were sealed together."""
        if self._batch is not None and self._batch != as_of:
            self._close_batch()
        self._batch = as_of
        known = self.found.setdefault((step.case, step.number), step)
        if known != step:
            self.doubled.append(step)
        elif known is step and self._begun and self._ahead is not None and step.at < self._ahead - _SKEW:
            self.late.append(step)

    def _close_batch(self) -> None:
        if self._batch is not None:
            self._begun = True  # 3: until here nothing was sealed of any step
            self._ahead = max(self._ahead or self._batch, self._batch)
            self._batch = None

    @property
    def alone(self) -> int:
        """Approvals by whoever had decided before."""
        count, decided = 0, dict[str, str]()
        for (case, _), step in sorted(self.found.items()):
            if step.kind == "granted":
                decided[case] = step.holder
            count += step.kind == "approved" and decided.get(case) == step.holder
        return count


def _salted(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
