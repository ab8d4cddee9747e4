"""Until when rows of somebody may be kept by each rule, by own eyes: from their own rows, and asked of the system only which are under a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from zusage.connectors.port import Reader
from zusage.planning.keyed import with_keys
from zusage.planning.plan import Selection
from zusage.promises.condition import Surely, all_of
from zusage.promises.derive import rules_of
from zusage.promises.manifest import Manifest
from zusage.promises.promise import Rule

from .days import day_of
from .owning import Own, Row

#: the first and the last of some days
Days = tuple[date, date]


def own_last_days(manifest: Manifest, own: Own, read: Callable[[str], Reader]) -> Mapping[str, Days]:
    """By rule, between which days the period of their rows ends; a rule of which nobody can tell is left out. Raises SystemTrouble."""
    found: dict[str, Days] = {}
    for rule in rules_of(manifest):
        if not (rule.at_most and rule.start and rule.at_most.is_calendar and rule.system in manifest.databases):
            continue
        rows = list(_under(rule, own.get(f"{rule.system}.{rule.table}", ()), read))
        days = [_last(manifest, rule, row) for row in rows]
        known = [day for day in days if day is not None]
        if known and len(known) == len(days):
            found[rule.id] = min(known), max(known)
    return found


def _under(rule: Rule, rows: Sequence[Row], read: Callable[[str], Reader]) -> Iterator[Row]:
    """Their rows for which the rule is meant."""
    if rule.only is None or not rows:
        yield from rows
        return
    reader = read(rule.system)
    table = reader.survey().tables[rule.table]
    where = all_of(with_keys(table.primary_key, [[row[name] for name in table.primary_key] for row in rows]), Surely(rule.only))
    with reader.snapshot():
        selection = Selection(system=rule.system, table=rule.table, where=where)
        there = {tuple(map(str, key)) for key in reader.rows(selection, table.primary_key)}
    yield from (row for row in rows if tuple(str(row[name]) for name in table.primary_key) in there)


def _last(manifest: Manifest, rule: Rule, row: Row) -> date | None:
    """The definition is the starting point's and the period's own."""
    if rule.start is None or rule.at_most is None or row.get(rule.start.columns[0]) is None:
        return None
    table = f"{rule.system}.{rule.table}"
    begun = [day_of(manifest, table, name, value) for name in rule.start.columns if (value := row.get(name)) is not None]
    known = [day for day in begun if day is not None]
    if len(known) != len(begun):
        return None
    try:
        return rule.at_most.after(rule.start.rounded(max(known)))
    except (OverflowError, ValueError):
        return None
