"""The steps that take people out of the rows in which a purpose finds them: pure.

They are carried out at once and never written down: their conditions hold keys and addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
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
)
from zusage.promises.derive import listed, parts_of
from zusage.promises.manifest import Ending, Manifest, SetTo
from zusage.promises.promise import Change, Part, Rule

from .count import Looks, counted
from .draft import World, leaving, unsuspended
from .foreseeing import foresee
from .order import in_order
from .plan import Action, ChangeColumns, DeleteRows, Step

Given = bool | int | str | None
#: what stands in the manifest for the time at which it happens
NOW = "now"


def endings(world: World, looks: Looks, wanted: Iterable[tuple[Ending, Condition]]) -> tuple[Step, ...]:
    """A step for each ending and the rows that it is about, in an order that foreign keys allow. Raises ForeignKeyCycle.

    A row that a suspension holds is not deleted; a column of it is set all the same, for that takes nothing away.
    """
    drafted = [_step(world, ending, where) for ending, where in wanted]
    numbered = [replace(step, id=f"{n:02d}-{step.promise}") for n, step in enumerate(in_order(drafted, world.inventories), 1)]
    free = [replace(step, where=all_of(step.where, _free(world, step))) for step in numbered]
    return tuple(step for step in counted(replace(world, suspensions=()), foresee(free), looks) if step.rows)


def used(ending: Ending) -> Condition:
    """The rows that the purpose uses; one of which nobody can tell is used."""
    return Possibly(ending.only) if ending.only is not None else ALWAYS


def _free(world: World, step: Step) -> Condition:
    return unsuspended(step, world.suspensions) if isinstance(step.action, DeleteRows) else ALWAYS


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
