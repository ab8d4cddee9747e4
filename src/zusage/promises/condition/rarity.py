"""Which rows are of groups of too few people, counted group by group: the reference for what databases do in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import tree as t
from .rounding import lessened

Row = Mapping[str, Any]
Rows = Callable[[str], Sequence[Row]]
#: (table, row, condition) → whether it is true of the row
Holds = Callable[[str, Row, t.Condition], bool]


def told_by(node: t.Linked, row: Row, rows: Rows, holds: Holds) -> frozenset[tuple[tuple[Any, ...], int]]:
    """What belongs to a row, with how often each is there: equal for rows that are alike in it, and empty where nothing belongs."""
    wanted = [row[key] if isinstance(key, str) else key.value for key in node.referred]
    found = Counter[tuple[Any, ...]]()
    for one in rows(node.table):
        if None not in wanted and [one[name] for name in node.by] == wanted and holds(node.table, one, node.where):
            beyond = (told_by(further, one, rows, holds) for further in node.within)
            found[*(one[name] for name in node.columns), *beyond] += 1
    return frozenset(found.items())


@dataclass(frozen=True, slots=True)
class Rarity:
    """One condition on groups, and what there is to look at."""

    node: t.Rare
    rows: Rows
    holds: Holds
    members: Callable[[str, Row], bool]

    def of(self, row: Row) -> bool:
        """Count every group that is alike in what remains in any case, then take the smallest first."""
        node, mine = self.node, self._group(row)
        if not self.holds(node.table, row, node.where) or self._nothing_left(mine):
            return False
        people: dict[tuple[Any, ...], int] = {}
        for one in self.rows(node.table):
            group = self._group(one)
            if self._remaining(group) == self._remaining(mine) and self.holds(node.table, one, node.where):
                people[group] = people.get(group, 0) + (one[node.counts] or 0 if node.counts else 1)
        gone = sum(people.pop(group) for group in list(people) if self._nothing_left(group))
        for group, number in sorted(people.items(), key=lambda one: (one[1], str(one[0]))):
            goes = number > 0 and (number < node.at_least or 0 < gone < node.at_least)
            if group == mine:
                return goes
            gone += number
        return False

    def _group(self, row: Row) -> tuple[Any, ...]:
        """The values by which it is told, columns first."""
        empty = {name for of, names in self.node.emptied if self.members(of, row) for name in names}
        columns = (None if name in empty else self._seen(row[name], name) for name in self.node.columns)
        return (*columns, *(told_by(one, row, self.rows, self.holds) for one in self.node.linked))

    def _seen(self, value: Any, name: str) -> Any:
        first, less = dict(self.node.first), dict(self.node.less)
        if value is None:
            return None
        return str(value)[: first[name]] if name in first else lessened(value, less[name]) if name in less else value

    def _goes(self) -> list[int]:
        columns = [place for place, name in enumerate(self.node.columns) if name in self.node.goes]
        return [*columns, len(self.node.columns) + len(self.node.linked) - 1] if self.node.linked else columns

    def _nothing_left(self, group: tuple[Any, ...]) -> bool:
        return all(group[place] in (None, frozenset()) for place in self._goes())

    def _remaining(self, group: tuple[Any, ...]) -> list[Any]:
        goes = self._goes()
        return [value for place, value in enumerate(group) if place not in goes]
