"""zusage case agree"""

from __future__ import annotations

from pathlib import Path

import click

from .. import options
from ..failing import KEPT
from ..output import as_json as print_json
from ..output import say


@click.command("agree")
@options.manifest_then("case", "CASE")
@click.option("--order", "number", type=click.IntRange(1), required=True, help="The number of what was ordered.")
@click.option("--show", is_flag=True, help="Agree to nothing: print the order as it was given, with its value, as JSON.")
@options.taker
@options.folder
def agree(manifest: Path, case: str, number: int, show: bool, by: str | None, token: str, folder: Path | None) -> int:
    """Agree, as a second person, to what somebody else ordered in a case; it is done now. Look at it first.

    \b
      zusage case agree C-0001 --order 5 --by clerk-2 --show
      zusage case agree C-0001 --order 5 --by clerk-2

    What was interrupted is taken up by agreeing again.

    Exit code: 0 done, 2 a system forbids it or cannot be reached, 3 nothing waits there, or the same person ordered it.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases import operating
    from zusage.bootstrap.cases.staff import taker

    with opened(manifest, folder) as product:
        who = taker(product, by, token, lambda holder: holder.agrees or (show and holder.reads))
        if show:
            print_json(operating.ordered(product, case, number)[0].model_dump(mode="json"))
            return KEPT
        one = operating.agree(product, case, number, who)
    say(f"done in {case}: {one.order.operation}, {one.order.outcome}")
    return KEPT
