"""Rows of a system in memory that are blocked, and a vault in memory that takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from zusage.connectors.port import BlockedRow
from zusage.connectors.trouble import CannotHandle, MoreThanPlanned
from zusage.planning.plan import BlockRows, DeleteBlocked, Step
from zusage.planning.suspension import Suspension
from zusage.promises.inventory import Inventory
from zusage.promises.promise import Rule

from .memory import Row, values


def document(step: Step, inventory: Inventory, root: Row, parts: Mapping[str, Sequence[Row]]) -> BlockedRow:
    """A row with everything that belongs to it, and from when it may no longer be kept."""
    key = inventory.tables[step.table].primary_key
    if not isinstance(step.action, BlockRows) or not key:
        raise CannotHandle(f"step {step.id}: table {step.table} has no primary key, so a blocked row could never be found again")
    action, zone = step.action, ZoneInfo(step.action.zone)
    times = [root[name] for name in action.start.columns]
    days = [t.astimezone(zone).date() if isinstance(t, datetime) else t for t in times if isinstance(t, date)]
    started = max(days)
    return BlockedRow(
        system=step.system,
        table=step.table,
        rule=step.promise.rsplit("/", 1)[0],
        key=tuple(root[name] for name in key),
        values=dict(root),
        parts=_below(step, root, parts),
        started_on=started,
        delete_from=action.at_most.after(action.start.rounded(started)) + timedelta(days=1),
        person=f"{action.person[0]}:{root[action.person[1]]}" if action.person else None,
    )


def _below(step: Step, root: Row, rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {step.table: [root]}
    for part in step.parts:
        above = {key for row in found[part.of] if None not in (key := part.above(row))}
        found[part.table] = [dict(row) for row in rows[part.table] if values(row, part.columns) in above]
    del found[step.table]
    return found


@dataclass(slots=True)
class MemoryVault:
    """Takes blocked rows, deletes them on their last day, and can be looked at."""

    entries: dict[tuple[str, str, tuple[object, ...]], BlockedRow] = field(default_factory=dict)
    #: rows that lie open
    open_rows: int = 0

    def seal(self, rows: Sequence[BlockedRow]) -> None:
        """Take rows; the same row twice is one entry."""
        for row in rows:
            self.entries[row.system, row.table, row.key] = row

    def census(self, rule: Rule) -> Mapping[int, int]:
        """Blocked rows of a rule by the year in which their period began."""
        years = [row.started_on.year for row in self._of(rule)]
        return {year: years.count(year) for year in years}

    def counts(self, rule: Rule, today: date, started_before: date | None = None) -> tuple[int, int] | None:
        """Blocked rows of a rule, and those past their last day."""
        rows = self._of(rule)
        limits = {rule.id: started_before} if started_before else {}
        return len(rows), sum(_is_due(row, today, limits) for row in rows)

    def unsealed(self, rule: Rule, sample: int) -> int | None:
        """How many lie open."""
        return min(self.open_rows, sample)

    def strange(self, system: str, rules: Collection[str], today: date) -> tuple[tuple[str, str], ...]:
        """Tables and rules of blocked rows past their day, of rules other than these."""
        mine = (row for row in self.entries.values() if row.system == system and row.rule not in rules)
        return tuple(sorted({(row.table, row.rule) for row in mine if _is_due(row, today, {})}))

    def due(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows of a system that must go, and all."""
        rows = [row for row in self.entries.values() if row.system == system]
        return sum(_is_due(row, before, limits) for row in rows), len(rows)

    def delete_due(self, step: Step, suspensions: Sequence[Suspension], limit: int, batch: int) -> Iterator[int]:
        """Delete what has reached its last day, in batches. People's suspensions are the real vault's matter."""
        action = step.action if isinstance(step.action, DeleteBlocked) else DeleteBlocked(date.min)
        ours = [(key, row) for key, row in self.entries.items() if row.system == step.system]
        due = [key for key, row in ours if _is_due(row, action.before, dict(action.limits))]
        if len(due) > limit:
            raise MoreThanPlanned(step.id, limit)
        for first in range(0, len(due), batch):
            gone = due[first : first + batch]
            for key in gone:
                del self.entries[key]
            yield len(gone)

    def _of(self, rule: Rule) -> list[BlockedRow]:
        return [row for row in self.entries.values() if row.rule == rule.id]


def _is_due(row: BlockedRow, today: date, limits: Mapping[str, date]) -> bool:
    """By the rule's limit where there is one, otherwise by the day that was noted."""
    return row.started_on < limits[row.rule] if row.rule in limits else row.delete_from <= today
