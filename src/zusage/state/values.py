"""What the state gives out: frozen values that know no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zusage.planning.suspension import Suspension


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Somebody looked whether a suspension is still needed, and found that it is."""

    at: datetime
    by: str
    reason: str
    #: the day on which it was to be reviewed
    was_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A suspension with who placed it, who reviewed it and, where it no longer holds, who lifted it and why."""

    suspension: Suspension
    placed_by: str
    placed_at: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lift_reason: str = ""
    #: oldest first
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A named role has said that a promise is kept."""

    promise: str
    role: str
    #: how the person is named in the office, not necessarily their name
    by: str
    at: datetime
    #: digest of the note that was handed in with it
    note_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedRun:
    """An apply that has begun and not ended."""

    run: str
    #: digest of its plan
    plan: str
    begun: datetime
    #: changed so far, by the journal
    rows: int
