"""How commands show what suspensions keep from what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .output import count, say

if TYPE_CHECKING:
    from zusage.planning.doubt import Doubt
    from zusage.planning.ending import Held
    from zusage.planning.suspension import Suspension


#: by suspension and table, how many rows are held
Counted = Mapping[str, Mapping[str, int]]
_UNCOUNTED: Counted = {}


def show_holds(held: Sequence[Suspension], rows: Counted = _UNCOUNTED) -> None:
    """Name the suspensions that keep rows out of a plan; ``rows`` says by suspension and table how many, where they were counted."""
    for one in held:
        tables = ", ".join(_counted(name, rows.get(one.id, {})) for name in one.tables) or "what was blocked of one person"
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


def holds_data(held: Sequence[Suspension], rows: Counted = _UNCOUNTED) -> list[dict[str, object]]:
    """The same as data."""
    return [
        {"id": one.id, "tables": list(one.tables), "review_on": one.review_on.isoformat()}
        | ({"rows": dict(rows[one.id])} if one.id in rows else {})
        for one in held
    ]


def _counted(table: str, rows: Mapping[str, int]) -> str:
    return f"{table} ({rows[table]:,})" if table in rows else table


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
