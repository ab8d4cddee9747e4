"""What narrows steps to the rows of some people, and lets rows go that waited for a reference which the same plan empties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from zusage.promises.condition import And, Column, Compare, Condition, Exists, IsNull, Not, Surely, all_of
from zusage.promises.inside import items_in
from zusage.promises.manifest import Manifest
from zusage.promises.promise import Part

from .places import Place, places
from .plan import BlockRows, ChangeColumns, DeleteRows, RefreshView, Step, Whose


def found_through(manifest: Manifest) -> Mapping[tuple[str, str], set[tuple[str, str]]]:
    """For each table those whose rows are the person's because of its rows."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for activity in manifest.activities.values():
        for table, data in activity.data.items():
            if data.about:
                system, bare = table.split(".", 1)
                found.setdefault((system, data.about.table.split(".", 1)[1]), set()).add((system, bare))
    return found


def whose_of(people: str, place: Place, among: Condition) -> Whose:
    """How a row in a place tells whose it is, of people for whom a condition holds."""
    links = []
    at = place
    while at.above is not None and at.link is not None:
        links.append(Part(table=at.bare, columns=at.link.keys, of=at.above.bare, referred=at.link.to()))
        at = at.above
    return Whose(people=people, links=tuple(links), column=at.column, among=among)


def ways(manifest: Manifest, system: str, table: str) -> tuple[Whose, ...]:
    """How the rows of a table tell whose they are, through whatever links."""
    return tuple(
        whose_of(people, place, Not(IsNull(Column(place.root.column))))
        for people in manifest.people
        for place in places(manifest, people)
        if place.table == f"{system}.{table}" and not place.candidate and not items_in(place.root.column)
    )


def theirs_alone(theirs: Mapping[str, Condition], steps: Iterable[Step]) -> Iterable[Step]:
    """The steps on tables in which the person has rows, for these rows alone. A stored view has no rows of anybody's own."""
    for step in steps:
        mine = theirs.get(f"{step.system}.{step.table}")
        if mine is not None and not isinstance(step.action, RefreshView):
            yield replace(step, where=all_of(Surely(mine), step.where))


def emptied(step: Step) -> frozenset[str]:
    """Columns that a step leaves empty in the rows that it changes: through them they refer to nothing any more."""
    changes = step.action.changes if isinstance(step.action, ChangeColumns) else ()
    return frozenset(change.column for change in changes if change.how == "clear")


def refers_by(link: Condition, columns: Collection[str]) -> bool:
    """Whether a row of the inner table is meant only while one of these columns of it has a value."""
    match link:
        case And(parts):
            return any(refers_by(part, columns) for part in parts)
        case Surely(part):
            return refers_by(part, columns)
        case Compare("=", Column(one, None), _) if one in columns:
            return True
        case Compare("=", _, Column(other, None)):
            return other in columns
        case _:
            return False


def references_first(manifest: Manifest, steps: Sequence[Step]) -> list[Step]:
    """Before rows that wait for a reference goes the step that empties it, where nothing else is found through that.

    Not where rows of its table leave it as well, nor where other steps find their rows through it: those would miss them afterwards.
    """
    hanging: dict[str, set[str]] = {}
    for activity in manifest.activities.values():
        for table, data in activity.data.items():
            for link in (data.part_of, data.about):
                hanging.setdefault(link.table if link else "", set()).add(table)
    names = {f"{step.system}.{step.table}" for step in steps}
    leaving = [step for step in steps if isinstance(step.action, DeleteRows | BlockRows)]
    left = {(step.system, step.table) for step in leaving}

    def early(step: Step) -> bool:
        apart = (step.system, step.table) not in left and not hanging.get(f"{step.system}.{step.table}", set()) & names
        return bool(emptied(step)) and apart and any(waits(one, step) for one in leaving)

    return sorted(steps, key=lambda step: not early(step))


def waits(step: Step, change: Step) -> bool:
    """Whether rows of a step can stay because of references that another empties."""
    if step.system != change.system:
        return False
    columns = emptied(change)
    held = any(one.table == change.table and set(one.columns) & columns for one in step.referrers)
    return held or any(
        isinstance(part, Not)
        and isinstance(part.part, Exists)
        and part.part.table == change.table
        and refers_by(part.part.where, columns)
        for part in conjuncts(step.where)
    )


def conjuncts(where: Condition) -> Iterable[Condition]:
    """All that must hold for the whole to hold."""
    if not isinstance(where, And):
        yield where
        return
    for part in where.parts:
        yield from conjuncts(part)
