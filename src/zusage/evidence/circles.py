"""Tables that refer to themselves, as the prover sees them: by the foreign keys that its own reader finds."""

from __future__ import annotations

from zusage.promises.condition import ALWAYS, Condition, Surely, Under, all_of, any_of
from zusage.promises.inventory import TableInfo

from .sorting import Cases


def with_trees(cases: Cases, table: TableInfo | None, emptied: Condition = ALWAYS) -> Cases:
    """One more case where the database forbids to delete what is referred to: some row under the row falls into a case itself.

    ``emptied`` says what must be so of a row that waits.
    """
    keys = [key for key in table.trees if key.on_delete in ("NO ACTION", "RESTRICT")] if table else []
    stays = Surely(any_of(*(condition for _, condition in cases)))
    under = [Under(key.table, key.columns, key.referred, stays) for key in keys]
    return [*cases, ("what refers to it stays", all_of(emptied, any_of(*under)))] if under else cases
