"""Who received data of a person, for the answer to them: by the rows that were gathered for it, and by our own ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..days import day_in
from ..recipients.disclosing import on_record
from .found import Held

if TYPE_CHECKING:
    from zusage.connectors.port import Row
    from zusage.promises.condition import Condition
    from zusage.vault import Document

    from ..product import Product


def received(product: Product, held: Sequence[Held], code: str) -> dict[str, date | None] | None:
    """Who received data, by the tables that say so and our ledger, with the last day; None where neither says anything."""
    declared = any(data.discloses for one in product.loaded.manifest.activities.values() for data in one.data.values())
    found = on_record(product, _InAnswer(held, code))
    return {one.recipient: day_in(product, one.upto) for one in found} if declared or found else None


@dataclass(frozen=True)
class _InAnswer:
    """What a person has, as it was gathered for their answer; fulfils ``Theirs``. What was blocked is among the rows."""

    held: Sequence[Held]
    code: str
    blocked: tuple[Document, ...] = ()

    @property
    def reached(self) -> frozenset[str]:
        """As the protocol says."""
        return frozenset(one.content.place.table for one in self.held)

    tables = reached

    def rows(self, table: str, columns: Sequence[str], only: Condition | None = None) -> Iterator[Row]:
        """As the protocol says."""
        for one in self.held:
            if one.content.place.table == table:
                at = [one.columns.index(name) if name in one.columns else None for name in columns]
                yield from (tuple(None if index is None else row[index] for index in at) for row in one.rows)
