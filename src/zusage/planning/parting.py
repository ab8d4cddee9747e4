"""Rows of another table that stay joined to what remains of people: where too few are alike in them, they part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zusage.promises.condition import Exists, Rare, all_of, joined
from zusage.promises.promise import Part, Rule, SmallestGroup

from . import release
from .above import links_above
from .order import parts_in_order
from .plan import ChangeColumns, Step

if TYPE_CHECKING:
    from .draft import World


def parted(world: World, promise: SmallestGroup, rule: Rule | None, rare: Rare) -> Step:
    """The references to rows of groups that are too small are emptied, where no purpose needs what refers, or what it says, as it is.

    What holds the row above, or anything that belongs to it, holds what refers to it.
    """
    link = rare.linked[-1]
    changes = release.emptied(name for name, _ in link.pairs)
    window, needed = world.window(promise.system), {*link.by, *link.columns}
    holders = [other for other in world.on(promise.system, link.table) if needed & set(other.columns)]
    upwards = Part(table=link.table, columns=link.by, of=promise.table, referred=link.referred)
    return Step(
        id="",
        promise=promise.id,
        system=promise.system,
        table=link.table,
        action=ChangeColumns(changes),
        where=all_of(
            Exists(promise.table, all_of(joined(link.by, link.table, link.referred, None), rare)),
            *(release.released(other, world.clock, window) for other in holders),
            release.unchanged(changes),
        ),
        above=(upwards, *(links_above(world.rules, rule) if rule else ())),
        below=parts_in_order(rule.parts, world.inventories[rule.system]) if rule else (),
        suspensions=tuple(s.id for s in world.suspensions),
    )
