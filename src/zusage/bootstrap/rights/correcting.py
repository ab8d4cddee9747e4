"""Correcting one value of a person's data on the real system; what it was and is lies sealed, for the notice to recipients."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zusage.connectors.opening import open_corrector
from zusage.planning.holding import Hold, HoldUnfit, Person, of_person, places_of, rows
from zusage.planning.plan import Selection
from zusage.promises.condition import all_of
from zusage.promises.inside import Whose, is_inside, items_in, meet, split
from zusage.rights.notification import Occasion
from zusage.rights.rectification import NotCorrectable, correctable, fitting

from ..filing import replace
from ..people import code_of
from ..recipients.notifying import Corrected, Trace, write_down_correction
from ..vaults import vault_of
from .correcting_hidden import code_of_values, replace_in, rows_in, waiting_of

if TYPE_CHECKING:
    from ..product import Product

_FOLDER = "rectifications"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was corrected. It holds personal values and is shown to nobody but for the notice."""

    id: str
    table: str
    column: str
    before: str = field(repr=False)
    after: str = field(repr=False)
    #: in ISO 8601
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A correction as it was made, so that it can be made again after a restore. It holds personal values."""

    id: str
    person: Person
    table: str
    column: str
    row: str | None = field(repr=False)
    #: the keyed code of the row and the columns from which it was made; None where the row could not be told from others
    code: str | None
    columns: tuple[str, ...]
    #: None: there was nothing, or nothing is right there
    before: str | None = field(repr=False)
    after: str | None = field(repr=False)


def correct(product: Product, wish: Wish) -> str:
    """Correct the value and return the number of the sealed note. Raises NotCorrectable, HoldUnfit or SystemTrouble."""
    holds = {hold.table: hold for hold in of_person(product.loaded.manifest, wish.person, product.inventories)}
    hold = holds.get(wish.table)
    if hold is None:
        raise HoldUnfit(
            f"the manifest does not say that rows of {wish.table} are this person's", f"It does of {', '.join(holds)}."
        )
    whose = _refuse_others(product, wish)
    value = fitting(correctable(product.inventories[hold.system].tables[hold.bare], wish.column), wish.value)
    where = all_of(hold.where, rows(wish.table, wish.row, product.inventories).where) if wish.row else hold.where
    with product.changing(), closing(open_corrector(hold.system, product.loaded.manifest.databases[hold.system])) as corrector:
        selection = Selection(system=hold.system, table=hold.bare, where=where)
        hidden = waiting_of(product, wish.person, selection)
        known = code_of_row(product, selection)
        number = _next_number(product)  # under the lock: two corrections must never have one number

        def note(before: object, after: object) -> None:
            _seal(product, number, wish, known, before, after)
            _write_notices(product, number, wish, list(holds.values()), before, after)

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
            (product.folder / _FOLDER / number).unlink(missing_ok=True)
            raise
        product.state.notices.settle(number, product.clock())
    return number


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
        mine = next((of for of in lists if (of.column, of.path) == (items.column, items.path)), None)
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
    corrected = Corrected(table=wish.table, column=wish.column, before=_text(before), after=_text(after))
    made = Trace(
        people=wish.person.people,
        key=wish.person.key,
        table=wish.table,
        column=wish.column,
        row=wish.row,
        before=_text(before),
        after=_text(after),
    )
    write_down_correction(product, occasion, holds, corrected, made)


def _next_number(product: Product) -> str:
    """Higher than any note or occasion has had: one of a note that was taken away again is not given anew."""
    last = max((int(file.name[3:]) for file in _files(product)), default=0)
    return f"RC-{max(last, product.state.notices.highest('RC-')) + 1:04d}"


def corrections(product: Product, person: Person) -> tuple[Correction, ...]:
    """What was corrected of a person, oldest first. Raises a VaultError where a note was changed."""

    code, vault, found = code_of(product, person), vault_of(product), []
    for file in _files(product):
        content = json.loads(vault.unseal_note(file.name, file.read_bytes()))
        if content["person"] == code:
            parts = {name: content[name] for name in ("table", "column", "before", "after", "at")}
            found.append(Correction(id=file.name, **parts))
    return tuple(found)


def made(product: Product) -> Iterator[Made | str]:
    """Every correction on file, oldest first; of one that an earlier version noted, the number. Raises a VaultError."""

    vault = vault_of(product)
    for file in _files(product):
        content = json.loads(vault.unseal_note(file.name, file.read_bytes()))
        if "again" not in content:
            yield file.name
            continue
        person = Person(people=content["again"].pop("people"), key=content["again"].pop("key"))
        yield Made(id=file.name, person=person, table=content["table"], column=content["column"], **_listed(content["again"]))


def _listed(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "columns": tuple(content["columns"])}


def code_of_row(product: Product, selection: Selection) -> tuple[str, tuple[str, ...]] | None:
    """The keyed code of the only row that is selected and its columns; None where rows of its table cannot be told from later ones."""
    from ..register.registering import reader_of, register_of

    register, table = register_of(product), f"{selection.system}.{selection.table}"
    if register is None or table not in register.marks:
        return None
    columns = register.marks[table].columns
    codes = [code.hex() for code, _ in register.codes(reader_of(product, table), table, columns, selection.where)]
    return (codes[0], columns) if len(codes) == 1 else None


def noted(product: Product) -> tuple[tuple[str, datetime], ...]:
    """The numbers of the sealed notes and when each was written; nothing is opened."""
    return tuple((file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)) for file in _files(product))


def forget(product: Product, before: datetime) -> int:
    """Delete the notes of corrections from before an instant, but those that a backup would undo; returns how many."""
    from ..register.copies import earliest

    last = min(before, earliest(product) or before)
    old = [name for name, at in noted(product) if at < last]
    for name in old:
        (product.folder / _FOLDER / name).unlink(missing_ok=True)
    return len(old)


def not_made(product: Product, number: str) -> None:
    """A correction turned out not to have been made: its note would tell of something that never was."""
    (product.folder / _FOLDER / number).unlink(missing_ok=True)


def _seal(
    product: Product, number: str, wish: Wish, known: tuple[str, tuple[str, ...]] | None, before: object, after: object
) -> None:
    """Durable before the change is: a change without its note could not be told to recipients."""

    content = {
        "person": code_of(product, wish.person),
        "table": wish.table,
        "column": wish.column,
        "before": _text(before),
        "after": _text(after),
        "by": wish.by,
        "at": product.clock().isoformat(),
        "again": {
            "people": wish.person.people,
            "key": wish.person.key,
            "row": wish.row,
            "code": known[0] if known else None,
            "columns": known[1] if known else (),
            "before": None if before is None else str(before),
            "after": None if after is None else str(after),
        },
    }
    payload = vault_of(product).seal_note(number, json.dumps(content).encode())
    replace(product.folder / _FOLDER / number, payload, private=True)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _files(product: Product) -> Iterator[Path]:
    folder = product.folder / _FOLDER
    return iter(sorted(folder.glob("RC-[0-9]*")) if folder.is_dir() else ())
