"""Completing statements (Art. 16, second sentence GDPR): kept sealed beside the systems, and shown in the copy with the rows they are about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.planning.holding import HoldUnfit, Person, meant
from zusage.rights.rectification import NotCorrectable

from ..filing import replace
from ..looking.looks import Looks
from ..vaults import vault_of

if TYPE_CHECKING:
    from ..product import Product

_FOLDER = "statements"
_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person states beside their data, where nothing can be changed, and who takes it in."""

    person: Person
    #: as system.table
    table: str
    text: str = field(repr=False)
    by: str
    #: a condition that tells the row from others of this person
    row: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement on file. It holds personal values and is shown to nobody but in the person's own copy."""

    id: str
    table: str
    row: str | None = field(repr=False)
    text: str = field(repr=False)
    at: str


def state(product: Product, wish: Wish) -> str:
    """Seal the statement; returns its number. Raises HoldUnfit, NotCorrectable or SystemTrouble; then nothing is kept."""
    if not wish.text.strip() or len(wish.text) > _LONGEST:
        raise NotCorrectable(
            "a completing statement has words, and no more than fit on a page", f"Give at most {_LONGEST} characters."
        )
    _refuse_empty(product, wish)
    content = {
        "person": wish.person.name,
        "table": wish.table,
        "row": wish.row,
        "text": wish.text.strip(),
        "by": wish.by,
        "at": product.clock().isoformat(),
    }

    with product.state.lock():  # two statements must never have one number
        number = f"ST-{max((int(file.name[3:]) for file in _files(product)), default=0) + 1:04d}"
        payload = vault_of(product).seal_note(number, json.dumps(content).encode())
        replace(product.folder / _FOLDER / number, payload, private=True)
    return number


def statements(product: Product, person: Person) -> tuple[Statement, ...]:
    """What a person stated, oldest first. Raises a VaultError where a statement was changed."""
    return tuple(one for whose, one in _all(product) if whose == person.name)


def forget(product: Product, person: Person) -> int:
    """The statements of a person go with their data; returns how many."""
    mine = statements(product, person)
    for one in mine:
        (product.folder / _FOLDER / one.id).unlink(missing_ok=True)
    return len(mine)


def _refuse_empty(product: Product, wish: Wish) -> None:
    """A statement about a row that is not there would be shown nowhere."""
    hold = meant(product.loaded.manifest, wish.person, wish.table, wish.row, product.inventories)
    if not Looks(product).count(hold.selection):
        raise HoldUnfit(
            f"no row of {wish.table} that is meant is this person's now", "Compare the condition in `row` with the living table."
        )


def _all(product: Product) -> Iterator[tuple[str, Statement]]:

    vault = vault_of(product)
    for file in _files(product):
        content = json.loads(vault.unseal_note(file.name, file.read_bytes()))
        parts = {name: content[name] for name in ("table", "row", "text", "at")}
        yield content["person"], Statement(id=file.name, **parts)


def _files(product: Product) -> Iterator[Path]:
    folder = product.folder / _FOLDER
    return iter(sorted(folder.glob("ST-[0-9]*")) if folder.is_dir() else ())
