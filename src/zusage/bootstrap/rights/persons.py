"""Everything that belongs to people, fetched from the living systems: one statement a system for one person, one a table for many.

The values that come back are for the answer to the person alone.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zusage.connectors.port import Reader, Row
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.places import PersonUnfit, Place, beyond, kind_of, literals, places
from zusage.planning.plan import Selection
from zusage.promises.condition import Call, Column, Literal, OneOf
from zusage.promises.row_files import columns_in
from zusage.rights.content import Content, Right, content
from zusage.rights.person import NobodyFound, SeveralFound

from ..spelling import refuse_other_spelling
from .addresses import of_others
from .found import Finding, Held, Question, cut, ends, finders

if TYPE_CHECKING:
    from zusage.connectors.blocked import BlockedWriter
    from zusage.vault import Document

    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was found of some people."""

    #: by key; a person of whom nothing is there has nothing
    people: Mapping[str, tuple[Held, ...]] = field(repr=False)
    #: what a human may name → rows in which only the address is the person's
    candidates: tuple[tuple[str, int], ...]
    #: of those, rows that were named and kept back, because the address is another person's too
    ambiguous: tuple[tuple[str, int], ...]
    #: free texts that were kept back, as system.table.column
    withheld: tuple[str, ...]
    #: tables in which it cannot be told whose the rows are
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose rows are gathered, and for what."""

    people: str
    keys: Sequence[str] = field(repr=False)
    right: Right = "access"
    #: candidates and free texts that a human has looked at
    include: frozenset[str] = frozenset()


def key_of(product: Product, people: str, address: str) -> str:
    """The key of the one person who has an address; raises NobodyFound, SeveralFound, PersonUnfit."""
    found = keys_of(product, people, address)
    if len(found) > 1:
        raise SeveralFound(len(found))
    if not found:
        raise NobodyFound
    return found.pop()


def keys_of(product: Product, people: str, address: str) -> set[str]:
    """The keys of everybody whose record has an address, also of those who are restricted. Raises PersonUnfit or SystemTrouble."""
    manifest, found = product.loaded.manifest, set[str]()
    known = [name.rpartition(".") for name in _known_by(product, people)]
    if "\0" in address:  # which some databases refuse with words of their own
        return found
    for place in places(manifest, people):
        for column in (column for table, _, column in known if table == place.table and place.column and not place.candidate):
            where = OneOf(Call("lower", (Column(column),)), (Literal(address.lower()),))
            selection = Selection(system=place.system, table=place.bare, where=where)
            found |= {str(row[0]) for row in _reader(product, place).rows(selection, (place.column,)) if row[0] is not None}
            found |= set(_restricted(product, place, column, address))
    return found


def _restricted(product: Product, place: Place, column: str, address: str) -> Iterator[str]:
    """The keys of people with an address whose rows are restricted: they have their rights all the same."""
    from .restricted import documents_of

    for one in product.state.restrictions.all():
        for _, document in documents_of(product, one) if one.lifted_at is None else ():
            here = (document.system, document.table) == (place.system, place.bare) and place.column in document.row
            if here and str(document.row.get(column) or "").lower() == address.lower():
                yield str(document.row[place.column])


def gather(product: Product, wanted: Wanted) -> Gathered:
    """Everything that belongs to the people. Raises PersonUnfit, SystemTrouble."""
    return Search(product, wanted.people, wanted.right, wanted.include).gather(wanted.keys)


class Search:
    """Finds people of a kind for one right, again and again. Raises PersonUnfit, SystemTrouble."""

    def __init__(self, product: Product, people: str, right: Right = "access", include: frozenset[str] = frozenset()) -> None:
        self._product, self._people, self._right, self._include = product, people, right, include
        manifest = product.loaded.manifest
        self._places = places(manifest, people)
        self._known = known = [name.rpartition(".") for name in _known_by(product, people, needed=False)]
        contents = [content(manifest, place, right, include) for place in self._places]
        self._questions = [self._question(told, known) for told in contents]
        self._beyond = beyond(manifest, self._places, product.inventories)
        named = {one.place.name for one in contents if one.place.candidate and one.place.above is None}
        _refuse_unknown(include, named | _free_texts(product))
        self._readers = tuple({id(one.reader): one.reader for one in self._questions}.values())
        self._counted = [one for one in self._questions if one.place.candidate and one.place.above is None]
        self._owned = finders([one for one in self._questions if not one.place.candidate])
        self._named = finders([one for one in self._questions if one.place.candidate and one.place.name in include])

    def _question(self, told: Content, known: Sequence[tuple[str, str, str]]) -> Question:
        place = told.place
        addresses = [column for table, _, column in known if table == place.table and not place.candidate]
        paths = {path: columns_in(path) for path in told.files}
        names = tuple(dict.fromkeys((*told.columns, *addresses, *(name for some in paths.values() for name in some))))
        return Question(
            content=told,
            columns=names,
            known=tuple(names.index(name) for name in addresses),
            files=tuple((path, {name: names.index(name) for name in some}) for path, some in paths.items()),
            reader=_reader(self._product, place),
            numbers=kind_of(place.root, self._product.inventories) in ("integer", "number") and not place.candidate,
        )

    def gather(self, keys: Sequence[str]) -> Gathered:
        """Everything that belongs to the people with these keys."""
        inventories = self._product.inventories
        here = tuple(str(one.value) for one in literals(self._places[0], keys, inventories))
        finding = Finding(here)
        with ExitStack() as stack:
            if len(here) > 1:
                stack.enter_context(_uncollected())
            for reader in self._readers:
                stack.enter_context(reader.snapshot())
            finding.take(self._owned, here)
            shared = self._shared(finding, here)
            finding.take(self._named, sorted(set(finding.addresses) - shared))
            candidates = tuple(self._candidates(sorted(finding.addresses)))
            ambiguous = tuple(self._candidates(sorted(shared), self._include)) if shared else ()
            if any(finding.held.values()):  # of whom nothing is there nobody is told how their key is spelt
                refuse_other_spelling(self._product, self._people, here)
        self._open_blocked(finding)
        return Gathered(
            people={key: tuple(rows) for key, rows in finding.held.items()},
            candidates=candidates,
            ambiguous=ambiguous,
            withheld=tuple(f"{one.place.table}.{column}" for one in finding.reached.values() for column in one.withheld),
            beyond=self._beyond,
        )

    def _shared(self, finding: Finding, keys: Sequence[str]) -> frozenset[str]:
        """Addresses that lead to several people: of these nobody is answered with what only the address leads to."""
        if not self._named:
            return frozenset()
        twice = frozenset(address for address, owners in finding.addresses.items() if len(owners) > 1)
        return twice | of_others(self._product, self._places, self._known, keys, finding.addresses)

    def _candidates(self, addresses: Sequence[str], names: Collection[str] | None = None) -> Iterator[tuple[str, int]]:
        """Count what only an address leads to, in these places or in all."""
        values = tuple(Literal(address) for address in addresses)
        for one in self._counted:
            place = one.place
            if names is None or place.name in names:
                selection = Selection(system=place.system, table=place.bare, where=place.where(values))
                yield place.name, one.reader.count(selection) if values else 0

    def _open_blocked(self, finding: Finding) -> None:
        """What was taken out of reach is still held, and so is in the copy. What is only restricted can be taken elsewhere too: the person
        asks for it (Art. 18(2), 20 GDPR).
        """
        from zusage.connectors.blocked import BlockedWriter

        if not (store := BlockedWriter(self._product.folder)).there:
            return
        contents: defaultdict[str, list[Content]] = defaultdict(list)
        for one in self._questions:
            if not one.place.candidate:
                contents[one.place.table].append(one.content)
        for key in finding.held:
            together: dict[tuple[int, tuple[str, ...]], tuple[Content, list[Row]]] = {}
            for document in self._documents(store, key):
                for table, rows in ((document.table, (document.row,)), *document.parts):
                    for told, mine in ends(contents[f"{document.system}.{table}"], rows, key):
                        columns = tuple(column for column in told.columns if column in mine[0])
                        values = cut(told, key, [tuple(row[column] for column in columns) for row in mine], columns)
                        together.setdefault((id(told), columns), (told, []))[1].extend(values)
                        finding.reached[id(told)] = told
            for (_, columns), (told, found) in together.items():
                finding.held[key].append(Held(content=told, columns=columns, rows=found, blocked=True))

    def _documents(self, store: BlockedWriter, key: str) -> Iterable[Document]:
        """Of a person, what the vault holds for this right."""
        from zusage.planning.holding import Person

        from ..people import code_of
        from .restricted import waiting

        person = Person(people=self._people, key=key)
        if self._right == "access":
            return store.of_person(person.name)
        return (document for _, document in waiting(self._product, code_of(self._product, person)))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows of plain values form no circles; to look for some again and again while they come would take as long as the statements."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
