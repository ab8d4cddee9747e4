"""zusage case open"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zusage.rights.case import RIGHTS, Right

from .. import options
from ..failing import KEPT
from ..written import WORDS
from .telling import tell

if TYPE_CHECKING:
    pass


@click.command("open")
@options.manifest
@click.option("--right", type=click.Choice(RIGHTS), required=True, help="What the person asks for.")
@options.taker
@click.option("--person", metavar="PEOPLE=KEY", help="Whose data it is about, if that is known already.")
@click.option("--from-mail", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The request as an e-mail file.")
@click.option("--words", type=WORDS, default="", help="What the person wrote or said.")
@click.option(
    "--answer-by",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that a supervisory authority set, through which a complaint came; its words go into --words.",
)
@click.option("--reference", default="", help="The file number of that authority, which its letters are given.")
@click.option("--received", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it came in, if that was not today.")
@options.folder
@options.json_output
def open_case(
    manifest: Path,
    right: Right,
    by: str | None,
    token: str,
    person: str | None,
    from_mail: Path | None,
    words: str,
    answer_by: datetime | None,
    reference: str,
    received: datetime | None,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Take a request in. The clock runs from the day on which it came in; the person's words are kept apart and go with the case's time of keeping.

    Exit code: 0 opened, 3 what was given does not fit.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.requests import receive
    from zusage.bootstrap.cases.staff import taker

    content: dict[str, object] = {"person": person, "words": words, **({"reference": reference} if reference else {})}
    if from_mail:
        content |= {**_mail(from_mail), **({"note": words} if words else {})}
    with opened(manifest, folder) as product:
        found = receive(
            product,
            right,
            taker(product, by, token, lambda holder: holder.opens),
            content,
            answer_by.date() if answer_by else None,
            received.date() if received else None,
        )
    tell(found, as_json=as_json)
    return KEPT


def _mail(path: Path) -> Mapping[str, object]:
    """Who wrote, and what; no more is read of the file than a mail may have."""
    from zusage.rights.letter import LONGEST, read_mail

    with path.open("rb") as file:
        return read_mail(file.read(LONGEST + 1))
