"""zusage evidence show"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import options
from ..failing import KEPT
from ..output import as_json as print_json
from ..output import say, table, verdict

if TYPE_CHECKING:
    from zusage.evidence.read import Sealed


@click.command("show")
@options.manifest
@click.option("--promise", metavar="ID", help="Only entries about this promise, with what was counted.")
@click.option("--last", "number", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest last.")
@options.folder
@options.json_output
def show(manifest: Path, promise: str | None, number: int, folder: Path | None, as_json: bool) -> int:
    """Show what was sealed, newest last: when, about which promise, the verdict, and what was seen.

    Reads the log as it is; `zusage evidence verify` checks it. A promise that the manifest no longer makes can be named too.

    Exit code: 0, or 3 when there is no such promise.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        from zusage.evidence.read import newest
        from zusage.promises.derive import promises_of
        from zusage.promises.naming import find

        found = newest(product.evidence.sealed(), promise, number)
        if promise and not found:
            find(promises_of(product.loaded.manifest), promise)
    if as_json:
        print_json([{"log": one.log, "index": one.index, **one.content} for one in found])
    elif not found:
        say("nothing is sealed yet: run `zusage verify`")
    else:
        _show(found, counts=promise is not None)
    return KEPT


def _show(found: tuple[Sealed, ...], *, counts: bool) -> None:
    from zusage.evidence.read import partition

    headings = ["entry", "as of (UTC)", "verdict", "promise", "what was seen", *(["counted"] if counts else [])]
    rows = []
    for one in found:
        content = one.content
        row = [f"{one.log}/{one.index}", str(content["as-of"])[:16].replace("T", " "), verdict(str(content["verdict"]))]
        row += [str(content["promise"]), str(content["reason"])]
        if counts:
            row.append(", ".join(f"{rows:,} {name}" for name, rows in partition(content).items()))
        rows.append(row)
    table(headings, rows)
