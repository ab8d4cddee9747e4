"""zusage verify"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import CODES
from .output import as_json as print_json
from .output import count, on_terminal, say, table, verdict, warn

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.evidence.prove import Outcome


@click.command("verify")
@options.manifest
@options.folder
@options.json_output
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write the verdicts as JUnit XML.")
@click.option("--canary", is_flag=True, help="First let a canary fly through the running service, as `zusage canary` does.")
@options.second_key
def command(manifest: Path, folder: Path | None, as_json: bool, junit: Path | None, canary: bool, key_file: Path | None) -> int:
    """Look at the living systems and judge every promise: kept, broken or undecided.

    Looks with connections that cannot write, and seals what was seen in the evidence log, where `zusage evidence verify`
    and other people's tools check it offline. What could not be looked at is undecided, never kept.

    Afterwards every witness that the manifest declares is asked to cosign the log, and the heartbeat address is called;
    a failure of either is a warning and changes no verdict; so is a suspension past its day of review.

    Exit code: 0 all kept, 1 something broken, 2 something undecided, 3 usage or manifest error.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.days import today
    from zusage.bootstrap.heartbeat import tell
    from zusage.evidence.prove import overall

    with opened(manifest, folder) as product:
        if canary:
            _flown(product, key_file)
        outcomes = _looked(product)
        word = overall(outcome.judgement.verdict for outcome in outcomes)
        troubles = tell(product, word.value)
        if junit:
            from .junit import write

            write(outcomes, junit)
        if as_json:
            print_json([_data(outcome) for outcome in outcomes])
        else:
            _show(product, outcomes)
        for trouble in troubles:
            warn(f"{trouble} The verdicts stand.")
        for hold in product.state.suspensions.to_review(today(product)):
            warn(
                f"{hold.id} was to be reviewed on {hold.review_on.isoformat()} and holds on ({hold.reason}). What it holds counts as held; "
                "review or lift it with `zusage suspend`."
            )
    return CODES[word.value]


def _flown(product: Product, key_file: Path | None) -> None:
    """What came of it is sealed, and judged with the rest; a flight that came to nothing leaves its promises undecided."""
    from zusage.bootstrap.canary.flight import fly
    from zusage.connectors.trouble import SystemTrouble
    from zusage.sealing import SigningKey

    try:
        fly(product, key=SigningKey.load(key_file) if key_file else None)
    except SystemTrouble as trouble:
        warn(str(trouble))


def _looked(product: Product) -> tuple[Outcome, ...]:
    if not on_terminal():
        return product.verify()
    from rich.progress import Progress, SpinnerColumn, TextColumn

    with Progress(SpinnerColumn(), TextColumn("{task.description}"), transient=True) as progress:
        task = progress.add_task("looking …")
        return product.verify(lambda outcome: progress.update(task, description=f"looked at {outcome.promise.id}"))


def _data(outcome: Outcome) -> dict[str, object]:
    return {
        "promise": outcome.promise.id,
        "refs": list(outcome.promise.refs),
        "verdict": outcome.judgement.verdict.value,
        "reason": outcome.judgement.reason,
    }


def _show(product: Product, outcomes: tuple[Outcome, ...]) -> None:
    rows = [(verdict(o.judgement.verdict.value), o.promise.id, o.judgement.reason) for o in outcomes]
    table(("verdict", "promise", "what was seen"), rows)
    counted = Counter(outcome.judgement.verdict.value for outcome in outcomes)
    say(", ".join(f"{counted[word]} {word}" for word in CODES) + f" of {count(len(outcomes), 'promise')}")
    say(f"sealed in {product.log.folder.name} of {product.log.checkpoint().origin}; " + product.evidence.anchoring())
