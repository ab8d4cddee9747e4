"""How many examples a property is tried with."""

from __future__ import annotations

import os

#: chance chooses the examples, or as many as that are tried; see `make explore` and `make thorough`
_ALL = os.environ.get("ZUSAGE_CHANCE") == "explore" or os.environ.get("ZUSAGE_EXAMPLES") == "all"


def examples(number: int) -> int:
    """All of them where somebody wants to be thorough; else a third, of which more find nothing new in a run like the one before."""
    return number if _ALL else max(20, number // 3)
