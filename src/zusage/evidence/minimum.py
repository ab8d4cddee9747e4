"""Whether rows are there as long as they must be: counted by the year in which their period began, and compared with what was sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from zusage.connectors.port import Reader
from zusage.promises.condition import all_of
from zusage.promises.promise import Rule

from .backups.looking import Vaults
from .limits import certainly
from .observation import Census, Unseen
from .sorting import Outlook

#: blocked rows of the rule's table by the year in which their period began
Blocked = Callable[[Rule], Mapping[int, int]]


def look_at_minimum(
    rule: Rule, outlook: Outlook, reader: Reader, blocked: Blocked, before: Mapping[int, int] | None, vaults: Vaults | None
) -> Census | Unseen:
    """The census of the rule's rows, and of those that are blocked; ``before`` is the last one that was sealed.

    A row that is blocked meanwhile is counted twice, and not left out: the vault is looked into last.
    """
    if rule.start is None or rule.at_least is None:
        return Unseen(reason="the minimum has no starting point")
    usable = all_of(certainly(rule.only), outlook.believable(rule, rule.start))
    now = dict(reader.census(rule.table, rule.start, usable))
    for year, rows in blocked(rule).items():
        now[year] = now.get(year, 0) + rows
    for rows_twice in vaults.twice(rule) if vaults else ():  # back by a restore; one row is one row
        for year, rows in reader.census(rule.table, rule.start, all_of(usable, rows_twice)).items():
            now[year] = now.get(year, 0) - rows
    years = sorted({*now, *(before or {})})
    visibility = reader.visibility(rule.table)
    return Census(
        now=now,
        before=before,
        protected=tuple(year for year in years if not _over(outlook, rule, date(year, 1, 1))),
        partly=tuple(y for y in years if _over(outlook, rule, date(y, 1, 1)) and not _over(outlook, rule, date(y, 12, 31))),
        visible=visibility.shown,
        how_visible=visibility.how,
    )


def _over(outlook: Outlook, rule: Rule, day: date) -> bool:
    if rule.start is None or rule.at_least is None:
        return True
    return rule.start.has_ended(day, rule.at_least, outlook.as_of, ZoneInfo(outlook.zone))
