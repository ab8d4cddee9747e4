"""What planning and proving see of a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage.connectors.port import Reader, SystemTrouble

if TYPE_CHECKING:
    from zusage.planning.plan import Selection, Weight
    from zusage.promises.condition import Condition
    from zusage.promises.promise import Part

    from .product import Product


@dataclass(frozen=True, slots=True)
class Looks:
    """What planning needs to see, through Readers."""

    product: Product

    def count(self, selection: Selection) -> int:
        """Rows of a selection."""
        return self._reader(selection.system).count(selection)

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Rows of a selection and what hangs on them."""
        return self._reader(selection.system).weigh(selection, parts, marks, sets)

    def _reader(self, system: str) -> Reader:
        reader = self.product.readers[system]
        if isinstance(reader, SystemTrouble):
            raise reader
        return reader

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows that must go, and all."""
        return self.product.blocked().due(system, before, limits)


@dataclass(frozen=True, slots=True)
class Said:
    """What named roles have said, from our own state."""

    product: Product

    def latest(self, promise_id: str) -> date | None:
        """The day of the last attestation."""
        found = self.product.state.attestations.latest(promise_id)
        return found.at.astimezone(ZoneInfo(self.product.loaded.manifest.time_zone)).date() if found else None
