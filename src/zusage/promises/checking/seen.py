"""A manifest beside live systems: what the rules about both look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..finding import Finding, Severity
from ..inventory import Inventory, TableInfo
from ..loading import Loaded
from .rule import Defect, Spot


@dataclass(frozen=True, slots=True)
class Seen:
    """A manifest and the inventories of its systems."""

    loaded: Loaded
    inventories: Mapping[str, Inventory]
    #: the functions of conditions that each dialect has
    functions: Mapping[str, frozenset[str]]

    def surveyed(self, table: str) -> bool:
        """Whether the system of a table was looked at; what was not looked at is not absent."""
        return table.split(".", 1)[0] in self.inventories

    def table(self, name: str) -> TableInfo | None:
        """A live table by its name in the manifest, system.table."""
        system, _, bare = name.partition(".")
        inventory = self.inventories.get(system)
        return inventory.tables.get(bare) if inventory else None


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A defect and how it is found in a manifest beside live systems."""

    defect: Defect
    find: Callable[[Seen], Iterable[Spot]]

    def __call__(self, seen: Seen) -> Iterator[Finding]:
        """Every finding of this rule."""
        return (self.defect.at(seen.loaded, spot) for spot in self.find(seen))


def live_rule(
    code: str, severity: Severity, *, why: str, advice: str, source: str = "Art. 5(2), 30(1) GDPR"
) -> Callable[[Callable[[Seen], Iterable[Spot]]], LiveRule]:
    """Make a live rule of the function that finds the places."""
    defect = Defect(code=code, severity=severity, why=why, advice=advice, source=source)

    def make(find: Callable[[Seen], Iterable[Spot]]) -> LiveRule:
        return LiveRule(defect, find)

    return make
