"""Erasure on demand (Art. 17 GDPR): on which grounds, and what remains and why. Rules without any system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

#: the letters of Art. 17(1) GDPR under which erasure can be demanded
Ground = Literal["a", "b", "c", "d", "e", "f"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)
#: what became of rows
How = Literal["erased", "anonymised", "blocked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one step of an erasure did."""

    table: str
    promise: str
    how: How
    rows: int
    #: rows of other tables that went with them
    with_them: tuple[tuple[str, int], ...] = ()
    stopped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Blocked rows of the person that a duty keeps (Art. 17(3)(b) GDPR)."""

    #: the rule whose minimum it is, as activity/rule
    rule: str
    rows: int
    #: the last of the days from which on they may no longer be kept
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a demand, in counts alone."""

    done: tuple[Done, ...]
    kept: tuple[Kept, ...]
    #: per system.table, rows of the person that are still there
    left: tuple[tuple[str, int], ...]
    #: the case in which the person withdrew the demand, so that what is left stays
    withdrawn: str = ""

    @property
    def complete(self) -> bool:
        """Every row of the person is gone or out of the application's reach."""
        return not self.left and not any(one.stopped for one in self.done)
