"""An inventory to a draft of a manifest: pure, and the same for the same inventory and day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zusage.promises.inventory import Inventory

from .columns import ColumnGuess
from .rules import Basis, RuleGuess, basis_of, rules_for
from .tables import Sorted, TableGuess, sort_tables
from .vocabulary import WORDS_OF_YAML, vocabulary, words_of
from .whose import Way, other_ways, ways_to_people


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDraft:
    """A table of an activity."""

    guess: TableGuess
    #: class → columns
    classes: Mapping[str, tuple[ColumnGuess, ...]]
    structure: tuple[ColumnGuess, ...]
    part_of: str | None
    part_reason: str = ""
    of: str | None
    of_reason: str = ""
    about: str | None = None
    about_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitDraft:
    """Rows elsewhere that, while they refer to a row, keep it."""

    link: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDraft:
    """A purpose: a table that stands for itself, with what belongs to it."""

    name: str
    title: str
    basis: Basis
    data: tuple[DataDraft, ...]
    rules: tuple[RuleGuess, ...]
    waits_for: tuple[WaitDraft, ...]
    #: what cannot be proposed, as questions
    questions: tuple[str, ...] = ()

    @property
    def root(self) -> TableGuess:
        """The table that stands for itself."""
        return self.data[0].guess


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """A kind of people."""

    name: str
    record: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that is proposed for one system."""

    system: str
    dialect: str
    people: tuple[PersonDraft, ...]
    classes: Mapping[str, Mapping[str, str]]
    events: Mapping[str, Mapping[str, str]]
    activities: tuple[ActivityDraft, ...]
    not_personal: Mapping[str, str]
    #: time columns that hold numbers
    epochs: tuple[str, ...]
    views: tuple[str, ...]
    unsayable: tuple[str, ...]
    #: tables whose rows are seen in another
    partitions: tuple[str, ...] = ()
    #: views whose rows are stored
    stored: tuple[str, ...] = ()


def draft(inventory: Inventory, on: date) -> Draft:
    """Propose a manifest for a system, by the law of a day."""
    found = sort_tables(inventory)
    people = _people(found, inventory.system)
    roots = [name for name, guess in found.personal.items() if guess.part_of is None]
    names = _names(roots)
    ways = ways_to_people(found, {person.record.removeprefix(f"{inventory.system}."): person.key for person in people})
    activities = tuple(_activity(names[root], root, found, inventory.system, people, ways, on) for root in roots)
    return Draft(
        system=inventory.system,
        dialect=inventory.dialect,
        people=people,
        classes=_titles(activities),
        events=_events(inventory.system, activities),
        activities=activities,
        not_personal=found.impersonal,
        epochs=_epochs(activities),
        views=found.views,
        unsayable=found.unsayable,
        partitions=found.partitions,
        stored=tuple(name for name in found.views if inventory.tables[name].materialised),
    )


def slug(name: str, fallback: str = "table") -> str:
    """A name as a manifest takes it: small letters, digits and hyphens."""
    text = re.sub(r"[^a-z0-9]+", "-", words_of(name)).strip("-")[:50]
    if text in WORDS_OF_YAML:  # they would be read as something else than a name
        return f"{text}-data"
    return text if re.match(r"[a-z]", text) else fallback


def _names(tables: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for table in tables:
        base, number = slug(table), 1
        while (name := base if number == 1 else f"{base}-{number}") in names.values():
            number += 1
        names[table] = name
    return names


def _people(found: Sorted, system: str) -> tuple[PersonDraft, ...]:
    """The tables that stand for people, or, where none does by its name, those to which others refer."""
    records = [guess for guess in found.personal.values() if guess.kind == "person" and guess.part_of is None]
    usable = [guess for guess in records if len(guess.table.primary_key) == 1]
    names = _names([guess.name for guess in usable])
    return tuple(
        PersonDraft(name=names[g.name], record=f"{system}.{g.name}", key=g.table.primary_key[0], reason=g.reason) for g in usable
    )


_Ways = Mapping[str, tuple[Way, ...]]


def _activity(
    name: str, root: str, found: Sorted, system: str, people: tuple[PersonDraft, ...], ways: _Ways, on: date
) -> ActivityDraft:
    guess = found.personal[root]
    basis = basis_of(guess.kind, on)
    rules = rules_for(guess, basis)
    members = [root, *(n for n in found.personal if n != root and found.root_of(n) == root)]
    return ActivityDraft(
        name=name,
        title=words_of(root).capitalize() or root,
        basis=basis,
        data=tuple(_data(found.personal[n], found, system, people, ways) for n in members),
        rules=rules,
        waits_for=_waits(root, found, system, people),
        questions=(*_questions(guess, rules, found, [n for n in members if n != root]), *other_ways(root, ways)),
    )


def _data(guess: TableGuess, found: Sorted, system: str, people: tuple[PersonDraft, ...], ways: _Ways) -> DataDraft:
    classes: dict[str, list[ColumnGuess]] = {}
    for column in guess.columns:
        if column.role in {"personal", "maybe", "time", "details"} and not _is_link(guess, column, found):
            classes.setdefault(column.data_class, []).append(column)
    part, way = guess.part_of, next(iter(ways.get(guess.name, ())), None) if guess.part_of is None else None
    records = {person.record: person for person in people}
    person = records.get(f"{system}.{way.relation.parent}") if way and way.direct else None
    person = (
        person if person and way and way.relation.referred[:1] == (person.key,) else None
    )  # else the row that is referred to says whose
    return DataDraft(
        guess=guess,
        classes={name: tuple(columns) for name, columns in classes.items()},
        structure=tuple(c for c in guess.columns if c.role == "structure" or _is_link(guess, c, found)),
        part_of=part.link(system, part.parent) if part else None,
        part_reason=part.reason if part else "",
        of=f"{person.name} via {way.relation.columns[0]}" if person and way else None,
        of_reason=way.reason if person and way else "",
        about=way.relation.link(system, way.relation.parent) if way and not person else None,
        about_reason=way.reason if way and not person else "",
    )


def _is_link(guess: TableGuess, column: ColumnGuess, found: Sorted) -> bool:
    """A column that refers without a foreign key; those with one are accounted for by it. An address stays one, whatever it seems to refer to."""
    if column.role == "personal":
        return False
    pairs = {name for hint in found.hints.get(guess.name, ()) for name in hint.structure}
    return column.name in pairs or any(
        r.child == guess.name and r.columns == (column.name,) and not r.declared for r in found.relations
    )


def _waits(root: str, found: Sorted, system: str, people: tuple[PersonDraft, ...]) -> tuple[WaitDraft, ...]:
    """Every relation to a row of the root that does not go with it."""
    keys = {person.record: person.key for person in people}
    implied = keys.get(f"{system}.{root}", "id")
    waiting = []
    for relation in found.relations:
        if relation.parent != root or relation.child == root or relation.child not in found.personal:
            continue
        if found.personal[relation.child].part_of != relation:
            link = relation.link(system, relation.child, implied)
            waiting.append(WaitDraft(link=link, reason=f"rows there refer to rows here; {relation.reason}"))
    return tuple(waiting)


def _questions(guess: TableGuess, rules: tuple[RuleGuess, ...], found: Sorted, parts: list[str]) -> tuple[str, ...]:
    unmarked = [rule for rule in rules if rule.name != "marked"]
    only = unmarked[0].only or ""
    column = only.rpartition(" AND ")[2].removesuffix(" IS NOT NULL")
    left = (
        [f"rows of {guess.name} whose {column} is empty have no rule: when should they go?"]
        if only.endswith(" IS NOT NULL") and len(unmarked) == 1
        else []
    )
    itself = [key for key in guess.table.foreign_keys if key.table == guess.name]
    suggested = [f"{name}: {hint.text}" for name in (guess.name, *parts) for hint in found.hints.get(name, ())]
    under = [
        f"rows of {guess.name} refer to other rows of {guess.name} through {', '.join(key.columns)}: a row stays while one stays that "
        "refers to it. What becomes of the others when one goes?"
        for key in itself
    ]
    inside = {guess.name, *parts}
    beyond = [
        f"rows of {way.child} refer to {way.parent}, whose rows go with those of {guess.name}, and keep them from going: what becomes of both?"
        for way in found.relations
        if way.parent in parts and way.declared and way.child in found.personal and way.child not in inside
    ]
    return (*left, *suggested, *under, *beyond)


def _titles(activities: tuple[ActivityDraft, ...]) -> dict[str, Mapping[str, str]]:
    used = {name for activity in activities for data in activity.data for name in data.classes}
    order = [c.name for c in vocabulary().classes if c.name in used]
    return {name: vocabulary().title(name) for name in [*order, *(["details"] if "details" in used else [])]}


def _starts(activities: tuple[ActivityDraft, ...]) -> list[tuple[TableGuess, ColumnGuess]]:
    found = []
    for activity in activities:
        for rule in activity.rules:
            for column in activity.root.columns:
                if rule.start in {column.name, f"end_of_year({column.name})"}:
                    found.append((activity.root, column))
    return found


def _events(system: str, activities: tuple[ActivityDraft, ...]) -> dict[str, Mapping[str, str]]:
    kinds = {kind.name: kind.says for kind in vocabulary().events}
    return {f"{system}.{guess.name}.{column.name}": kinds[column.event or "begun"] for guess, column in _starts(activities)}


def _epochs(activities: tuple[ActivityDraft, ...]) -> tuple[str, ...]:
    kinds = ((guess, guess.table.column(column.name)) for guess, column in _starts(activities))
    return tuple(f"{guess.name}.{info.name}" for guess, info in kinds if info and info.kind == "integer")
