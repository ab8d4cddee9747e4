"""Everything that belongs to people, fetched from the living systems: one statement a table, for one person or many.

The values that come back are for the answer to the person alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zusage.connectors.port import Reader, SystemTrouble
from zusage.planning.plan import Selection
from zusage.promises.condition import Call, Column, Literal, OneOf
from zusage.rights.content import Content, Right, content
from zusage.rights.person import NobodyFound, PersonUnfit, Place, SeveralFound, beyond, literals, places

if TYPE_CHECKING:
    from .product import Product

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Rows of one person in one place."""

    content: Content
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    #: out of the application's reach, kept for a duty alone
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was found of some people."""

    #: by key; a person of whom nothing is there has nothing
    people: Mapping[str, tuple[Held, ...]]
    #: what a human may name → rows in which only the address is the person's
    candidates: tuple[tuple[str, int], ...]
    #: free texts that were kept back, as system.table.column
    withheld: tuple[str, ...]
    #: tables in which it cannot be told whose the rows are
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose rows are gathered, and for what."""

    people: str
    keys: Sequence[str]
    right: Right = "access"
    #: candidates and free texts that a human has looked at
    include: frozenset[str] = frozenset()


def key_of(product: Product, people: str, address: str) -> str:
    """The key of the one person who has an address; raises NobodyFound, SeveralFound, PersonUnfit."""
    manifest, found = product.loaded.manifest, set[str]()
    known = [name.rpartition(".") for name in _known_by(product, people)]
    for place in places(manifest, people):
        for column in (column for table, _, column in known if table == place.table and place.column and not place.candidate):
            where = OneOf(Call("lower", (Column(column),)), (Literal(address.lower()),))
            selection = Selection(system=place.system, table=place.bare, where=where)
            found |= {str(row[0]) for row in _reader(product, place).rows(selection, (place.column,)) if row[0] is not None}
    if len(found) > 1:
        raise SeveralFound(len(found))
    if not found:
        raise NobodyFound
    return found.pop()


def gather(product: Product, wanted: Wanted) -> Gathered:
    """Everything that belongs to the people. Raises PersonUnfit, SystemTrouble."""
    manifest, inventories = product.loaded.manifest, product.inventories
    found = places(manifest, wanted.people)
    record, owned = found[0], [place for place in found if not place.candidate]
    keys = tuple(str(one.value) for one in literals(record, wanted.keys, inventories))
    contents = [content(manifest, place, wanted.right, wanted.include) for place in found]
    gathering = _Gathering(product, keys, contents, _known_by(product, wanted.people, needed=False))
    with ExitStack() as stack:
        for system in dict.fromkeys(place.system for place in found):
            stack.enter_context(_reader(product, next(place for place in found if place.system == system)).snapshot())
        for place in owned:
            gathering.fetch(place, literals(place.root, keys, inventories))
        candidates = tuple(gathering.candidates(wanted.include))
    _refuse_unknown(wanted.include, candidates, contents, manifest_names=_free_texts(product))
    if wanted.right == "access":
        gathering.open_blocked(wanted.people)
    reached = {id(one.content): one.content for rows in gathering.held.values() for one in rows}
    return Gathered(
        people={key: tuple(gathering.held[key]) for key in keys},
        candidates=candidates,
        withheld=tuple(f"{one.place.table}.{column}" for one in reached.values() for column in one.withheld),
        beyond=beyond(manifest, found, inventories),
    )


@dataclass
class _Gathering:
    """The rows found so far, and what is known of whose they are."""

    product: Product
    keys: tuple[str, ...]
    contents: list[Content]
    known_by: tuple[str, ...]
    held: dict[str, list[Held]] = field(default_factory=dict)
    #: number of a place → values of the columns that refer above → keys of the people
    whose: dict[int, dict[Row, set[str]]] = field(default_factory=dict)
    #: address in small letters → keys
    addresses: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.held = {key: [] for key in self.keys}

    def fetch(self, place: Place, values: Sequence[Literal]) -> None:
        """One statement for the rows of all people in a place."""
        if not values:
            return
        told = next(one for one in self.contents if one.place is place)
        below = [(number, one.place) for number, one in enumerate(self.contents) if one.place.above == place]
        known = [name.rpartition(".")[2] for name in self.known_by if name.rpartition(".")[0] == place.table]
        names = (*told.columns, *place.own, *(column for _, one in below for column in one.referred), *known)
        names = tuple(dict.fromkeys(names))
        at = {name: index for index, name in enumerate(names)}
        own, width = [at[name] for name in place.own], len(told.columns)
        referred = [(number, [at[name] for name in one.referred]) for number, one in below]
        here = self.whose.get(next(n for n, one in enumerate(self.contents) if one.place is place), {})
        mine: dict[str, list[Row]] = {}
        alone = self.keys[0] if len(self.keys) == 1 else None
        selection = Selection(system=place.system, table=place.bare, where=place.where(values))
        for row in _reader(self.product, place).rows(selection, names):
            owners = (alone,) if alone is not None else self._owners(place, here, tuple(row[index] for index in own))
            for key in owners:
                mine.setdefault(key, []).append(row[:width])
                for number, indices in referred:
                    self._note(number, tuple(row[index] for index in indices), key)
                for name in known if not place.candidate else ():
                    self._know(row[at[name]], key)
        for key, rows in mine.items():
            self.held[key].append(Held(content=told, columns=told.columns, rows=tuple(rows)))

    def _owners(self, place: Place, above: Mapping[Row, set[str]], own: Row) -> Sequence[str] | set[str]:
        if not place.column:
            return above.get(own, ())
        if place.candidate:
            owners = self.addresses.get(str(own[0]).lower(), set())
            return owners if len(owners) == 1 else ()  # of two people with one address neither is answered with the other's
        key = str(own[0])
        return (key,) if key in self.held else ()

    def _note(self, number: int, values: Row, key: str) -> None:
        self.whose.setdefault(number, {}).setdefault(values, set()).add(key)

    def _know(self, address: object, key: str) -> None:
        if address is not None and str(address).strip():
            self.addresses.setdefault(str(address).lower(), set()).add(key)

    def candidates(self, include: frozenset[str]) -> Iterator[tuple[str, int]]:
        """Count what only an address leads to; fetch it where a human has named it."""
        values = tuple(Literal(address) for address in sorted(self.addresses))
        for place in (one.place for one in self.contents if one.place.candidate):
            if place.name in include:
                self.fetch(place, values)
            if place.above is None:
                selection = Selection(system=place.system, table=place.bare, where=place.where(values))
                yield place.name, _reader(self.product, place).count(selection) if values else 0

    def open_blocked(self, people: str) -> None:
        """What was blocked is still held, and so is in the copy; a table that stands nowhere else is taken from what is said of it."""
        from zusage.connectors.blocked import BlockedWriter

        store = BlockedWriter(self.product.folder)
        for key in self.keys:
            for document in store.of_person(f"{people}:{key}"):
                for table, rows in ((document.table, (document.row,)), *document.parts):
                    name = f"{document.system}.{table}"
                    told = next((one for one in self.contents if one.place.table == name and not one.place.candidate), None)
                    if told:
                        columns = tuple(column for column in told.columns if rows and column in rows[0])
                        values = tuple(tuple(row[column] for column in columns) for row in rows)
                        self.held[key].append(Held(content=told, columns=columns, rows=values, blocked=True))


def _reader(product: Product, place: Place) -> Reader:
    reader = product.readers.get(place.system)
    if reader is None:
        raise PersonUnfit(f"{place.table} names no system of the manifest with rows", "Correct the manifest.")
    if isinstance(reader, SystemTrouble):
        raise reader
    return reader


def _known_by(product: Product, people: str, *, needed: bool = True) -> tuple[str, ...]:
    declared = product.loaded.manifest.people.get(people)
    if needed and declared is not None and not declared.known_by:
        advice = f"Declare it under people: {people}: known_by, or give the key of their record."
        raise PersonUnfit("the manifest does not say in which column addresses of this kind of people stand", advice)
    return declared.known_by if declared else ()


def _free_texts(product: Product) -> set[str]:
    activities = product.loaded.manifest.activities.values()
    return {f"{table}.{column}" for one in activities for table, data in one.data.items() for column in data.mentions}


def _refuse_unknown(
    include: frozenset[str], candidates: Sequence[tuple[str, int]], contents: Sequence[Content], manifest_names: set[str]
) -> None:
    """A typing mistake must not look like a decision."""
    known = {name for name, _ in candidates} | manifest_names
    if not include <= known:
        raise PersonUnfit(
            "what is to be included is neither a candidate nor a free text of the manifest",
            f"Candidates and free texts are: {', '.join(sorted(known)) or 'none'}.",
        )
