"""Who must be warned before an end: pure. A plan names those who were by one word for each rule, never by their keys.

1.  A row of a rule with a warning goes only if its people were warned, and the time that the rule gives has passed since.
2.  A warning is about one end of one row: whoever comes back has another end, and is warned of that anew.
3.  Who was warned is looked up when a plan is made, and again when it is carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from zusage.promises.condition import NEVER, Column, Condition, Literal, OneOf, all_of, any_of
from zusage.promises.inventory import Inventory
from zusage.promises.promise import Rule

from .clock import Clock
from .draft import World, draft
from .held import unsuspended
from .plan import ChangeColumns, DeleteRows, Plan, Step
from .standing_in import literals, replaced

_STAND_IN = "warned:"
#: the keys of those who were warned, by the id of the rule
Keys = Mapping[str, Sequence[object]]


class NoSingleKey(Exception):
    """A table has no primary key of one column, by which those who were warned could be told."""

    def __init__(self, rule: str, table: str) -> None:
        super().__init__(
            f"{rule} warns people before their rows of {table} go, but the table has no primary key of one column, so that nobody can "
            "be told from others. Nothing was changed. Give the table such a key, or take warning out of the rule."
        )


def key_of(rule: Rule, inventories: Mapping[str, Inventory]) -> str:
    """The column by which rows of the rule are told apart. Raises NoSingleKey."""
    table = inventories[rule.system].tables.get(rule.table)
    if table is None or len(table.primary_key) != 1:
        raise NoSingleKey(rule.id, rule.table)
    return table.primary_key[0]


def asking(world: World) -> World:
    """The world in which rows go only where a stand-in says that their people were warned."""

    def one(rule: Rule) -> Rule:
        if rule.warns is None:
            return rule
        return replace(rule, warned=OneOf(Column(key_of(rule, world.inventories)), (Literal(_STAND_IN + rule.id),)))

    return replace(world, rules=tuple(map(one, world.rules)))


def nobody(world: World) -> World:
    """The world in which nobody counts as warned, so that a rule with a warning lets nothing go by itself."""
    return replace(world, rules=tuple(replace(rule, warned=NEVER) if rule.warns else rule for rule in world.rules))


def soon(world: World, rule: Rule, lead: int = 0) -> Condition:
    """The rows that a plan made so much and ``lead`` days later would take, if nothing happened until then and everybody were warned."""
    if rule.warns is None:
        return NEVER
    later = Clock(world.clock.as_of + timedelta(days=rule.warns.rough_days + lead), world.clock.zone)
    steps = draft(replace(world, rules=tuple(replace(one, warned=None) for one in world.rules), clock=later))
    mine = [step for step in steps if step.promise == f"{rule.id}/at-most" and step.table == rule.table and _ends(step)]
    return any_of(*(_free(world, step) for step in mine)) if mine else NEVER


def _ends(step: Step) -> bool:
    return isinstance(step.action, DeleteRows | ChangeColumns)


def _free(world: World, step: Step) -> Condition:
    return all_of(step.where, unsuspended(step, world.suspensions))


def filling(keys: Keys) -> Callable[[Condition], Condition]:
    """Puts the keys of those who were warned in the place of what stands for them."""

    def put(node: Any) -> Condition | None:
        rules = _asked(node.values) if isinstance(node, OneOf) else []
        if not rules:
            return None
        found = tuple(Literal(key if isinstance(key, int | str) else str(key)) for rule in rules for key in keys.get(rule, ()))
        return replace(node, values=found) if found else NEVER

    return lambda where: replaced(where, put)


def rules_in(plan: Plan) -> frozenset[str]:
    """The rules of which a plan asks who was warned."""
    return frozenset(rule for step in plan.steps for rule in _asked(step.where))


def _asked(node: Any) -> list[str]:
    said = (one.value for one in literals(node))
    return [text.removeprefix(_STAND_IN) for text in said if isinstance(text, str) and text.startswith(_STAND_IN)]
