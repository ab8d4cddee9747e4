"""What remains of people only in groups that are large enough: which rows go from groups that are too small.

1.  Among what remains of a rule is a row in which everything that goes has gone, and that is nobody's: the rule cuts the link to the
    person, or the time of the row is over.
2.  From a group of too few people the columns go that need not remain; what is left of its rows is the remainder. Where all who are
    alike in what remains in any case are too few, that goes too.
3.  A remainder of too few people could be found by subtraction: the next smallest group goes too.
4.  What a suspension or another purpose holds counts for its group and is not changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zusage.promises.condition import Among, And, Column, Compare, Condition, Literal, Not, Rare, Surely, all_of, any_of
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
    )


def hangs_on_all(step: Step) -> bool:
    """Whether it hangs on all rows of the step which of them go, so that they go together: half of a group is another group."""
    parts = step.where.parts if isinstance(step.where, And) else (step.where,)
    return any(isinstance(part, Rare) for part in parts)


def after(step: Step, earlier: Iterable[Step], gone: Iterable[Condition]) -> Condition:
    """What the step will find when the steps before it are done: rows that they make anonymous are counted in groups as well.

    ``gone`` are conditions that hold of rows which no earlier step takes away.
    """
    ending = step.promise.rpartition("/")[0] + "/at-most"
    here = [s for s in earlier if (s.system, s.table) == (step.system, step.table) and isinstance(s.action, ChangeColumns)]
    becoming = [Among(s.id) for s in here if s.promise == ending]
    taken = [Not(Among(s.id)) for s in here if s.promise == step.promise]  # nothing is left in them, whatever else goes
    seen = _seen(step.where, becoming, [*gone, *taken])
    return seen if seen == step.where else all_of(seen, *taken)


def _seen(where: Condition, becoming: list[Among], gone: list[Condition]) -> Condition:
    match where:
        case Rare():
            return replace(where, where=all_of(any_of(where.where, *becoming), *gone))
        case And(parts):
            return all_of(*(_seen(part, becoming, gone) for part in parts))
        case _:
            return where


def within_parts(step: Step) -> tuple[Obstacle, ...]:
    """Where what belongs to a row of the step may refer to what belongs to another, so that both go in one transaction."""
    return tuple(one for one in step.referrers if one.table == one.of != step.table)
