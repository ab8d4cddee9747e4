"""A walk that is cut into ranges before it begins, so that a condition is not asked once more of every row to find each batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..dialects.port import Element


@dataclass(slots=True)
class Ranges:
    """The ranges that are left of a walk along one column."""

    #: the last place of each range, and how many rows it had
    left: deque[tuple[Any, int]] = field(default_factory=deque)
    #: the last place of the range before
    behind: Any = None
    #: a walk was cut
    made: bool = False

    def take(self, found: Sequence[Any]) -> int:
        """Keep what ``cutting`` found; returns how many rows there were."""
        self.made = True
        self.left = deque((last, int(rows)) for last, rows in found)
        return sum(rows for _, rows in self.left)

    def next(self, size: int, planned: int) -> tuple[Any, Any, int]:
        """Behind which place, and up to which, the next range lies; and how many rows a statement may find there at most."""
        before, (self.behind, rows) = self.behind, self.left.popleft()
        return before, self.behind, max(rows, min(planned, 2 * size))


def cutting(clause: sa.TableClause, place: Element, where: Element, size: int) -> sa.Select[Any, int]:
    """The last place of every ``size`` rows that match, in their order, and how many they are."""
    number = sa.func.row_number().over(order_by=place)
    each = sa.select(place.label("place"), number.label("number")).select_from(clause).where(where).subquery("each")
    whole: Element = sa.literal_column(f"(number - 1) / {size}").label("range")  # of whole numbers, so that it is one
    return sa.select(sa.func.max(each.c.place), sa.func.count()).select_from(each).group_by(whole).order_by(whole)
