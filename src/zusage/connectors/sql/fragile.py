"""The tables by which a step changes something and that a killed server can leave damaged, since their engines have no transactions."""

from __future__ import annotations

from zusage.planning.plan import Step
from zusage.promises.condition import Condition, columns_of
from zusage.promises.inventory import Inventory, TableInfo

from .needing import needs_of


def fragile(step: Step, free: Condition, there: Inventory) -> list[TableInfo]:
    """Those that the step, or what holds its rows, looks at or changes and that cannot undo a change."""
    needs = needs_of([step], there)
    names = needs.reads | needs.deletes | needs.changes.keys() | {table for table, _ in columns_of(free, step.table)}
    return [there.tables[name] for name in sorted(names) if name in there.tables and not there.tables[name].transactional]
