"""zusage case person"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .. import options
from ..failing import KEPT
from .telling import tell


@click.command("person")
@options.manifest_then("case", "CASE")
@click.option(
    "--person", metavar="PEOPLE=KEY", required=True, help="Whose data it is about; - after the sign reads the key from the input."
)
@options.taker
@options.folder
@options.json_output
def person(manifest: Path, case: str, person: str, by: str | None, token: str, folder: Path | None, as_json: bool) -> int:
    """Say whom a case is about that was opened without a name. Once, and before it is carried out; who said so stays on record.

    Exit code: 0 noted, 3 it names somebody, the manifest knows no such people, the case is not that far, or there is none.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.staff import taker
    from zusage.bootstrap.cases.stepping import step

    people, _, key = person.partition("=")
    named = f"{people}={sys.stdin.readline().strip()}" if key == "-" else person
    with opened(manifest, folder) as product:
        who = taker(product, by, token, lambda holder: holder.may("person"))
        tell(step(product, case, "person", who, person=named), as_json=as_json)
    return KEPT
