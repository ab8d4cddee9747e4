"""Storage limitation: everything that is held must come to an end (Art. 5(1)(e) GDPR)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from ..manifest import Anonymise, Pseudonymise
from .coverage import Kept, kept
from .rule import Spot, rule


@rule(
    "no-storage-period",
    Severity.ERROR,
    why="data without a period are kept for ever",
    advice="add keep: [{at_most: …, from: …}]",
    source="Art. 5(1)(e), 13(2)(a) GDPR",
)
def no_storage_period(loaded: Loaded, on: date) -> Iterator[Spot]:
    """An activity that holds data and says nothing about how long."""
    for name, activity in loaded.manifest.activities.items():
        if any(data.classes for data in activity.data.values()) and not activity.keep:
            yield Spot(("activities", name, "data"), f"{name} holds data, but has no keep rule")


@rule(
    "class-without-limit",
    Severity.ERROR,
    why="a class that no rule ends is kept for ever",
    advice="add it to the classes of a keep rule with at_most, or write such a rule for it",
    source="Art. 5(1)(e), 13(2)(a) GDPR",
)
def class_without_limit(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A class of an activity with keep rules that none of them ends."""
    ended = _ended(loaded)
    for name, activity in loaded.manifest.activities.items():
        if not activity.keep:
            continue
        for table, data in activity.data.items():
            for class_name, columns in data.classes.items():
                missing = [column for column in columns if (table, column) not in ended.get(name, set())]
                if missing:
                    path = ("activities", name, "data", table, "classes", class_name)
                    yield Spot(path, f"no rule of {name} ends {class_name} in {table}: {', '.join(missing)}")


def _ended(loaded: Loaded) -> dict[str, set[tuple[str, str]]]:
    """By activity, each column that some rule brings to an end."""
    found: dict[str, set[tuple[str, str]]] = {}
    for one in kept(loaded):
        if one.keep.at_most or one.keep.until:
            found.setdefault(one.rule.activity, set()).update(one.columns())
    return found


@rule(
    "change-outside-classes",
    Severity.ERROR,
    why="a rule may only change what its activity holds",
    advice="add the column to a class of this rule, or remove it here",
    source="Art. 5(1)(b), (e) GDPR",
)
def change_outside_classes(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Columns to be anonymised or pseudonymised that are not in the rule's classes."""
    for one in kept(loaded):
        for column, path in _changed(one):
            if column not in one.rule.columns:
                yield Spot(path, f"{one.label} changes {column}, which is in none of its classes")


def _changed(one: Kept) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    match one.keep.then:
        case Anonymise(anonymise=columns):
            yield from ((column, (*one.path, "then", "anonymise", column)) for column in columns)
        case Pseudonymise(pseudonymise=names):
            yield from ((column, (*one.path, "then", "pseudonymise", i)) for i, column in enumerate(names))


@rule(
    "change-leaves-columns",
    Severity.WARNING,
    why="a column that is left as it is may still tell who the person was",
    advice="add it to then, or say under then: {stays: {column: {de: …, en: …}}} why nobody can be found through it, or let it be looked at with aggregate",
    source="Art. 4(1), recital 26 GDPR",
)
def change_leaves_columns(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Columns of the rule's classes that its anonymisation or pseudonymisation leaves as they are."""
    for one in kept(loaded):
        changed = {column for column, _ in _changed(one)}
        then = one.keep.then
        said = {*then.stays, *(then.aggregate.columns if then.aggregate else ())} if isinstance(then, Anonymise) else ()
        left = [column for column in one.rule.columns if column not in changed and column not in said]
        if changed and left:
            yield Spot((*one.path, "then"), f"{one.label} leaves {', '.join(left)} as they are")


@rule(
    "pseudonyms-for-ever",
    Severity.WARNING,
    why="pseudonymised data are still personal data, and nothing ends them",
    advice="add a later rule that deletes or anonymises them",
    source="Art. 4(5), 5(1)(e), recital 26 GDPR",
)
def pseudonyms_for_ever(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Data that are pseudonymised and then kept without an end."""
    rules = [one for one in kept(loaded) if one.keep.at_most]
    final = {c for one in rules if not isinstance(one.keep.then, Pseudonymise) for c in one.columns()}
    for one in rules:
        if isinstance(one.keep.then, Pseudonymise) and not one.columns() <= final:
            yield Spot((*one.path, "then"), f"{one.label} pseudonymises data that no rule ends")
