"""Values of a person's rows as documents and packages can hold them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ..days import zone_of
from .found import Held

if TYPE_CHECKING:
    from zusage.documents.answering import HeldRows

    from ..product import Product


def plain_rows(product: Product, held: Iterable[Held]) -> tuple[HeldRows, ...]:
    """Rows with what is named beside them. Raises SystemTrouble."""
    from zusage.documents.answering import HeldRows

    from .titles import named_beside

    made = []
    for one in held:
        columns, more = named_beside(product, one)
        table, kinds = one.content.place.table, _kinds(product, one.content.place.table)
        rows = (tuple(map(plain, (*_truths(one, row, kinds), *beside))) for row, beside in zip(one.rows, more, strict=True))
        made.append(
            HeldRows(
                table=table,
                classes=one.content.classes,
                columns=(*one.columns, *columns),
                rows=tuple(rows),
                blocked=one.blocked,
                documents=frozenset(
                    name for name in one.columns if kinds.get(name) in ("json", "array") or name in one.content.cuts
                ),
                zones={name: zone_of(product, table, name) for name in one.columns if kinds.get(name) in ("date", "time")},
            )
        )
    return tuple(made)


def _kinds(product: Product, table: str) -> dict[str, str]:
    """What the columns of system.table hold."""
    system, bare = table.split(".", 1)
    found = product.inventories[system].tables.get(bare)
    return {column.name: str(column.kind) for column in found.columns} if found else {}


def _truths(held: Held, row: Sequence[object], kinds: Mapping[str, str]) -> Iterator[object]:
    """The values of a row; yes and no where a database has them as 1 and 0."""
    for name, value in zip(held.columns, row, strict=False):  # behind the values may stand what the rows were sorted by
        yield bool(value) if kinds.get(name) == "boolean" and value in (0, 1) else value


def plain(value: object) -> object:
    """A value as JSON can hold it, without losing a digit."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta() | Decimal():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case list() | tuple():
            return [plain(one) for one in value]
        case dict():
            return {str(name): plain(one) for name, one in value.items()}
        case _:
            return str(value)
