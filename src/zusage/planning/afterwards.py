"""What a plan makes free and cannot take itself: rows that wait for references which a later step of it empties. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .plan import BlockRows, DeleteRows, Step
from .somebody import emptied, waits


def freed_later(steps: Sequence[Step]) -> Iterator[tuple[Step, Step]]:
    """Steps by which rows leave their table, each with a later one that empties references for which such rows wait.

    Counted and chosen before these were emptied, those rows are in no step: they go with a plan that is made afterwards.
    """
    for number, step in enumerate(steps):
        if isinstance(step.action, DeleteRows | BlockRows):
            yield from ((step, later) for later in steps[number + 1 :] if not later.stopped and _frees(step, later))


def _frees(step: Step, later: Step) -> bool:
    same = (step.system, step.table) == (later.system, later.table)
    within = {name for tree in step.trees for name in tree.columns} if same else set()
    return bool(within & emptied(later)) or waits(step, later)
