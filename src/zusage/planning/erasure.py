"""A plan for demands of erasure (Art. 17 GDPR), of one person or of many at once: pure. The plan names them by a keyed code alone.

However many they are, a plan is as long as for one: in the place of their keys stands one code for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from zusage.promises.condition import Column, Literal, OneOf, any_of
from zusage.promises.inside import ARROW, items_in
from zusage.promises.manifest import CONSENT, Data, Link
from zusage.promises.meaning import Meaning
from zusage.promises.promise import Change, Rule

from .count import Looks, counted
from .draft import World, draft
from .holding import HoldUnfit, Person, holds_of, numbers, places_of, refuse_no_number
from .places import Place
from .plan import BlockRows, ChangeColumns, DeleteBlocked, Plan, Step
from .somebody import whose_of
from .standing_in import literals, replaced

#: the bases on which data go when erasure is demanded; what the law itself demands is not ended by a demand, and a public task only by an objection
_ENDED_BY_DEMAND = CONSENT | {"art-6-1-b", "art-6-1-f"}
_STAND_IN = "person:"
#: before the stand-in of keys that are numbers
_NUMBER = "number:"
#: before the stand-in of addresses; their own code follows, so that no others are ever put in their place
_ADDRESS = "address:"


_NONE: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Whose data are to be erased."""

    #: of one kind, each once
    people: Sequence[Person]
    #: the keyed code of the person, or of all of them, which stands in plans
    code: str
    #: activities that a human decided to be needed still, such as for legal claims (Art. 17(3)(e))
    needed: frozenset[str] = frozenset()
    #: the keyed code of each of them, by which the vault knows whose rows are blocked
    codes: Sequence[str] = ()
    #: the activities whose consent was withdrawn (Art. 7(3)) or to which they objected, where only what rests on them is to go; empty: everything
    only: frozenset[str] = frozenset()
    #: of these, activities to which everybody of them has objected with success: they end on whatever basis they rest (Art. 17(1)(c))
    objected: frozenset[str] = frozenset()
    #: places in which rows only have an address of the one person, and that a human has included
    included: Sequence[Place] = ()
    #: those addresses in small letters, and their keyed code
    addresses: Sequence[str] = field(default=(), repr=False)
    address_code: str = ""

    @property
    def kind(self) -> str:
        """Which kind of people they are; raises HoldUnfit where they are of several, or none."""
        kinds = {person.people for person in self.people}
        if len(kinds) != 1:
            raise HoldUnfit("the people of one plan are not of one kind", "Make a plan for each kind of people.")
        return kinds.pop()


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of some people as constants, made once however often they stand in a condition."""

    texts: tuple[Literal, ...]
    #: none where a key is no number
    numbers: tuple[Literal, ...]

    @classmethod
    def of(cls, people: Iterable[Person]) -> Keys:
        """Those of these people."""
        keys = [person.key for person in people]
        whole = all(key.isascii() and key.isdigit() for key in keys)
        return cls(tuple(map(Literal, keys)), tuple(Literal(int(key)) for key in keys) if whole else ())


def make_erasure(world: World, looks: Looks, demand: Demand, *, meaning: Meaning, program: str) -> Plan:
    """Draft, count and freeze; every irreversible step needs a second person, however few its rows are.

    Raises HoldUnfit where the manifest knows no such people or a key does not fit.
    """
    found = (*places_of(world.manifest, demand.kind), *demand.included)
    keys = {place.root: _stand_in(world, demand, place.root) for place in found}
    theirs = {hold.table: hold.where for hold in holds_of(found, lambda root: (keys[root],))}
    asked = replace(world, rules=_demanded(world, demand, found, keys), theirs=theirs, only=demand.only)
    filling = {demand.code: Keys.of(demand.people), demand.address_code: Keys(tuple(map(Literal, demand.addresses)), ())}
    steps = counted(asked, [_foreseen(_named(step, demand, found, keys), filling) for step in draft(asked)], looks)
    steps += tuple(_of_blocked(asked, demand, looks))
    valid = world.manifest.guard.plan_valid
    return Plan(
        manifest=meaning.digest,
        parts=meaning.parts,
        as_of=world.clock.as_of,
        valid_until=world.clock.as_of + timedelta(days=valid.rough_days),
        zone=world.clock.zone,
        program=program,
        schemas=tuple(sorted((name, inventory.fingerprint()) for name, inventory in world.inventories.items())),
        guard=0.0,
        steps=steps,
    ).without_empty_steps()


def _stand_in(world: World, demand: Demand, root: Place) -> Literal:
    if root.candidate:
        return Literal(f"{_ADDRESS}{demand.address_code}:{_STAND_IN}{demand.code}")
    if not numbers(root, world.inventories):
        return Literal(_STAND_IN + demand.code)
    for person in demand.people:
        refuse_no_number(root, person.key)
    return Literal(_NUMBER + _STAND_IN + demand.code)


def _demanded(world: World, demand: Demand, found: Sequence[Place], keys: Mapping[Place, Literal]) -> tuple[Rule, ...]:
    """The rules, with the people's rows let go by those that a demand ends: none with a minimum, none that the law itself asks for.

    What an activity holds of a row because it is somebody's ends with that person's demand, not with that of the row's other end.
    """

    def one(rule: Rule) -> Rule:
        activity = world.manifest.activities[rule.activity]
        needed = rule.activity in demand.needed or (demand.only and rule.activity not in demand.only)
        ends = activity.legal_basis in _ENDED_BY_DEMAND or rule.activity in demand.objected
        if rule.at_least or needed or not ends:
            return rule
        name = f"{rule.system}.{rule.table}"
        said = _said(activity.data.get(name))
        here = [place for place in found if place.table == name]
        mine = [place for place in here if said is not None and place.said is not None and place.said.columns == said.columns]
        if items := next((place for place in mine or here if items_in(place.column)), None):
            return _own_items(rule, items, keys[items.root])
        return replace(rule, demanded=any_of(*(p.where((keys[p.root],)) for p in mine or here))) if here else rule

    return tuple(one(rule) for rule in world.rules)


def _own_items(rule: Rule, place: Place, key: Literal) -> Rule:
    """From a list with items of several people only those of the person who demands it go; the row ends with its own time."""
    listed = items_in(place.column)
    column, within = (listed.column, listed.name) if listed else (place.column, "")
    theirs = OneOf(Column(place.column), (key,))
    change = Change(column=column, how="items", value=within.removeprefix(ARROW), among=theirs)
    return replace(rule, changes=(change,), elsewhere=(), parts=(), demanded=theirs)


def _of_blocked(world: World, demand: Demand, looks: Looks) -> Iterable[Step]:
    """What a rule blocked earlier goes with the demand, where nothing but that rule keeps it.

    Not where a minimum is about the same rows, for it is kept by them too, nor where an exception could hold: a blocked row cannot be
    asked.
    """
    blocked: dict[str, dict[str, int]] = {}
    for code in demand.codes:
        for name, rows in looks.blocked_of(code):
            blocked.setdefault(name, {})[code] = rows
    for rule in world.rules:
        theirs = blocked.get(rule.id)
        kept = rule.unless or any(other.at_least for other in world.on(rule.system, rule.table))
        if theirs and rule.demanded is not None and not kept:
            yield Step(
                id="",
                promise=f"{rule.id}/at-most",
                system=rule.system,
                table=rule.table,
                action=DeleteBlocked(world.clock.today(), (), tuple(sorted(theirs)), rule.id),
                where=OneOf(Column("person"), (Literal(_STAND_IN + demand.code),)),
                rows=sum(theirs.values()),
                total=sum(theirs.values()),
                suspensions=tuple(one.id for one in world.suspensions),
            )


def _said(data: Data | None) -> Link | None:
    return (data.of or data.part_of or data.about) if data else None


def _named(step: Step, demand: Demand, found: Sequence[Place], keys: Mapping[Place, Literal]) -> Step:
    """What is blocked is blocked as this person's, also where its table does not say so."""
    if not isinstance(step.action, BlockRows):
        return step
    if len(demand.people) == 1:
        return replace(step, action=replace(step.action, of=_STAND_IN + demand.code))
    ways = (place for place in found if place.table == f"{step.system}.{step.table}")
    whose = tuple(whose_of(demand.kind, place, place.root.where((keys[place.root],))) for place in ways)
    return replace(step, action=replace(step.action, whose=whose))


def _foreseen(step: Step, keys: Mapping[str, Keys]) -> Step:
    return replace(step, foreseen=_filled(step.foreseen, keys))


def codes(plan: Plan) -> frozenset[str]:
    """The codes of people in a plan."""
    return frozenset(code for step in plan.steps for code in _codes(step.where))


def address_codes(plan: Plan) -> Mapping[str, str]:
    """The codes of addresses in a plan, each with the code of the person whose they are."""
    found = (literal for step in plan.steps for literal in literals(step.where) if str(literal.value).startswith(_ADDRESS))
    return {_slot(literal) or "": _code(literal) or "" for literal in found}


def filled(step: Step, people: Mapping[str, Sequence[Person]], addresses: Mapping[str, Sequence[str]] = _NONE) -> Step:
    """The step with the keys of people and with addresses, each by code, in the place of what stands for them.

    A code of which nobody is known is left.
    """
    if not any(True for _ in _codes(step.where)):
        return step
    action, keys = step.action, {code: Keys.of(found) for code, found in people.items()}
    keys |= {code: Keys(tuple(map(Literal, found)), ()) for code, found in addresses.items()}
    if isinstance(action, ChangeColumns):
        action = _filled(action, keys)
    if isinstance(action, BlockRows):
        action = replace(action, whose=_filled(action.whose, keys))
        if action.of and (named := people.get(action.of.removeprefix(_STAND_IN))):
            action = replace(action, of=named[0].name)
    return replace(step, where=_filled(step.where, keys), action=action)


def _codes(where: Any) -> Iterable[str]:
    return (code for literal in literals(where) if (code := _code(literal)))


def _filled(where: Any, keys: Mapping[str, Keys]) -> Any:
    def put(node: Any) -> OneOf | None:
        match node:
            case OneOf(term, (Literal() as only,)) if (found := keys.get(_slot(only) or "")) is not None:
                return OneOf(term, found.numbers if str(only.value).startswith(_NUMBER) else found.texts)
            case _:
                return None

    return replaced(where, put)


def _slot(node: Literal) -> str | None:
    """The code by which is known what takes the place of a stand-in."""
    text = node.value if isinstance(node.value, str) else ""
    return text.removeprefix(_ADDRESS).partition(":")[0] if text.startswith(_ADDRESS) else _code(node)


def _code(node: Literal) -> str | None:
    """The code of the person, or people, of a stand-in."""
    text = node.value.removeprefix(_NUMBER) if isinstance(node.value, str) else ""
    if text.startswith(_ADDRESS):
        text = text.removeprefix(_ADDRESS).partition(":")[2]
    return text.removeprefix(_STAND_IN) if text.startswith(_STAND_IN) else None
