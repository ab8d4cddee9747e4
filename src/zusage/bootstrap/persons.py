"""Everything that belongs to people, fetched from the living systems: one statement a table, for one person or many.

The values that come back are for the answer to the person alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from zusage.connectors.port import Reader, SystemTrouble
from zusage.planning.places import PersonUnfit, Place, beyond, kind_of, literals, places
from zusage.planning.plan import Selection
from zusage.promises.condition import Call, Column, Literal, OneOf
from zusage.rights.content import Content, Right, content
from zusage.rights.person import NobodyFound, SeveralFound

if TYPE_CHECKING:
    from .product import Product

Row = tuple[object, ...]


class Held(NamedTuple):
    """Rows of one person in one place."""

    content: Content
    columns: tuple[str, ...]
    #: their values first; behind them may stand what the rows were sorted by
    rows: Sequence[Row]
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
    return Search(product, wanted.people, wanted.right, wanted.include).gather(wanted.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is asked of one place, worked out once."""

    content: Content
    #: the columns that are fetched; those of the answer are first
    columns: tuple[str, ...]
    #: where the columns stand by which a row says whose it is
    own: tuple[int, ...]
    #: number of a place below → where the columns stand to which its rows refer
    below: tuple[tuple[int, tuple[int, ...]], ...]
    #: where addresses of the person stand
    known: tuple[int, ...]
    reader: Reader
    #: what the column with the key holds
    kind: str

    @property
    def place(self) -> Place:
        """Where it is asked."""
        return self.content.place


class Search:
    """Finds people of a kind for one right, again and again. Raises PersonUnfit, SystemTrouble."""

    def __init__(self, product: Product, people: str, right: Right = "access", include: frozenset[str] = frozenset()) -> None:
        self._product, self._people, self._right, self._include = product, people, right, include
        manifest = product.loaded.manifest
        self._places = places(manifest, people)
        known = [name.rpartition(".") for name in _known_by(product, people, needed=False)]
        contents = [content(manifest, place, right, include) for place in self._places]
        self._questions = [self._question(number, contents, known) for number in range(len(contents))]
        self._beyond = beyond(manifest, self._places, product.inventories)
        named = {one.place.name for one in contents if one.place.candidate and one.place.above is None}
        _refuse_unknown(include, named | _free_texts(product))

    def _question(self, number: int, contents: Sequence[Content], known: Sequence[tuple[str, str, str]]) -> _Question:
        told, place = contents[number], contents[number].place
        below = [(at, one.place) for at, one in enumerate(contents) if one.place.above is place]
        addresses = [column for table, _, column in known if table == place.table and not place.candidate]
        names = dict.fromkeys((*told.columns, *place.own, *(column for _, one in below for column in one.referred), *addresses))
        at = {name: index for index, name in enumerate(names)}
        return _Question(
            content=told,
            columns=tuple(names),
            own=tuple(at[name] for name in place.own),
            below=tuple((index, tuple(at[name] for name in one.referred)) for index, one in below),
            known=tuple(at[name] for name in addresses),
            reader=_reader(self._product, place),
            kind=kind_of(place.root, self._product.inventories),
        )

    def gather(self, keys: Sequence[str]) -> Gathered:
        """Everything that belongs to the people with these keys: one statement a table."""
        inventories = self._product.inventories
        here = tuple(str(one.value) for one in literals(self._places[0], keys, inventories))
        finding = _Finding(here)
        values: dict[object, tuple[Literal, ...]] = {}
        with ExitStack() as stack:
            for reader in {id(one.reader): one.reader for one in self._questions}.values():
                stack.enter_context(reader.snapshot())
            for number, one in enumerate(self._questions):
                if not one.place.candidate:
                    if one.kind not in values:
                        values[one.kind] = literals(one.place.root, here, inventories)
                    finding.fetch(number, one, values[one.kind])
            candidates = tuple(self._candidates(finding))
        if self._right == "access":
            self._open_blocked(finding)
        reached = {id(one.content): one.content for rows in finding.held.values() for one in rows}
        return Gathered(
            people={key: tuple(rows) for key, rows in finding.held.items()},
            candidates=candidates,
            withheld=tuple(f"{one.place.table}.{column}" for one in reached.values() for column in one.withheld),
            beyond=self._beyond,
        )

    def _candidates(self, finding: _Finding) -> Iterator[tuple[str, int]]:
        """Count what only an address leads to; fetch it where a human has named it."""
        values = tuple(Literal(address) for address in sorted(finding.addresses))
        for number, one in enumerate(self._questions):
            place = one.place
            if place.candidate and place.name in self._include:
                finding.fetch(number, one, values)
            if place.candidate and place.above is None:
                selection = Selection(system=place.system, table=place.bare, where=place.where(values))
                yield place.name, one.reader.count(selection) if values else 0

    def _open_blocked(self, finding: _Finding) -> None:
        """What was taken out of reach is still held, and so is in the copy."""
        from zusage.connectors.blocked import BlockedWriter

        store = BlockedWriter(self._product.folder)
        contents = {f"{one.place.table}": one.content for one in reversed(self._questions) if not one.place.candidate}
        for key in finding.held if store.there else ():
            for document in store.of_person(f"{self._people}:{key}"):
                for table, rows in ((document.table, (document.row,)), *document.parts):
                    told = contents.get(f"{document.system}.{table}")
                    if told and rows:
                        columns = tuple(column for column in told.columns if column in rows[0])
                        values = [tuple(row[column] for column in columns) for row in rows]
                        finding.held[key].append(Held(content=told, columns=columns, rows=values, blocked=True))


class _Finding:
    """The rows found so far, and what is known of whose they are."""

    def __init__(self, keys: Sequence[str]) -> None:
        #: key → what is held
        self.held: dict[str, list[Held]] = {key: [] for key in keys}
        #: address in small letters → keys
        self.addresses: dict[str, set[str]] = {}
        self._alone = keys[0] if len(keys) == 1 else None
        #: number of a place → value of what refers above → keys
        self._whose: dict[int, dict[object, list[str]]] = {}

    def fetch(self, number: int, asked: _Question, values: Sequence[Literal]) -> None:
        """One statement for the rows of all people in a place."""
        if not values:
            return
        place = asked.place
        selection = Selection(system=place.system, table=place.bare, where=place.where(values))
        rows = asked.reader.rows(selection, asked.columns)
        for key, mine in self._sorted(number, asked, rows):
            self.held[key].append(Held(content=asked.content, columns=asked.content.columns, rows=mine))
            for below, at in asked.below if self._alone is None else ():
                known, pick = self._whose.setdefault(below, {}), itemgetter(*at)
                for row in mine:
                    known.setdefault(pick(row), []).append(key)
            for index in asked.known:
                for row in mine:
                    self._know(row[index], key)

    def _sorted(self, number: int, asked: _Question, rows: Iterator[Row]) -> Iterator[tuple[str, list[Row]]]:
        """The rows of each person; of one who is asked about alone all are theirs."""
        if self._alone is not None:
            mine = list(rows)
            yield from [(self._alone, mine)] if mine else []
            return
        groups: defaultdict[object, list[Row]] = defaultdict(list)
        pick = itemgetter(*asked.own)
        for row in rows:
            groups[pick(row)].append(row)
        if asked.place.column and not asked.place.candidate:  # no value is another person's
            yield from ((key, group) for value, group in groups.items() if (key := str(value)) in self.held)
            return
        shared: dict[str, list[Row]] = {}
        for value, group in groups.items():
            for key in dict.fromkeys(self._owners(number, asked.place, value)):
                shared.setdefault(key, []).extend(group)
        yield from shared.items()

    def _owners(self, number: int, place: Place, value: object) -> Sequence[str]:
        if not place.column:
            return self._whose.get(number, {}).get(value, ())
        owners = self.addresses.get(str(value).lower(), set())
        return tuple(owners) if len(owners) == 1 else ()  # of two with one address neither is answered with the other's

    def _know(self, address: object, key: str) -> None:
        if address is not None and str(address).strip():
            self.addresses.setdefault(str(address).lower(), set()).add(key)


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


def _refuse_unknown(include: frozenset[str], known: set[str]) -> None:
    """A typing mistake must not look like a decision."""
    if not include <= known:
        raise PersonUnfit(
            "what is to be included is neither a candidate nor a free text of the manifest",
            f"Candidates and free texts are: {', '.join(sorted(known)) or 'none'}.",
        )
