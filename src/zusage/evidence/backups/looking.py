"""Looks at backups: when they were made, what a drill showed, and whether anything that was erased is back in the living system.

1. A backup is as old as its file says, or its name where a day stands in it that is earlier.
2. One must be young enough, and none too old, each counted in whole days.
3. A drill is sealed when it is held; it counts until its period is over.
4. A row that went is known again by its keyed code. That it would be found is what a drill shows, on a copy that has such rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from zusage.connectors.port import Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS, Condition
from zusage.promises.period import Period
from zusage.promises.promise import BackedUp, Change
from zusage.promises.recognition import may_be_another

from ..observation import Unseen
from ..sorting import carries
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


class Vaults(Protocol):
    """What there is to look at beside the systems."""

    def times(self, backup: str) -> Sequence[datetime]:
        """When each backup was made. Raises SystemTrouble."""

    def gone(self, backup: str) -> Sequence[Gone]:
        """What went from the systems of a backup. Raises SystemTrouble."""

    def unmarked(self, backup: str) -> tuple[str, ...]:
        """Tables of these systems of which nobody could tell whether rows came back."""

    def code(self, table: str, row: Sequence[object]) -> bytes:
        """The code of a row."""


def look_at_backups(
    promise: BackedUp, vaults: Vaults, last: Drill | None, readers: Mapping[str, Reader | SystemTrouble], zone: str, today: date
) -> Copies | Drill | Stay | Unseen:
    """What bears on a promise about backups. Raises SystemTrouble."""

    def reader(system: str) -> Reader:
        found = readers[system]
        if isinstance(found, SystemTrouble):
            raise found
        return found

    match promise.aspect:
        case "made" | "kept":
            return look_at_copies(promise, vaults, zone, today)
        case "drilled":
            seen = replace(last, today=today) if last else None
            return seen or Unseen(reason="no drill was held yet; `zusage backup drill` holds one")
        case "erased":
            return look_for_returned(promise.backup, vaults, reader, zone)


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


def look_for_returned(backup: str, vaults: Vaults, reader: Callable[[str], Reader], zone: str) -> Stay:
    """Step 4."""
    gone = vaults.gone(backup)
    looks = [_through(vaults, one, reader(one.table.split(".", 1)[0]), ZoneInfo(zone)) for one in gone]
    seen = [reader(one.table.split(".", 1)[0]).visibility(one.table.split(".", 1)[1]) for one in gone]
    hidden = next((one for one in seen if not one.shown), None)
    return Stay(
        entries=sum(len(one.codes) for one in gone),
        compared=sum(look.compared for look in looks),
        back=sum(look.back for look in looks),
        doubtful=sum(look.doubtful for look in looks),
        tables=len({one.table for one in gone}),
        unmarked=vaults.unmarked(backup),
        visible=hidden is None,
        how_visible=hidden.how if hidden else "tables read whole",
    )


@dataclass(slots=True)
class _Through:
    """One way through a table."""

    compared: int = 0
    back: int = 0
    doubtful: int = 0


def _through(vaults: Vaults, gone: Gone, reader: Reader, zone: ZoneInfo) -> _Through:
    """Rows that had changed and are unchanged again are looked for among those that have more than they should."""
    where: Condition = carries(gone.changes) if gone.changes else ALWAYS
    look, table = _Through(), reader.survey().tables.get(gone.table.split(".", 1)[1])
    if table is None or not gone.columns or any(table.column(name) is None for name in gone.columns):
        return _Through(doubtful=len(gone.codes) if table else 0)
    for row in reader.rows(Selection(system=reader.system, table=gone.table.split(".", 1)[1], where=where), gone.columns):
        look.compared += 1
        if at := gone.codes.get(vaults.code(gone.table, row)):
            unsure = row[-1] is None or may_be_another(row[-1], at.astimezone(zone).date())
            look.doubtful += unsure
            look.back += not unsure
    return look
