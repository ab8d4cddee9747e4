"""zusage apply"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT, UNDECIDED
from .holds import show_holds
from .output import as_json as print_json
from .output import count, on_terminal, say, table

if TYPE_CHECKING:
    from zusage.enforcement.apply import Progress as Happened
    from zusage.enforcement.apply import StepResult
    from zusage.planning.plan import Plan


@click.command("apply")
@options.manifest_then("plan", "PLAN", default="plan.json")
@options.folder
@options.json_output
def command(manifest: Path, plan: str, folder: Path | None, as_json: bool) -> int:
    """Carry out a plan and no other.

    Works in bounded batches, each a transaction that checks its rows again: who came back since the plan was made stays,
    and whatever a suspension holds stays. Interrupt it or kill it at any moment: the same command takes up what is left.

    Exit code: 0 carried out, 2 a step was stopped, 3 the plan is refused.
    """
    from zusage.bootstrap import opened, read_plan

    with opened(manifest, folder) as product, _watching(read_plan(Path(plan))[0]) as watch:
        if not as_json:
            show_holds(product.state.suspensions.current())
        results = product.apply_plan(Path(plan), watch)
    if as_json:
        print_json([{"step": r.step.id, "rows": r.rows, "planned": r.step.rows, "stopped": r.stopped} for r in results])
    else:
        _show(results)
    return UNDECIDED if any(result.stopped for result in results) else KEPT


@contextmanager
def _watching(plan: Plan) -> Iterator[Callable[[Happened], None]]:
    if not on_terminal():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        tasks = {step.id: progress.add_task(step.promise, total=step.rows) for step in plan.steps}
        yield lambda happened: progress.update(tasks[happened.step.id], completed=happened.done)


def _show(results: tuple[StepResult, ...]) -> None:
    if not results:
        say("nothing was changed: the plan is empty, or it was carried out before")
        return
    rows = [(r.step.promise, f"{r.rows:,}", f"{r.step.rows:,}", "stopped" if r.stopped else "done") for r in results]
    table(("for the promise", "changed", "planned", "outcome"), rows, numbers=(1, 2))
    for result in results:
        if result.stopped:
            say(f"stopped: {result.stopped}", "red")
    say(f"{count(sum(r.rows for r in results), 'row')} changed")
