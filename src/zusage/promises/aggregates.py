"""Aggregates that remain and statistics, as promises about the smallest group."""

from __future__ import annotations

from collections.abc import Iterator

from . import promise as p
from .condition import Linked
from .manifest import Anonymise, Joined, Manifest


def aggregate_of(manifest: Manifest, rule: p.Rule) -> tuple[p.SmallestGroup, ...]:
    """What a rule leaves of its rows, where it is declared."""
    keep = manifest.activities[rule.activity].keep[int(rule.path[-1])]
    declared = keep.then.aggregate if isinstance(keep.then, Anonymise) else None
    if declared is None or not (rule.at_most and rule.start):
        return ()
    cleared = {change.column for change in rule.changes if change.how == "clear"}
    table = f"{rule.system}.{rule.table}"
    about = [activity.data[table] for activity in manifest.activities.values() if table in activity.data]
    links = {key for data in about for link in (data.of, data.part_of, data.about) if link for key in link.columns}
    found = p.SmallestGroup(
        id=f"{rule.id}/smallest-group",
        refs=keep.refs,
        path=(*rule.path, "then", "aggregate"),
        system=rule.system,
        table=rule.table,
        columns=declared.columns,
        always=declared.always,
        linked=tuple(_linked(manifest, one, table) for one in declared.joined),
        at_least=declared.at_least,
        rule=rule,
        cut=bool(links) and links <= cleared,
    )
    return (found,)


def _linked(manifest: Manifest, one: Joined, table: str) -> Linked:
    key = next((person.key for person in manifest.people.values() if person.record == table), "id")
    return Linked(
        table=one.rows.table.split(".", 1)[1],
        columns=one.columns,
        by=one.rows.keys,
        referred=one.rows.to(key),
        within=tuple(_linked(manifest, further, one.rows.table) for further in one.joined),
    )


def statistics_of(manifest: Manifest) -> Iterator[p.SmallestGroup]:
    """The declared statistics."""
    for name, one in manifest.statistics.items():
        system, table = one.table.split(".", 1)
        yield p.SmallestGroup(
            id=f"statistics/{name}",
            refs=one.refs,
            path=("statistics", name),
            system=system,
            table=table,
            columns=one.columns,
            always=one.always,
            linked=tuple(_linked(manifest, joined, one.table) for joined in one.joined),
            at_least=one.at_least,
            only=one.only,
            counts=one.counts,
            settled=(one.settled.from_, one.settled.after) if one.settled else None,
        )
