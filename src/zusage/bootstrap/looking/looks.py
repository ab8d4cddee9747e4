"""What planning sees of a product."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from .side_by_side import weights

if TYPE_CHECKING:
    from zusage.connectors.port import Reader
    from zusage.planning.count import Weighed
    from zusage.planning.plan import Selection, Weight
    from zusage.promises.condition import Condition
    from zusage.promises.promise import Part

    from ..product import Product


@dataclass(frozen=True, slots=True)
class Looks:
    """What planning needs to see, through Readers."""

    product: Product
    #: in place of the product's own, of the systems named here
    readers: Mapping[str, Reader] = field(default_factory=dict)
    _totals: dict[tuple[str, str], int] = field(default_factory=dict)

    def _reader(self, system: str) -> Reader:
        return self.readers.get(system) or self.product.reader(system)

    def ahead(self, asked: Sequence[tuple[str, Callable[[Looks], Weighed]]]) -> Generator[Weighed, None, None]:
        """The answers in the order of the questions, two at once where there are many."""
        return weights(self, asked)

    def total(self, system: str, table: str) -> int:
        """All rows of a table; counted once."""
        from zusage.planning.plan import Selection

        if (system, table) not in self._totals:
            self._totals[system, table] = self._reader(system).count(Selection(system=system, table=table))
        return self._totals[system, table]

    def still(self, system: str) -> AbstractContextManager[None]:
        """All that is asked of the system inside is answered from one state of it."""
        return self._reader(system).snapshot()

    def count(self, selection: Selection) -> int:
        """Rows of a selection."""
        return self._reader(selection.system).count(selection)

    def rows(self, selection: Selection, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
        """The values of some columns: for whoever may learn them, and for nothing else."""
        return self._reader(selection.system).rows(selection, columns)

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Rows of a selection and what hangs on them."""
        return self._reader(selection.system).weigh(selection, parts, marks, sets)

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows that must go, and all."""
        return self.product.blocked().due(system, before, limits)

    def blocked_of(self, code: str) -> Sequence[tuple[str, int]]:
        """What is blocked of a person, by rule, unless a suspension holds it."""
        return [(rule, rows) for rule, rows, _ in self.product.blocked().until(code, held=False)]
