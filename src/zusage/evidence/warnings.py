"""Looks at who will soon lose what they have, and whether they were told: by the prover's own reading of the rule.

1. Looked at are the rows that would be there too long at the end of the time that the rule gives.
2. A row is told of by its key and by when its period began: whoever came back since needs a warning of the new end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from zusage.connectors.port import Reader
from zusage.planning.plan import Selection
from zusage.promises.condition import Not, Surely, all_of
from zusage.promises.promise import Rule, Warned

from . import sorting
from .circles import with_trees
from .observation import Rows, Unseen

#: tells of a row, by its key and by when its period began, whether its people were warned
Told = Callable[[tuple[object, ...]], bool]


class WarningBooks(Protocol):
    """The register of warnings, to look at."""

    def any(self, rule: Rule) -> bool:
        """Whether anybody was ever warned."""

    def told(self, rule: Rule) -> Told:
        """What is on record."""


def look_at_warnings(promise: Warned, books: WarningBooks, outlook: sorting.Outlook, reader: Reader) -> Rows | Unseen:
    """Every row whose end is near (1), by whether its people were warned (2)."""
    rule = promise.rule
    table = reader.survey().tables.get(rule.table)
    if table is None or len(table.primary_key) != 1 or rule.start is None:
        return Unseen(reason=f"{rule.table} has no key of one column, by which rows could be told apart")
    later = replace(outlook, as_of=outlook.as_of + timedelta(days=promise.before.rough_days))
    where = all_of(
        *(Not(Surely(case)) for _, case in with_trees(sorting.at_most(later, rule), table, sorting.waits(later, rule)))
    )
    warned = unwarned = 0
    told = books.told(rule)
    with reader.snapshot():
        for row in reader.rows(Selection(system=rule.system, table=rule.table, where=where), _columns(table.primary_key, rule)):
            warned, unwarned = (warned + 1, unwarned) if told(row) else (warned, unwarned + 1)
        visibility = reader.visibility(rule.table)
    if not warned + unwarned and not books.any(rule):
        return Unseen(reason="nobody is near the end, and nobody was ever warned, so nothing is shown")
    return Rows(
        forbidden=unwarned,
        allowed={"warned": warned},
        unplaceable=0,
        total=warned + unwarned,
        visible=visibility.shown,
        how_visible=visibility.how,
    )


def _columns(key: Sequence[str], rule: Rule) -> tuple[str, ...]:
    return (*key, *(rule.start.columns if rule.start else ()))
