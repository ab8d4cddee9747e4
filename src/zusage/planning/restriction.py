"""The steps that take one person's rows out of the application's reach until the restriction is lifted (Art. 18 GDPR): pure.

They are carried out at once and never written down: their conditions hold the person's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from zusage.promises.condition import Condition, Not, Surely, all_of
from zusage.promises.period import Period
from zusage.promises.promise import Rule
from zusage.promises.starting_point import StartingPoint

from . import release
from .count import Looks, counted
from .draft import World, leaving
from .foreseeing import foresee
from .holding import Hold, Person
from .order import in_order
from .plan import BlockRows, Step
from .somebody import found_through

#: the rule of what no minimum is about
NO_RULE = "restriction"


def restricting(world: World, looks: Looks, person: Person, holds: Sequence[Hold]) -> tuple[Step, ...]:
    """A step for each table in which the person has rows, in an order that foreign keys allow.

    Suspensions do not stop it: what is held is kept, only out of reach. Raises ForeignKeyCycle.
    """
    drafted = [step for hold in holds for step in _of_hold(world, person, hold)]
    ordered = in_order(drafted, world.inventories, found_through(world.manifest))
    numbered = [replace(step, id=f"{n:02d}-{step.promise}") for n, step in enumerate(ordered, 1)]
    return tuple(step for step in counted(replace(world, suspensions=()), foresee(numbered), looks) if step.rows)


def _of_hold(world: World, person: Person, hold: Hold) -> Iterable[Step]:
    """What a minimum is about stays under its rule, so that the proof of the minimum still finds it."""
    minima: list[Condition] = []
    for rule in world.on(hold.system, hold.bare):
        longest = rule.at_most or rule.at_least
        if rule.at_least and rule.start and longest:
            about = all_of(release.applies(rule), world.clock.placeable(rule.start, world.window(rule.system)))
            rest = (Not(Surely(one)) for one in minima)
            yield _step(world, rule.id, hold, all_of(Surely(hold.where), about, *rest), rule.start, longest, person)
            minima.append(about)
    rest = (Not(Surely(one)) for one in minima)
    yield _step(world, NO_RULE, hold, all_of(Surely(hold.where), *rest), StartingPoint(()), Period.parse("P1D"), person)


def _step(world: World, rule: str, hold: Hold, where: Condition, start: StartingPoint, longest: Period, person: Person) -> Step:
    pseudo = Rule(
        id=rule,
        activity=NO_RULE,
        system=hold.system,
        table=hold.bare,
        columns=(),
        classes=(),
        only=None,
        unless=None,
        start=None,
        at_least=None,
        at_most=None,
    )
    return leaving(world, pseudo, where, BlockRows(start, longest, world.clock.zone, of=person.name))
