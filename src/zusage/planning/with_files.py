"""Files go with the rows that they belong to, and a step that would lose them is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from zusage.promises.row_files import columns_in

from .plan import BlockRows, ChangeColumns, DeleteRows, Step


def with_files(step: Step, files: Mapping[str, tuple[str, ...]]) -> Step:
    """The step with the files of its rows and of what belongs to them; ``files`` says by system.table where they are."""
    tables = (step.table, *(part.table for part in step.parts))
    theirs = tuple((table, path) for table in tables for path in files.get(f"{step.system}.{table}", ()))
    match step.action:
        case DeleteRows():
            return replace(step, files=theirs)
        case BlockRows() if theirs:
            what = (
                f"rows of {theirs[0][0]} have files, and blocking takes rows alone out of reach. Nothing was blocked. "
                "Give what a duty keeps a table of its own without files, or keep the files in the row"
            )
            return replace(step, refused=(*step.refused, what))
        case ChangeColumns() if lost := list(_lost(step, files)):
            what = (
                f"{', '.join(lost)} of {step.table} names files that would be nobody's afterwards. Nothing was changed. "
                "Let the row be deleted, or leave the column as it is"
            )
            return replace(step, refused=(*step.refused, what))
        case _:
            return step


def _lost(step: Step, files: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    if isinstance(step.action, ChangeColumns):
        named = {name for path in files.get(f"{step.system}.{step.table}", ()) for name in columns_in(path)}
        yield from (change.column for change in step.action.changes if change.column in named)
