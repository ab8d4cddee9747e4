"""Rows that wait for references which a step of the same plan empties, or for rows under them that a later one takes: the plan takes
them when that is done. Pure.

1.  Rows leave before others are changed, so that no rule misses what another takes out. What waits for an emptied reference is free only
    after that: the steps by which such rows leave stand in the plan once more behind the changes, and so do those that wait for them.
2.  A plan says beforehand how many rows go. A step is put there again only where nothing else that it asks about is changed by the plan:
    else the number could not be told, and more rows than planned would stop it. What waits then goes with a plan that is made afterwards.
3.  A row is counted, and goes, in the first step that takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from zusage.promises.condition import And, Condition, Exists, Not, Surely, Under, columns_of
from zusage.promises.inside import split

from .held import unsuspended
from .plan import BlockRows, ChangeColumns, DeleteRows, RefreshView, Step
from .somebody import conjuncts, emptied, refers_by, waits
from .suspension import Suspension

#: a table and a column of it
Cell = tuple[str, str]


def freed_later(steps: Sequence[Step]) -> Iterator[tuple[Step, Step]]:
    """Steps by which rows leave their table, each with a later one that empties references for which such rows wait.

    Without those that stand in the plan again: what is left goes with a plan that is made afterwards.
    """
    for number, step in enumerate(steps):
        if isinstance(step.action, DeleteRows | BlockRows) and not step.again:
            yield from ((step, later) for later in steps[number + 1 :] if not later.stopped and _frees(step, later))


def with_what_is_freed(steps: Sequence[Step], suspensions: Sequence[Suspension]) -> list[Step]:
    """The steps in their order, with those that take what others set free behind these (1, 2)."""
    last = max((n for n, step in enumerate(steps) if not isinstance(step.action, RefreshView)), default=-1)
    freed = _freed(steps)
    again = [n for n in freed if not _changed(steps[n], steps, suspensions)]
    named = [replace(step, again=n in again) for n, step in enumerate(steps)]
    return [*named[: last + 1], *(steps[n] for n in again), *named[last + 1 :]]


def _frees(step: Step, later: Step) -> bool:
    same = (step.system, step.table) == (later.system, later.table)
    within = {name for tree in step.trees for name in tree.columns} if same else set()
    return bool(within & emptied(later)) or waits(step, later) or (same and _uncovers(step, later))


def _uncovers(step: Step, later: Step) -> bool:
    """Rows under which none may stay, and a later step by which some of those under them leave."""
    under = any(
        isinstance(part, Not) and isinstance(part.part, Under) and part.part.table == step.table for part in conjuncts(step.where)
    )
    return under and isinstance(later.action, DeleteRows | BlockRows)


def _freed(steps: Sequence[Step]) -> list[int]:
    """Where the steps stand that take what is set free, and those that wait for what these take."""
    leaving = [n for n, step in enumerate(steps) if isinstance(step.action, DeleteRows | BlockRows)]
    free = {n for n in leaving if any(_frees(steps[n], later) for later in steps[n + 1 :])}
    new = set(free)
    while new:
        tables = {(steps[n].system, table) for n in new for table in (steps[n].table, *(part.table for part in steps[n].parts))}
        new = {n for n in leaving if n not in free and any((steps[n].system, table) in tables for table in _waited_for(steps[n]))}
        free |= new
    return sorted(free)


def _waited_for(step: Step) -> Iterator[str]:
    """Tables of which rows keep rows of the step while they are there."""
    for part in conjuncts(step.where):
        match part:
            case Not(Exists(table)) | Not(Under(table)):
                yield table


def _changed(step: Step, steps: Iterable[Step], suspensions: Sequence[Suspension]) -> bool:
    """Whether the plan changes anything that decides about rows of the step, but for references that it empties (2)."""
    here = [one for one in steps if one.system == step.system]
    cleared: dict[str, set[str]] = {}
    otherwise: set[Cell] = {
        (one.part.table, split(change.column)[0]) for s in here for one in s.elsewhere for change in one.changes
    }
    for one in here:
        cleared.setdefault(one.table, set()).update(emptied(one))
        changes = one.action.changes if isinstance(one.action, ChangeColumns) else ()
        otherwise |= {(one.table, split(change.column)[0]) for change in changes if change.how != "clear"}
    seen_through = {table: {name for name in names if (table, name) not in otherwise} for table, names in cleared.items()}
    changed = otherwise | {(table, name) for table, names in cleared.items() for name in names}
    asked = [*_asks(step.where, step.table, seen_through), *_asks(unsuspended(step, suspensions), step.table, seen_through)]
    asked += [(part.table, column) for part in step.parts for column in part.columns]
    return any((table, split(name)[0]) in changed for table, name in asked)


def _asks(where: Condition, table: str, cleared: Mapping[str, set[str]]) -> Iterator[Cell]:
    """What decides whether the condition holds, without references that are seen through when they are emptied."""
    match where:
        case And(parts):
            for part in parts:
                yield from _asks(part, table, cleared)
        case Not(Exists(inner, link, name)):
            seen = {column for column in cleared.get(inner, ()) if refers_by(link, [column])}
            for of, column in columns_of(link, name or inner):
                if of != (name or inner) or column not in seen:
                    yield inner if of == name else of, column
        case Not(Under(inner, columns, referred, below)):
            yield from ((inner, column) for column in (*referred, *columns) if column not in cleared.get(inner, ()))
            match below:
                case Not(Surely(part)):
                    yield from _asks(part, inner, cleared)
                case _:
                    yield from columns_of(below, inner)
        case _:
            yield from columns_of(where, table)
