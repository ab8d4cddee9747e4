"""A manifest to the rules and promises that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import promise as p
from .aggregates import aggregate_of, statistics_of
from .becoming import changes_of, ended, in_lines, protection
from .flights import flights_of
from .lists import objections_of, person_of
from .manifest import Activity, Data, Elsewhere, Keep, Link, Manifest, Protect
from .outside import outside
from .row_files import files_of


def rules_of(manifest: Manifest) -> tuple[p.Rule, ...]:
    """Every keep rule about a declared table, in the manifest's order."""
    return tuple(
        _rule(manifest, name, activity, index, keep)
        for name, activity in manifest.activities.items()
        for index, keep in enumerate(activity.keep)
        if activity.data
    )


def promises_of(manifest: Manifest) -> tuple[p.AnyPromise, ...]:
    """Every promise that a machine can look at or a role can attest, in a stable order."""
    found: list[p.AnyPromise] = []
    for rule in rules_of(manifest):
        found.extend(_of_rule(manifest, rule))
    found.extend(protections_of(manifest))
    found.extend(_standing(manifest))
    return tuple(found)


def protections_of(manifest: Manifest) -> tuple[p.Protected, ...]:
    """What never reaches the storage of a log, in the manifest's order."""
    return tuple(
        _protected(name, activity, index, protect)
        for name, activity in manifest.activities.items()
        for index, protect in enumerate(activity.protect)
        if activity.data
    )


def _protected(name: str, activity: Activity, index: int, protect: Protect) -> p.Protected:
    system, table = (protect.data or next(iter(activity.data))).split(".", 1)
    column = protect.truncate or protect.hash or protect.drop or ""
    verb = "truncated" if protect.truncate else "hashed" if protect.hash else "dropped"
    return p.Protected(
        id=f"{name}/{protect.name or f'{verb}-{column}'.replace('_', '-')}",
        refs=protect.refs,
        path=("activities", name, "protect", index),
        system=system,
        table=table,
        change=protection(protect, column),
        unless=protect.unless,
        activity=name,
    )


def _of_rule(manifest: Manifest, rule: p.Rule) -> Iterator[p.AnyPromise]:
    keep = manifest.activities[rule.activity].keep[int(rule.path[-1])]
    if rule.at_most and rule.start:
        yield p.KeptAtMost(id=f"{rule.id}/at-most", refs=keep.refs, path=rule.path, rule=rule)
    if keep.warning and rule.warns:
        refs = keep.warning.refs
        yield p.Warned(id=f"{rule.id}/warned", refs=refs, path=rule.path, rule=rule, before=rule.warns)
    if rule.at_least and rule.start:
        yield p.KeptAtLeast(id=f"{rule.id}/at-least", refs=keep.refs, path=rule.path, rule=rule)
    if rule.purpose_ends and rule.purpose_start:
        yield p.Blocked(id=f"{rule.id}/blocked", refs=keep.refs, path=rule.path, rule=rule)
    yield from aggregate_of(manifest, rule)


def aggregates_of(manifest: Manifest) -> tuple[p.SmallestGroup, ...]:
    """Everything that may remain of people only in groups, in the manifest's order."""
    return (*(found for rule in rules_of(manifest) for found in aggregate_of(manifest, rule)), *statistics_of(manifest))


def _standing(manifest: Manifest) -> Iterator[p.AnyPromise]:
    for name, row in manifest.every_row.items():
        system, table = row.table.split(".", 1)
        path, once = ("every_row", name), (row.once.from_, row.once.after) if row.once else None
        yield p.EveryRow(
            id=f"every-row/{name}", refs=row.refs, path=path, system=system, table=table, condition=row.condition, once=once
        )
    for name, absent in manifest.no_column.items():
        system, table = absent.table.split(".", 1)
        path = ("no_column", name)
        yield p.NoColumn(id=f"no-column/{name}", refs=absent.refs, path=path, system=system, table=table, patterns=absent.columns)
    yield from statistics_of(manifest)
    for name, declared in manifest.stores.items():
        yield p.Accounted(id=f"accounted/{name}", refs=declared.refs, path=("systems", name), system=name)
    yield from _separate(manifest)
    yield from outside(manifest)
    yield from _consents(manifest)
    yield from _requests(manifest)
    yield from objections_of(manifest)
    if telling := manifest.telling:
        here = ("telling",)
        times = {"within": telling.within, "kept": telling.kept}
        yield p.RecipientsTold(id="recipients-told", refs=telling.refs, path=here, since=telling.since, **times)
    for table, files in files_of(manifest).items():
        name = next(one for one, activity in manifest.activities.items() if table in activity.data and activity.data[table].files)
        where = ("activities", name, "data", table, "files")
        system, bare = table.split(".", 1)
        yield p.FilesOwned(id=f"files/{table}", refs=(), path=where, system=system, table=bare, files=files)
    yield from _backed_up(manifest)
    yield from flights_of(manifest)
    for name, said in manifest.attested.items():
        yield p.Attested(id=f"attested/{name}", refs=said.refs, path=("attested", name), role=said.role, every=said.every)


#: what is promised of requests, by its name among ``refs``, and what the promise is called
_OF_REQUESTS: Mapping[p.AboutRequests, str] = {
    "answered": "answered-in-time",
    "kept": "cases-kept",
    "sealed": "steps-sealed",
    "restricted": "restricted",
    "decided": "decided-by-humans",
}


def _requests(manifest: Manifest) -> Iterator[p.AnyPromise]:
    """That a human decides is promised where a machine does."""
    requests = manifest.requests
    if requests is None:
        return
    left_out = {"restricted": not requests.restricted, "decided": not any(one.automated for one in manifest.activities.values())}
    for aspect, name in _OF_REQUESTS.items():
        if not left_out.get(aspect):
            yield p.RequestCases(
                id=f"requests/{name}", refs=getattr(requests.refs, aspect), path=("requests",), aspect=aspect, kept=requests.kept,
                identity_within=requests.identity_within,
            )  # fmt: skip


def _backed_up(manifest: Manifest) -> Iterator[p.AnyPromise]:
    """Of backups that say where they are; what was erased can come back only into what has rows that are known again."""
    for name, backup in manifest.backups.items():
        path, refs = ("backups", name), backup.refs
        if backup.kind is None:
            continue
        if backup.every:
            yield p.BackedUp(id=f"backups/{name}/made", refs=refs, path=path, backup=name, aspect="made", period=backup.every)
        if backup.kept:
            yield p.BackedUp(id=f"backups/{name}/kept", refs=refs, path=path, backup=name, aspect="kept", period=backup.kept)
        if backup.drill:
            yield p.BackedUp(
                id=f"backups/{name}/drilled", refs=refs, path=path, backup=name, aspect="drilled", period=backup.drill
            )
        if manifest.databases.keys() & set(backup.of):
            yield p.BackedUp(
                id=f"backups/{name}/erased-stay-erased", refs=refs, path=path, backup=name, aspect="erased", period=None
            )


def _separate(manifest: Manifest) -> Iterator[p.AnyPromise]:
    for name, apart in manifest.kept_apart.items():
        counts = tuple((table, column) for table, _, column in (one.rpartition(".") for one in apart.counts))
        path = ("kept_apart", name)
        yield p.KeptApart(
            id=f"kept-apart/{name}", refs=apart.refs, path=path, people=apart.people, apart=apart.apart, counts=counts
        )
    for name, short in manifest.short_lived.items():
        path = ("short_lived", name)
        yield p.ShortLived(
            id=f"short-lived/{name}", refs=short.refs, path=path, folder=short.folder, alive=short.alive, within=short.within
        )


def _consents(manifest: Manifest) -> Iterator[p.AnyPromise]:
    """Of the records of consent, where somebody keeps them; the trial where it is said at which address to try."""
    consents = manifest.consents
    if consents is None:
        return
    named: dict[p.Aspect, tuple[str, ...]] = {
        "complete": consents.refs.complete,
        "documented": consents.refs.documented,
        "kept": consents.refs.kept,
        "withdrawable": consents.refs.withdrawable,
    }
    for aspect, refs in named.items():
        if aspect != "withdrawable" or consents.probe:
            path = ("consents", "refs", aspect)
            kept = consents.records_kept
            yield p.ConsentRecords(id=f"consents/{aspect}", refs=refs, path=path, aspect=aspect, records_kept=kept)


def _rule(manifest: Manifest, name: str, activity: Activity, index: int, keep: Keep) -> p.Rule:
    table = keep.data or next(t for t, data in activity.data.items() if data.part_of is None)
    data = activity.data[table]
    classes = tuple(c for c in data.classes if not keep.classes or c in keep.classes)
    system, bare = table.split(".", 1)
    return p.Rule(
        id=f"{name}/{keep.name or f'rule-{index + 1}'}",
        activity=name,
        system=system,
        table=bare,
        columns=tuple(dict.fromkeys(column for c in classes for column in data.classes[c])),
        classes=classes,
        only=keep.only,
        unless=keep.unless,
        start=keep.from_,
        at_least=keep.at_least,
        at_most=keep.at_most,
        purpose_start=keep.purpose_ends.from_ if keep.purpose_ends else None,
        purpose_ends=keep.purpose_ends.after if keep.purpose_ends else None,
        waits=tuple(_waits(manifest, link, table) for link in keep.waits_for),
        parts=parts_of(activity.data, table),
        elsewhere=tuple(_elsewhere(manifest, one, table) for one in keep.elsewhere),
        changes=tuple(in_lines(change) for change in ended(keep)) if system in manifest.logs else ended(keep),
        duty=keep.duty,
        warns=keep.warning.before if keep.warning else None,
        person=person_of(manifest, table, data),
        path=("activities", name, "keep", index),
    )


def _elsewhere(manifest: Manifest, one: Elsewhere, table: str) -> p.Elsewhere:
    waits = _waits(manifest, one.rows, table)
    part = p.Part(table=waits.table, columns=waits.columns, of=table.split(".", 1)[1], referred=waits.referred)
    return p.Elsewhere(
        part=part, changes=tuple(change for column, new in one.become.items() for change in changes_of(column, new))
    )


def _waits(manifest: Manifest, link: Link, table: str) -> p.Waits:
    key = next((person.key for person in manifest.people.values() if person.record == table), "id")
    return p.Waits(table=link.table.split(".", 1)[1], columns=link.keys, referred=link.to(key))


def classed(manifest: Manifest, activity: str, table: str) -> frozenset[str]:
    """The columns of system.table that an activity holds in classes; none of what is no activity's."""
    data = manifest.activities[activity].data.get(table) if activity in manifest.activities else None
    return frozenset(column for columns in data.classes.values() for column in columns) if data else frozenset()


def parts_of(data: dict[str, Data], table: str) -> tuple[p.Part, ...]:
    """All rows that belong to a row of ``table``, nearest first; a part may have parts."""
    found: list[p.Part] = []
    nearest = [table]
    while nearest:
        near = nearest.pop(0)
        for name, declared in data.items():
            if declared.part_of and declared.part_of.table == near:
                link = declared.part_of
                bare = name.split(".", 1)[1]
                if any(part.table == bare for part in found):
                    continue
                of = near.split(".", 1)[1]
                found.append(p.Part(table=bare, columns=link.keys, of=of, referred=link.to()))
                nearest.append(name)
    return tuple(found)
