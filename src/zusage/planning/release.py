"""Which rows a rule lets go, and which it holds: as conditions, with every doubt in favour of keeping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from zusage.promises.condition import (
    NEVER,
    Column,
    Condition,
    Exists,
    Key,
    Not,
    Possibly,
    Shaped,
    Surely,
    all_of,
    any_of,
    exists_beside,
    joined,
)
from zusage.promises.condition import IsNull as Missing
from zusage.promises.lines import beyond
from zusage.promises.period import Period
from zusage.promises.promise import Change, Part, Rule
from zusage.promises.starting_point import StartingPoint

from .clock import Clock, Window


def applies(rule: Rule) -> Condition:
    """The row belongs to the rule's population."""
    return Surely(rule.only) if rule.only else all_of()


def over(rule: Rule, clock: Clock, window: Window, start: StartingPoint, period: Period) -> Condition:
    """A period of the rule is certainly over and whoever must be warned of it was, or the erasure of the row was demanded; and no exception can hold."""
    warned = (Surely(rule.warned),) if rule.warned else ()
    ended = all_of(clock.placeable(start, window), Surely(clock.over(start, period)), *warned)
    parts = [any_of(ended, Surely(rule.demanded)) if rule.demanded else ended]
    if rule.unless:
        parts.append(Not(Possibly(rule.unless)))
    return all_of(*parts)


def due(rule: Rule, clock: Clock, window: Window) -> Condition:
    """The rule's maximum has passed for the row; never true of a rule without one."""
    if not (rule.start and rule.at_most):
        return NEVER
    return all_of(applies(rule), over(rule, clock, window, rule.start, rule.at_most), *nobody_waits(rule))


def released(rule: Rule, clock: Clock, window: Window) -> Condition:
    """The rule does not hold the row (any more): it is outside the population, or its time is over and it waits for nothing."""
    periods = [period for period in (rule.at_most, rule.at_least) if period]
    outside = Not(Possibly(rule.only)) if rule.only else NEVER
    if rule.start is None or not periods:
        return outside
    ended = (over(rule, clock, window, rule.start, period) for period in dict.fromkeys(periods))
    return any_of(outside, all_of(*ended, *nobody_waits(rule)))


def nobody_waits(rule: Rule) -> Iterable[Condition]:
    """No row that keeps the row while it refers to it is left."""
    for waits in rule.waits:
        yield Not(exists_beside(waits.table, rule.table, refers(waits.columns, rule.table, waits.referred)))


def refers(columns: Sequence[str], table: str, referred: Sequence[Key]) -> Condition:
    """A row's ``columns`` refer to ``referred`` of the row of ``table`` around it."""
    return joined(columns, None, referred, table)


def parts_released(parts: Iterable[Part], root: str, held: Mapping[str, Condition]) -> list[Condition]:
    """No row that belongs to the row is still held by a rule of its own; ``held`` says by table when one is."""
    found: list[Condition] = []
    chain = list(parts)
    for part in chain:
        if part.table in held:
            condition = all_of(refers(part.columns, part.of, part.referred), held[part.table])
            found.append(Not(through(chain, part, root, condition)))
    return found


def parts_under(parts: Sequence[Part], table: str) -> Iterable[Part]:
    """Those of some parts that belong, however deep, to rows of a table."""
    for part in parts:
        if part.of == table:
            yield part
            yield from parts_under(parts, part.table)


def through(chain: list[Part], part: Part, root: str, condition: Condition) -> Condition:
    """A row of a part, however deep, that belongs to the row of ``root`` and fulfils the condition."""
    inner = Exists(part.table, condition)
    if part.of == root:
        return inner
    above = next(p for p in chain if p.table == part.of)
    return through(chain, above, root, all_of(refers(above.columns, above.of, above.referred), inner))


def belongs_to(chain: list[Part], part: Part, root: str, condition: Condition) -> Condition:
    """A row of a part belongs, however deep, to a row of ``root`` that fulfils the condition."""
    if part.of != root:
        above = next(p for p in chain if p.table == part.of)
        condition = belongs_to(chain, above, root, condition)
    return Exists(part.of, all_of(joined(part.columns, part.table, part.referred, None), condition))


def emptied(columns: Iterable[str]) -> tuple[Change, ...]:
    """Changes that leave nothing in the columns."""
    return tuple(Change(column=column, how="clear") for column in columns)


def unchanged(changes: Iterable[Change]) -> Condition:
    """Some column does not have its final shape yet; what is missing needs no change."""
    return any_of(*(_differs(change) for change in changes))


def _differs(change: Change) -> Condition:
    column = Column(change.column)
    match change.how:
        case "clear":
            return Not(Missing(column))
        case "constant":
            return Not(Possibly(Shaped(column, "constant", change.value)))
        case "truncate":
            return Not(Possibly(Shaped(column, "truncated", change.value)))
        case "multiple" | "beginning":
            return Not(Possibly(Shaped(column, change.how, change.value)))
        case "unique":
            return Not(Possibly(Shaped(column, "unique", change.value)))
        case "json":
            return Not(Possibly(Shaped(column, "json", change.value)))
        case "items":
            return change.among or NEVER
        case "pseudonymise":
            return Not(Possibly(Shaped(column, "pseudonym")))
        case "mask":
            return Not(Missing(beyond(str(change.value))))
        case "code":
            return Not(Missing(column))
