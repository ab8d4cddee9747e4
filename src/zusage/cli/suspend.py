"""zusage suspend"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT
from .grouping import Group
from .holds import doubts_data, show_doubts
from .output import as_json as print_json
from .output import count, say, table, warn
from .written import WHO, WORDS

if TYPE_CHECKING:
    from zusage.bootstrap.holding import Placed
    from zusage.planning.holding import Person
    from zusage.planning.suspension import Suspension
    from zusage.state.values import Placement


@click.group("suspend", cls=Group)
def command() -> None:
    """Hold rows that nothing may delete or change until somebody lifts the hold: a dispute, an order of a court.

    A suspension wins over every promise. It is never part of a plan, a journal or the evidence; its number is. It does not
    end by itself: on its day of review it is only named as due.
    """


@command.command("place")
@options.manifest
@click.option("--table", "tables", multiple=True, metavar="SYSTEM.TABLE", help="A table; goes with the --where after it.")
@click.option("--where", "conditions", multiple=True, metavar="SQL", help="Which of its rows, such as \"number = 'A-17'\".")
@click.option("--whole", multiple=True, metavar="SYSTEM.TABLE", help="A table with every row, also those to come.")
@click.option("--person", metavar="PEOPLE=KEY", help="Everything of one person, such as customer=4711.")
@click.option("--case", metavar="CASE", help="The file of a case, such as C-0001, and everything of the person it is about.")
@click.option("--reason", type=WORDS, required=True, help="Why, for whoever reviews it; no name of a person.")
@click.option("--review-on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="When to look whether it is still needed.")
@click.option("--by", type=WHO, required=True, help="Who places it, as the office calls them.")
@click.option("--ahead", is_flag=True, help="Place it although no row fulfils it yet.")
@options.folder
@options.json_output
def place(
    manifest: Path,
    tables: tuple[str, ...],
    conditions: tuple[str, ...],
    whole: tuple[str, ...],
    person: str | None,
    case: str | None,
    reason: str,
    review_on: date,
    by: str,
    ahead: bool,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Place a suspension on rows, on whole tables, on everything of a person, on a case, or on several of these.

    \b
      zusage suspend place --table shop.shop_order --where "number = 'A-17'" \\
          --reason "claim 12 O 34/26" --review-on 2027-01-31 --by legal
      zusage suspend place --person customer=4711 --reason … --review-on … --by …
      zusage suspend place --whole shop.invoice --reason "tax audit" --review-on … --by …

    Conditions are checked against the living tables, and one that no row fulfils is refused: a typing mistake would hold nothing.
    The file of a case is held against the end of its time of keeping. A whole table is held with what was blocked of it. Of a
    person the record is held, every table that the manifest says is `of` such people, what belongs to those rows, and what was
    blocked before. Tables that it cannot tell are named, so that you hold them with --table.

    Exit code: 0 placed, 2 a system cannot be looked at, 3 what was given does not fit.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.days import today
    from zusage.bootstrap.holding import Wish
    from zusage.bootstrap.holding import place as place_in

    if not (rows := _rows(tables, conditions, whole)) and not (person or case):
        raise click.UsageError(_PAIRS)
    with opened(manifest, folder) as product:
        until, known = _day(review_on, today(product)), _person(person)
        placed = place_in(product, Wish(rows=rows, person=known, case=case, reason=reason, review_on=until, by=by, ahead=ahead))
    if as_json:
        print_json(_data(placed))
    else:
        _show(placed)
    return KEPT


_PAIRS = "give --table and --where in pairs, --whole, --person, or --case"


def _rows(tables: Sequence[str], conditions: Sequence[str], whole: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Each table with the condition on its rows."""
    if len(tables) != len(conditions):
        raise click.UsageError(_PAIRS)
    return (*zip(tables, conditions, strict=True), *((table, "TRUE") for table in whole))


def _person(text: str | None) -> Person | None:
    from zusage.planning.holding import Person

    return Person.parse(text) if text else None


def _day(review_on: date, today: date) -> date:
    day = date(review_on.year, review_on.month, review_on.day)
    if day <= today:
        raise click.UsageError("--review-on must be a day to come")
    return day


def _data(placed: Placed) -> dict[str, object]:
    return {
        "id": placed.suspension.id,
        "review_on": placed.suspension.review_on.isoformat(),
        "rows": dict(placed.rows),
        "blocked_rows": placed.blocked,
        "not_reached": list(placed.beyond),
        "blocked_out_of_reach": list(placed.out_of_reach),
        "blocked_and_held": list(placed.whole_and_blocked),
        "undecided": doubts_data(placed.doubts),
    }


def _show(placed: Placed) -> None:
    table(("held", "rows today"), [(name, f"{rows:,}") for name, rows in placed.rows], numbers=(1,))
    if placed.blocked:
        say(f"and {count(placed.blocked, 'blocked row')} of this person")
    if placed.whole_and_blocked:
        say(f"and what was blocked of {', '.join(placed.whole_and_blocked)}")
    say(f"placed {placed.suspension.id}, to be reviewed on {placed.suspension.review_on.isoformat()}")
    show_doubts(placed.doubts)
    if placed.beyond:
        warn(
            f"the manifest does not say whose the rows of {', '.join(placed.beyond)} are, so they are not held. "
            "Hold them with --table where they are concerned."
        )
    if placed.out_of_reach:
        warn(
            f"rows of {', '.join(placed.out_of_reach)} were blocked before; a condition cannot be asked of those. "
            "Hold them with --person or --whole."
        )


@command.command("lift")
@options.manifest_then("number", "ID")
@click.option("--reason", type=WORDS, required=True, help="Why it is no longer needed.")
@click.option("--by", type=WHO, required=True, help="Who lifts it, as the office calls them.")
@options.folder
@options.json_output
def lift(manifest: Path, number: str, reason: str, by: str, folder: Path | None, as_json: bool) -> int:
    """Lift the suspension ID. It stays on record; from the next plan on its rows go when they are due.

    Exit code: 0 lifted, 3 there is no such suspension or it was lifted before.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        lifted = product.state.suspensions.lift(number, by, reason)
    if as_json:
        print_json({"id": lifted.id, "lifted": True})
    else:
        say(f"lifted {lifted.id}; its rows go with the next plan, if they are due")
    return KEPT


@command.command("review")
@options.manifest_then("number", "ID")
@click.option("--reason", type=WORDS, required=True, help="Why it is still needed; no name of a person.")
@click.option("--review-on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="When to look again.")
@click.option("--by", type=WHO, required=True, help="Who reviewed it, as the office calls them.")
@options.folder
@options.json_output
def review(manifest: Path, number: str, reason: str, review_on: date, by: str, folder: Path | None, as_json: bool) -> int:
    """Note that the suspension ID is still needed, why, and when to look again. Every review stays on record.

    Exit code: 0 noted, 3 there is no such suspension or it was lifted.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.days import today

    with opened(manifest, folder) as product:
        found = product.state.suspensions.review(number, by, reason, _day(review_on, today(product)))
    if as_json:
        print_json({"id": found.id, "review_on": found.review_on.isoformat()})
    else:
        say(f"{found.id} holds on; to be reviewed again on {found.review_on.isoformat()}")
    return KEPT


@command.command("list")
@options.manifest
@click.option("--all", "everything", is_flag=True, help="Also those that were lifted.")
@options.folder
@options.json_output
def show(manifest: Path, everything: bool, folder: Path | None, as_json: bool) -> int:
    """List suspensions: number, tables, reason and day of review. Conditions are not shown, because they name people."""
    from zusage.bootstrap import opened
    from zusage.bootstrap.days import today

    with opened(manifest, folder) as product:
        register, now = product.state.suspensions, today(product)
        found = [one for one in register.placements() if everything or not one.suspension.lifted]
    if as_json:
        print_json([_listed(one, now) for one in found])
    elif not found:
        say("nothing is suspended")
    else:
        table(("id", "state", "review on", "reason", "holds rows of"), [_row(one.suspension, now) for one in found])
    return KEPT


def _listed(one: Placement, today: date) -> dict[str, object]:
    suspension = one.suspension
    return {
        "id": suspension.id,
        "state": _state(suspension, today),
        "review_on": suspension.review_on.isoformat(),
        "reason": suspension.reason,
        "tables": list(suspension.tables),
        "blocked_rows_of_a_person": suspension.person_digest is not None,
        "placed_by": one.placed_by,
        "reviews": [
            {"at": seen.at.isoformat(), "by": seen.by, "reason": seen.reason, "was_due": seen.was_due.isoformat()}
            for seen in one.reviews
        ],
        "lifted_by": one.lifted_by or None,
        "lift_reason": one.lift_reason or None,
    }


def _row(suspension: Suspension, today: date) -> tuple[str, ...]:
    held = [*suspension.tables, *(["what was blocked of one person"] if suspension.person_digest else [])]
    state = _state(suspension, today)
    return suspension.id, state, suspension.review_on.isoformat(), suspension.reason, ", ".join(held)


def _state(suspension: Suspension, today: date) -> str:
    if suspension.lifted:
        return "lifted"
    return "review overdue" if suspension.review_on < today else "in force"
