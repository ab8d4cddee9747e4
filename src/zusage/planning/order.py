"""The order of steps: who refers goes before who is referred to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from graphlib import CycleError, TopologicalSorter

from zusage.promises.inventory import ForeignKey, Inventory
from zusage.promises.promise import Part, Rule

from .circles import soft_links
from .groups import depth
from .plan import BlockRows, ChangeColumns, DeleteRows, RefreshView, Step

Place = tuple[str, str]


class ForeignKeyCycle(Exception):
    """Tables refer to each other in a circle, so that no order of deletion exists. Say with part_of which belongs to which."""

    def __init__(self, tables: Iterable[str]) -> None:
        self.tables = tuple(dict.fromkeys(tables))
        super().__init__(
            f"tables refer to each other in a circle: {' → '.join(self.tables)}. No order of deletion exists. "
            "Declare with part_of which rows belong to which, or under elsewhere which reference is emptied."
        )


def in_order(
    steps: Iterable[Step],
    inventories: Mapping[str, Inventory],
    leading: Mapping[Place, AbstractSet[Place]] | None = None,
    wished: Mapping[Place, AbstractSet[Place]] | None = None,
) -> list[Step]:
    """Sort steps so that rows that refer go first; on one table deletion before blocking, and changes after all that goes, and
    at the end views that store rows, each after those from which it is made.

    Of rules about one row the one goes first that says what becomes of rows elsewhere.
    What belongs to rows that wait for others under them goes when those that need not wait are gone, and before any is blocked.
    ``leading`` names for a table others, without any key, that go before it: only through its rows can theirs be found.
    ``wished`` names for a table others that go before it where that makes no circle: what waits for them need not wait for another plan.
    Raises ForeignKeyCycle when the affected tables refer to each other in a circle.
    """
    listed = list(steps)
    places = dict.fromkeys((step.system, step.table) for step in listed)
    going = {(step.system, step.table) for step in listed if not isinstance(step.action, ChangeColumns | RefreshView)}
    led = leading or {}
    graph = {
        place: sorted((_before(place, listed, inventories) | led.get(place, set())) & going - {place}) if place in going else []
        for place in places
    }
    wishes = {place: (wished or {}).get(place, set()) | _with_others(place, listed, inventories) for place in going}
    ranked = _as_wished(graph, wishes, going)
    try:
        rank = {place: n for n, place in enumerate(TopologicalSorter(ranked).static_order())}
    except CycleError as error:
        raise ForeignKeyCycle(f"{system}.{table}" for system, table in error.args[1]) from None
    return sorted(
        listed,
        key=lambda s: (
            isinstance(s.action, RefreshView),
            len(_views_behind(s, inventories)),  # what is made from another view has more of them behind it
            isinstance(s.action, ChangeColumns),
            depth(s),
            rank[_rows_of(s, listed)],
            isinstance(s.action, BlockRows),
            rank[_rows_of(s, listed)] - rank[s.system, s.table],
            not s.elsewhere,
            s.promise,
        ),
    )


def _views_behind(step: Step, inventories: Mapping[str, Inventory]) -> Sequence[str]:
    table = inventories[step.system].tables.get(step.table) if isinstance(step.action, RefreshView) else None
    return table.behind if table else ()


def waited_for(rules: Iterable[Rule], steps: Iterable[Step]) -> dict[Place, set[Place]]:
    """For each table, those with which the rows go for which its own rows wait, whether a foreign key says so or only a rule."""
    taking: dict[Place, set[Place]] = {}
    for step in steps:
        for table in (step.table, *(part.table for part in step.parts)):
            taking.setdefault((step.system, table), set()).add((step.system, step.table))
    found: dict[Place, set[Place]] = {}
    for rule in rules:
        for waits in rule.waits:
            found.setdefault((rule.system, rule.table), set()).update(taking.get((rule.system, waits.table), ()))
    return found


def _as_wished(
    graph: Mapping[Place, Sequence[Place]], wished: Mapping[Place, AbstractSet[Place]], going: AbstractSet[Place]
) -> Mapping[Place, Sequence[Place]]:
    """The graph with every wish that makes no circle."""
    found = {place: list(before) for place, before in graph.items()}
    for place, before in sorted(wished.items()):
        for one in sorted((before & going) - {place, *found.get(place, ())}) if place in going else ():
            if not _comes_after(found, one, place):
                found[place].append(one)
    return found


def _with_others(place: Place, steps: list[Step], inventories: Mapping[str, Inventory]) -> set[Place]:
    """Tables with whose rows go, as what belongs to them, rows that refer to this one: while they are there they stand in its way."""
    system, table = place
    own = {part.table for step in steps if (step.system, step.table) == place for part in step.parts}
    referring = {other.name for other, _ in inventories[system].referrers(table)} - own
    return {(s.system, s.table) for s in steps if s.system == system for part in s.parts if part.table in referring}


def _comes_after(graph: Mapping[Place, Sequence[Place]], one: Place, other: Place) -> bool:
    seen, ahead = {one}, [one]
    while ahead:
        new = set(graph.get(ahead.pop(), ())) - seen
        if other in new:
            return True
        seen |= new
        ahead += new
    return False


def _rows_of(step: Step, steps: Iterable[Step]) -> Place:
    """The table to whose waiting rows a step's rows belong, or its own."""
    roots = (
        s for s in steps if (s.system, s.promise) == (step.system, step.promise) and s.trees and isinstance(s.action, DeleteRows)
    )
    return next(
        ((s.system, s.table) for s in roots if any(part.table == step.table for part in s.parts)), (step.system, step.table)
    )


def _before(place: Place, steps: list[Step], inventories: Mapping[str, Inventory]) -> set[Place]:
    """Tables whose rows refer to this one or to what belongs to it."""
    system, table = place
    inside = {table, *(part.table for step in steps if (step.system, step.table) == place for part in step.parts)}
    found: set[Place] = set()
    for name in inside:
        found |= {
            (system, other.name)
            for other, key in inventories[system].referrers(name)
            if not _emptied(place, steps, other.name, key)
        }
    return found


def _emptied(place: Place, steps: list[Step], table: str, key: ForeignKey) -> bool:
    """Every step on a table empties the references to it that come through a key."""
    here = [step for step in steps if (step.system, step.table) == place]
    return all(any(one.part.table == table and one.part.columns == key.columns for one in step.elsewhere) for step in here)


def parts_in_order(parts: Iterable[Part], inventory: Inventory) -> tuple[Part, ...]:
    """Parts so that going through them backwards deletes who refers before who is referred to."""
    by_table = {part.table: part for part in parts}
    links = {(name, key.table) for name in by_table if name in inventory.tables for key in inventory.tables[name].foreign_keys}
    soft = soft_links(inventory.tables[name] for name in by_table if name in inventory.tables)
    try:
        return _sorted(by_table, links)
    except CycleError:
        pass
    try:
        return _sorted(by_table, links - soft)
    except CycleError as error:
        raise ForeignKeyCycle(error.args[1]) from None


def _sorted(parts: Mapping[str, Part], links: AbstractSet[tuple[str, str]]) -> tuple[Part, ...]:
    graph = {name: ({part.of} | {to for of, to in links if of == name}) & (parts.keys() - {name}) for name, part in parts.items()}
    return tuple(parts[name] for name in TopologicalSorter(graph).static_order())
