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
@click.option("--column", help="The column of the wrong value; not with --statement.")
@click.option("--row", metavar="SQL", help='Which row of this person, where there are several, such as "id = 17".')
@click.option("--empty", is_flag=True, help="Empty the value instead of reading a new one.")
@click.option(
    "--statement", is_flag=True, help="Change nothing: keep what is read from the input as the person's completing statement."
)
@click.option("--by", required=True, help="Who corrects it, as the office calls them.")
@options.folder
def command(
    manifest: Path,
    person: str,
    table: str,
    column: str | None,
    row: str | None,
    empty: bool,
    statement: bool,
    by: str,
    folder: Path | None,
) -> int:
    """Correct one value in one row of a person (Art. 16 GDPR). The right value is read from the input, not from the command.

    It is checked against the table and the system's own constraints; more than this value never changes. What stood there before and
    what stands there now is kept sealed, for those who must be told.

    \b
      zusage rectify customer=4711 --table shop.customer --column email --by clerk-2 < right.txt
      zusage rectify customer=4711 --table shop.remark --row "id = 17" --statement --by clerk-2 < statement.txt

    With --statement nothing is changed: where a value cannot be, what the person states beside it is kept sealed and stands in
    their copy with the rows that it is about (Art. 16, second sentence).

    Exit code: 0 corrected, 2 the system forbids it or cannot be reached, 3 it does not fit.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.rights.correcting import Wish, correct
    from zusage.bootstrap.rights.stating import Wish as Statement
    from zusage.bootstrap.rights.stating import state
    from zusage.planning.holding import Person

    if statement == bool(column) or (statement and empty):
        raise click.UsageError("name --column to correct a value, or say --statement")
    value = None if empty else sys.stdin.read().removesuffix("\n")
    with opened(manifest, folder) as product:
        if statement:
            kept = state(product, Statement(person=Person.parse(person), table=table, text=value or "", by=by, row=row))
            say(f"kept sealed as {kept}; it stands in the person's copy with the rows that it is about")
            return KEPT
        wish = Wish(person=Person.parse(person), table=table, column=column or "", value=value, by=by, row=row)
        number = correct(product, wish)
    say(f"corrected; what was and what is lies sealed as {number}")
    return KEPT
