"""Notes of corrections: what a value was and is lies sealed, for the notice to recipients and for doing it again after a restore."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import HoldUnfit, Person, of_person
from zusage.promises.condition import ALWAYS, Possibly, all_of, any_of
from zusage.vault.errors import EntryTampered

from ..filing import remove, replace
from ..people import code_of
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.promises.condition import Condition

    from ..product import Product
    from .correcting import Wish

_FOLDER = "rectifications"


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
    #: the condition that told the row from others of the person
    row: str | None = field(default=None, repr=False)


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


def next_number(product: Product) -> str:
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
            found.append(Correction(id=file.name, row=content.get("again", {}).get("row"), **parts))
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


def noted(product: Product) -> tuple[tuple[str, datetime], ...]:
    """The numbers of the sealed notes and when each was written; nothing is opened."""
    return tuple((file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)) for file in _files(product))


def forget(product: Product, before: datetime) -> int:
    """Delete the notes of corrections from before an instant, but those that a backup would undo or that are held; returns how many."""
    from ..register.copies import earliest

    last, held = min(before, earliest(product) or before), held_notes(product)
    old = [name for name, at in noted(product) if at < last and not _held(product, name, held)]
    for name in old:
        (product.folder / _FOLDER / name).unlink(missing_ok=True)
    return len(old)


def held_notes(product: Product) -> frozenset[str]:
    """Of what notes may be held: codes of people, and tables, as system.table, of which a suspension holds rows whosever they are."""
    found = product.state.suspensions.current()
    people = {one.person_digest for one in found if one.person_digest}
    return frozenset(people | {table for one in found if not one.person_digest for table, _ in one.holds})


def _held(product: Product, name: str, held: frozenset[str]) -> bool:
    """Whether a suspension holds what a note is about; one that cannot be read may be meant."""
    if not held:
        return False
    try:
        content = json.loads(vault_of(product).unseal_note(name, (product.folder / _FOLDER / name).read_bytes()))
    except EntryTampered:
        return True
    return content["person"] in held or (content["table"] in held and _row_held(product, content))


def _row_held(product: Product, content: Mapping[str, Any]) -> bool:
    """Whether a suspension on its table may hold the row that a note is about.

    It is asked of the row that has the noted code. One that is gone, or that could not be told from others when it was corrected, cannot be
    asked, and may be meant.
    """
    from ..register.registering import reader_of, register_of

    table, again = content["table"], content.get("again") or {}
    theirs = [where for one in product.state.suspensions.current() for of, where in one.holds if of == table]
    if ALWAYS in theirs or not again.get("code"):
        return True
    try:
        register, person = register_of(product), Person(people=again["people"], key=again["key"])
        hold = next(one for one in of_person(product.loaded.manifest, person, product.inventories) if one.table == table)
        if register is None:
            return True
        reader, code = reader_of(product, table), bytes.fromhex(again["code"])

        def there(where: Condition) -> bool:
            return any(found == code for found, _ in register.codes(reader, table, again["columns"], where))

        return not there(hold.where) or there(all_of(hold.where, Possibly(any_of(*theirs))))
    except (SystemTrouble, HoldUnfit, StopIteration):
        return True


def not_made(product: Product, number: str) -> None:
    """A correction turned out not to have been made: its note would tell of something that never was."""
    remove(product.folder / _FOLDER / number)


def seal(
    product: Product, number: str, wish: Wish, known: tuple[str, tuple[str, ...]] | None, before: object, after: object
) -> None:
    """Durable before the change is: a change without its note could not be told to recipients."""

    content = {
        "person": code_of(product, wish.person),
        "table": wish.table,
        "column": wish.column,
        "before": text_of(before),
        "after": text_of(after),
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


def text_of(value: object) -> str:
    """A value as it is told; empty where there is none."""
    return "" if value is None else str(value)


def _files(product: Product) -> Iterator[Path]:
    folder = product.folder / _FOLDER
    return iter(sorted(folder.glob("RC-[0-9]*")) if folder.is_dir() else ())
