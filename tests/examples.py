"""How many examples a property is tried with."""

from __future__ import annotations

import os

#: whether chance chooses the examples; see `make explore`
EXPLORING = os.environ.get("ZUSAGE_CHANCE") == "explore"


def examples(number: int) -> int:
    """All of them where chance chooses; a third where they are the same in each run, of which more find nothing that is new."""
    return number if EXPLORING else max(20, number // 3)
