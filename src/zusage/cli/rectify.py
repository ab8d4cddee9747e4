"""zusage rectify"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT
from .output import say

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.rights.operation import Order


@click.command("rectify")
@options.manifest_then("person", "PEOPLE=KEY")
@click.option("--table", required=True, metavar="SYSTEM.TABLE", help="Where the wrong value stands.")
@click.option("--column", help="The column of the wrong value; not with --statement.")
@click.option("--row", metavar="SQL", help='Which row of this person, where there are several, such as "id = 17".')
@click.option("--empty", is_flag=True, help="Empty the value instead of reading a new one.")
@click.option(
    "--statement", is_flag=True, help="Change nothing: keep what is read from the input as the person's completing statement."
)
@click.option(
    "--case",
    metavar="CASE",
    help="The case in which they ask for it: it is ordered there, and a second person agrees to the value.",
)
@options.taker
@options.folder
def command(
    manifest: Path,
    person: str,
    table: str,
    column: str | None,
    row: str | None,
    empty: bool,
    statement: bool,
    case: str | None,
    by: str | None,
    token: str,
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

    With --case it is an order of that case, as over HTTP: the case must be theirs, ask for this and be granted, the value is sealed in it,
    and nothing is corrected before a second person has agreed (`zusage case agree`). Without, whoever has the token, or is named by --by,
    corrects what nobody asked for.

    Exit code: 0 corrected, kept or ordered, 2 the system forbids it or cannot be reached, 3 it does not fit.
    """
    from zusage.bootstrap import opened

    _refuse_unfit(column, empty=empty, statement=statement, taken=case is not None or bool(by or token))
    value = None if empty else sys.stdin.read().removesuffix("\n")
    with opened(manifest, folder) as product:
        if case is not None:
            said = _ordered(product, case, person, _order(table, column, value, row), by, token)
        elif column is None:
            said = _stated(product, person, table, value or "", row, _who(product, by, token))
        else:
            said = _corrected(product, person, table, column, value, row, _who(product, by, token))
    say(said)
    return KEPT


def _refuse_unfit(column: str | None, *, empty: bool, statement: bool, taken: bool) -> None:
    if statement == bool(column) or (statement and empty):
        raise click.UsageError("name --column to correct a value, or say --statement")
    if not taken:
        raise click.UsageError("say with --by or a token who corrects it, or with --case in which case it is asked for")


def _who(product: Product, by: str | None, token: str) -> str:
    """By whom it is done: a token says so, else whatever name is given. Raises NotTaken."""
    from zusage.bootstrap.cases.staff import taker

    return taker(product, by, token, lambda holder: holder.orders).name if token else by or ""


def _stated(product: Product, person: str, table: str, text: str, row: str | None, by: str) -> str:
    from zusage.bootstrap.rights.stating import Wish, state
    from zusage.planning.holding import Person

    kept = state(product, Wish(person=Person.parse(person), table=table, text=text, by=by, row=row))
    return f"kept sealed as {kept}; it stands in the person's copy with the rows that it is about"


def _corrected(product: Product, person: str, table: str, column: str, value: str | None, row: str | None, by: str) -> str:
    from zusage.bootstrap.rights.correcting import Wish, correct
    from zusage.planning.holding import Person

    number = correct(product, Wish(person=Person.parse(person), table=table, column=column, value=value, by=by, row=row))
    return f"corrected; what was and what is lies sealed as {number}"


def _order(table: str, column: str | None, value: str | None, row: str | None) -> Order:
    """What is ordered in a case. Raises UsageError, which holds no value."""
    from pydantic import ValidationError

    from zusage.rights.operation import Complete, Rectify

    try:
        if column is None:
            return Complete(operation="complete", table=table, statement=value or "", row=row)
        return Rectify(operation="rectify", table=table, column=column, value=value, row=row)
    except ValidationError as error:
        raise click.UsageError("; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors())) from None


def _ordered(product: Product, case: str, person: str, order: Order, by: str | None, token: str) -> str:
    from zusage.bootstrap.cases.operating import give
    from zusage.bootstrap.cases.staff import taker
    from zusage.bootstrap.cases.whose import refuse_another
    from zusage.planning.holding import Person

    refuse_another(product, case, Person.parse(person))
    one = give(product, case, order, taker(product, by, token, lambda holder: holder.orders))
    if one.waits_for_second:
        number = one.order.number
        return f"ordered as {number} in {case}; it is done when a second person has agreed: zusage case agree {case} --order {number}"
    return f"done in {case}, and kept sealed as {one.order.outcome}"
