"""Tables that refer to themselves, as the prover sees them: by the foreign keys that its own reader finds."""

from __future__ import annotations

from zusage.promises.condition import ALWAYS, NEVER, Condition, Surely, Under, all_of, any_of
from zusage.promises.inventory import TableInfo

from .sorting import Cases


def with_trees(cases: Cases, table: TableInfo | None, emptied: Condition = ALWAYS) -> Cases:
    """One more case where the database forbids to delete what is referred to: some row under the row falls into a case itself.

    Where it would delete or change the row under it as well, a suspension of that row alone keeps the one above.
    ``emptied`` says what must be so of a row that waits.
    """
    stays = Surely(any_of(*(condition for _, condition in cases)))
    held = Surely(any_of(*(condition for name, condition in cases if name == "suspended" and condition != NEVER)))
    under = [
        Under(key.table, key.columns, key.referred, stays if key.on_delete in ("NO ACTION", "RESTRICT") else held)
        for key in (table.trees if table else ())
        if held != Surely(NEVER) or key.on_delete in ("NO ACTION", "RESTRICT")
    ]
    return [*cases, ("what refers to it stays", all_of(emptied, any_of(*under)))] if under else cases
