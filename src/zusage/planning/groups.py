"""What remains of people only in groups that are large enough: which rows go from groups that are too small.

1.  Among what remains of a rule is a row in which everything that goes has gone, and that is nobody's: the rule cuts the link to the
    person, or the time of the row is over.
2.  From a group of too few people the columns go that need not remain; what is left of its rows is the remainder. Where all who are
    alike in what remains in any case are too few, that goes too.
3.  A remainder of too few people could be found by subtraction: the next smallest group goes too.
4.  What a suspension or another purpose holds counts for its group and is not changed.
5.  Rows of other tables that stay joined to a row are looked at when its own columns are in large groups. Where those who are alike in
    them too are too few, the references to the row are emptied, so that they belong to nobody's row any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from zusage.promises.condition import (
    Among,
    And,
    Column,
    Compare,
    Condition,
    Exists,
    Linked,
    Literal,
    Not,
    Rare,
    Surely,
    all_of,
    any_of,
)
from zusage.promises.promise import Level, Rule, SmallestGroup

from . import elsewhere, release
from .clock import Clock, Window
from .plan import ChangeColumns, Obstacle, Step


def remains(promise: SmallestGroup, clock: Clock, window: Window) -> Condition:
    """The rows that are counted in groups (1)."""
    if promise.rule is not None:
        return _of_rule(promise.rule, promise.cut, clock, window)
    parts: list[Condition] = [Surely(promise.only)] if promise.only is not None else []
    if promise.counts:
        parts.append(Surely(Compare(">=", Column(promise.counts), Literal(0))))
    if promise.settled:
        start, after = promise.settled
        parts += [clock.placeable(start, window), Surely(clock.over(start, after))]
    return all_of(*parts)


def _of_rule(rule: Rule, cut: bool, clock: Clock, window: Window) -> Condition:
    changed = Not(any_of(release.unchanged(rule.changes), *elsewhere.unfinished(rule)))
    plain = replace(rule, demanded=None, warned=None)
    over = all_of() if cut or not (rule.start and rule.at_most) else release.over(plain, clock, window, rule.start, rule.at_most)
    return all_of(release.applies(rule), changed, over)


def too_small(promise: SmallestGroup, level: Level, where: Condition) -> Rare:
    """The rows of which something goes at a level (2, 3)."""
    changes = promise.rule.changes if promise.rule else ()
    first = {change.column: int(change.value or 0) for change in changes if change.how == "truncate"}
    less = {change.column: change.value or 1 for change in changes if change.how in ("multiple", "beginning")}
    return Rare(
        table=promise.table,
        where=where,
        columns=level.by,
        goes=level.goes,
        at_least=promise.at_least,
        counts=promise.counts,
        first=tuple((name, first[name]) for name in level.by if name in first),
        less=tuple((name, less[name]) for name in level.by if name in less),
        linked=level.linked,
    )


def hangs_on_all(step: Step) -> bool:
    """Whether it hangs on all rows of the step which of them go, so that they go together: half of a group is another group."""
    return rare_in(step.where) is not None


def depth(step: Step) -> int:
    """Which of several comes first: the one that looks at less. What belongs to the rows of a group is looked at last."""
    rare = rare_in(step.where)
    return len(rare.linked) if rare else 0


def rare_in(where: Condition) -> Rare | None:
    """What a step asks of groups: of its own rows, or of those to which its rows belong."""
    match where:
        case Rare():
            return where
        case And(parts):
            return next((found for part in parts if (found := rare_in(part))), None)
        case Exists(_, inner):
            return rare_in(inner)
        case _:
            return None


def after(step: Step, earlier: Sequence[Step], gone: Callable[[str], Iterable[Condition]]) -> Condition:
    """What the step will find when the steps before it are done: rows that they make anonymous are counted in groups as well.

    ``gone`` are conditions that hold of rows of a table which no earlier step takes away.
    """
    rare = rare_in(step.where)
    if rare is None:
        return step.where
    ending = step.promise.rpartition("/")[0] + "/at-most"
    changing = [s for s in earlier if s.system == step.system and isinstance(s.action, ChangeColumns)]
    here = [s for s in changing if s.table == rare.table]
    becoming = [Among(s.id) for s in here if s.promise == ending]
    before = [s for s in here if s.promise == step.promise]
    empty = [
        s for s in before if not rare.linked and set(rare.columns) <= cleared(s)
    ]  # nothing is left in them, whatever else goes
    taken = [Not(Among(s.id)) for s in empty]
    seen = replace(
        rare,
        where=all_of(any_of(rare.where, *becoming), *gone(rare.table), *taken),
        linked=tuple(_still(one, [s for s in earlier if s.system == step.system]) for one in rare.linked),
        emptied=tuple((s.id, tuple(c for c in rare.columns if c in cleared(s))) for s in before if s not in empty),
    )
    found = _with(step.where, seen)
    return found if found == step.where else all_of(found, *(taken if rare.table == step.table else ()))


def _with(where: Condition, rare: Rare) -> Condition:
    match where:
        case Rare():
            return rare
        case And(parts):
            return all_of(*(_with(part, rare) for part in parts))
        case Exists(table, inner, name):
            return Exists(table, _with(inner, rare), name)
        case _:
            return where


def _still(one: Linked, earlier: Iterable[Step]) -> Linked:
    """What will belong to a row: neither what goes before, nor what no longer refers to the row."""
    gone = [s for s in earlier if s.table == one.table and (not isinstance(s.action, ChangeColumns) or cleared(s) & set(one.by))]
    within = tuple(_still(further, earlier) for further in one.within)
    return replace(one, where=all_of(one.where, *(Not(Among(s.id)) for s in gone)), within=within)


def cleared(step: Step) -> frozenset[str]:
    """The columns that a step empties."""
    changes = step.action.changes if isinstance(step.action, ChangeColumns) else ()
    return frozenset(change.column for change in changes if change.how == "clear")


def within_parts(step: Step) -> tuple[Obstacle, ...]:
    """Where what belongs to a row of the step may refer to what belongs to another, so that both go in one transaction."""
    return tuple(one for one in step.referrers if one.table == one.of != step.table)
