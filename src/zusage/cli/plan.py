"""zusage plan"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT, UNDECIDED
from .holds import Counted, doubts_data, holds_data, show_doubts, show_holds
from .output import as_json as print_json
from .output import count, heading, say, table

if TYPE_CHECKING:
    from zusage.planning.plan import Plan, Step
    from zusage.planning.suspension import Suspension


@click.command("plan")
@options.manifest
@options.folder
@options.json_output
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), default="plan.json", show_default=True, help="The plan file."
)
def command(manifest: Path, folder: Path | None, as_json: bool, out: Path) -> int:
    """Look, change nothing, and write a plan: what would go, from where, why, and how many rows.

    The plan freezes conditions, time, counts, manifest and schema, and is signed. `zusage apply` carries out that plan
    and no other. Rows under a suspension or an exception are not in it; every suspension in force is named.

    Exit code: 0 planned, 2 a step is stopped by rows that refer to what would go, 3 usage or manifest error.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.changing.lacking import lacking_for_plan
    from zusage.bootstrap.changing.lacking import said as said_lacking
    from zusage.bootstrap.holding import doubts, rows_held
    from zusage.bootstrap.register.gaps import ADVICE, said
    from zusage.planning.firing import unread

    with opened(manifest, folder) as product:
        product.refuse_findings()
        plan = product.make_plan()
        product.save_plan(plan, out)
        held, unclear, rows = product.state.suspensions.current(), doubts(product), rows_held(product)
        gaps = [said(gap) for gap in product.state.gaps.open()]
        lacking, unknown = lacking_for_plan(product, plan), unread(plan.steps, product.inventories)
    if as_json:
        print_json(
            _data(plan, held, rows)
            | {"undecided_holds": doubts_data(unclear), "gaps": gaps, "lacking_rights": lacking, "not_followed": unknown}
        )
    else:
        _show(plan, held, rows, out)
        show_doubts(unclear)
        for gap in gaps:
            say(f"{gap}: a second person must approve. {ADVICE}", "yellow")
        for name, uses in unknown.items():
            say(f"note: what {', '.join(uses)} may call in turn for {name} is not known, and may change unseen", "yellow")
        for system, missing in lacking.items():
            say(said_lacking(system, missing), "yellow")
    return UNDECIDED if any(step.stopped for step in plan.steps) else KEPT


def _data(plan: Plan, held: Sequence[Suspension], rows: Counted) -> dict[str, object]:
    from zusage.planning.afterwards import freed_later

    return {
        "digest": plan.digest,
        "as_of": plan.as_of.isoformat(),
        "valid_until": plan.valid_until.isoformat(),
        "needs_approval": list(plan.needs_approval),
        "suspensions": holds_data(held, rows),
        "for_another_plan": [{"step": step.id, "after": later.id} for step, later in freed_later(plan.steps)],
        "steps": [
            {
                "id": step.id,
                "action": describe(step),
                "table": f"{step.system}.{step.table}",
                "rows": step.rows,
                "of": step.total,
                "with": dict(step.part_rows),
                "stopped_by": [f"{o.rows} rows refer from {o.table}.{', '.join(o.columns)}" for o in step.obstacles]
                + list(step.refused),
                "triggers": list(step.triggers),
                "without_undo": list(step.without_undo),
            }
            for step in plan.steps
        ],
    }


def describe(step: Step) -> str:
    """What a step does, in a word."""
    from zusage.planning.plan import BlockRows, ChangeColumns, DeleteBlocked, RefreshView

    match step.action:
        case ChangeColumns(changes):
            how = {
                "code": "replace by codes",
                "mask": "mask",
                "multiple": "generalise",
                "beginning": "generalise",
                "items": "take the person's items out of",
            }
            words = sorted({how.get(change.how, change.how) for change in changes})
            return " and ".join(words) + " " + ", ".join(c.column for c in changes)
        case BlockRows():
            return "block"
        case DeleteBlocked():
            return "delete blocked"
        case RefreshView():
            return "refresh"
        case _:
            return "delete"


def _show(plan: Plan, held: Sequence[Suspension], rows: Counted, out: Path) -> None:
    show_steps(plan)
    show_holds(held, rows)
    if not plan.steps:
        return
    heading(f"{count(plan.rows, 'row')} would change. Nothing has been changed.")
    if plan.needs_approval:
        say(f"more than {plan.guard:.0%} of {', '.join(plan.needs_approval)} would go: a second person must approve", "yellow")
    say(f"written to {out}, good until {plan.valid_until:%Y-%m-%d %H:%M} UTC, digest {plan.digest[:16]}…")


def show_steps(plan: Plan) -> None:
    """Print what a plan does, step by step."""
    from zusage.planning.afterwards import freed_later
    from zusage.planning.plan import what_becomes_of

    if not plan.steps:
        say("nothing to do: no row is due", "green")
        return
    rows = [_row(step) for step in plan.steps]
    table(("step", "does", "table", "rows", "of", "because of", "with them"), rows, numbers=(3, 4))
    for step in plan.steps:
        for obstacle in step.obstacles:
            say(
                f"stopped: {step.id}: {count(obstacle.rows, 'row')} would lose what {obstacle.table}.{', '.join(obstacle.columns)} refers to. "
                f"{what_becomes_of(obstacle.table, obstacle.of)}",
                "red",
            )
        for refusal in step.refused:
            say(f"stopped: {step.id}: {refusal}", "red")
        for name in step.without_undo:
            say(f"note: {step.id}: what it does in {name} cannot be rolled back, for its engine has no transactions", "yellow")
        for name, path in step.files:
            say(f"note: {step.id} removes with rows of {name} the files {path}", "yellow")
        for trigger in step.triggers:
            say(f"note: {step.id} fires the trigger {trigger}", "yellow")
    for step, later in freed_later(plan.steps):
        say(
            f"note: {step.id}: rows of {step.table} that wait for references which {later.id} empties go only with another plan, made "
            "when this one has been carried out",
            "yellow",
        )


def _row(step: Step) -> tuple[str, ...]:
    parts = ", ".join(f"{rows:,} {name}" for name, rows in step.part_rows if rows)
    return (
        step.id.split("-", 1)[0],
        describe(step),
        f"{step.system}.{step.table}",
        f"{step.rows:,}",
        f"{step.total:,}",
        step.promise,
        parts,
    )
