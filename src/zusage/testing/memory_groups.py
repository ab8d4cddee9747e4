"""Groups of rows in memory: counted one by one, so that what databases count can be compared with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from zusage.connectors.port import Grouped, Grouping
from zusage.promises.condition import Linked

Row = Mapping[str, object]


@dataclass(slots=True)
class Group:
    """People who are alike in all columns, and those of them of whom nothing may be changed."""

    values: tuple[object, ...]
    #: what remains of it in any case
    always: tuple[object, ...]
    #: nothing that could go is left in it
    rest: bool
    people: int = 0
    held: int = 0


#: what belongs to a row by a link, as it can be compared
ToldBy = Callable[[Linked, Row], object]


def in_groups(asked: Grouping, rows: Iterable[tuple[Row, bool]], told_by: ToldBy = lambda _, __: frozenset()) -> Grouped:
    """Each row with whether it is held; see the port for what the numbers mean."""
    found = [group for group in groups_of(asked, rows, told_by) if group.people > 0]
    groups = [group for group in found if not group.rest]
    little = [group for group in groups if group.people < asked.at_least]
    small = [group for group in little if group.held < group.people]
    return Grouped(
        groups=len(groups),
        people=sum(group.people for group in found),
        small=len(small),
        small_people=sum(group.people for group in small),
        smallest=min((group.people for group in small), default=0),
        held=len(little) - len(small),
        remainders=sum(1 for group in found if group.rest and _too_small(group, found, asked.at_least)),
        statement=f"groups of {asked.table}",
    )


def groups_of(asked: Grouping, rows: Iterable[tuple[Row, bool]], told_by: ToldBy) -> list[Group]:
    """All groups, the remainders among them."""
    found: dict[tuple[object, ...], Group] = {}
    for row, held in rows:
        beside = tuple(told_by(one, row) for one in asked.linked)
        values = (*(row[name] for name in asked.columns), *beside)
        always = (*(row[name] for name in asked.columns if name not in asked.goes), *beside[:-1])
        rest = all(row[name] is None for name in asked.goes) and not any(beside[-1:])
        group = found.setdefault(values, Group(values, always, rest))
        number = row[asked.counts] if asked.counts else 1
        people = number if isinstance(number, int) else 0
        group.people += people
        group.held += people if held else 0
    return list(found.values())


def _too_small(rest: Group, found: list[Group], at_least: int) -> bool:
    """Together with what is still to be added to it, it is too small, and there is a group that could be added."""
    beside = [group for group in found if group.always == rest.always]
    if any(group.held for group in beside):
        return False
    groups = [group for group in beside if not group.rest]
    return bool(groups) and rest.people + sum(group.people for group in groups if group.people < at_least) < at_least
