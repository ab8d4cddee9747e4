"""zusage case transfer, no-transfer: the package of a person straight to another controller (Art. 20(2) GDPR)"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import options
from ..failing import KEPT
from ..output import as_json as print_json
from ..output import count, say
from ..written import WORDS

if TYPE_CHECKING:
    from zusage.bootstrap.cases.operating import Standing
    from zusage.rights.operation import Order


@click.command("transfer")
@options.manifest_then("case", "CASE")
@click.option(
    "--to", required=True, metavar="RECIPIENT", help="A recipient of the manifest that takes packages; none is sent elsewhere."
)
@options.taker
@options.folder
@options.json_output
def transfer(manifest: Path, case: str, to: str, by: str | None, token: str, folder: Path | None, as_json: bool) -> int:
    """Send the package of the person straight to another controller, over TLS.

    \b
      zusage case transfer C-0001 --to other-pool --by clerk-1

    It is the package that the person would get themselves. It is sealed before it is sent, and sent under one key however often it must be
    tried: an end point that is down is tried again by `zusage case sweep` and `zusage case serve`. Ordered again, an interrupted one goes on.

    Exit code: 0 the other controller has it, 2 it waits and is tried again, 3 the manifest knows no such end point, or the case is not that far.
    """
    from zusage.rights.operation import Transfer

    one = _given(manifest, folder, case, Transfer(operation="transfer", to=to), by, token)
    if as_json:
        print_json({"case": case, "order": one.order.number, "outcome": one.order.outcome, **one.result})
        return KEPT
    files, size = one.result.get("files"), one.result.get("bytes")
    sent = f", {count(int(str(files)), 'file')}, {size} bytes" if files else ""
    say(f"transferred in {case} as order {one.order.number}: {one.order.outcome}{sent}")
    return KEPT


@click.command("no-transfer")
@options.manifest_then("case", "CASE")
@click.option(
    "--controller", required=True, help="Which one the person has named; of a recipient of the manifest its name there."
)
@click.option(
    "--reasons", type=WORDS, required=True, help="Why it is not technically feasible, as the person is told. No name of a person."
)
@options.taker
@options.folder
@options.json_output
def no_transfer(
    manifest: Path, case: str, controller: str, reasons: str, by: str | None, token: str, folder: Path | None, as_json: bool
) -> int:
    """Note that the package cannot be sent straight to a controller, because that is not technically feasible (Art. 20(2) GDPR).

    The person is told the reasons and where they can turn (Art. 12(4) GDPR); the package stays theirs to pass on. What was still being
    tried to this recipient is not tried any more.

    Exit code: 0 noted, 3 the recipient has the package already, or the case is not that far.
    """
    from pydantic import ValidationError

    from zusage.rights.operation import RefuseTransfer

    try:
        order = RefuseTransfer(operation="refuse-transfer", controller=controller, reasons=reasons)
    except ValidationError as error:
        raise click.UsageError("; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors())) from None
    one = _given(manifest, folder, case, order, by, token)
    if as_json:
        print_json({"case": case, "order": one.order.number, "outcome": one.order.outcome})
    else:
        say(
            f"noted in {case} as order {one.order.number}; the person is told with: zusage case letter {case} --order {one.order.number}"
        )
    return KEPT


def _given(manifest: Path, folder: Path | None, case: str, order: Order, by: str | None, token: str) -> Standing:
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.operating import give
    from zusage.bootstrap.cases.staff import taker

    with opened(manifest, folder) as product:
        return give(product, case, order, taker(product, by, token, lambda holder: holder.orders))
