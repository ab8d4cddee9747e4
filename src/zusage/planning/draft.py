"""From promises, inventories and a clock to the steps of a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from zusage.promises.condition import (
    NEVER,
    Before,
    Column,
    Condition,
    Exists,
    Not,
    Possibly,
    Rare,
    Surely,
    all_of,
    any_of,
    joined,
)
from zusage.promises.derive import aggregates_of, classed
from zusage.promises.inside import meet, split
from zusage.promises.inventory import Inventory
from zusage.promises.manifest import Manifest
from zusage.promises.promise import Change, Protected, Rule, SmallestGroup
from zusage.promises.row_files import files_of

from . import circles, elsewhere, groups, release
from .above import links_above
from .afterwards import with_what_is_freed
from .clock import Clock, Window
from .disclosed import with_recipients
from .firing import with_triggers
from .foreseeing import foresee
from .keyless import with_keys
from .order import in_order, parts_in_order, waited_for
from .overdue import of_blocked
from .parting import parted
from .plan import Action, BlockRows, ChangeColumns, DeleteRows, Obstacle, RefreshView, Step
from .somebody import found_through, references_first, theirs_alone, ways
from .suspension import Suspension
from .with_files import with_files


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that planning looks at."""

    manifest: Manifest
    rules: tuple[Rule, ...]
    inventories: Mapping[str, Inventory]
    clock: Clock
    suspensions: tuple[Suspension, ...] = ()
    protections: tuple[Protected, ...] = ()
    #: where the plan is for one person alone: which rows of each system.table are theirs; no other row is touched
    theirs: Mapping[str, Condition] | None = None
    #: where the plan is for some activities alone, these; what others hold is still respected
    only: frozenset[str] = frozenset()
    #: the rules by their tables; empty until somebody asks
    _on: dict[tuple[str, str], list[Rule]] = field(init=False, default_factory=dict, compare=False, repr=False)

    def window(self, system: str) -> Window:
        """The plausible times of a system."""
        return self.clock.window(self.manifest, system)

    def on(self, system: str, table: str) -> list[Rule]:
        """Every rule about a table."""
        if not self._on:
            found: dict[tuple[str, str], list[Rule]] = {}
            for rule in self.rules:
                found.setdefault((rule.system, rule.table), []).append(rule)
            self._on.update(found)
        return list(self._on.get((system, table), ()))


def draft(world: World) -> tuple[Step, ...]:
    """Every step that the promises ask for, in an order that foreign keys allow; nothing is counted yet."""
    asked = (rule for rule in world.rules if not world.only or rule.activity in world.only)
    drafted: Iterable[Step] = (step for rule in asked for step in _of_rule(world, rule))
    drafted = theirs_alone(world.theirs, drafted) if world.theirs is not None else chain(drafted, _out_of_small_groups(world))
    files = files_of(world.manifest)
    drafted = (with_files(step, files) for step in drafted)
    steps = [_with_triggers(world, step) for step in drafted]
    steps = [with_keys(step, world.inventories[step.system]) for step in steps]
    if world.theirs is None:  # of a demand the recipients are found by the person
        steps = [with_recipients(step, world.manifest, world.inventories[step.system]) for step in steps]
    steps += [_protect(world, promise) for promise in world.protections if world.theirs is None]
    through = found_through(world.manifest) if world.theirs is not None else None
    ordered = in_order(steps, world.inventories, through, waited_for(world.rules, steps))
    if world.theirs is not None:
        ordered = references_first(world.manifest, ordered)
    ordered = with_what_is_freed(ordered, world.suspensions)
    numbered = [replace(step, id=f"{n:02d}-{step.promise}") for n, step in enumerate(ordered, 1)]
    blocked = () if world.theirs is not None else tuple(of_blocked(world, len(numbered)))
    return tuple(foresee(numbered)) + blocked


def _of_rule(world: World, rule: Rule) -> Iterable[Step]:
    window = world.window(rule.system)
    table = world.inventories[rule.system].tables.get(rule.table)
    if rule.at_most and rule.start:
        due = release.due(rule, world.clock, window)
        if table and table.materialised:
            still = all_of(due, release.unchanged(rule.changes)) if rule.changes else due
            yield replace(_take(world, rule, "at-most", still, RefreshView()), referrers=(), loosened=())
            return
        if rule.changes:
            yield change(world, rule, due, ChangeColumns(rule.changes))
        else:
            whole = _take(world, rule, "at-most", due, DeleteRows())
            yield _with_trees(world, whole)
            if whole.where != due:  # something else may hold the row
                # which rows wait for others is known when those that need not are gone
                lasting = table is not None and bool(table.trees) and _shares(world, rule)
                yield from _take_rest(world, rule, due if lasting else all_of(due, Not(Surely(whole.where))))
            yield from _clear_rest(world, rule, due)
    if world.theirs is not None:
        yield from _kept_for_a_duty(world, rule)
    elif rule.purpose_ends and rule.purpose_start and rule.start and rule.at_most:
        ended = all_of(
            release.applies(rule),
            release.over(rule, world.clock, window, rule.purpose_start, rule.purpose_ends),
            world.clock.placeable(rule.start, window),
            *release.nobody_waits(rule),
        )
        whose = () if rule.person else ways(world.manifest, rule.system, rule.table)
        action = BlockRows(rule.start, rule.at_most, world.clock.zone, rule.person, whose=whose)
        yield _with_trees(world, _take(world, rule, "blocked", ended, action))


def _kept_for_a_duty(world: World, rule: Rule) -> Iterable[Step]:
    """What a statutory minimum still needs leaves the application's reach until its last day (Art. 17(3)(b) GDPR)."""
    if rule.at_least and rule.at_most and rule.start and rule.deletes:
        window = world.window(rule.system)
        needed = all_of(
            release.applies(rule),
            world.clock.placeable(rule.start, window),
            Not(Surely(release.over(rule, world.clock, window, rule.start, rule.at_most))),
            *release.nobody_waits(rule),
        )
        action = BlockRows(rule.start, rule.at_most, world.clock.zone, rule.person)
        yield _with_trees(world, _take(world, rule, "blocked", needed, action))


def _out_of_small_groups(world: World) -> Iterable[Step]:
    """What may remain of people only in large groups goes from small ones; who is in a group is no matter of one person."""
    for promise in aggregates_of(world.manifest):
        known = {rule.id: rule for rule in world.rules}
        rule = known.get(promise.rule.id) if promise.rule else None
        if (promise.rule and rule is None) or (world.only and (rule is None or rule.activity not in world.only)):
            continue
        among = groups.remains(replace(promise, rule=rule), world.clock, world.window(promise.system))
        for level in promise.levels:
            rare = groups.too_small(promise, level, among)
            if level.linked:
                yield parted(world, promise, rule, rare)
            else:
                yield _out_of_a_group(world, promise, rule, rare, release.emptied(level.emptied))


def _out_of_a_group(world: World, promise: SmallestGroup, rule: Rule | None, rare: Rare, changes: tuple[Change, ...]) -> Step:
    action = ChangeColumns(changes)
    if rule is not None:
        return replace(change(world, replace(rule, changes=changes, elsewhere=()), rare, action), promise=promise.id)
    touched = {change.column for change in changes}
    holders = [other for other in world.on(promise.system, promise.table) if touched & set(other.columns)]
    free = [release.released(other, world.clock, world.window(promise.system)) for other in holders]
    return Step(
        id="",
        promise=promise.id,
        system=promise.system,
        table=promise.table,
        action=action,
        where=all_of(rare, *free, release.unchanged(changes)),
        suspensions=tuple(s.id for s in world.suspensions),
    )


def _with_triggers(world: World, step: Step) -> Step:
    return with_triggers(step, world.inventories[step.system], world.manifest, world.suspensions)


def _protect(world: World, promise: Protected) -> Step:
    """Lines that reached the storage with what should never have reached it; those of after the plan are for the next one."""
    time = Column(world.manifest.logs[promise.system].time if promise.system in world.manifest.logs else "time")
    return Step(
        id="",
        promise=promise.id,
        system=promise.system,
        table=promise.table,
        action=ChangeColumns((promise.change,)),
        where=all_of(
            Not(Surely(Not(Before(time, world.clock.as_of, world.clock.zone)))),
            Not(Possibly(promise.unless)) if promise.unless is not None else all_of(),
            release.unchanged((promise.change,)),
        ),
        suspensions=tuple(s.id for s in world.suspensions),
    )


def _take(world: World, rule: Rule, kind: str, due: Condition, action: Action) -> Step:
    """Rows leave their table: every purpose that holds anything of them must have let go."""
    rule = _with_every_part(world, rule)
    others = [
        release.released(other, world.clock, world.window(rule.system))
        for other in world.on(rule.system, rule.table)
        if other.id != rule.id and not (isinstance(action, BlockRows) and _minimum_only(other, rule))
    ]
    parts = parts_in_order(rule.parts, world.inventories[rule.system])
    held = {part.table: _part_held(world, rule, part.table) for part in parts}
    free = release.parts_released(parts, rule.table, {t: c for t, c in held.items() if c != NEVER})
    return Step(
        id="",
        promise=f"{rule.id}/{kind}",
        system=rule.system,
        table=rule.table,
        action=action,
        where=all_of(due, *others, *free, *_elsewhere_released(world, rule)),
        parts=parts,
        elsewhere=rule.elsewhere,
        below=tuple(one.part for one in rule.elsewhere),
        loosened=tuple(circles.loosened(rule.table, parts, world.inventories[rule.system])),
        above=links_above(world.rules, rule),
        referrers=tuple(_referrers(world, rule)),
        without_undo=_without_undo(world, rule),
        suspensions=tuple(s.id for s in world.suspensions),
    )


def _with_every_part(world: World, rule: Rule) -> Rule:
    """The rule with what lives and dies with its rows by another purpose's word: it goes with them, whichever rule comes first."""
    named = {part.table for part in rule.parts}
    others = (part for other in world.on(rule.system, rule.table) for part in other.parts if part.table not in named)
    return replace(rule, parts=(*rule.parts, *{part.table: part for part in others}.values()))


def leaving(world: World, rule: Rule, where: Condition, action: Action, kind: str = "restricted") -> Step:
    """Rows of a table leave it, whatever other rules say; what refers to them from outside stops the step."""
    step = _with_trees(world, _take(replace(world, rules=(), suspensions=()), rule, kind, where, action))
    found = _with_triggers(replace(world, suspensions=()) if kind == "restricted" else world, step)
    return replace(found, alters=()) if kind == "restricted" else found  # its own suspension holds the very rows


def _with_trees(world: World, step: Step) -> Step:
    """Where rows of the table refer to each other: a row waits for those under it."""
    table = world.inventories[step.system].tables.get(step.table)
    return replace(step, where=circles.leaves_only(table, step.where), trees=circles.trees_of(table))


def _elsewhere_released(world: World, rule: Rule) -> Iterable[Condition]:
    def lets_go(other: Rule) -> Condition:
        return release.released(other, world.clock, world.window(rule.system))

    def held(other: Rule, table: str) -> Collection[str]:
        return classed(world.manifest, other.activity, f"{other.system}.{table}")

    return elsewhere.released(rule, world.rules, lets_go, held)


def _minimum_only(other: Rule, rule: Rule) -> bool:
    """A minimum of the same columns does not forbid blocking, if it ends for sure before what is blocked is deleted."""
    return other.at_most is None and set(other.columns) <= set(rule.columns) and rule.blocks_as_long_as(other)


def _part_held(world: World, rule: Rule, table: str) -> Condition:
    """A row of a part is held by a rule of its own, or by another row to which it belongs as well."""
    window = world.window(rule.system)
    held: list[Condition] = [
        Not(Surely(release.released(other.as_held, world.clock, window)))
        for other in world.on(rule.system, table)
        if not other.changes or other.at_least
    ]
    for other in world.rules:
        for link in other.parts if other.system == rule.system else ():
            if link.table == table and link not in rule.parts:
                owner = Not(Surely(release.released(other, world.clock, window)))
                held.append(release.belongs_to(list(other.parts), link, other.table, owner))
    return any_of(*held)


def _take_rest(world: World, rule: Rule, stays: Condition) -> Iterable[Step]:
    """Where the row is due and stays for another purpose, what belongs to it for this one alone goes."""
    others = [other for other in world.rules if other.system == rule.system and other.id != rule.id]
    beside = _with_every_part(world, rule).parts
    shared = {table for other in others for table in (other.table, *(part.table for part in other.parts))}
    for part in rule.parts:
        if part.of == rule.table and part.table not in shared:
            link = joined(part.columns, part.table, part.referred, None)
            below = replace(
                rule,
                table=part.table,
                columns=(),
                waits=(),
                elsewhere=(),
                parts=tuple(release.parts_under(rule.parts, part.table)),
            )
            step = _take(world, below, "at-most", Exists(rule.table, all_of(link, stays)), DeleteRows())
            yield _with_trees(world, replace(step, below=(*step.below, *beside)))


def _shares(world: World, rule: Rule) -> bool:
    """Other purposes hold something of the row, or what belongs to it."""
    if any(other.id != rule.id and other.columns for other in world.on(rule.system, rule.table)):
        return True
    return any(_part_held(world, rule, part.table) != NEVER for part in rule.parts) or any(_elsewhere_released(world, rule))


def _clear_rest(world: World, rule: Rule, due: Condition) -> Iterable[Step]:
    """Where other purposes still need the row or what belongs to it, the columns that no purpose holds any more are emptied."""
    others = [other for other in world.on(rule.system, rule.table) if other.id != rule.id]
    needed = {column for other in others for column in other.columns}
    own = tuple(column for column in rule.columns if column not in needed)
    table = world.inventories[rule.system].tables.get(rule.table)
    left_alone = {*table.primary_key, *(column.name for column in table.columns if column.generated)} if table else set()
    if own and _shares(world, rule):
        changes = release.emptied(column for column in own if column not in left_alone)
        whole = _with_every_part(world, rule)  # a hold on any of them holds the row
        step = change(world, replace(whole, changes=changes, elsewhere=()), due, ChangeColumns(changes))
        yield replace(step, below=(*step.below, *(one.part for one in rule.elsewhere)))


def change(world: World, rule: Rule, due: Condition, action: ChangeColumns) -> Step:
    """Columns of rows that are due are changed where no other purpose needs them as they are."""
    window = world.window(rule.system)
    touched = {change.column for change in rule.changes}
    others = [
        release.released(other, world.clock, window)
        for other in world.on(rule.system, rule.table)
        if touched & set(other.columns) - _apart(world, rule, other) and rule.must_wait_for(other)
    ]
    return Step(
        id="",
        promise=f"{rule.id}/at-most",
        system=rule.system,
        table=rule.table,
        action=action,
        where=all_of(
            due, *others, *_elsewhere_released(world, rule), any_of(release.unchanged(rule.changes), *elsewhere.unfinished(rule))
        ),
        elsewhere=rule.elsewhere,
        below=(*parts_in_order(rule.parts, world.inventories[rule.system]), *(one.part for one in rule.elsewhere)),
        above=links_above(world.rules, rule),
        without_undo=_without_undo(world, replace(rule, parts=())),
        suspensions=tuple(s.id for s in world.suspensions),
    )


def _apart(world: World, rule: Rule, other: Rule) -> set[str]:
    """Documents in which two people have a part each, and the other purpose's part is not what is taken out."""
    said = world.manifest.activities[other.activity].data.get(f"{rule.system}.{rule.table}")
    found = set()
    for column in {change.column for change in rule.changes}:
        shares = [path for name in (said.shared if said else ()) for base, path in [split(name)] if base == column and path]
        taken = [
            tuple(str(c.value).replace("[]", "").split(".")) if c.how == "json" else ()
            for c in rule.changes
            if c.column == column
        ]
        if shares and said and column not in said.shared and not any(meet(one, share) for one in taken for share in shares):
            found.add(column)
    return found


def _referrers(world: World, rule: Rule) -> Iterable[Obstacle]:
    """Foreign keys from outside that point to the rows or to what belongs to them."""
    inventory = world.inventories[rule.system]
    inside = {rule.table, *(part.table for part in rule.parts)}
    links = {(part.table, *zip(part.columns, part.referred, strict=True)) for part in rule.parts} | elsewhere.links(rule)
    for table in sorted(inside):
        for other, key in inventory.referrers(table):
            enforced = key.on_delete in ("NO ACTION", "RESTRICT")
            link = (other.name, *zip(key.columns, key.referred, strict=False))
            goes_along = (
                other.name in inside and enforced and not other.name == table != rule.table
            )  # may belong to a row that stays
            if link not in links and not goes_along:
                yield Obstacle(table=other.name, columns=key.columns, of=table, referred=key.referred, on_delete=key.on_delete)


def _without_undo(world: World, rule: Rule) -> tuple[str, ...]:
    tables = world.inventories[rule.system].tables
    names = dict.fromkeys((rule.table, *(part.table for part in (*rule.parts, *(one.part for one in rule.elsewhere)))))
    return tuple(name for name in names if name in tables and not tables[name].transactional)
