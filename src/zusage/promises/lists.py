"""Lists in which a purpose finds people, as promises that nobody is in them who objected or withdrew."""

from __future__ import annotations

from collections.abc import Iterator

from . import promise as p
from .inside import is_inside, items_in
from .manifest import Data, Ending, Manifest


def objections_of(manifest: Manifest) -> Iterator[p.AnyPromise]:
    """One for each purpose that says where it finds people, or where consents to it are noted."""
    for name, activity in manifest.activities.items():
        if activity.objection:
            path = ("activities", name, "objection")
            lists = tuple(listed(manifest, one) for one in activity.objection.lists)
            yield p.Objected(id=f"objections/{name}", refs=activity.objection.refs, path=path, activity=name, lists=lists)
        if activity.consent and any(one.given for one in activity.consent.records):
            path = ("activities", name, "consent")
            lists = tuple(listed(manifest, one) for one in activity.consent.records if one.given)
            yield p.Withdrawn(id=f"withdrawals/{name}", refs=activity.consent.refs, path=path, activity=name, lists=lists)


def listed(manifest: Manifest, ending: Ending) -> p.Listed:
    """The rows that an ending is about, and by what they say whose they are."""
    system, table = ending.data.split(".", 1)
    person, above = _led(manifest, ending.data, frozenset()) or (None, ())
    declared = manifest.databases.get(system)
    zone = declared.zones.get(f"{table}.{ending.given}", declared.time_zone) if declared else "UTC"
    return p.Listed(
        system=system,
        table=table,
        only=ending.only,
        address=ending.address,
        person=person,
        above=above,
        given=ending.given,
        zone=zone,
    )


def _led(manifest: Manifest, table: str, seen: frozenset[str]) -> tuple[tuple[str, str], tuple[tuple[str, str, str], ...]] | None:
    """The kind of people and the column with their key; or the column that leads there, and the tables on the way."""
    said = [activity.data[table] for activity in manifest.activities.values() if table in activity.data]
    for data in (*said, Data()):
        if found := _whose(manifest, table, data):
            return found, ()
    for link in (link for data in said if (link := data.part_of or data.about)):
        if (
            len(link.columns) > 1
            or link.fixed
            or link.target in seen | {table}
            or link.target.split(".")[0] != table.split(".")[0]
        ):
            continue
        if further := _led(manifest, link.target, seen | {table}):
            (people, column), above = further
            step = (link.target.split(".", 1)[1], (link.referred or ("id",))[0], column)
            return (people, link.column), (step, *above)
    return None


def _whose(manifest: Manifest, table: str, data: Data) -> tuple[str, str] | None:
    """The kind of people and the column with their key; also where the row belongs to their record by that key."""
    link = data.part_of or data.about
    records = manifest.people.items() if link and not link.fixed else ()
    by_record = ((name, p.key) for name, p in records if link and (p.record, (p.key,)) == (link.table, link.referred or ("id",)))
    return person_of(manifest, table, data) or next(((name, link.column) for name, _ in by_record if link), None)


def person_of(manifest: Manifest, table: str, data: Data) -> tuple[str, str] | None:
    """Whose rows they are; the record of a kind of people is that person's own."""
    if data.of:
        return None if is_inside(data.of.column) or items_in(data.of.column) else (data.of.target, data.of.column)
    return next(((name, person.key) for name, person in manifest.people.items() if person.record == table), None)
