"""Suspensions: rows that nothing may touch until somebody lifts them (legal holds)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zusage.promises.condition import Column, Compare, Condition, Literal, any_of, to_text

#: how the cases of our own register are named where a suspension holds one; no system of a manifest can be called so
CASES = "zusage:state.case"


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

    @property
    def cases(self) -> frozenset[str]:
        """The cases of people's requests whose files it holds, such as C-0001."""
        return frozenset(_number(where) for table, where in self.holds if table == CASES)

    @property
    def tables(self) -> tuple[str, ...]:
        """Of which tables, as system.table, it holds rows, and which cases; none where it holds only what was blocked."""
        named = (f"case {_number(where)}" if table == CASES else table for table, where in self.holds)
        return tuple(dict.fromkeys(named))


def held_by(suspensions: Iterable[Suspension], system: str, table: str) -> Condition:
    """Which rows of a table any of the suspensions holds."""
    name = f"{system}.{table}"
    return any_of(*(where for suspension in suspensions for held, where in suspension.holds if held == name))


def of_case(id: str) -> tuple[str, str]:
    """What to place so that the file of a case is held: a table and a condition."""
    return CASES, to_text(Compare("=", Column("number"), Literal(id)))


def held_cases(suspensions: Iterable[Suspension]) -> frozenset[str]:
    """The cases whose files any of the suspensions holds."""
    return frozenset(id for suspension in suspensions for id in suspension.cases)


def _number(where: Condition) -> str:
    match where:
        case Compare("=", Column("number"), Literal(str() as id)):
            return id
        case _:  # placed by hand and not by of_case: it names no case, and reading on could let one go that must stay
            raise ValueError("a suspension of a case does not say which")
