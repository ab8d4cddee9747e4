"""How people are named: by their key as its record spells it, and by the keyed codes under which plans, registers and the vault know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from zusage.planning.holding import Person, places_of, spelt_in
from zusage.planning.places import spelling, uuid_in

from .vaults import vault_of

if TYPE_CHECKING:
    from zusage.vault import VaultWriter

    from .product import Product


@dataclass(frozen=True)
class Codes:
    """The keyed codes by which our registers know people."""

    product: Product

    @cached_property
    def _vault(self) -> VaultWriter:

        self.product.folder.mkdir(parents=True, exist_ok=True)
        return vault_of(self.product)

    def of_person(self, people: str, key: str) -> str:
        """The code of somebody by their key."""
        return self._vault.person_digest(f"{people}:{key}")

    def of_address(self, address: str) -> str:
        """The code of an address, however it is written; no kind of people is called so."""
        return self._vault.person_digest(f"@:{address.strip().casefold()}")


def spelt(product: Product, person: Person) -> Person:
    """As their record spells the key: a number and a UUID have one spelling. Raises HoldUnfit."""
    record = places_of(product.loaded.manifest, person.people)[0]
    return replace(person, key=spelt_in(record, person.key, product.inventories))


def letters_count(product: Product, person: Person) -> str:
    """The column, as system.table.column, that holds keys as texts, where a UUID was given in another spelling than the usual one.

    Told by what was given and by the schema alone, so that it says of nobody whether they are known. Empty where it is not so.
    """
    record = places_of(product.loaded.manifest, person.people)[0]
    other = uuid_in(person.key) not in ("", person.key)
    return f"{record.table}.{record.column}" if other and spelt(product, person) == person else ""


def spellings(key: str) -> set[str]:
    """How a key may have been noted: as it is written, or as a number or a UUID is spelt without need."""
    return {key, *(spelling(kind, key) for kind in ("integer", "uuid"))}


def code_of(product: Product, person: Person) -> str:
    """The keyed code by which the vault, suspensions and plans know a person."""
    return code_of_each(product, [person])[0]


def code_of_each(product: Product, people: Sequence[Person]) -> list[str]:
    """The code of each of some people, in their order."""

    product.folder.mkdir(parents=True, exist_ok=True)
    vault = vault_of(product)
    return [vault.person_digest(person.name) for person in people]


def code_of_all(product: Product, people: Sequence[Person]) -> str:
    """One code for all the people of a plan; of one alone, theirs."""

    found = code_of_each(product, people)
    return found[0] if len(found) == 1 else vault_of(product).person_digest(f"together={' '.join(sorted(found))}")
