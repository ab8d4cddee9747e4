"""Looks at backups: when they were made, what a drill showed, and whether anything that was erased is back in the living system.

1. A backup is as old as its file says, or its name where a day stands in it that is earlier.
2. One must be young enough, and none too old, each counted in whole days.
3. A drill is sealed when it is held; it counts until its period is over.
4. A row that went is known again by its keyed code. That it would be found is what a drill shows, on a copy that has such rows.
5. What a suspension holds may be back: a hold wins over what is done again. It is counted by itself.
6. The register speaks of the database that answers, and is the newest: some of its rows are known, and nothing outside is ahead of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from zusage.connectors.port import Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import Selection
from zusage.planning.suspension import Suspension, held_by
from zusage.promises.condition import ALWAYS, NEVER, Condition, Exists, Not, Possibly, all_of, any_of, joined
from zusage.promises.inventory import Inventory
from zusage.promises.period import Period
from zusage.promises.promise import BackedUp, Change, Rule
from zusage.promises.recognition import may_be_another

from ..carrying import carries
from ..observation import Unseen
from ..sorting import Outlook
from .observation import Copies, Drill, Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Rows of one table that went, as the register says."""

    #: as system.table
    table: str
    #: the columns from which a code is made; the last says when the row came to be
    columns: tuple[str, ...]
    #: the code of each row, and when it went last
    codes: Mapping[bytes, datetime]
    #: the rows stayed, and these of their columns were changed; empty where they were deleted
    changes: tuple[Change, ...] = ()
    #: the rows wait in the vault: tells by its key whether one still does, and must not be in its table
    waits: Callable[[Sequence[object]], bool] | None = None
    #: people with an item in a list there of whom nobody can tell whether they came anew
    doubtful: int = 0


class Vaults(Protocol):
    """What there is to look at beside the systems."""

    def times(self, backup: str) -> Sequence[datetime]:
        """When each backup was made. Raises SystemTrouble."""

    def gone(self, backup: str) -> Sequence[Gone]:
        """What went from the systems of a backup. Raises SystemTrouble."""

    def twice(self, rule: Rule) -> Iterator[Condition]:
        """Rows of a rule that wait in the vault and that a restore has brought back into their table. Raises SystemTrouble."""

    def unmarked(self, backup: str) -> tuple[str, ...]:
        """Tables of these systems of which nobody could tell whether rows came back."""

    def unlike(self, backup: str) -> tuple[str, ...]:
        """Systems of a backup for which another database may be answering. Raises SystemTrouble."""

    def behind(self, backup: str) -> tuple[str, ...]:
        """What is ahead of our own record: systems of a backup with rows long after its last entry, and witnesses. Raises SystemTrouble."""

    def code(self, table: str, row: Sequence[object]) -> bytes:
        """The code of a row."""


def look_at_backups(
    promise: BackedUp,
    vaults: Vaults,
    last: Drill | None,
    readers: Mapping[str, Reader | SystemTrouble],
    outlook: Outlook,
    today: date,
) -> Copies | Drill | Stay | Unseen:
    """What bears on a promise about backups. Raises SystemTrouble."""

    def reader(system: str) -> Reader:
        found = readers[system]
        if isinstance(found, SystemTrouble):
            raise found
        return found

    match promise.aspect:
        case "made" | "kept":
            return look_at_copies(promise, vaults, outlook.zone, today)
        case "drilled":
            seen = replace(last, today=today) if last else None
            return seen or Unseen(reason="no drill was held yet; `zusage backup drill` holds one")
        case "erased":
            return look_for_returned(promise.backup, vaults, reader, outlook)


def look_at_copies(promise: BackedUp, vaults: Vaults, zone: str, today: date) -> Copies:
    """Steps 1 and 2."""
    days = [at.astimezone(ZoneInfo(zone)).date() for at in vaults.times(promise.backup)]
    oldest, newest = min(days, default=None), max(days, default=None)
    counted = oldest if promise.aspect == "kept" else newest
    limit = last_day(promise.period, counted) if promise.period and counted else None
    return Copies(count=len(days), oldest=oldest, newest=newest, limit=limit, today=today, aspect=promise.aspect)


def last_day(period: Period, day: date) -> date:
    """The last day of a period that begins on a day; hours count as far as they go into another day."""
    return period.after(day) if period.is_calendar else day + max(period.elapsed, timedelta(days=1))


def look_for_returned(backup: str, vaults: Vaults, reader: Callable[[str], Reader], outlook: Outlook) -> Stay:
    """Steps 4 to 6."""
    gone = vaults.gone(backup)
    looks = [_through(vaults, one, reader(one.table.split(".", 1)[0]), outlook) for one in gone]
    seen = [reader(one.table.split(".", 1)[0]).visibility(one.table.split(".", 1)[1]) for one in gone]
    hidden = next((one for one in seen if not one.shown), None)
    return Stay(
        entries=sum(len(one.codes) for one in gone),
        compared=sum(look.compared for look in looks),
        back=sum(look.back for look in looks),
        held=sum(look.held for look in looks),
        doubtful=sum(look.doubtful for look in looks),
        tables=len({one.table for one in gone}),
        unmarked=vaults.unmarked(backup),
        visible=hidden is None,
        how_visible=hidden.how if hidden else "tables read whole",
        unlike=vaults.unlike(backup),
        behind=vaults.behind(backup),
    )


@dataclass(slots=True)
class _Through:
    """One way through a table."""

    compared: int = 0
    back: int = 0
    held: int = 0
    doubtful: int = 0


def _through(vaults: Vaults, gone: Gone, reader: Reader, outlook: Outlook) -> _Through:
    """Rows that had changed and are unchanged again are looked for among those that have more than they should."""
    where: Condition = carries(gone.changes) if gone.changes else ALWAYS
    look, table = _Through(doubtful=gone.doubtful), reader.survey().tables.get(gone.table.split(".", 1)[1])
    if table is None or not gone.columns or any(table.column(name) is None for name in gone.columns):
        return _Through(doubtful=len(gone.codes) if table else 0)
    held = held_back(outlook.suspensions, gone.table, reader.survey())
    for kept, its in ((False, all_of(where, Not(held))), (True, all_of(where, held))):
        if kept and held == NEVER:
            continue
        for row in reader.rows(Selection(system=reader.system, table=table.name, where=its), gone.columns):
            look.compared += 1
            at = gone.codes.get(vaults.code(gone.table, row))
            if at and (gone.waits is None or gone.waits(row[:-1])):
                unsure = row[-1] is None or may_be_another(row[-1], at.astimezone(ZoneInfo(outlook.zone)).date())
                look.doubtful += unsure
                look.held += kept and not unsure
                look.back += not kept and not unsure
    return look


def held_back(
    suspensions: Sequence[Suspension], name: str, inventory: Inventory, seen: frozenset[str] = frozenset()
) -> Condition:
    """Rows that a suspension holds, and those to which a row refers, by keys of the database, that stays for it (5)."""
    system, bare = name.split(".", 1)
    own = held_by(suspensions, system, bare)
    found: list[Condition] = [Possibly(own)] if own != NEVER else []
    for other in inventory.tables.values():
        if other.name in seen or other.name == bare:
            continue
        for key in (key for key in other.foreign_keys if key.table == bare):
            there = held_back(suspensions, f"{system}.{other.name}", inventory, seen | {bare})
            if there != NEVER:
                found.append(Exists(other.name, all_of(joined(key.columns, None, key.referred, bare), there)))
    return any_of(*found)
