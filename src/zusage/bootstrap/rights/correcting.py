"""Correcting one value of a person's data on the real system (Art. 16 GDPR)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zusage.connectors.opening import open_corrector
from zusage.planning.holding import Hold, Person, meant, of_person, places_of
from zusage.planning.plan import Selection
from zusage.promises.inside import Whose, is_inside, items_in, meet, split
from zusage.rights.notification import Occasion
from zusage.rights.rectification import AlreadyRight, NotCorrectable, correctable, fitting

from ..people import code_of, spelt
from ..recipients.notifying import Corrected, Trace, write_down_correction
from .allowed import refuse_correcting
from .correcting_hidden import code_of_values, replace_in, rows_in, waiting_of
from .correction_notes import next_number, not_made, seal, text_of

if TYPE_CHECKING:
    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be corrected, and who does it."""

    person: Person
    #: as system.table
    table: str
    column: str
    #: None: nothing is right there
    value: str | None = field(repr=False)
    by: str
    #: a condition that tells the row from others of this person
    row: str | None = field(default=None, repr=False)


def correct(product: Product, wish: Wish) -> str:
    """Correct the value and return the number of the sealed note. Raises NotCorrectable, HoldUnfit or SystemTrouble.

    A value that stands there already, as the system holds it, is none that is corrected: it raises AlreadyRight.
    """
    wish = replace(wish, person=spelt(product, wish.person))
    hold, whose, value = refuse_unfit(product, wish)
    holds = of_person(product.loaded.manifest, wish.person, product.inventories)
    with product.changing(), closing(open_corrector(hold.system, product.loaded.manifest.databases[hold.system])) as corrector:
        selection = hold.selection
        hidden = waiting_of(product, wish.person, selection)
        refuse_correcting(product, hold, wish.column, (table for table, _ in rows_in(hidden)))
        known = code_of_row(product, selection)
        number = next_number(product)  # under the lock: two corrections must never have one number

        def note(before: object, after: object) -> None:
            if before == after:
                raise AlreadyRight(wish.table, wish.column)
            _write_notices(
                product, number, wish, holds, before, after
            )  # first: a note that no occasion knows of could not be settled
            seal(product, number, wish, known, before, after)

        try:
            if hidden:
                before, after, was, now = corrector.correct_hidden(rows_in(hidden), selection, wish.column, value, whose)
                known = code_of_values(product, wish.table, before)
                note(was, now)
                replace_in(product, hidden, hold.bare, before, after)
            else:
                corrector.correct(selection, wish.column, value, note, whose)
        except BaseException:
            product.state.notices.settle(number, product.clock(), lambda _: None)
            not_made(product, number)
            raise
        product.state.notices.settle(number, product.clock())
    return number


def refuse_unfit(product: Product, wish: Wish) -> tuple[Hold, Whose | None, object]:
    """Which rows are meant, whose item in them, and the value as its column takes it. Raises NotCorrectable, HoldUnfit or SystemTrouble."""
    hold = meant(product.loaded.manifest, wish.person, wish.table, wish.row, product.inventories)
    whose = _refuse_others(product, wish)
    return hold, whose, fitting(correctable(product.inventories[hold.system].tables[hold.bare], wish.column), wish.value)


def _refuse_others(product: Product, wish: Wish) -> Whose | None:
    """What lies in a document in which others are too is corrected only where it is this person's part; whose item it is in, in a list."""
    from zusage.rights.content import content

    found = [place for place in places_of(product.loaded.manifest, wish.person.people) if place.table == wish.table]
    refused = NotCorrectable(
        f"{wish.column} of {wish.table} is not known to be this person's part of the document",
        "Name what is theirs by the manifest.",
    )
    if items := items_in(wish.column):
        lists = (of for place in found if (of := items_in(place.column)) is not None)
        mine = next((of for of in lists if (of.column, of.ways) == (items.column, items.ways)), None)
        if mine is None or not items.below or meet(mine.below, items.below):
            raise refused
        return Whose(mine, wish.person.key)
    if is_inside(wish.column):
        column, path = split(wish.column)
        said = [content(product.loaded.manifest, place, "access", ()) for place in found]
        if not any(column in one.columns and (column not in one.cuts or one.cuts[column].shows(path)) for one in said):
            raise refused
    return None


def _write_notices(product: Product, number: str, wish: Wish, holds: Sequence[Hold], before: object, after: object) -> None:
    """Whoever received the wrong value is told the right one once the change is made; killed in between, it is found out what became."""
    occasion = Occasion(kind="corrected", about=number, code=code_of(product, wish.person), at=product.clock())
    corrected = Corrected(table=wish.table, column=wish.column, before=text_of(before), after=text_of(after))
    made = Trace(
        people=wish.person.people,
        key=wish.person.key,
        table=wish.table,
        column=wish.column,
        row=wish.row,
        before=text_of(before),
        after=text_of(after),
    )
    write_down_correction(product, occasion, holds, corrected, made)


def code_of_row(product: Product, selection: Selection) -> tuple[str, tuple[str, ...]] | None:
    """The keyed code of the only row that is selected and its columns; None where rows of its table cannot be told from later ones."""
    from ..register.registering import reader_of, register_of

    register, table = register_of(product), f"{selection.system}.{selection.table}"
    if register is None or table not in register.marks:
        return None
    columns = register.marks[table].columns
    codes = [code.hex() for code, _ in register.codes(reader_of(product, table), table, columns, selection.where)]
    return (codes[0], columns) if len(codes) == 1 else None
