"""zusage case returned"""

from __future__ import annotations

from pathlib import Path

import click

from .. import options
from ..failing import KEPT
from ..output import say


@click.command("returned")
@options.manifest
@click.option(
    "--from-mail", "mail", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="The report of the mail server as an e-mail file.",
)  # fmt: skip
@options.folder
def returned(manifest: Path, mail: Path, folder: Path | None) -> int:
    """A mail of ours came back, as a mail server reports (RFC 3464): the case or the notice says so, and the clock runs on.

    An answer was none then, and nobody was asked by a link; what else was mailed about a case stays named until somebody has seen to it.

    A report on any other mail, or of a delay, is refused.

    Exit code: 0 noted, 3 it is no report that one of these failed for good.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.returning import take_back
    from zusage.rights.letter import LONGEST

    with mail.open("rb") as file:
        raw = file.read(LONGEST + 1)
    with opened(manifest, folder) as product:
        number = take_back(product, raw)
    say(f"{number}: its mail came back; a human must look, and take another way")
    return KEPT
