"""zusage case nothing-held"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import options
from ..failing import KEPT
from ..files import refuse_taken, write_folder
from ..output import as_json as print_json
from ..output import count, say, table, warn

if TYPE_CHECKING:
    from zusage.documents import Language


@click.command("nothing-held")
@options.manifest_then("case", "CASE")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The folder that is made for the letter.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Of the letter.")
@options.folder
@options.json_output
def nothing_held(manifest: Path, case: str, to: Path, language: Language, folder: Path | None, as_json: bool) -> int:
    """Write the letter that nothing is held of whoever asks (Art. 15(1) GDPR), as HTML, PDF and JSON, to look at before it goes out.

    Looked for is the address that a mailed link of the program has shown to be theirs, or the account of their login, and nothing else;
    before that was shown nobody is looked for. `zusage case answer` writes the same letter by itself, and it goes where that was shown.

    Exit code: 0 written, 2 a system cannot be looked at, 3 something is held, nobody has shown who asks, or there is no such case.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.confirming import confirm

    refuse_taken(to)
    with opened(manifest, folder) as product:
        made = confirm(product, case, language)
    write_folder(to, made.files)
    seen = made.searched
    if as_json:
        searched = {system: list(tables) for system, tables in seen.tables.items()}
        print_json(
            {
                "files": sorted(made.files),
                "searched": searched,
                "not_reached": list(seen.beyond),
                "noted_in": list(seen.registers),
            }
        )
        return KEPT
    table(("system", "searched"), [(system, ", ".join(tables)) for system, tables in seen.tables.items()])
    if seen.beyond:
        warn(f"it cannot be told whose the rows of {', '.join(seen.beyond)} are; the letter says so.")
    say(f"wrote {count(len(made.files), 'file')} to {to}")
    return KEPT
