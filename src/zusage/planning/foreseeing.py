"""What a step will find when the steps before it are done: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from zusage.promises.condition import (
    Among,
    And,
    Condition,
    Exists,
    Not,
    Surely,
    Under,
    all_of,
    exists_beside,
    joined,
)
from zusage.promises.promise import Part

from . import circles, groups, release
from .apart import apart
from .plan import BlockRows, DeleteRows, Obstacle, Step
from .somebody import emptied, refers_by


def foresee(steps: Iterable[Step]) -> Iterable[Step]:
    """Rows that an earlier step takes away do not stand in a later one's way, nor do references that it empties."""
    taken: dict[tuple[str, str], list[tuple[Step, Condition]]] = {}
    earlier: list[Step] = []
    for step in steps:
        going = partial(_going, taken, step)
        gone = _gone(going, step, step.table)
        where = groups.after(step, earlier, partial(_gone, going, step))
        earlier.append(step)
        seen = replace(step, foreseen=all_of(_seen(where, going, step), *gone))
        if isinstance(step.action, DeleteRows | BlockRows) or emptied(step):
            leaves = Among(step.id)
            taken.setdefault((step.system, step.table), []).append((step, leaves))
            for part in step.parts:
                through = release.belongs_to(list(step.parts), part, step.table, leaves)
                taken.setdefault((step.system, part.table), []).append((step, through))
        yield seen


#: of a table: which steps before take rows or empty columns, and in which rows
_Going = Sequence[tuple[Step, Condition]]
_Taken = Mapping[tuple[str, str], Sequence[tuple[Step, Condition]]]


def _going(taken: _Taken, step: Step, table: str) -> _Going:
    return taken.get((step.system, table), ())


def _gone(going: Callable[[str], _Going], step: Step, table: str) -> list[Condition]:
    """True of the rows that no earlier step takes away."""
    return [Not(Surely(rows)) for by, rows in going(table) if not emptied(by) and not apart(by, step)]


def _seen(where: Condition, going: Callable[[str], _Going], step: Step) -> Condition:
    match where:
        case Not(part=Exists(table, link, name)) if found := [f for f in going(table) if not _of_others(f[0], step, table, link)]:
            stays = [Not(Surely(gone)) for by, gone in found if not emptied(by) or refers_by(link, emptied(by))]
            return Not(Exists(table, all_of(link, *stays), name))
        case Not(part=Under(table, columns, _, inner) as under) if found := list(going(table)):
            stays = [Not(Surely(gone)) for by, gone in found if not emptied(by)]
            seen = replace(under, where=all_of(_seen_below(inner, going, step), *stays))
            return Not(_loosened(seen, [gone for by, gone in found if emptied(by) & set(columns)]))
        case And(parts):
            return all_of(*(_seen(part, going, step) for part in parts))
        case _:
            return where


def _of_others(by: Step, step: Step, table: str, link: Condition) -> bool:
    """What goes belongs, by the very link that is asked for, to rows that stand apart from those of the step; it is not theirs."""
    ways = {part.columns for part in by.parts if part.table == table and part.of == by.table}
    return table != step.table and apart(by, step) and any(refers_by(link, frozenset(columns)) for columns in ways)


def _seen_below(where: Condition, going: Callable[[str], _Going], step: Step) -> Condition:
    """A row under another waits itself no longer for what goes."""
    match where:
        case Not(Surely(part)):
            return Not(Surely(_seen(part, going, step)))
        case _:
            return where


def _loosened(under: Under, emptied: Sequence[Condition]) -> Under:
    """Rows in which the references are emptied are under nothing any more, nor is what is under them."""
    return replace(under, through=all_of(*(Not(Surely(rows)) for rows in emptied))) if emptied else under


def loosened(where: Condition, step: Step, earlier: Iterable[Step]) -> Condition:
    """What a step will find of rows under others when the steps before it have emptied references."""
    before = [s for s in earlier if (s.system, s.table) == (step.system, step.table)]
    match where:
        case And(parts):
            return all_of(*(loosened(part, step, before) for part in parts))
        case Not(Under(table, columns) as under) if table == step.table:
            return Not(_loosened(under, [Among(s.id) for s in before if emptied(s) & set(columns)]))
        case Under(table, columns) if table == step.table:
            return _loosened(where, [Among(s.id) for s in before if emptied(s) & set(columns)])
        case _:
            return where


def stays(step: Step, obstacle: Obstacle, earlier: Iterable[Step], taken: Condition) -> Condition:
    """The rows of the step that a referring row would lose: one that no earlier step takes away.

    ``taken`` says which rows of its own table the step takes.
    """
    if obstacle.table == obstacle.of == step.table:
        return loosened(circles.stays_under(step, obstacle.columns, obstacle.referred, taken), step, earlier)
    before = (s for s in earlier if s.system == step.system and obstacle.table != obstacle.of)
    gone = [one for s in before for one in _takes(s, obstacle)]
    link = all_of(release.refers(obstacle.columns, obstacle.of, obstacle.referred), *(Not(Surely(g)) for g in gone))
    exists = exists_beside(obstacle.table, obstacle.of, link)
    if obstacle.of == step.table:
        return exists
    chain = list(step.parts)
    part = next(p for p in chain if p.table == obstacle.of)
    if obstacle.table == obstacle.of:
        along = [
            _along(chain, part, step.table, exists.name or part.table, taken),
            *(Among(s.id) for s in earlier if s.table == part.table),
        ]
        exists = replace(exists, where=all_of(link, *(Not(Surely(one)) for one in along)))
    return release.through(chain, part, step.table, all_of(release.refers(part.columns, part.of, part.referred), exists))


def _along(chain: list[Part], part: Part, root: str, name: str, taken: Condition) -> Condition:
    """The row of a part, called ``name``, belongs itself to a row that is taken."""
    above = next((p for p in chain if p.table == part.of), None)
    inner = taken if above is None or part.of == root else release.belongs_to(chain, above, root, taken)
    return Exists(part.of, all_of(joined(part.columns, name, part.referred, None), inner))


def _takes(by: Step, obstacle: Obstacle) -> Iterator[Condition]:
    """Which rows of the referring table an earlier step takes: rows of its own, or what goes with them."""
    leave = isinstance(by.action, DeleteRows | BlockRows)
    if by.table == obstacle.table and (leave or emptied(by) & set(obstacle.columns)):
        yield Among(by.id)
    for part in by.parts if leave else ():
        if part.table == obstacle.table:
            yield release.belongs_to(list(by.parts), part, by.table, Among(by.id))
