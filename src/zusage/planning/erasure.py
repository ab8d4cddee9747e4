"""A plan for one person's demand of erasure (Art. 17 GDPR): pure. The plan names the person by a keyed code alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

from zusage.promises.condition import Condition, Literal, any_of
from zusage.promises.promise import Rule

from .count import Looks, counted
from .draft import World, draft
from .holding import NUMBER, Hold, Person, of_person
from .plan import BlockRows, Plan, Step

#: the bases on which data go when erasure is demanded; what the law itself demands, or a public task, is not ended by a demand
_ENDED_BY_DEMAND = frozenset({"art-6-1-a", "art-6-1-b", "art-6-1-f", "art-9-2-a"})
_STAND_IN = "person:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Whose data are to be erased."""

    person: Person
    #: the keyed code of the person, which stands in plans
    code: str
    #: activities that a human decided to be needed still, such as for legal claims (Art. 17(3)(e))
    needed: frozenset[str] = frozenset()


def make_erasure(world: World, looks: Looks, demand: Demand, *, manifest_digest: str, program: str) -> Plan:
    """Draft, count and freeze; every irreversible step needs a second person, however few its rows are.

    Raises HoldUnfit where the manifest knows no such people or their key does not fit.
    """
    holds = _holds(world, demand)
    asked = replace(world, rules=_demanded(world, demand, holds), theirs={hold.table: hold.where for hold in holds})
    steps = counted(asked, [_foreseen(_named(step, demand), demand) for step in draft(asked)], looks)
    valid = world.manifest.guard.plan_valid
    return Plan(
        manifest=manifest_digest,
        as_of=world.clock.as_of,
        valid_until=world.clock.as_of + timedelta(days=valid.rough_days),
        zone=world.clock.zone,
        program=program,
        schemas=tuple(sorted((name, inventory.fingerprint()) for name, inventory in world.inventories.items())),
        guard=0.0,
        steps=steps,
    ).without_empty_steps()


def _holds(world: World, demand: Demand) -> tuple[Hold, ...]:
    person = replace(demand.person, stand_in=_STAND_IN + demand.code)
    return of_person(world.manifest, person, world.inventories)


def _demanded(world: World, demand: Demand, holds: Iterable[Hold]) -> tuple[Rule, ...]:
    """The rules, with the person's rows let go by those that a demand ends: none with a minimum, none that the law itself asks for."""
    theirs: dict[str, list[Condition]] = {}
    for hold in holds:
        theirs.setdefault(hold.table, []).append(hold.where)

    def one(rule: Rule) -> Rule:
        mine = theirs.get(f"{rule.system}.{rule.table}")
        basis = world.manifest.activities[rule.activity].legal_basis
        if mine is None or rule.at_least or basis not in _ENDED_BY_DEMAND or rule.activity in demand.needed:
            return rule
        return replace(rule, demanded=any_of(*mine))

    return tuple(one(rule) for rule in world.rules)


def _named(step: Step, demand: Demand) -> Step:
    """What is blocked is blocked as this person's, also where its table does not say so."""
    if not isinstance(step.action, BlockRows):
        return step
    return replace(step, action=replace(step.action, of=_STAND_IN + demand.code))


def _foreseen(step: Step, demand: Demand) -> Step:
    return replace(step, foreseen=_filled(step.foreseen, {demand.code: demand.person.key}))


def codes(plan: Plan) -> frozenset[str]:
    """The codes of people in a plan."""
    return frozenset(code for step in plan.steps for code in _codes(step.where))


def filled(step: Step, people: Mapping[str, Person]) -> Step:
    """The step with the keys of people, by code, in the place of what stands for them. A code without a person is left."""
    if not any(True for _ in _codes(step.where)):
        return step
    action = step.action
    if isinstance(action, BlockRows) and action.of and (person := people.get(action.of.removeprefix(_STAND_IN))):
        action = replace(action, of=person.name)
    return replace(step, where=_filled(step.where, {code: person.key for code, person in people.items()}), action=action)


def _codes(node: Any) -> Iterable[str]:
    if isinstance(node, Literal):
        code = _code(node)
        yield from (code,) if code else ()
    elif isinstance(node, tuple):
        for part in node:
            yield from _codes(part)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _codes(getattr(node, field.name))


def _filled(node: Any, keys: Mapping[str, str]) -> Any:
    if isinstance(node, Literal):
        code = _code(node)
        key = keys.get(code) if code else None
        if key is None:
            return node
        return Literal(int(key) if str(node.value).startswith(NUMBER) else key)
    if isinstance(node, tuple):
        return tuple(_filled(part, keys) for part in node)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{field.name: _filled(getattr(node, field.name), keys) for field in fields(node)})
    return node


def _code(node: Literal) -> str | None:
    text = node.value.removeprefix(NUMBER) if isinstance(node.value, str) else ""
    return text.removeprefix(_STAND_IN) if text.startswith(_STAND_IN) else None
