"""zusage rectify"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from . import options
from .failing import KEPT
from .output import say


@click.command("rectify")
@options.manifest_then("person", "PEOPLE=KEY")
@click.option("--table", required=True, metavar="SYSTEM.TABLE", help="Where the wrong value stands.")
@click.option("--column", required=True, help="The column of the wrong value.")
@click.option("--row", metavar="SQL", help='Which row of this person, where there are several, such as "id = 17".')
@click.option("--empty", is_flag=True, help="Empty the value instead of reading a new one.")
@click.option("--by", required=True, help="Who corrects it, as the office calls them.")
@options.folder
def command(
    manifest: Path, person: str, table: str, column: str, row: str | None, empty: bool, by: str, folder: Path | None
) -> int:
    """Correct one value in one row of a person (Art. 16 GDPR). The right value is read from the input, not from the command.

    It is checked against the table and the system's own constraints; more than this value never changes. What stood there before and
    what stands there now is kept sealed, for those who must be told.

    \b
      zusage rectify customer=4711 --table shop.customer --column email --by clerk-2 < right.txt

    Exit code: 0 corrected, 2 the system forbids it or cannot be reached, 3 it does not fit.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.correcting import Wish, correct
    from zusage.planning.holding import Person

    value = None if empty else sys.stdin.read().removesuffix("\n")
    with opened(manifest, folder) as product:
        wish = Wish(person=Person.parse(person), table=table, column=column, value=value, by=by, row=row)
        number = correct(product, wish)
    say(f"corrected; what was and what is lies sealed as {number}")
    return KEPT
