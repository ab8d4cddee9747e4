"""The steps that take away again what a restored backup has brought back: pure. A plan names the rows by keyed codes alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from zusage.promises.condition import (
    ALWAYS,
    Before,
    Column,
    Compare,
    Condition,
    Exists,
    Literal,
    Not,
    OneOf,
    all_of,
    any_of,
    joined,
)  # fmt: skip
from zusage.promises.meaning import Meaning
from zusage.promises.promise import Rule
from zusage.promises.recognition import Mark
from zusage.promises.row_files import files_of

from .count import Looks, counted
from .draft import World, change, leaving
from .foreseeing import foresee
from .held import unsuspended
from .keyed import as_held, has
from .order import in_order
from .plan import ChangeColumns, DeleteRows, Plan, Step
from .standing_in import replaced
from .suspension import Suspension
from .with_files import with_files

#: before what stands in a plan for a key of a row, or for whose an item of a list is
STAND_IN = "erased:"
#: rows that one step names; of keys of several columns fewer, for they make a longer condition
_CHUNK, _FEW = 4000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """A row that went, and is there again."""

    code: bytes
    #: the values of its key
    key: tuple[object, ...]
    #: when it went
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Rows of one table that went for one promise in one way, and are there again."""

    #: as system.table
    table: str
    promise: str
    action: DeleteRows | ChangeColumns
    mark: Mark
    rows: tuple[Back, ...]
    #: whose the items are that went from lists in these rows, each by its code
    owners: tuple[tuple[str, str], ...] = ()


def make_replay(world: World, looks: Looks, found: Iterable[Returned], *, files: bool, meaning: Meaning, program: str) -> Plan:
    """Draft, count and freeze. What was reviewed when it went is not reviewed again, so that the guard lets all of it pass.

    ``files``: files that came back go with their rows; never of a copy, whose rows name the files of the living system.
    Raises ForeignKeyCycle.
    """
    theirs = files_of(world.manifest) if files else {}
    parts = [part for one in found for part in _chunks(one)]
    keys = keys_of(parts)
    ordered = in_order([with_files(_step(world, part), theirs) for part in parts], world.inventories)
    waiting = _without_what_is_held(ordered, world.suspensions)
    numbered = [replace(step, id=f"{n:02d}-{step.promise}") for n, step in enumerate(waiting, 1)]
    seen = [replace(step, foreseen=_filled(step.foreseen, keys)) for step in foresee(numbered)]
    return Plan(
        manifest=meaning.digest,
        parts=meaning.parts,
        as_of=world.clock.as_of,
        valid_until=world.clock.as_of + timedelta(days=1),
        zone=world.clock.zone,
        program=program,
        schemas=tuple(sorted((name, inventory.fingerprint()) for name, inventory in world.inventories.items())),
        guard=1.0,
        steps=counted(world, seen, looks),
    ).without_empty_steps()


def keys_of(found: Iterable[Returned]) -> dict[str, tuple[object, ...]]:
    """The keys of the rows, by the codes that stand for them in a plan."""
    every = list(found)
    owners = {code: (key,) for one in every for code, key in one.owners}
    return owners | {row.code.hex(): row.key for one in every for row in one.rows}


def filled(step: Step, keys: Mapping[str, tuple[object, ...]]) -> Step:
    """The step with keys of rows in the place of what stands for them."""
    where, action = _filled(step.where, keys), step.action
    return replace(step, where=where, action=_filled(action, keys) if isinstance(action, ChangeColumns) else action)


def _chunks(found: Returned) -> Iterator[Returned]:
    rows = sorted(found.rows, key=lambda row: (row.at, row.code))
    size = _CHUNK if len(found.mark.key) == 1 else _FEW
    for start in range(0, len(rows), size):
        yield replace(found, rows=tuple(rows[start : start + size]))


def _step(world: World, part: Returned) -> Step:
    rule, where = _rule(world, part), _these(world, part)
    if isinstance(part.action, ChangeColumns):
        alone = replace(world, rules=(), suspensions=())
        own = replace(rule, elsewhere=(), parts=()) if part.owners else rule  # of items nothing else goes
        return change(alone, replace(own, changes=part.action.changes, waits=()), where, part.action)
    kind = "restricted" if part.promise.endswith("/restricted") else "again"  # what a restriction hides is not erased
    return leaving(world, replace(rule, waits=()), where, part.action, kind)


def _without_what_is_held(steps: Iterable[Step], suspensions: Sequence[Suspension]) -> Iterator[Step]:
    """A row to which another refers that a suspension holds stays with it; everybody else's go, and the step is not stopped."""
    staying: dict[tuple[str, str], Condition] = {}
    for step in steps:
        kept: list[Condition] = [
            Exists(one.table, all_of(joined(one.columns, None, one.referred, step.table), staying[step.system, one.table]))
            for one in step.referrers
            if one.table != step.table and (step.system, one.table) in staying
        ]
        free = unsuspended(step, suspensions)
        if reasons := [*kept, *([] if free == ALWAYS else [Not(free)])]:
            place = (step.system, step.table)
            staying[place] = any_of(*([staying[place]] if place in staying else []), *reasons)
        yield replace(step, where=all_of(step.where, *map(Not, kept)))


def _rule(world: World, part: Returned) -> Rule:
    """The rule for which they went; where the manifest has it no more, another about the table, or none with anything beneath."""
    about = world.on(*part.table.split(".", 1))
    named = [rule for rule in about if part.promise.startswith(f"{rule.id}/")]
    found = next(iter((*named, *sorted(about, key=lambda rule: -len(rule.parts)))), None)
    return found or _bare(part)


def _bare(part: Returned) -> Rule:
    system, table = part.table.split(".", 1)
    return Rule(
        id=part.promise.rpartition("/")[0], activity="", system=system, table=table, columns=(), classes=(),
        only=None, unless=None, start=None, at_least=None, at_most=None,
    )  # fmt: skip


def _these(world: World, part: Returned) -> Condition:
    """These rows and no others; where it is known when a row came to be, none that came after they went."""
    last = max(row.at for row in part.rows) + timedelta(seconds=1)
    older = [Before(Column(part.mark.born), last, world.clock.zone)] if part.mark.sure else []
    if len(part.mark.key) == 1:
        stand_ins = tuple(Literal(STAND_IN + row.code.hex()) for row in part.rows)
        return all_of(OneOf(Column(part.mark.key[0]), stand_ins), *older)
    return all_of(any_of(*(_this(part.mark.key, row) for row in part.rows)), *older)


def _this(names: Sequence[str], row: Back) -> Condition:
    code = STAND_IN + row.code.hex()
    return all_of(*(Compare("=", Column(name), Literal(f"{code}:{at}")) for at, name in enumerate(names)))


def _filled(part: Any, keys: Mapping[str, tuple[object, ...]]) -> Any:
    return replaced(part, lambda node: _known(node, keys))


def _known(node: Any, keys: Mapping[str, tuple[object, ...]]) -> Any:
    """What stands in the place of a node."""
    match node:
        case Literal():
            value = _value(node, keys)
            return node if value is None else as_held(value)
        case Compare("=", Column() as column, Literal() as key) if isinstance(at := _value(key, keys), datetime) and at.tzinfo:
            return has(column, at)
        case OneOf(Column() as column, tuple() as some) if any(
            isinstance(_value(key, keys), date | Decimal | bytes) for key in some if isinstance(key, Literal)
        ):
            return any_of(*(_filled(Compare("=", column, key), keys) for key in some))
        case _:
            return None


def _value(node: Literal, keys: Mapping[str, tuple[object, ...]]) -> object:
    """What a stand-in stands for; None of any other constant."""
    if not (isinstance(node.value, str) and node.value.startswith(STAND_IN)):
        return None
    code, _, at = node.value.removeprefix(STAND_IN).partition(":")
    key = keys.get(code)
    return None if key is None else key[int(at or 0)]
