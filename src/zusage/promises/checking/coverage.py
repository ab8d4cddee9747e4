"""Which rows and columns a keep rule is about, and which of two periods ends first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from ..derive import rules_of
from ..loading import Loaded
from ..manifest import Activity, Keep
from ..period import Period
from ..promise import Rule
from ..source import KeyPath
from ..starting_point import StartingPoint

#: days on which roundings and month ends show: the ends of a year, of a month, and a leap day
_TELLING_DAYS = (date(2023, 1, 1), date(2023, 2, 28), date(2023, 6, 30), date(2023, 12, 31), date(2024, 2, 29))


@dataclass(frozen=True, slots=True)
class Kept:
    """A keep rule with its activity and its place."""

    path: KeyPath
    activity: Activity
    keep: Keep
    rule: Rule

    @property
    def label(self) -> str:
        """The rule's name for people, activity/rule."""
        return self.rule.id

    @property
    def table(self) -> str:
        """The table as the manifest writes it."""
        return f"{self.rule.system}.{self.rule.table}"

    def columns(self) -> frozenset[tuple[str, str]]:
        """Each (table, column) that the rule is about; what belongs to a row goes with it."""
        own = {(self.table, column) for column in self.rule.columns}
        if self.rule.deletes:
            for part in self.rule.parts:
                classes = self.activity.data[f"{self.rule.system}.{part.table}"].classes
                own |= {(f"{self.rule.system}.{part.table}", c) for names in classes.values() for c in names}
        return frozenset(own)


def kept(loaded: Loaded) -> Iterator[Kept]:
    """Every keep rule of a manifest, in its order."""
    manifest = loaded.manifest
    for rule in rules_of(manifest):
        activity = manifest.activities[rule.activity]
        yield Kept(rule.path, activity, activity.keep[int(rule.path[-1])], rule)


def pairs(loaded: Loaded) -> Iterator[tuple[Kept, Kept]]:
    """Every two keep rules that are about some datum in common, in their order."""
    rules = list(kept(loaded))
    about: dict[tuple[str, str], list[int]] = {}
    for index, one in enumerate(rules):
        for column in one.columns():
            about.setdefault(column, []).append(index)
    for first, second in sorted({pair for indexes in about.values() for pair in combinations(indexes, 2)}):
        yield rules[first], rules[second]


def may_share_rows(one: Keep, other: Keep) -> bool:
    """Whether the populations overlap for certain: the same, or one of them is all rows and does not except the other."""
    if one.only == other.only:
        return True
    if one.only is None:
        return one.unless is None or one.unless != other.only
    return other.only is None and (other.unless is None or other.unless != one.only)


def ends_before(start: StartingPoint | None, period: Period, later: StartingPoint | None, other: Period) -> bool:
    """Whether the first period can end before the second; periods from different events cannot be compared."""
    if start is None or later is None or not (period.is_calendar and other.is_calendar):
        comparable = start is None or later is None or start == later
        return comparable and period.rough_days < other.rough_days
    if start.columns != later.columns:
        return False
    return any(period.after(start.rounded(day)) < other.after(later.rounded(day)) for day in _TELLING_DAYS)
