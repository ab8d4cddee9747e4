"""A verdict and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a promise holds. *Could not look* is undecided, never kept."""

    KEPT = "kept"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and its reason."""

    verdict: Verdict
    reason: str


def kept(reason: str) -> Judgement:
    """It holds."""
    return Judgement(Verdict.KEPT, reason)


def broken(reason: str) -> Judgement:
    """It does not hold."""
    return Judgement(Verdict.BROKEN, reason)


def undecided(reason: str) -> Judgement:
    """Nobody can tell."""
    return Judgement(Verdict.UNDECIDED, reason)
