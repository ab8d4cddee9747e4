"""Suspensions: rows that nothing may touch until somebody lifts them (legal holds)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zusage.promises.condition import Condition, any_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """One hold on some rows. Its condition may name a person; it never enters a plan, a journal or evidence, its id does."""

    id: str
    reason: str
    review_on: date
    #: per system.table, which rows it holds
    holds: tuple[tuple[str, Condition], ...]
    #: keyed digest of the person, for what is blocked and can no longer be asked
    person_digest: str | None = None
    lifted: bool = False


def held_by(suspensions: Iterable[Suspension], system: str, table: str) -> Condition:
    """Which rows of a table any of the suspensions holds."""
    name = f"{system}.{table}"
    return any_of(*(where for suspension in suspensions for held, where in suspension.holds if held == name))
