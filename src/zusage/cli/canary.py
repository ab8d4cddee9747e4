"""zusage canary"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import CODES
from .output import as_json as print_json
from .output import table, verdict

if TYPE_CHECKING:
    from zusage.bootstrap.canary.flight import Flown


@click.command("canary")
@options.manifest
@click.option("--service", metavar="URL", help="Where the service runs, instead of the declared address.")
@options.second_key
@options.folder
@options.json_output
def command(manifest: Path, service: str | None, key_file: Path | None, folder: Path | None, as_json: bool) -> int:
    """Put a synthetic person into the running service by its own front door, have them erased, and look what is left.

    Every store is read to the last byte: all tables, declared or not, files, archives, logs, and our own folder. The steps stand in
    the manifest under canary. What a run that was killed has left is cleared up by the next one.

    There is a promise for each store. What was seen is sealed in the evidence log; `zusage verify` judges by it until the next
    flight is due, and `zusage verify --canary` lets one fly first.

    Where people have no form for it, the canary asks the controller for access and erasure: that plan is made, signed with --key and
    carried out here, and holds nothing but the canary's rows.

    Exit code: 0 kept, 1 broken, 2 nobody can tell, 3 usage or manifest error.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.canary.flight import fly
    from zusage.sealing import SigningKey

    with opened(manifest, folder) as product:
        flown = fly(product, service, SigningKey.load(key_file) if key_file else None)
    if as_json:
        print_json(_data(flown))
    else:
        rows = [(verdict(one.judgement.verdict.value), one.promise.id, one.judgement.reason) for one in flown.landed]
        table(("verdict", "promise", "what was seen"), rows)
    return CODES[flown.verdict.value]


def _data(flown: Flown) -> dict[str, object]:
    return {
        "verdict": flown.verdict.value,
        "promises": [
            {"promise": one.promise.id, "verdict": one.judgement.verdict.value, "reason": one.judgement.reason}
            for one in flown.landed
        ],
        "left": [{"store": t.store, "place": t.place, "kind": t.kind, "form": t.form} for t in flown.flight.left],
    }
