"""A walk that is cut into ranges before it begins, so that a condition is not asked once more of every row to find each batch."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..dialects.port import Element
from .port import Cutting

#: what a sample is taken to miss
_MARGIN = 8 / 7


@dataclass(slots=True)
class Ranges:
    """The ranges that are left of a walk along one column; a batch is one of them, or several."""

    #: the last place of each range, and how many rows it had
    left: deque[tuple[Any, int]] = field(default_factory=deque)
    #: how the database says a division of whole numbers
    divides: str = "/"
    #: the last place of the range before
    behind: Any = None
    #: a walk was cut
    made: bool = False

    def cut(
        self, connection: sa.Connection, clause: sa.TableClause, place: Element, where: Element, stretch: Element, how: Cutting
    ) -> int:
        """Count each stretch of the table; where one has more rows than a batch may, rows are counted off. Returns how many match."""
        found = connection.execute(_counted(clause, place, where, stretch)).all()
        if any(rows > how.size for _, rows in found):
            found = connection.execute(self._counted_off(clause, place, where, how.size)).all()
        return self._take(found)

    def cut_by_index(
        self, connection: sa.Connection, clause: sa.TableClause, place: Element, stretch: Element, how: Cutting,
        serves: Callable[[sa.Select[Any, int]], bool],
    ) -> int | None:  # fmt: skip
        """Count in an index more rows than match, if these are no more than the plan has left: then no more match either.

        None where no index alone ``serves`` that, where they are more, or a stretch has more than a batch may.
        """
        if how.wider is None:
            return None
        asked = _counted(clause, place, how.wider, stretch, most=how.planned + 1)
        if not serves(asked):
            return None
        found = connection.execute(asked).all()
        fits = sum(rows for _, rows in found) <= how.planned and all(rows <= how.size for _, rows in found)
        return self._take(found) if fits else None

    def numbered(self, connection: sa.Connection, clause: sa.TableClause, place: Element, ranges: int) -> Element:
        """The stretch of a row, where whole numbers from the least to the greatest are cut into so many."""
        ends = (sa.select(end(place)).select_from(clause).scalar_subquery() for end in (sa.func.min, sa.func.max))
        least, greatest = connection.execute(sa.select(*ends)).one()  # each by itself, or SQLite would read the whole table
        return self._divided(place, 1 if least is None else (int(greatest) - int(least)) // ranges + 1)

    def estimate(self, ends: Sequence[Any], met: Mapping[int, int], rows: int) -> None:
        """Take stretches that end so, and of which a sample had so many of ``rows``; a seventh more, for it is no count."""
        each = rows * _MARGIN / max(1, sum(met.values()))
        self._take([(end, math.ceil(met.get(n, 0) * each)) for n, end in enumerate(ends)])

    def _take(self, found: Sequence[Any]) -> int:
        self.made = True
        self.left = deque((last, int(rows)) for last, rows in found)
        return sum(rows for _, rows in self.left)

    def _divided(self, number: Element, by: int) -> Element:
        return number.op(self.divides)(sa.literal_column(str(by)))

    def _counted_off(self, clause: sa.TableClause, place: Element, where: Element, size: int) -> sa.Select[Any, int]:
        """The last place of every ``size`` rows that match, in their order, and how many they are."""
        number = sa.func.row_number().over(order_by=place)
        each = sa.select(place.label("place"), number.label("number")).select_from(clause).where(where).subquery("each")
        part = self._divided(sa.literal_column("(number - 1)"), size).label("part")
        return sa.select(sa.func.max(each.c.place), sa.func.count()).select_from(each).group_by(part).order_by(part)

    def next(self, size: int, planned: int) -> tuple[Any, Any, int]:
        """Behind which place, and up to which, the next batch lies; and how many rows a statement may find there at most."""
        before, (self.behind, rows) = self.behind, self.left.popleft()
        while self.left and rows + self.left[0][1] <= size:
            self.behind, more = self.left.popleft()
            rows += more
        return before, self.behind, max(rows, min(planned, 2 * size))


def _counted(
    clause: sa.TableClause, place: Element, where: Element, stretch: Element, most: int | None = None
) -> sa.Select[Any, int]:
    """The last place of each stretch that has rows which match, in their order, and how many they are; of so many rows at most."""
    each = sa.select(place.label("place"), stretch.label("stretch")).select_from(clause).where(where).limit(most).subquery("each")
    last = sa.func.max(each.c.place)
    return sa.select(last, sa.func.count()).select_from(each).group_by(each.c.stretch).order_by(last)
