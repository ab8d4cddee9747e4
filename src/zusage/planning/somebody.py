"""What narrows steps to one person's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from zusage.promises.condition import Condition, Surely, all_of
from zusage.promises.manifest import Manifest

from .plan import RefreshView, Step


def found_through(manifest: Manifest) -> Mapping[tuple[str, str], set[tuple[str, str]]]:
    """For each table those whose rows are the person's because of its rows."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for activity in manifest.activities.values():
        for table, data in activity.data.items():
            if data.about:
                system, bare = table.split(".", 1)
                found.setdefault((system, data.about.table.split(".", 1)[1]), set()).add((system, bare))
    return found


def theirs_alone(theirs: Mapping[str, Condition], steps: Iterable[Step]) -> Iterable[Step]:
    """The steps on tables in which the person has rows, for these rows alone. A stored view has no rows of anybody's own."""
    for step in steps:
        mine = theirs.get(f"{step.system}.{step.table}")
        if mine is not None and not isinstance(step.action, RefreshView):
            yield replace(step, where=all_of(Surely(mine), step.where))
