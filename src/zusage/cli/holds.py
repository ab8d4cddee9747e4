"""How commands show what suspensions keep from what they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .output import count, say

if TYPE_CHECKING:
    from zusage.planning.doubt import Doubt
    from zusage.planning.ending import Held
    from zusage.planning.suspension import Suspension


def show_holds(held: Sequence[Suspension]) -> None:
    """Name the suspensions that keep rows out of a plan."""
    for one in held:
        tables = ", ".join(one.tables) or "what was blocked of one person"
        say(f"{one.id} holds rows of {tables} whatever is due, to be reviewed on {one.review_on.isoformat()}: {one.reason}")


def show_doubts(doubts: Sequence[Doubt]) -> None:
    """Say of which rows nobody can tell whether they are held."""
    for one in doubts:
        say(
            f"{one.suspension} may be meant to hold {count(one.rows, 'row')} of {one.table}, in which a value is missing that would tell; "
            "they stay until it is lifted or the value is there",
            "yellow",
        )


def doubts_data(doubts: Sequence[Doubt]) -> list[dict[str, object]]:
    """The same as data."""
    return [{"suspension": one.suspension, "table": one.table, "rows": one.rows} for one in doubts]


def holds_data(held: Sequence[Suspension]) -> list[dict[str, object]]:
    """The same as data."""
    return [{"id": one.id, "tables": list(one.tables), "review_on": one.review_on.isoformat()} for one in held]


def show_held(held: Sequence[Held]) -> None:
    """Say what a suspension has kept of the rows that a purpose uses, and what was done in them all the same."""
    for one in held:
        done = f"only {', '.join(one.marks)} is set in them, the rest stays" if one.marks else "they stay as they are"
        reason = f"{one.reason}, to be reviewed on {one.review_on.isoformat()}"
        say(f"{one.suspension} holds {count(one.rows, 'row')} of {one.table}: {done} ({reason})", "yellow")


def held_data(held: Sequence[Held]) -> list[dict[str, object]]:
    """The same as data."""
    return [
        {
            "suspension": one.suspension,
            "table": one.table,
            "rows": one.rows,
            "set": list(one.marks),
            "review_on": one.review_on.isoformat(),
        }
        for one in held
    ]
