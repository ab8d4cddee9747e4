"""Rows that part from small groups: they stay, belong to nobody's row any more, and only a rule of their own reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..derive import aggregates_of
from ..finding import Severity
from ..loading import Loaded
from .coverage import kept
from .rule import Spot, rule


@rule(
    "parted-without-rule",
    Severity.WARNING,
    why="rows that part from a group which is too small stay and belong to no row any more, so that what else is in them is kept for ever",
    advice="give the table a rule of its own under keep that also reaches rows without a reference, such as {data: system.table, at_most: P1Y, from: …}",
    source="Art. 5(1)(e), recital 26 GDPR",
)
def parted_without_rule(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Rows joined to an aggregate, in a table that no rule of its own ends."""
    ended = {one.table for one in kept(loaded) if one.keep.at_most or one.keep.until}
    for promise in aggregates_of(loaded.manifest):
        for table in dict.fromkeys(f"{promise.system}.{link.table}" for link in promise.linked):
            if table not in ended:
                yield Spot((*promise.path, "joined"), f"{promise.id} parts rows of {table}, and no rule of their own ends them")
