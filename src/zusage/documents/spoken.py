"""Everything that a notice says about keeping: the promises that are watched, and what no machine can time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zusage.promises import promise as p
from zusage.promises.derive import protections_of, rules_of
from zusage.promises.manifest import Keep, Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Until(p.Promise):
    """The data go once something has happened that no column shows."""

    rule: p.Rule
    until: str


Timed = p.KeptAtMost | p.KeptAtLeast | p.Blocked | Until
Spoken = p.AnyPromise | Until


def spoken_of(manifest: Manifest, activity: str) -> tuple[Timed, ...]:
    """What is said about keeping the data of an activity, in the manifest's order; promises have their own ids."""
    return tuple(timed for keep, rule in keeping(manifest, activity) for timed in _of(keep, rule))


def keeping(manifest: Manifest, activity: str) -> tuple[tuple[Keep, p.Rule], ...]:
    """Each keep rule of an activity as it is written and as a value."""
    keeps = manifest.activities[activity].keep
    return tuple((keeps[int(rule.path[-1])], rule) for rule in rules_of(manifest) if rule.activity == activity)


def _of(keep: Keep, rule: p.Rule) -> Iterator[Timed]:
    if keep.at_most:
        yield p.KeptAtMost(id=f"{rule.id}/at-most", refs=keep.refs, path=rule.path, rule=rule)
    if keep.at_least:
        yield p.KeptAtLeast(id=f"{rule.id}/at-least", refs=keep.refs, path=rule.path, rule=rule)
    if keep.purpose_ends:
        yield p.Blocked(id=f"{rule.id}/blocked", refs=keep.refs, path=rule.path, rule=rule)
    if keep.until:
        yield Until(id=f"{rule.id}/until", refs=keep.refs, path=rule.path, rule=rule, until=keep.until)


def protections(manifest: Manifest, activity: str) -> tuple[p.Protected, ...]:
    """What an activity never lets into the storage of a log."""
    return tuple(promise for promise in protections_of(manifest) if promise.activity == activity)


def table_of(rule: p.Rule) -> str:
    """The table of a rule with its system, as events name it."""
    return f"{rule.system}.{rule.table}"


def classes_of(manifest: Manifest, rule: p.Rule) -> tuple[str, ...]:
    """The classes that a rule is about: of its table, and of the parts that go with a row unless they have rules of their own."""
    activity = manifest.activities[rule.activity]
    wanted = activity.keep[int(rule.path[-1])].classes
    own = {keep.data for keep in activity.keep}
    parts = [f"{rule.system}.{part.table}" for part in rule.parts] if rule.deletes else []
    found = [*rule.classes, *(c for part in parts if part not in own for c in activity.data[part].classes)]
    return tuple(dict.fromkeys(c for c in found if not wanted or c in wanted))
