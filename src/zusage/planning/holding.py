"""Which rows a suspension is to hold, before it is placed: pure. No message here repeats a value that was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zusage.promises.condition import (
    Column,
    Compare,
    Condition,
    ConditionError,
    Exists,
    Literal,
    all_of,
    columns_of,
    joined,
    parse,
)
from zusage.promises.inventory import Inventory, TableInfo
from zusage.promises.manifest import Data, Link, Manifest

#: before the stand-in of a key that is a number
NUMBER = "number:"


class HoldUnfit(Exception):
    """What should be held cannot be held so: what, why and what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}. A hold that does not fit the living tables would hold nothing; nothing was placed. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Some rows of one table, named as system.table."""

    table: str
    where: Condition

    @property
    def system(self) -> str:
        """The system that the table belongs to."""
        return self.table.split(".", 1)[0]

    @property
    def bare(self) -> str:
        """The table's name in its system."""
        return self.table.split(".", 1)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, by a kind of people and the key of their record."""

    people: str
    key: str
    #: what stands for the key in conditions that are kept where no key of a person may stand
    stand_in: str | None = None

    @classmethod
    def parse(cls, text: str) -> Person:
        """Read ``customer=4711``; raises HoldUnfit."""
        people, sign, key = text.partition("=")
        if not (people and sign and key):
            raise HoldUnfit("the person is not of the form people=key", "Write, for example, --person customer=4711.")
        return cls(people=people, key=key)

    @property
    def name(self) -> str:
        """How the vault names them."""
        return f"{self.people}:{self.key}"


def rows(table: str, text: str, inventories: Mapping[str, Inventory]) -> Hold:
    """The rows of a living table that fulfil a condition; raises HoldUnfit."""
    info = _table(table, inventories)
    try:
        where = parse(text)
    except ConditionError as error:
        raise HoldUnfit(f"the condition on {table} cannot be read at character {error.offset + 1}", _ADVICE) from None
    system, bare = table.split(".", 1)
    for of, column in columns_of(where, bare):
        other = inventories[system].tables.get(of)
        if other is None:
            raise HoldUnfit(f"the condition on {table} names a table that {system} does not have", _ADVICE)
        if other.column(column) is None:
            place = text.find(column) + 1
            what = f"the condition on {table} names, at character {place}, a column that {system}.{of} does not have"
            raise HoldUnfit(what, f"It has {_listed(other)}. {_ADVICE}")
    if info.is_view:
        raise HoldUnfit(f"{table} is a view", "Name the table behind it.")
    return Hold(table=table, where=where)


def of_person(manifest: Manifest, person: Person, inventories: Mapping[str, Inventory]) -> tuple[Hold, ...]:
    """A person's record, every table that says whose its rows are, and what belongs to those rows or is about them.

    Raises HoldUnfit.
    """
    declared = manifest.people.get(person.people)
    if declared is None:
        known = ", ".join(manifest.people) or "none yet"
        raise HoldUnfit("the manifest knows no such kind of people", f"Declared under people: {known}.")
    found = {declared.record: _is(declared.record, declared.key, person, inventories)}
    for activity in manifest.activities.values():
        for table, data in activity.data.items():
            if data.of and data.of.target == person.people:
                found.setdefault(table, _is(table, data.of.column, person, inventories))
    _add_parts(manifest, found)
    return tuple(Hold(table=table, where=where) for table, where in found.items())


def beyond(manifest: Manifest, holds: Sequence[Hold]) -> tuple[str, ...]:
    """Declared tables that no hold reaches, because the manifest does not say whose their rows are."""
    held = {hold.table for hold in holds}
    return tuple(
        dict.fromkeys(table for activity in manifest.activities.values() for table in activity.data if table not in held)
    )


def _add_parts(manifest: Manifest, found: dict[str, Condition]) -> None:
    """Parts have rules of their own now and then, so they are held themselves, however deep."""
    links = [link for activity in manifest.activities.values() for link in _parts(activity.data)]
    grown = True
    while grown:
        grown = False
        for table, link in links:
            of = link.table
            if table not in found and of in found and table.split(".")[0] == of.split(".")[0]:
                bare, above = table.split(".", 1)[1], of.split(".", 1)[1]
                found[table] = Exists(above, all_of(joined(link.to(), None, link.keys, bare), found[of]))
                grown = True


def _parts(data: Mapping[str, Data]) -> Iterator[tuple[str, Link]]:
    return ((table, link) for table, declared in data.items() for link in (declared.part_of, declared.about) if link)


def _is(table: str, column: str, person: Person, inventories: Mapping[str, Inventory]) -> Condition:
    info = _table(table, inventories)
    kind = info.column(column)
    if kind is None:
        raise HoldUnfit(f"{table} has no column {column}", "Correct the manifest; `zusage check` shows where.")
    if kind.kind not in ("integer", "number"):
        return Compare("=", Column(column), Literal(person.stand_in or person.key))
    if not person.key.isascii() or not person.key.isdigit():
        raise HoldUnfit(f"the key is not a number, but {table}.{column} holds numbers", "Give the key of the person's record.")
    return Compare("=", Column(column), Literal(f"{NUMBER}{person.stand_in}" if person.stand_in else int(person.key)))


def _table(name: str, inventories: Mapping[str, Inventory]) -> TableInfo:
    system, dot, bare = name.partition(".")
    if not dot or system not in inventories:
        known = ", ".join(inventories) or "none"
        raise HoldUnfit(f"{name} names no system of the manifest", f"Write system.table; systems are: {known}.")
    table = inventories[system].tables.get(bare)
    if table is None:
        known = ", ".join(sorted(inventories[system].tables))
        raise HoldUnfit(f"system {system} has no table {bare}", f"It has: {known}.")
    return table


def _listed(table: TableInfo) -> str:
    return ", ".join(column.name for column in table.columns)


_ADVICE = "Write an SQL condition such as \"number = 'A-17'\": a text in single quotes, a column without any."
