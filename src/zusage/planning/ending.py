"""The steps that take people out of the rows in which a purpose finds them: pure.

They are carried out at once and never written down: their conditions hold keys and addresses.

What a suspension holds is not deleted, and nothing is changed in it but what says that the purpose uses it: a hold keeps data for a
proceeding, and gives nobody leave to go on advertising with them (Art. 17(3)(e), 21(3) GDPR).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from zusage.promises.condition import (
    ALWAYS,
    Column,
    Compare,
    Condition,
    IsNull,
    Literal,
    Not,
    Possibly,
    Surely,
    all_of,
    any_of,
    columns_of,
)
from zusage.promises.derive import parts_of
from zusage.promises.lists import listed
from zusage.promises.manifest import Ending, Manifest, SetTo
from zusage.promises.promise import Change, Part, Rule

from .above import links_above
from .count import Looks, counted
from .draft import World, leaving
from .foreseeing import foresee
from .held import unsuspended
from .order import in_order
from .plan import Action, ChangeColumns, DeleteRows, Selection, Step

Given = bool | int | str | None
#: what stands in the manifest for the time at which it happens
NOW = "now"


def endings(world: World, looks: Looks, wanted: Iterable[tuple[Ending, Condition]]) -> tuple[Step, ...]:
    """Steps for each ending and the rows that it is about, in an order that foreign keys allow. Raises ForeignKeyCycle."""
    drafted = [step for ending, where in wanted for step in _steps(world, ending, where)]
    numbered = [replace(step, id=f"{n:02d}-{step.promise}") for n, step in enumerate(in_order(drafted, world.inventories), 1)]
    return tuple(step for step in counted(replace(world, suspensions=()), foresee(numbered), looks) if step.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Rows in which a purpose finds people, and that a suspension holds."""

    #: as system.table
    table: str
    rows: int
    #: the suspension, why it was placed and when it is to be reviewed
    suspension: str
    reason: str
    review_on: date
    #: columns that are set in them all the same, so that the purpose finds them no more; none: they stay as they are
    marks: tuple[str, ...]


def held(world: World, looks: Looks, wanted: Iterable[tuple[Ending, Condition]]) -> Iterator[Held]:
    """What each suspension in force holds of the rows that the purpose uses; to be asked before anything is carried out."""
    for ending, where in wanted:
        step = _step(world, ending, where)
        for one in world.suspensions:
            free = unsuspended(step, [one])
            theirs = all_of(Surely(where), used(ending), Not(free))
            rows = looks.count(Selection(system=step.system, table=step.table, where=theirs)) if free != ALWAYS else 0
            if rows:
                yield Held(
                    table=ending.data,
                    rows=rows,
                    suspension=one.id,
                    reason=one.reason,
                    review_on=one.review_on,
                    marks=_marks(ending),
                )


def used(ending: Ending) -> Condition:
    """The rows that the purpose uses; one of which nobody can tell is used."""
    return Possibly(ending.only) if ending.only is not None else ALWAYS


def _steps(world: World, ending: Ending, where: Condition) -> Iterator[Step]:
    """What nothing holds goes, or is set; of what is held only the marks are set."""
    step = _step(world, ending, where)
    free = unsuspended(step, world.suspensions)
    yield replace(step, where=all_of(step.where, free))
    marks = _marks(ending)
    if free != ALWAYS and isinstance(ending.then, SetTo) and marks:
        alone = ending.then.model_copy(update={"set_": {name: ending.then.set_[name] for name in marks}})
        step = _step(world, ending.model_copy(update={"then": alone}), where)
        yield replace(step, where=all_of(step.where, Not(free)))


def _marks(ending: Ending) -> tuple[str, ...]:
    """The columns by which the purpose tells whom it uses, as far as they are set."""
    if not isinstance(ending.then, SetTo) or ending.only is None:
        return ()
    table = ending.data.split(".", 1)[1]
    telling = {column for of, column in columns_of(ending.only, table) if of == table}
    return tuple(name for name in ending.then.set_ if name in telling)


def _step(world: World, ending: Ending, where: Condition) -> Step:
    about = listed(world.manifest, ending)
    rule = Rule(
        id="ending",
        activity="",
        system=about.system,
        table=about.table,
        columns=(),
        classes=(),
        only=None,
        unless=None,
        start=None,
        at_least=None,
        at_most=None,
        parts=_parts(world.manifest, ending.data) if ending.then == "delete" else (),
    )
    action, still = _action(world, ending)
    step = leaving(world, rule, all_of(Surely(where), used(ending), still), action)
    step = replace(step, above=links_above(world.rules, rule))  # what it belongs to may be held
    return step if isinstance(action, DeleteRows) else replace(step, referrers=(), loosened=())  # the row stays


def _parts(manifest: Manifest, table: str) -> tuple[Part, ...]:
    found = (parts_of(activity.data, table) for activity in manifest.activities.values() if table in activity.data)
    return next((parts for parts in found if parts), ())


def _action(world: World, ending: Ending) -> tuple[Action, Condition]:
    """What is done, and the rows of which it is not done yet."""
    if not isinstance(ending.then, SetTo):
        return DeleteRows(), ALWAYS
    values = {name: _value(world, ending, name, value) for name, value in ending.then.set_.items()}
    left = (_not_yet(name, given, values[name]) for name, given in ending.then.set_.items())
    changes = (Change(column=name, how="clear" if value is None else "constant", value=value) for name, value in values.items())
    return ChangeColumns(tuple(changes)), any_of(*left)


def _not_yet(column: str, given: Given, value: Given) -> Condition:
    if given is None:
        return Not(IsNull(Column(column)))
    return IsNull(Column(column)) if given == NOW else Not(Surely(Compare("=", Column(column), Literal(value))))


def _value(world: World, ending: Ending, column: str, given: Given) -> Given:
    """The value as the column holds it; an instant in the zone in which the system stores its times."""
    if given != NOW:
        return given
    system, table = ending.data.split(".", 1)
    declared = world.manifest.databases[system]
    at, unit = world.clock.as_of, declared.epochs.get(f"{table}.{column}")
    if unit in ("seconds", "milliseconds"):
        return int(at.timestamp()) * (1 if unit == "seconds" else 1000)
    info = world.inventories[system].tables[table].column(column)
    local = at.astimezone(ZoneInfo(declared.zones.get(f"{table}.{column}", declared.time_zone)))
    if info is not None and info.kind == "date":
        return local.date().isoformat()
    return _instant(local, with_zone=info is not None and "with time zone" in info.declared.lower())


def _instant(at: datetime, *, with_zone: bool) -> str:
    return at.isoformat(sep=" ", timespec="seconds") if with_zone else f"{at:%Y-%m-%d %H:%M:%S}"
