"""Where the rows of a person are, from the manifest alone: pure. No message here repeats a value that was given.

A row is *owned* when a key says whose it is: the record's own, one that refers to it (``of``), or one of a row above (``part_of``,
``about``).
It is a *candidate* when only an address of the person stands in it. Candidates are counted, and enter nothing before a human has
named their table. What several people share is held by the columns that are each one's own share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from zusage.promises.condition import (
    Call,
    Column,
    Compare,
    Condition,
    Exists,
    Literal,
    OneOf,
    all_of,
    joined,
)
from zusage.promises.inventory import Inventory
from zusage.promises.manifest import Data, Link, Manifest

#: the largest key that every database can hold as a number has more digits than this
_DIGITS = 18
#: kinds of columns with numbers
_NUMBERS = ("integer", "number")
#: what no text of every database can hold
_NUL = "\0"


class PersonUnfit(Exception):
    """Nobody can be found so: what, why and what to do."""

    def __init__(self, what: str, advice: str) -> None:
        self.what, self.advice = what, advice
        super().__init__(f"{what}. Nothing was written. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A table in which rows of people are, and how it is told whose they are."""

    #: system.table
    table: str
    #: the column with the key of the person or, of a candidate, with their address; empty where ``link`` leads to a row above
    column: str = ""
    #: columns that must have a value beside, such as the type of what is referred to
    fixed: tuple[tuple[str, str | int], ...] = ()
    above: Place | None = None
    link: Link | None = None
    #: how the manifest says it, so that columns are taken from where it says so; None where it is the record or a candidate
    said: Link | None = None
    #: only an address leads here
    candidate: bool = False

    @property
    def system(self) -> str:
        """The system that the table belongs to."""
        return self.table.split(".", 1)[0]

    @property
    def bare(self) -> str:
        """The table's name in its system."""
        return self.table.split(".", 1)[1]

    @property
    def own(self) -> tuple[str, ...]:
        """The columns by which a row says whose it is."""
        return (self.column,) if self.column else self.link.columns if self.link else ()

    @property
    def referred(self) -> tuple[str, ...]:
        """The columns of the row above to which ``own`` refers."""
        return (self.link.referred or ("id",)) if self.link and not self.column else ()

    @property
    def name(self) -> str:
        """What a human calls it who includes it."""
        return f"{self.root.table}.{self.root.column}" if self.candidate else self.table

    @property
    def parent(self) -> Place:
        """The place of the rows to which these refer; raises ValueError where they say themselves whose they are."""
        if self.above is None:
            raise ValueError(f"rows of {self.table} refer to no place above")
        return self.above

    @property
    def root(self) -> Place:
        """The place at the top of the links."""
        return self.above.root if self.above else self

    def where(self, values: Sequence[Literal]) -> Condition:
        """The rows of these people, by their keys or, of a candidate, by their addresses in small letters."""
        bare = tuple(Compare("=", Column(name), Literal(value)) for name, value in self.fixed)
        if self.column:
            term = Call("lower", (Column(self.column),)) if self.candidate else Column(self.column)
            return all_of(OneOf(term, tuple(values)), *bare)
        above, link = self.above, self.link
        if above is None or link is None:
            raise ValueError(f"{self.table} has neither a column nor a row above")
        return Exists(above.bare, all_of(joined(link.to(), None, link.keys, self.bare), above.where(values)))


def places(manifest: Manifest, people: str) -> tuple[Place, ...]:
    """Every table in which people of a kind have rows, each after the one above it; raises PersonUnfit."""
    declared = manifest.people.get(people)
    if declared is None:
        known = ", ".join(manifest.people) or "none yet"
        raise PersonUnfit("the manifest knows no such kind of people", f"Declared under people: {known}.")
    record = Place(table=declared.record, column=declared.key)
    found = [record]
    for table, data in _tables(manifest):
        if data.of and data.of.target == people:
            place = _below(record, table, data.of, declared.key)
            if not _has(found, place):
                found.append(place)
    _add_parts(manifest, found)
    owned = {place.table for place in found}
    for known in declared.known_by:
        table, _, column = known.rpartition(".")
        if table not in owned:
            found.append(Place(table=table, column=column, candidate=True))
    _add_parts(manifest, found)
    return tuple(found)


def beyond(manifest: Manifest, found: Iterable[Place], inventories: Mapping[str, Inventory]) -> tuple[str, ...]:
    """Tables in which it cannot be told whose the rows are: declared ones that are nobody's, and undeclared ones that refer to the person's."""
    there = {place.table for place in found if not place.candidate}
    told = there | {place.table for people in manifest.people for place in places(manifest, people) if not place.candidate}
    declared = dict.fromkeys(table for table, _ in _tables(manifest) if table not in told)
    for name in sorted(there):
        system, bare = name.split(".", 1)
        silent = manifest.databases[system].not_personal if system in manifest.databases else {}
        for info, _ in inventories[system].referrers(bare) if system in inventories else ():
            if info.name not in silent and f"{system}.{info.name}" not in there:
                declared[f"{system}.{info.name}"] = None
    return tuple(declared)


def kind_of(place: Place, inventories: Mapping[str, Inventory]) -> str:
    """What kind of values the place's column holds; raises PersonUnfit where there is none, or it holds bytes, to which no written key is equal."""
    inventory = inventories.get(place.system)
    table = inventory.tables.get(place.bare) if inventory else None
    info = table.column(place.column) if table else None
    if info is None:
        raise PersonUnfit(f"there is no {place.table}.{place.column}", "Correct the manifest; `zusage check --live` shows where.")
    if info.kind == "binary":
        raise PersonUnfit(
            f"{place.table}.{place.column} holds bytes, and a key is written in letters and digits, so that nobody could be found by it",
            "Name a column with such keys that tells the same person, or store this one as text, number or UUID.",
        )
    return info.kind


def spelling(kind: str, key: str) -> str:
    """A key as a column of a kind spells it: one number, and one UUID, can be written in several ways. Of a text each letter counts."""
    if kind in _NUMBERS and key.isascii() and key.isdigit():
        return key.lstrip("0") or "0"  # it may be longer than any that Python would read
    return (uuid_in(key) or key) if kind == "uuid" else key


def uuid_in(key: str) -> str:
    """The UUID that a key is, in small letters with hyphens, however it was written; empty where it is none."""
    try:
        return str(UUID(key))
    except ValueError:
        return ""


def literals(place: Place, values: Iterable[str], inventories: Mapping[str, Inventory]) -> tuple[Literal, ...]:
    """Keys as the place's column holds them; one that it cannot hold is nobody's. Raises PersonUnfit."""
    if (kind := kind_of(place, inventories)) not in _NUMBERS:
        return tuple(Literal(spelling(kind, value)) for value in values if _NUL not in value)
    return tuple(Literal(int(value)) for value in values if value.isascii() and value.isdigit() and len(value) <= _DIGITS)


def _add_parts(manifest: Manifest, found: list[Place]) -> None:
    grown = True
    while grown:
        grown = False
        for table, data in _tables(manifest):
            link = data.part_of or data.about
            for above in [one for one in found if link and one.table == link.table and one.system == table.split(".")[0]]:
                place = _below(above, table, link, "id") if link else above
                if not _has(found, place):
                    found.append(place)
                    grown = True


def _has(found: Sequence[Place], place: Place) -> bool:
    """Whether its rows are found already.

    Two links to the same people are the two ends of a row, and both count; so do links that are only about rows of some type.
    """
    return any(one.table == place.table and (_alike(one, place) or _same(one, place)) for one in found)


def _alike(one: Place, other: Place) -> bool:
    if one.said is None or other.said is None:
        return True
    return one.said.target != other.said.target and not one.said.fixed and not other.said.fixed


def _same(one: Place, other: Place) -> bool:
    fixed = [place.said.fixed if place.said else () for place in (one, other)]
    return (one.own, one.above) == (other.own, other.above) and fixed[0] == fixed[1]


def _below(above: Place, table: str, link: Link, key: str) -> Place:
    """Where a row refers to the very column that says whose the row above is, it says so itself."""
    referred = link.referred or (key,)
    if above.column and not above.candidate and referred == (above.column,) and not above.fixed:
        return Place(table=table, column=link.column, fixed=link.fixed, said=link)
    exact = link if link.referred else link.model_copy(update={"referred": (key,)})
    return Place(table=table, above=above, link=exact, said=link, candidate=above.candidate)


def _tables(manifest: Manifest) -> Iterator[tuple[str, Data]]:
    return ((table, data) for activity in manifest.activities.values() for table, data in activity.data.items())
