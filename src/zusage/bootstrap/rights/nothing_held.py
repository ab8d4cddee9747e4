"""Somebody asks of whom nothing is held, and is told so (Art. 15(1) GDPR): looked for by what they have shown to be theirs, and by nothing else.

1. Every kind of people is looked through: rows that are owned, rows with the address alone, what is restricted and what is blocked.
2. Where something is found, or a system cannot be looked at, there is no such letter.
3. What could not be searched, and what is noted of them in our own registers, is named in the letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from zusage.connectors.blocked import BlockedReader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import Person
from zusage.planning.places import PersonUnfit, Place, beyond, places
from zusage.planning.plan import Selection
from zusage.promises.condition import Call, Column, Literal, OneOf

from ..days import today
from ..people import Codes, letters_count, spelt
from ..vaults import vault_of
from .persons import Wanted, gather

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.nothing_held import Register
    from zusage.vault import Document

    from ..product import Product


class SomethingHeld(PersonUnfit):
    """Something is held of whoever asks, or may be: the tables are for the staff alone."""

    def __init__(self, tables: Iterable[str]) -> None:
        self.tables = tuple(sorted(tables))
        super().__init__(
            f"it cannot be said that nothing is held: {', '.join(self.tables)} has rows with what was shown",
            "Look whether they are this person's, name the person in the case, and give the copy.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody has shown to be theirs: an address, the key of a record, or both."""

    address: str = field(default="", repr=False)
    person: Person | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was looked through for somebody of whom nothing was found."""

    #: system → its tables that were looked through
    tables: Mapping[str, tuple[str, ...]]
    #: tables in which it cannot be told whose the rows are
    beyond: tuple[str, ...]
    #: our own registers in which something is noted under their code
    registers: tuple[Register, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The files of the letter, and what was looked through."""

    files: Mapping[str, str | bytes] = field(repr=False)
    searched: Searched


def search(product: Product, shown: Shown) -> Searched:
    """Look for somebody everywhere. Raises SomethingHeld, PersonUnfit or SystemTrouble."""
    manifest, found, owned, looked = product.loaded.manifest, Counter[str](), list[Place](), set[str]()
    for people, declared in manifest.people.items():
        here = places(manifest, people)
        mine = shown.person if shown.person and shown.person.people == people else None
        if mine:
            _count_owned(product, mine, found)
        if shown.address and declared.known_by:
            _count_address(product, here, declared.known_by, shown.address, found)
        if mine or (shown.address and declared.known_by):
            owned += here
            looked |= {place.table for place in here}
    if found:
        raise SomethingHeld(found)
    if letters := shown.person and letters_count(product, shown.person):
        raise PersonUnfit(
            f"{letters} holds texts, in which capitals, braces and hyphens count, and the UUID is written otherwise than usual, so that nobody can "
            "say that nothing is held",
            "Name the person in the case as such keys stand there.",
        )
    tables: dict[str, tuple[str, ...]] = {}
    for table in sorted(looked):
        system = table.split(".", 1)[0]
        tables[system] = (*tables.get(system, ()), table)
    if not tables:
        raise PersonUnfit(
            "nobody can be looked for by what was shown", "Declare under people in which columns addresses stand (known_by)."
        )
    unknown = {place.table for people in manifest.people for place in places(manifest, people)} - looked
    told = {name.rpartition(".")[0] for one in manifest.people.values() for name in one.known_by if shown.address}
    return Searched(
        tables=tables,
        beyond=(*(table for table in beyond(manifest, owned, product.inventories) if table not in told), *sorted(unknown)),
        registers=tuple(_registers(product, shown)),
    )


def confirm(product: Product, shown: Shown, asked: date, language: Language, *, paper: bool = True) -> Confirmation:
    """The letter that nothing is held. Raises SomethingHeld, PersonUnfit, SystemTrouble or NoPrinter."""
    from zusage.documents.nothing_held import Nothing, letter
    from zusage.documents.unattributed import titles

    manifest, seen = product.loaded.manifest, search(product, shown)
    said = Nothing(
        asked=asked,
        by_address=bool(shown.address),
        by_key=shown.person is not None,
        searched={system: titles(manifest, tables) for system, tables in seen.tables.items()},
        beyond=titles(manifest, seen.beyond),
        registers=seen.registers,
    )
    return Confirmation(files=letter(product.loaded, language, today(product), said, paper=paper), searched=seen)


def _count_owned(product: Product, person: Person, found: Counter[str]) -> None:
    """Rows that are theirs by their key, what is restricted and blocked among them, and those with an address of theirs alone."""
    key = spelt(product, person).key
    gathered = gather(product, Wanted(people=person.people, keys=(key,)))
    for held in gathered.people.get(key, ()):
        found.update({held.content.place.table: len(held.rows)} if held.rows else {})
    found.update({name.rpartition(".")[0]: rows for name, rows in gathered.candidates if rows})


def _count_address(product: Product, here: Iterable[Place], known_by: Iterable[str], address: str, found: Counter[str]) -> None:
    """Rows in which the address stands, whoever's they are by their key."""
    tables = {place.table: place.system for place in here}
    for name in known_by:
        table, _, column = name.rpartition(".")
        where = OneOf(Call("lower", (Column(column),)), (Literal(address.lower()),))
        system = tables[table]
        rows = product.reader(system).count(Selection(system=system, table=table.removeprefix(f"{system}."), where=where))
        rows += sum(1 for row in _out_of_reach(product, table) if str(row.get(column) or "").casefold() == address.casefold())
        found.update({table: rows} if rows else {})


def _out_of_reach(product: Product, table: str) -> Iterator[Mapping[str, object]]:
    """Blocked and restricted rows of a table: they are held all the same. Raises SystemTrouble."""
    from zusage.vault.errors import VaultError

    if table not in BlockedReader(product.folder).tables():
        return
    system, vault = table.split(".", 1)[0], vault_of(product)
    try:
        for one in sorted(_entries(product, system)):
            yield from _rows_of(vault.unseal(one), table)
    except VaultError as error:
        raise SystemTrouble(str(error)) from None


def _entries(product: Product, system: str) -> frozenset[str]:
    vault = vault_of(product)
    tables = (name.split(".", 1)[1] for name in BlockedReader(product.folder).tables() if name.startswith(f"{system}."))
    return frozenset().union(*(vault.ids_of(system, table) for table in tables))


def _rows_of(document: Document, table: str) -> Iterator[Mapping[str, object]]:
    for name, rows in ((document.table, (document.row,)), *document.parts):
        if f"{document.system}.{name}" == table:
            yield from rows


def _registers(product: Product, shown: Shown) -> Iterator[Register]:
    """Where our own state notes something of them, under a code in the place of their name."""
    state, codes = product.state, set[str]()
    if shown.address:
        codes.add(Codes(product).of_address(shown.address))
    if shown.person:
        codes.add(Codes(product).of_person(shown.person.people, spelt(product, shown.person).key))
        codes.add(vault_of(product).person_digest(spelt(product, shown.person).name))
    if any(one.codes & codes for one in state.objections.all() if one.ended_at is None):
        yield "objections"
    if any(one.codes & codes for one in state.withdrawals.all()):
        yield "withdrawals"
    if any(state.disclosures.of(code) for code in codes):
        yield "disclosures"
    if any(state.notices.all(code) for code in codes):
        yield "notices"
