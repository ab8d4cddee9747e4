"""Until when rows of somebody may be kept by each rule, by own eyes: from their own rows, and asked of the system only which are under a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from zusage.connectors.port import Reader
from zusage.planning.plan import Selection
from zusage.promises.condition import Column, Compare, Literal, Surely, all_of, any_of
from zusage.promises.derive import rules_of
from zusage.promises.manifest import Manifest
from zusage.promises.promise import Rule

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
    keys = [[Compare("=", Column(name), _literal(row[name])) for name in table.primary_key] for row in rows]
    where = all_of(any_of(*(all_of(*key) for key in keys)), Surely(rule.only))
    with reader.snapshot():
        selection = Selection(system=rule.system, table=rule.table, where=where)
        there = {tuple(map(str, key)) for key in reader.rows(selection, table.primary_key)}
    yield from (row for row in rows if tuple(str(row[name]) for name in table.primary_key) in there)


def _literal(value: object) -> Literal:
    return Literal(value) if isinstance(value, int | str) else Literal(str(value))


def _last(manifest: Manifest, rule: Rule, row: Row) -> date | None:
    """The definition is the starting point's and the period's own."""
    if rule.start is None or rule.at_most is None or row.get(rule.start.columns[0]) is None:
        return None
    begun = [_day(manifest, rule, name, value) for name in rule.start.columns if (value := row.get(name)) is not None]
    known = [day for day in begun if day is not None]
    if len(known) != len(begun):
        return None
    try:
        return rule.at_most.after(rule.start.rounded(max(known)))
    except (OverflowError, ValueError):
        return None


def _day(manifest: Manifest, rule: Rule, column: str, value: object) -> date | None:
    """The calendar day where the controller is."""
    database = manifest.databases[rule.system]
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == len("2026-03-01") else datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        zone = ZoneInfo(database.zones.get(f"{rule.table}.{column}", database.time_zone))
        aware = value if value.tzinfo else value.replace(tzinfo=zone)
        return aware.astimezone(UTC).astimezone(ZoneInfo(manifest.time_zone)).date()
    return value if isinstance(value, date) else None
