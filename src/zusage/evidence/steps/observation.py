"""What was seen of the steps of cases, in the register and in the sealed log: counts alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Every step on record, compared with what was sealed of it, and every sealed one that is on record no more."""

    #: steps on record; the next five are parts of them, and add up
    steps: int
    #: as they were sealed
    alike: int
    #: another kind, time, holder or text than was sealed, or not what follows from the step before
    altered: int
    #: noted as sealed, and not in the log
    unfound: int
    #: not sealed although there was time for it
    unsealed: int
    #: taken while this look was under way
    waiting: int
    #: sealed, and not on record
    missing: int
    #: cases whose last step is not the one that the case names
    torn: int
    #: sealed after something that was sealed for a later time: nobody noted them when they are said to have been
    late: int
    #: one number, sealed with different contents
    doubled: int
    #: approvals by whoever had decided
    alone: int
    #: the log is there from its beginning
    whole: bool
