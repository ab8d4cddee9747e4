"""What a person has in the systems and in the vault, asked for notices and letters: of one alone, or of many with few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from zusage.connectors.port import Asked, Row
from zusage.planning.holding import Hold, Person, numbers, of_person, places_of
from zusage.planning.plan import Selection
from zusage.promises.condition import Condition, all_of

from ..looking.looks import Looks
from ..people import code_of_each
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.vault import Document

    from ..product import Product


class Theirs(Protocol):
    """The rows of one person. Nobody may write a value into a log, an error or the evidence."""

    @property
    def code(self) -> str:
        """The keyed code of the person."""

    @property
    def tables(self) -> frozenset[str]:
        """In which tables, as system.table, a row is theirs. Raises SystemTrouble."""

    @property
    def reached(self) -> frozenset[str]:
        """In which tables a row can be theirs."""

    @property
    def blocked(self) -> Sequence[Document]:
        """What the vault has of them. Raises a VaultError."""

    def rows(self, table: str, columns: Sequence[str], only: Condition | None = None) -> Iterator[Row]:
        """The values of some columns of their rows. Raises SystemTrouble."""


@dataclass(frozen=True)
class Alone:
    """Of one person, asked when it is wanted."""

    product: Product
    holds: Sequence[Hold]
    code: str

    @cached_property
    def tables(self) -> frozenset[str]:
        """As the protocol says."""
        return frozenset(hold.table for hold in self.holds if Looks(self.product).count(hold.selection))

    @cached_property
    def reached(self) -> frozenset[str]:
        """As the protocol says."""
        return frozenset(hold.table for hold in self.holds)

    @cached_property
    def blocked(self) -> Sequence[Document]:
        """As the protocol says."""
        vault = vault_of(self.product)
        return [vault.unseal(id) for id in sorted(vault.ids_of_person(self.code))]

    def rows(self, table: str, columns: Sequence[str], only: Condition | None = None) -> Iterator[Row]:
        """As the protocol says."""
        for hold in self.holds:
            if hold.table == table:
                where = hold.where if only is None else all_of(hold.where, only)
                yield from Looks(self.product).rows(Selection(system=hold.system, table=hold.bare, where=where), columns)


@dataclass(frozen=True)
class _Known:
    """Of one of many: what was found of all of them together, the rest as of one alone."""

    alone: Callable[[], Alone]
    code: str
    reached: frozenset[str]
    blocked: Sequence[Document]
    #: by table the wanted columns of each row, by name
    found: Mapping[str, Sequence[Mapping[str, object]]]

    @property
    def tables(self) -> frozenset[str]:
        """As the protocol says."""
        return frozenset(self.found)

    def rows(self, table: str, columns: Sequence[str], only: Condition | None = None) -> Iterator[Row]:
        """As the protocol says."""
        found = self.found.get(table, ())
        if found and (only is not None or not found[0].keys() >= set(columns)):
            yield from self.alone().rows(table, columns, only)
        else:
            yield from (tuple(row[name] for name in columns) for row in found)


def of_each(product: Product, people: Sequence[Person], wanted: Mapping[str, Sequence[str]]) -> Iterator[Theirs]:
    """What each of some people of one kind has, in their order: a statement a table, however many they are.

    ``wanted`` says by table which columns will be asked for. Raises HoldUnfit or SystemTrouble.
    """
    manifest, inventories = product.loaded.manifest, product.inventories
    codes = code_of_each(product, people)
    found = _found(product, people, wanted)
    vault = vault_of(product)
    blocked = vault.ids_of_people(codes)
    reached = frozenset(place.table for place in places_of(manifest, people[0].people))
    for person, code in zip(people, codes, strict=True):

        def alone(person: Person = person, code: str = code) -> Alone:
            return Alone(product, of_person(manifest, person, inventories), code)

        if found is None:
            yield alone()
        else:
            documents = [vault.unseal(id) for id in sorted(blocked.get(code, ()))]
            yield _Known(alone, code, reached, documents, found.get(person.key, {}))


def _found(
    product: Product, people: Sequence[Person], wanted: Mapping[str, Sequence[str]]
) -> Mapping[str, Mapping[str, list[Mapping[str, object]]]] | None:
    """By key, and then by table, their rows; None where one key may stand for a key that is written in another way."""
    keys = [person.key for person in people]
    found: dict[str, dict[str, list[Mapping[str, object]]]] = {key: {} for key in keys}
    for system, questions in _questions(product, people[0].people, wanted).items():
        reader = product.reader(system)
        with reader.snapshot():
            for at, rows in reader.finder(questions).find(keys):
                asked = questions[at]
                for row in rows:
                    if (whose := str(row[-1])) not in found:
                        return None
                    named = dict(zip(asked.columns, row[:-1], strict=True))
                    found[whose].setdefault(asked.place.table, []).append(named)
    return found


def _questions(product: Product, kind: str, wanted: Mapping[str, Iterable[str]]) -> Mapping[str, list[Asked]]:
    asked: dict[str, list[Asked]] = {}
    for place in places_of(product.loaded.manifest, kind):
        columns = tuple(dict.fromkeys(wanted.get(place.table, ())))
        number = numbers(place.root, product.inventories)
        asked.setdefault(place.system, []).append(Asked(place=place, columns=columns, numbers=number))
    return asked
