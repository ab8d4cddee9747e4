"""How the prover sorts the rows of a table for one promise: derived from the promise, never from a Step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from zusage.planning.suspension import Suspension, held_by
from zusage.promises.condition import (
    ALWAYS,
    NEVER,
    Column,
    Compare,
    Condition,
    Exists,
    IsNull,
    Linked,
    Literal,
    Not,
    Possibly,
    Surely,
    all_of,
    any_of,
    exists_beside,
    joined,
)
from zusage.promises.derive import classed
from zusage.promises.keep_rule import WARNED_AHEAD
from zusage.promises.lines import ADDRESSES, FITS
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period
from zusage.promises.promise import Elsewhere, EveryRow, Level, Part, Protected, Rule, SmallestGroup
from zusage.promises.starting_point import StartingPoint

from .carrying import carries, too_much
from .limits import believable, certainly, certainly_not, over
from .observation import UNTIL_LATELY

Cases = list[tuple[str, Condition]]
#: how long a warning is remembered at least; whoever was held for longer is warned anew
_REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """A suspension that holds no more."""

    suspension: Suspension
    placed_at: datetime
    lifted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """All that sorting needs to know."""

    manifest: Manifest
    rules: tuple[Rule, ...]
    suspensions: Sequence[Suspension]
    as_of: datetime
    #: suspensions that held rows until they were lifted
    lifted: Sequence[Lifted] = ()

    @property
    def zone(self) -> str:
        """The manifest's time zone."""
        return self.manifest.time_zone

    def over(self, start: StartingPoint, period: Period) -> Condition:
        """The period is over now."""
        return over(start, period, self.as_of, self.zone)

    def believable(self, rule: Rule, start: StartingPoint) -> Condition:
        """The starting point of a row is usable."""
        return believable(start, self.manifest.stores[rule.system], self.as_of, self.zone)


def at_most(outlook: Outlook, rule: Rule) -> Cases:
    """Cases for a maximum; rows that no case takes are there too long."""
    if rule.start is None or rule.at_most is None:
        raise ValueError(f"{rule.id} has no maximum with a starting point")
    return [
        *_common(outlook, rule, rule.start, rule.at_most),
        *_suspended_until_lately(outlook, rule, rule.start, rule.at_most),
        ("changed", Not(any_of(carries(rule.changes), *_left_elsewhere(rule)))) if rule.changes else ("changed", NEVER),
        ("needed by another purpose", _needed(outlook, rule)),
    ]


def purpose_ended(outlook: Outlook, rule: Rule) -> Cases:
    """Cases for blocking; rows that no case takes should be out of reach."""
    if rule.purpose_start is None or rule.purpose_ends is None:
        raise ValueError(f"{rule.id} has no end of purpose")
    users = [other for other in _others(outlook, rule) if not _kept_in_the_vault(other, rule)]
    return [
        *_common(outlook, rule, rule.purpose_start, rule.purpose_ends),
        ("needed by another purpose", any_of(*(_holds(outlook, other) for other in users), *_below(outlook, rule))),
    ]


def protected(outlook: Outlook, promise: Protected) -> Cases:
    """Cases for what never reaches the storage of a log; lines that no case takes hold it."""
    change = promise.change
    held = held_by(outlook.suspensions, promise.system, promise.table)
    cases: Cases = [("suspended", Possibly(held))] if held != NEVER else []
    if change.column == ADDRESSES:
        return [*cases, ("no address", IsNull(Column(ADDRESSES))), ("masked", Not(too_much(change)))]
    cases += [("unplaceable", IsNull(Column(FITS))), ("left out", Not(too_much(change)))]
    if promise.unless is not None:
        cases += [("excepted", certainly(promise.unless)), ("unplaceable", Not(certainly_not(promise.unless)))]
    return cases


def every_row(outlook: Outlook, promise: EveryRow) -> Cases:
    """Cases for what every row must be; rows that no case takes are not so although they must be."""
    fulfilled, violated = Surely(promise.condition), Surely(Not(promise.condition))
    if promise.once is None:
        return [("fulfilled", fulfilled), ("unplaceable", Not(any_of(fulfilled, violated)))]
    start, after = promise.once
    store = outlook.manifest.stores[promise.system]
    return [
        ("fulfilled", fulfilled),
        ("unplaceable", Not(all_of(violated, believable(start, store, outlook.as_of, outlook.zone)))),
        ("not yet due", Not(Surely(outlook.over(start, after)))),
    ]


def remaining(outlook: Outlook, promise: SmallestGroup) -> Cases:
    """Cases for what remains of people; rows that no case takes are counted in groups."""
    if promise.rule is None:
        return _figures(outlook, promise)
    rule = promise.rule
    cases: Cases = [
        ("outside the rule", certainly_not(rule.only)),
        ("unplaceable", Not(certainly(rule.only))),
        ("still of a person", any_of(carries(rule.changes), *_left_elsewhere(rule))),
    ]
    if promise.cut or rule.start is None or rule.at_most is None:
        return cases
    over = all_of(outlook.believable(rule, rule.start), Surely(outlook.over(rule.start, rule.at_most)))
    excepted = [certainly_not(rule.unless)] if rule.unless is not None else []
    return [*cases, ("not yet due", Not(all_of(over, *excepted)))]


def _figures(outlook: Outlook, promise: SmallestGroup) -> Cases:
    cases: Cases = [("outside the figures", certainly_not(promise.only)), ("unplaceable", Not(certainly(promise.only)))]
    if promise.counts:
        cases.append(("unplaceable", Not(Surely(Compare(">=", Column(promise.counts), Literal(0))))))
    if promise.settled:
        start, after = promise.settled
        store = outlook.manifest.stores[promise.system]
        cases.append(("unplaceable", Not(believable(start, store, outlook.as_of, outlook.zone))))
        cases.append(("not yet settled", Not(Surely(outlook.over(start, after)))))
    return cases


def held_as_it_is(outlook: Outlook, promise: SmallestGroup, level: Level) -> Condition:
    """A suspension holds the row, or another purpose needs as it is what would go from it where its group is too small."""
    rule, goes = promise.rule, set(level.emptied)
    here = [r for r in outlook.rules if (r.system, r.table) == (promise.system, promise.table) and goes & set(r.columns)]
    sharing = [other for other in here if rule is None or rule.must_wait_for(other)]
    if rule is not None:
        suspended = _suspended(outlook, rule)
    else:
        held = held_by(outlook.suspensions, promise.system, promise.table)
        suspended = Possibly(held) if held != NEVER else NEVER
    joined_to_it = _held_beside(outlook, promise, level.linked[-1]) if level.linked else NEVER
    return any_of(suspended, joined_to_it, *(_holds(outlook, other) for other in sharing))


def _held_beside(outlook: Outlook, promise: SmallestGroup, link: Linked) -> Condition:
    """Something that would no longer belong to the row is held, or another purpose needs it, or what it says, as it is."""
    held, needed = held_by(outlook.suspensions, promise.system, link.table), {*link.by, *link.columns}
    there = [r for r in outlook.rules if (r.system, r.table) == (promise.system, link.table) and needed & set(r.columns)]
    reasons = any_of(*([Possibly(held)] if held != NEVER else []), *(_holds(outlook, other) for other in there))
    if reasons == NEVER:
        return NEVER
    return Exists(link.table, all_of(joined(link.by, None, link.referred, promise.table), reasons))


def _kept_in_the_vault(other: Rule, rule: Rule) -> bool:
    """A minimum of the same columns that the vault keeps as well as the table does."""
    return other.at_most is None and set(other.columns) <= set(rule.columns) and rule.blocks_as_long_as(other)


def _common(outlook: Outlook, rule: Rule, start: StartingPoint, period: Period) -> Cases:
    """What holds a row whatever the end: outside the rule, unusable, not yet, excepted, suspended, waiting."""
    ended = outlook.over(start, period)
    unless = rule.unless
    cases: Cases = [
        ("outside the rule", certainly_not(rule.only)),
        ("unplaceable", any_of(Not(certainly(rule.only)), Not(outlook.believable(rule, start)))),
        ("not yet due", certainly_not(ended)),
    ]
    if unless is not None:
        cases += [("excepted", certainly(unless)), ("unplaceable", Not(certainly_not(unless)))]
    cases.append(("suspended", _suspended(outlook, rule)))
    waiting = [exists_beside(w.table, rule.table, joined(w.columns, None, w.referred, rule.table)) for w in rule.waits]
    cases.append(("waiting for what refers to it", any_of(*waiting)))
    return cases


def _suspended_until_lately(outlook: Outlook, rule: Rule, start: StartingPoint, period: Period) -> Cases:
    """Rows whose people must be warned and could not be while a suspension held them: they go when the time is over that a warning gives.

    Not those whose end was so near when it was placed that they should have been warned before.
    """
    if rule.warns is None:
        return []
    cases, zone = dict[str, list[Condition]](), ZoneInfo(outlook.zone)
    for one in outlook.lifted:
        last = rule.warns.after(one.lifted_at.astimezone(zone).date() + timedelta(days=WARNED_AHEAD))
        if outlook.as_of.astimezone(zone).date() <= last:
            near = over(start, period, one.placed_at + timedelta(days=rule.warns.rough_days), outlook.zone)
            forgotten = one.lifted_at - one.placed_at > _REMEMBERED
            held = _suspended(replace(outlook, suspensions=(one.suspension,)), rule)
            cases.setdefault(f"{UNTIL_LATELY} {last.isoformat()}", []).append(
                held if forgotten else all_of(held, certainly_not(near))
            )
    return [(name, any_of(*found)) for name, found in sorted(cases.items())]


def _suspended(outlook: Outlook, rule: Rule) -> Condition:
    """A suspension holds the row, something that belongs to it, or something to which it belongs."""
    found = [held_by(outlook.suspensions, rule.system, rule.table)]
    whole = _whole(outlook, rule)
    for part in whole.parts:
        held = held_by(outlook.suspensions, rule.system, part.table)
        owners = _suspended_above(outlook, rule.system, part.table, frozenset(), whole.parts)
        if held != NEVER or owners:
            found.append(upwards(whole, part.table, any_of(*([Possibly(held)] if held != NEVER else []), *owners)))
    found += _suspended_above(outlook, rule.system, rule.table, frozenset())
    for one in rule.elsewhere:
        held = held_by(outlook.suspensions, rule.system, one.part.table)
        found += [_somewhere(one, Possibly(held))] if held != NEVER else []
    return any_of(*(Possibly(condition) for condition in found if condition != NEVER))


def _whole(outlook: Outlook, rule: Rule) -> Rule:
    """A rule that deletes, with whatever any purpose says to live and die with its rows."""
    own = {part.table for part in rule.parts}
    others = _others(outlook, rule) if rule.deletes else []
    more = {part.table: part for other in others for part in other.parts if part.table not in own}
    return replace(rule, parts=(*rule.parts, *more.values()))


def _suspended_above(
    outlook: Outlook, system: str, table: str, seen: frozenset[str], apart: Sequence[Part] = ()
) -> list[Condition]:
    """Rows whose owner, or the owner's owner, is held, by other links than those ``apart``."""
    links = {part for rule in outlook.rules if rule.system == system for part in rule.parts if part.table == table}
    links -= set(apart)
    found: list[Condition] = []
    for link in sorted(links, key=lambda part: (part.of, part.columns)):
        if link.of in seen:
            continue
        owner = held_by(outlook.suspensions, system, link.of)
        higher = _suspended_above(outlook, system, link.of, seen | {table})
        held = any_of(*([Possibly(owner)] if owner != NEVER else []), *higher)
        if held != NEVER:
            found.append(Exists(link.of, all_of(joined(link.referred, None, link.columns, table), held)))
    return found


def upwards(rule: Rule, table: str, condition: Condition) -> Condition:
    """Some row of a part that belongs to the row fulfils the condition."""
    part = next(p for p in rule.parts if p.table == table)
    link = joined(part.columns, None, part.referred, part.of)
    inner = Exists(part.table, all_of(link, condition))
    return inner if part.of == rule.table else upwards(rule, part.of, inner)


def _somewhere(one: Elsewhere, condition: Condition) -> Condition:
    """Some row elsewhere that refers to the row fulfils the condition."""
    return Exists(one.part.table, all_of(joined(one.part.columns, None, one.part.referred, one.part.of), condition))


def _left_elsewhere(rule: Rule) -> list[Condition]:
    """Copies of the row elsewhere that still have more than they should."""
    return [_somewhere(one, carries(one.changes)) for one in rule.elsewhere]


def _needed_elsewhere(outlook: Outlook, rule: Rule) -> list[Condition]:
    """What would change elsewhere is needed there, as it is, by a rule of its own or by the minimum of a row to which it belongs."""
    found = []
    for one in rule.elsewhere:
        columns = {change.column for change in one.changes}
        for other in outlook.rules:
            keeps = not other.changes or other.at_least is not None
            if (other.system, other.table) == (rule.system, one.part.table) and keeps and columns & set(other.columns):
                found.append(_somewhere(one, _holds(outlook, other.as_held)))
            held = classed(outlook.manifest, other.activity, f"{other.system}.{one.part.table}")
            if other.system == rule.system and other.at_least and columns & held:
                minimum = _holds(outlook, replace(other, at_most=None))
                links = (link for link in other.parts if link.table == one.part.table)
                found += [_somewhere(one, _owner(other, link, minimum)) for link in links]
    return found


def _others(outlook: Outlook, rule: Rule) -> list[Rule]:
    return [r for r in outlook.rules if (r.system, r.table) == (rule.system, rule.table) and r.id != rule.id]


def _holds(outlook: Outlook, other: Rule) -> Condition:
    """Another rule may still need the row: it applies, and its time is not certainly over, or it waits."""
    periods = [period for period in (other.at_most, other.at_least) if period]
    if other.start is None or not periods:
        return Not(certainly_not(other.only))
    ended = all_of(
        outlook.believable(other, other.start),
        *(Surely(outlook.over(other.start, period)) for period in dict.fromkeys(periods)),
        certainly_not(other.unless) if other.unless is not None else all_of(),
        *(Not(exists_beside(w.table, other.table, joined(w.columns, None, w.referred, other.table))) for w in other.waits),
    )
    return all_of(Not(certainly_not(other.only)), Not(ended))


def _needed(outlook: Outlook, rule: Rule) -> Condition:
    """Others hold the row, or the part of it that is shared, and nothing that only this purpose held is left in it."""
    others = _others(outlook, rule)
    if rule.changes:
        touched = {change.column for change in rule.changes}
        sharing = [other for other in others if touched & set(other.columns) and rule.must_wait_for(other)]
        return any_of(*(_holds(outlook, other) for other in sharing), *_needed_elsewhere(outlook, rule))
    return all_of(any_of(*(_holds(outlook, other) for other in others), *_below(outlook, rule)), _emptied(outlook, rule))


def waits(outlook: Outlook, rule: Rule) -> Condition:
    """What must be so of a row that is to go and waits for those that refer to it.

    Where other purposes share the table, what only this one held is taken out of it all the same; else it waits whole.
    """
    shared = any(other.columns for other in _others(outlook, rule))
    return _emptied(outlook, rule) if shared or _below(outlook, rule) else ALWAYS


def _emptied(outlook: Outlook, rule: Rule) -> Condition:
    """Nothing that only this purpose held is left in the row, or belongs to it."""
    shared = {column for other in _others(outlook, rule) for column in other.columns}
    own = [IsNull(Column(column)) for column in rule.columns if column not in shared]
    return all_of(*own, *_nothing_left(outlook, rule))


def _nothing_left(outlook: Outlook, rule: Rule) -> list[Condition]:
    """What belongs to the row for this purpose alone is gone."""
    if not rule.parts:
        return []
    mine = {part.table for part in rule.parts}
    for other in outlook.rules:
        if other.system == rule.system and other.id != rule.id:
            mine -= {other.table, *(part.table for part in other.parts)}
    alone = [part for part in rule.parts if part.of == rule.table and part.table in mine]
    return [Not(Exists(p.table, joined(p.columns, None, p.referred, rule.table))) for p in alone]


def _below(outlook: Outlook, rule: Rule) -> list[Condition]:
    """Something that belongs to the row is needed for a purpose of its own, or belongs to what is needed."""
    rule = _whole(outlook, rule)
    if not rule.parts:
        return _needed_elsewhere(outlook, rule)
    own = [upwards(rule, other.table, _holds(outlook, other.as_held)) for other in outlook.rules if _of_part(rule, other)]
    return own + _owned_elsewhere(outlook, rule) + _needed_elsewhere(outlook, rule)


def _owned_elsewhere(outlook: Outlook, rule: Rule) -> list[Condition]:
    """Something that belongs to the row belongs as well to a row of another rule, which still needs it."""
    found = []
    for other in outlook.rules:
        for link in other.parts if other.system == rule.system else ():
            if link not in rule.parts and any(part.table == link.table for part in rule.parts):
                found.append(upwards(rule, link.table, _owner(other, link, _holds(outlook, other))))
    return found


def _owner(rule: Rule, link: Part, condition: Condition) -> Condition:
    """The row of the rule's table to which a row of a part belongs fulfils the condition."""
    if link.of != rule.table:
        condition = _owner(rule, next(part for part in rule.parts if part.table == link.of), condition)
    return Exists(link.of, all_of(joined(link.referred, None, link.columns, link.table), condition))


def _of_part(rule: Rule, other: Rule) -> bool:
    held = not other.changes or other.at_least is not None
    return other.system == rule.system and held and any(part.table == other.table for part in rule.parts)
