"""zusage notices silent, zusage notices answer"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options
from .failing import BROKEN, KEPT
from .output import as_json as print_json
from .output import count, say, table
from .written import WHO, WORDS

if TYPE_CHECKING:
    from zusage.state.silences import Silence


@click.command("silent")
@options.manifest
@options.folder
@options.json_output
def silent(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Show recipients that `zusage verify` noted with rows and found on no list after a rule took these.

    Nothing of any person is shown: the rule, the recipient, how many rows, and between which looks they went. For whom somebody answers is
    shown with who does, and why.

    Exit code: 0 somebody answers for all, 1 nobody does for some.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        open_, answered = product.state.silences.open(), product.state.silences.answered()
    if as_json:
        print_json([_data(one) for one in (*open_, *answered)])
    elif not (open_ or answered):
        say("no recipient that was noted is silent")
    else:
        rows = [
            (one.id or "–", one.rule, one.recipient, str(one.number), f"{one.first:%Y-%m-%d %H:%M}", _said(one))
            for one in (*open_, *answered)
        ]
        table(("answer", "rule", "recipient", "rows", "seen last (UTC)", "who answers"), rows, numbers=(3,))
    return BROKEN if open_ else KEPT


@click.command("answer")
@options.manifest_then("rule", "RULE")
@click.option("--to", "recipient", required=True, help="The recipient, as the manifest names it.")
@click.option(
    "--rows", "number", type=click.IntRange(min=1), required=True, help="How many, as `zusage notices silent` shows it."
)
@click.option(
    "--because", type=WORDS, required=True, help="What was found, and how the recipient was told or why not; no name of a person."
)
@click.option("--by", type=WHO, required=True, help="Who answers for it, as the office calls them; it stays on record.")
@options.folder
def answer(manifest: Path, rule: str, recipient: str, number: int, because: str, by: str, folder: Path | None) -> int:
    """Answer for recipients that are silent, such as where your service deleted the rows and told them itself.

    It is for those that are shown now and for no other: what goes untold later is broken again. Each verdict says for how many somebody
    answers and under which number, and seals a digest of who does and why, so that neither can be altered unseen.

    Exit code: 0 noted, 3 so many are not silent.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.silences.answer(rule, recipient, number, by, because, product.clock())
    say(f"{found.id}: {by} answers for {count(found.number, 'row')} of {rule} to {recipient}; `zusage verify` seals it")
    return KEPT


def _said(one: Silence) -> str:
    return f"{one.by}, {one.at:%Y-%m-%d}: {one.because}" if one.at else "nobody"


def _data(one: Silence) -> dict[str, Any]:
    return {
        "answer": one.id or None,
        "rule": one.rule,
        "recipient": one.recipient,
        "rows": one.number,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "by": one.by or None,
        "because": one.because or None,
        "at": one.at and one.at.isoformat(),
    }
