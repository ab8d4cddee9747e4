"""zusage canary"""

from __future__ import annotations

from pathlib import Path

import click

from . import options
from .failing import BROKEN, KEPT, UNDECIDED
from .output import as_json as print_json
from .output import say


@click.command("canary")
@options.manifest
@click.option("--service", metavar="URL", help="Where the service runs, instead of the declared address.")
@options.folder
@options.json_output
def command(manifest: Path, service: str | None, folder: Path | None, as_json: bool) -> int:
    """Put a synthetic person into the running service by its own front door, have them erased, and look what is left.

    Every store is read to the last byte: all tables, declared or not, files, archives, logs, and our own folder. The steps stand in
    the manifest under canary. What a run that was killed has left is cleared up by the next one.

    Exit code: 0 kept, 1 broken, 2 nobody can tell, 3 usage or manifest error.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.canary import fly

    with opened(manifest, folder) as product:
        flown = fly(product, service)
    verdict, reason = flown.judgement.verdict, flown.judgement.reason
    if as_json:
        left = [{"store": t.store, "place": t.place, "kind": t.kind, "form": t.form} for t in flown.flight.left]
        print_json({"verdict": verdict.value, "reason": reason, "left": left, "looked_at": flown.flight.after.looked_at})
    else:
        say(f"{verdict.value}: {reason}", {"kept": "green", "broken": "red"}.get(verdict.value, "yellow"))
    return {"kept": KEPT, "broken": BROKEN}.get(verdict.value, UNDECIDED)
