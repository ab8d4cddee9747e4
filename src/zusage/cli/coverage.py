"""zusage coverage"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import CODES
from .output import as_json as print_json
from .output import count, heading, say, table

if TYPE_CHECKING:
    from zusage.promises.catalogue import Coverage, Covered


@click.command("coverage")
@click.argument("catalogue", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.manifest
@click.option("--open", "only_open", is_flag=True, help="List only what is bound to nothing without a reason.")
@options.folder
@options.json_output
def command(catalogue: Path, manifest: Path, only_open: bool, folder: Path | None, as_json: bool) -> int:
    """Say which published promises the manifest binds, and how each stood at the last look.

    CATALOGUE is YAML: a list of items, each with an id and what it says. The manifest names items with `refs: [A-17]`.
    Looks at no system: run `zusage verify` first.

    \b
      shown       bound to promises that were all kept at the last look
      attested    a named role says so, and that is not too old
      broken      bound to a promise that was broken
      undecided   bound to a promise of which the last look could not tell
      superseded  withdrawn in the manifest, with the reason
      declared    bound to a text only, such as a recipient or measure: nothing looks at it
      explained   bound to nothing, and `not_bound` in the manifest says why
      open        bound to nothing, and nobody says why

    Exit code: 0, or 1 when something bound is broken, 2 when something bound is undecided, 3 usage or manifest error.
    What is open changes nothing.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.asking import coverage

    with opened(manifest, folder) as product:
        found = coverage(product, catalogue)
    shown = [one for one in found.items if one.state == "open"] if only_open else list(found.items)
    if as_json:
        print_json(_data(found, shown))
    else:
        _show(found, shown)
    return CODES[found.word]


def _data(found: Coverage, shown: list[Covered]) -> dict[str, object]:
    return {
        "verdict": found.word,
        "totals": found.totals,
        "items": [{"id": one.item.id, "state": one.state, "by": list(one.by), "says": one.item.says} for one in shown],
        "unknown_refs": [{"ref": one.ref, "at": str(one.position)} for one in found.unknown],
    }


def _show(found: Coverage, shown: list[Covered]) -> None:
    if shown:
        rows = [(one.item.id, one.state, ", ".join(one.by) or _short(one.item.says)) for one in shown]
        table(("item", "state", "bound to, or what it says"), rows)
    heading(f"{count(len(found.items), 'item')} in the catalogue")
    for state, number in found.totals.items():
        say(f"  {number:>5}  {state}")
    for one in found.unknown:
        say(f"{one.position}: the catalogue has no item {one.ref}, so this binds nothing", "yellow")


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
