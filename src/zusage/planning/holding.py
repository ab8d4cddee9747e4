"""Which rows a suspension is to hold, before it is placed: pure. No message here repeats a value that was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from zusage.promises.condition import (
    Column,
    Condition,
    ConditionError,
    IsNull,
    Literal,
    Not,
    all_of,
    any_of,
    columns_of,
    parse,
)
from zusage.promises.inside import items_in
from zusage.promises.inventory import Inventory, TableInfo
from zusage.promises.manifest import Manifest

from .places import PersonUnfit, Place, kind_of, places, spelling
from .plan import Selection


class HoldUnfit(Exception):
    """What is named – rows to hold, a person, their data – does not fit the living tables: what, why and what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(
            f"{what}. What does not fit the living tables would reach nothing or the wrong rows, so nothing was done. {advice}"
        )


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

    @property
    def selection(self) -> Selection:
        """The rows, as a Reader is asked for them."""
        return Selection(system=self.system, table=self.bare, where=self.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, by a kind of people and the key of their record."""

    people: str
    key: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Person:
        """Read ``customer=4711``; raises HoldUnfit."""
        people, sign, key = text.partition("=")
        if not (people and sign and key):
            raise HoldUnfit("the person is not of the form people=key", "Write, for example, customer=4711.")
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
    return holds_of(places_of(manifest, person.people), lambda root: (_key(root, person, inventories),))


def meant(manifest: Manifest, person: Person, table: str, row: str | None, inventories: Mapping[str, Inventory]) -> Hold:
    """The rows of a person in a table, or of them those that a condition tells from others. Raises HoldUnfit."""
    holds = {hold.table: hold for hold in of_person(manifest, person, inventories)}
    if table not in holds:
        raise HoldUnfit(f"the manifest does not say that rows of {table} are this person's", f"It does of {', '.join(holds)}.")
    return Hold(table=table, where=all_of(holds[table].where, rows(table, row, inventories).where)) if row else holds[table]


def places_of(manifest: Manifest, people: str) -> tuple[Place, ...]:
    """Where rows are of which it is known that they are of such people; raises HoldUnfit."""
    try:
        return tuple(place for place in places(manifest, people) if not place.candidate)
    except PersonUnfit as unfit:
        raise HoldUnfit(unfit.what, unfit.advice) from None


def holds_of(found: Iterable[Place], keys: Callable[[Place], Sequence[Literal]]) -> tuple[Hold, ...]:
    """One hold a table, for every way in which its rows can be theirs; ``keys`` says what they are called at the top of the links."""
    ways: dict[str, list[Condition]] = {}
    for place in found:
        where = place.where(keys(place.root))
        # a row without a key is nobody's: without this, "not known to be theirs" would hold it as "possibly theirs"
        named = (Not(IsNull(Column(place.column))),) if place.column and not items_in(place.column) else ()
        ways.setdefault(place.table, []).append(all_of(*named, where))
    return tuple(Hold(table=table, where=any_of(*where)) for table, where in ways.items())


def numbers(root: Place, inventories: Mapping[str, Inventory]) -> bool:
    """Whether the keys of people are numbers there; raises HoldUnfit where there is no such column."""
    try:
        return kind_of(root, inventories) in ("integer", "number")
    except PersonUnfit as unfit:
        raise HoldUnfit(unfit.what, unfit.advice) from None


def spelt_in(root: Place, key: str, inventories: Mapping[str, Inventory]) -> str:
    """A key as the column at the top of the links spells it; raises HoldUnfit where there is no such column."""
    try:
        return spelling(kind_of(root, inventories), key)
    except PersonUnfit as unfit:
        raise HoldUnfit(unfit.what, unfit.advice) from None


def beyond(manifest: Manifest, holds: Sequence[Hold]) -> tuple[str, ...]:
    """Declared tables that no hold reaches, because the manifest does not say whose their rows are."""
    held = {hold.table for hold in holds}
    return tuple(
        dict.fromkeys(table for activity in manifest.activities.values() for table in activity.data if table not in held)
    )


def _key(root: Place, person: Person, inventories: Mapping[str, Inventory]) -> Literal:
    if "\0" in person.key:
        raise HoldUnfit("the key holds the character NUL, and no key does", "Give the key of the person's record.")
    if not numbers(root, inventories):
        return Literal(spelling(kind_of(root, inventories), person.key))
    refuse_no_number(root, person.key)
    return Literal(int(person.key))


def refuse_no_number(root: Place, key: str) -> None:
    """Raise HoldUnfit where a key is none that a column of numbers can hold."""
    if not key.isascii() or not key.isdigit():
        raise HoldUnfit(
            f"the key is not a number, but {root.table}.{root.column} holds numbers", "Give the key of the person's record."
        )


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
