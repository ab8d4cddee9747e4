"""zusage attest"""

from __future__ import annotations

from pathlib import Path

import click

from . import options
from .failing import KEPT
from .output import as_json as print_json
from .output import say
from .written import WHO


@click.command("attest")
@options.manifest_then("promise", "PROMISE")
@click.option("--by", type=WHO, required=True, help="Who says so, as the office calls them, such as 'Head of IT'.")
@click.option("--note", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A report; only its digest is kept.")
@options.folder
@options.json_output
def command(manifest: Path, promise: str, by: str, note: Path | None, folder: Path | None, as_json: bool) -> int:
    """State that a promise which no machine can look at is kept, such as a yearly review.

    PROMISE is one that the manifest declares under attested, with or without 'attested/' before it. The statement holds for
    the period that the manifest gives; the next `zusage verify` seals it, and once it has run out the promise is broken.

    Exit code: 0 noted, 3 there is no such promise.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.asking import attest

    with opened(manifest, folder) as product:
        found = attest(product, promise, by, note)
    if as_json:
        print_json(
            {"promise": found.promise.id, "role": found.promise.role, "by": by, "holds_until": found.holds_until.isoformat()}
        )
        return KEPT
    say(f"{found.promise.id} is attested for {found.promise.role} by {by}, good until {found.holds_until.isoformat()}")
    say("`zusage verify` seals it")
    return KEPT
