"""Values that are generalised, as the reference for what databases make of them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from .tree import beginning


def lessened(value: Any, step: int | str) -> Any:
    """A whole number as a multiple, or a day as the first of its month, year or decade; nothing of anything else."""
    match value, step:
        case int(), int():
            return value - value % step
        case Decimal(), int() if value.is_finite() and value == int(value):  # what a column of numbers has for a whole one
            return value - value % step
        case date(), str():
            return beginning(value, step)
        case str(), str() if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*", value):
            with suppress(ValueError):  # no day that a calendar has
                return beginning(date.fromisoformat(value[:10]), step).isoformat()
            return None
        case _:
            return None
