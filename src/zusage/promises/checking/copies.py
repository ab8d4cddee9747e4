"""The same row in two places: partitions, views whose rows are stored, and rows that are only marked as deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..condition import columns_of
from ..finding import Severity
from ..inventory import TableInfo
from .coverage import kept
from .rule import Spot
from .seen import Seen, live_rule

#: how applications call the column by which they mark rows as deleted
FLAG = re.compile(
    r"(is_?|was_?)?(soft_?)?(deleted|removed|trashed|discarded|archived|geloescht|gelöscht|entfernt|archiviert)(_?(at|on|am|date|flag|time))?"
    r"|(loesch|lösch)(_?kz|kennzeichen|datum|_?am)",
    re.IGNORECASE,
)


def flags_of(table: TableInfo) -> tuple[str, ...]:
    """The columns by which an application may mark rows of a table as deleted."""
    return tuple(column.name for column in table.columns if FLAG.fullmatch(column.name))


@live_rule(
    "flag-ignored",
    Severity.WARNING,
    why="for the people concerned the row is deleted; it is kept for as long as a rule that knows nothing of the mark says",
    advice="add a rule that counts from the mark, such as {at_most: P30D, from: deleted_at, only: deleted_at IS NOT NULL}",
    source="Art. 5(1)(e), 17(1) GDPR",
)
def flag_ignored(seen: Seen) -> Iterator[Spot]:
    """A table in which the application only marks rows as deleted, while no rule looks at the mark."""
    rules = list(kept(seen.loaded))
    for name in dict.fromkeys(one.table for one in rules):
        table, about = seen.table(name), [one for one in rules if one.table == name]
        looked_at = {
            column
            for one in about
            for condition in (one.keep.only, one.keep.unless)
            if condition is not None
            for of, column in columns_of(condition, one.rule.table)
            if of == one.rule.table
        }
        looked_at |= {column for one in about for column in (one.rule.start.columns if one.rule.start else ())}
        flags = flags_of(table) if table else ()
        if flags and not looked_at & set(flags):
            yield Spot(("activities", about[0].rule.activity, "data", name), f"no rule looks at {name}.{flags[0]}")


@live_rule(
    "row-in-two-tables",
    Severity.ERROR,
    why="a row would be planned and counted twice, once in the table and once in its partition",
    advice="name the table alone; rows of its partitions are seen there",
)
def row_in_two_tables(seen: Seen) -> Iterator[Spot]:
    """A partition, or a table that inherits, declared beside the table in which its rows are seen as well."""
    for name, activity in seen.loaded.manifest.activities.items():
        for held in activity.data:
            table = seen.table(held)
            above = f"{held.split('.', 1)[0]}.{table.inherits}" if table and table.inherits else ""
            if above and any(above in other.data for other in seen.loaded.manifest.activities.values()):
                yield Spot(("activities", name, "data", held), f"rows of {held} are rows of {above}, which is declared too")


@live_rule(
    "stored-view",
    Severity.ERROR,
    why="its rows are a copy that stays when the rows behind it go: the promise is not kept while the copy still shows them",
    advice="add it to the data of an activity with a rule of its own, and a plan will have it refreshed; where it has no time to count from, let it "
    "select the one of its source; or add it to not_personal with the reason",
    source="Art. 5(1)(e) GDPR",
)
def stored_view(seen: Seen) -> Iterator[Spot]:
    """A view whose rows are stored, for which nothing accounts."""
    held = {table for activity in seen.loaded.manifest.activities.values() for table in activity.data}
    for system, declared in seen.loaded.manifest.databases.items():
        for bare, table in sorted(seen.inventories[system].tables.items()) if system in seen.inventories else ():
            if table.materialised and f"{system}.{bare}" not in held and bare not in declared.not_personal:
                yield Spot(("systems", system), f"nothing accounts for the stored rows of the view {system}.{bare}")
