"""Correcting a value while the row is restricted: it waits in the vault, is corrected there, and comes back right (Art. 16, 18 GDPR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from zusage.planning.holding import Person
from zusage.planning.plan import Selection
from zusage.sealing.erased import row_code

from ..looking.looks import Looks
from ..people import code_of
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.vault import Document
    from zusage.vault.values import Row

    from ..product import Product

Waiting = Sequence[tuple[str, "Document"]]


def waiting_of(product: Product, person: Person, selection: Selection) -> Waiting:
    """What waits of a person in a system, where the row that is meant waits too; nothing where it is in its table. Raises SystemTrouble."""
    from .restricted import waiting

    mine = [(id, one) for id, one in waiting(product, code_of(product, person)) if one.system == selection.system]
    there = any(table == selection.table for table, _ in rows_in(mine))
    return mine if there and not Looks(product).count(selection) else ()


def rows_in(waiting: Waiting) -> list[tuple[str, Row]]:
    """Every row that waits, with its table."""
    return [(table, row) for _, one in waiting for table, rows in ((one.table, (one.row,)), *one.parts) for row in rows]


def replace_in(product: Product, waiting: Waiting, table: str, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """Seal the entry anew in which the row waits. Raises a VaultError."""

    def corrected(at: str, row: Row) -> Row:
        mine = at == table and all(before[name] == value for name, value in row.items() if name in before)
        return {name: after.get(name, value) for name, value in row.items()} if mine else row  # type: ignore[misc]

    for id, one in waiting:
        parts = tuple((at, tuple(corrected(at, row) for row in rows)) for at, rows in one.parts)
        new = replace(one, row=corrected(one.table, one.row), parts=parts)
        if new != one:
            vault_of(product).replace(id, new)


def code_of_values(product: Product, table: str, row: Mapping[str, object]) -> tuple[str, tuple[str, ...]] | None:
    """As ``code_of_row``, of a row that is not in its table."""
    from ..register.registering import register_of

    register = register_of(product)
    if register is None or table not in register.marks:
        return None
    columns = register.marks[table].columns
    return row_code(register.key, table, [row[name] for name in columns]).hex(), columns
