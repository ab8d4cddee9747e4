"""Rows behind the last one of a portion, in the order of some columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

Element = sa.ColumnElement[Any]


def behind(order: Sequence[Element], last: Sequence[Element]) -> Element:
    """Greater in the first column, or equal there and greater in the next. Said so that an index over the columns serves it."""
    ways = [sa.and_(*(order[i] == last[i] for i in range(n)), order[n] > last[n]) for n in range(len(order))]
    return ways[0] if len(ways) == 1 else sa.and_(order[0] >= last[0], sa.or_(*ways))
