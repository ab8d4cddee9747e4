"""What a replay was to take away and is there still: seen by a look after the work, never told by the work itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .replaying import Found, planned

if TYPE_CHECKING:
    from zusage.planning.suspension import Suspension

    from ..product import Product


def remaining(product: Product, found: Found, suspensions: Sequence[Suspension]) -> dict[str, int]:
    """By table, how many rows are back that no suspension keeps where they are. Raises ForeignKeyCycle or SystemTrouble.

    What is held is counted as what a step would take were it not for the suspensions, so that a row that no step finds is never held.
    """
    if not found.returned:
        return {}
    there = Counter[str]()
    for one in found.returned:
        there[one.table] += len(one.rows)
    held = (_takes(product, found, ()) - _takes(product, found, suspensions)) if suspensions else Counter[str]()
    there.subtract(held)
    return {table: rows for table, rows in sorted(there.items()) if rows > 0}


def _takes(product: Product, found: Found, suspensions: Sequence[Suspension]) -> Counter[str]:
    """By table, the rows that the steps would take."""
    takes = Counter[str]()
    for step in planned(product, found, suspensions).steps:
        takes[f"{step.system}.{step.table}"] += step.rows
    return takes
