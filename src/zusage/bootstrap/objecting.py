"""Objections on the real systems (Art. 21 GDPR): noted, carried out at once, and carried out again on whoever was brought back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from zusage.connectors.port import StillReferred, SystemTrouble
from zusage.planning.ending import endings, used
from zusage.planning.holding import HoldUnfit, Person, numbers, of_person, places_of
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS, NEVER, Call, Column, Condition, Literal, OneOf, any_of
from zusage.promises.derive import listed
from zusage.rights.objection import Finding, Objection, decidable, is_marketing

from .seen import Looks

if TYPE_CHECKING:
    from zusage.connectors.port import Reader
    from zusage.documents import Language
    from zusage.planning.holding import Hold
    from zusage.promises.manifest import Ending
    from zusage.vault import VaultWriter

    from .product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who objects to what, and who takes it in. One of ``person`` and ``address`` is given."""

    activity: str
    by: str
    person: Person | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An objection and what was done of it."""

    objection: Objection
    #: per system.table, rows that went or were changed
    rows: tuple[tuple[str, int], ...]
    #: per system.table, rows in which the purpose still finds the person
    left: tuple[tuple[str, int], ...]
    #: the restriction that is in force until it is decided
    restriction: str = ""


@dataclass(frozen=True)
class Register:
    """The register of objections, and the keyed codes by which it knows people."""

    product: Product

    @cached_property
    def _vault(self) -> VaultWriter:
        from zusage.vault import VaultWriter

        self.product.folder.mkdir(parents=True, exist_ok=True)
        return VaultWriter(self.product.folder)

    def against(self, activity: str) -> frozenset[str]:
        """Codes of those whom the purpose may not use."""
        return self.product.state.objections.against(activity)

    def of_person(self, people: str, key: str) -> str:
        """The code of somebody by their key."""
        return self._vault.person_digest(f"{people}:{key}")

    def of_address(self, address: str) -> str:
        """The code of an address, however it is written; no kind of people is called so."""
        return self._vault.person_digest(f"@:{address.strip().casefold()}")


def place(product: Product, wish: Wish) -> Ended:
    """Note the objection, then take the person out of what the purpose uses. May be repeated.

    It counts from its receipt: where a system fails it is on record all the same. Raises ObjectionRefused, HoldUnfit, SystemTrouble.
    """
    marketing = is_marketing(wish.activity, product.loaded.manifest.activities.get(wish.activity))
    register, holds = Register(product), _holds(product, wish.person)
    addresses = frozenset(_addresses(product, wish.person, holds)) if wish.person else frozenset({wish.address})
    codes = {register.of_address(one) for one in addresses}
    codes |= {register.of_person(wish.person.people, _key(product, wish.person))} if wish.person else set()
    objection = product.state.objections.place(wish.activity, codes, wish.by, product.clock(), marketing=marketing)
    restriction = _rest(product, wish) if objection.open else ""
    theirs = {hold.table: hold.where for hold in holds}
    rows = _end(product, wish.activity, lambda ending: any_of(theirs.get(ending.data, NEVER), _at(ending, addresses)))
    return Ended(objection=objection, rows=rows, left=left(product, objection), restriction=restriction)


def enforce(product: Product, activity: str) -> tuple[tuple[str, int], ...]:
    """Take out again whoever objected and was brought back; per system.table, the rows. Raises SystemTrouble or ForeignKeyCycle."""
    is_marketing(activity, product.loaded.manifest.activities.get(activity))
    return _end(product, activity, lambda ending: _matching(product, ending, Register(product).against(activity)))


def left(product: Product, objection: Objection) -> tuple[tuple[str, int], ...]:
    """Per system.table, rows in which the purpose still finds the person. Raises SystemTrouble."""
    found = []
    for ending in _lists(product, objection.activity):
        rows = sum(1 for _ in _rows_of(product, ending, objection.codes))
        found += [(ending.data, rows)] if rows else []
    return tuple(found)


def decide(product: Product, id: str, finding: Finding, by: str, second: str, reasons: str) -> Objection:
    """A human says whose grounds prevail. Raises ObjectionRefused or UnknownObjection."""

    def check(objection: Objection) -> None:
        decidable(objection, finding, by, second, reasons)

    return product.state.objections.decide(id, finding, by, second, reasons, product.clock(), check)


def barred(product: Product, activity: str) -> Callable[[str], bool]:
    """Whether nobody with an address may be brought in, because they objected. Raises ObjectionRefused."""
    is_marketing(activity, product.loaded.manifest.activities.get(activity))
    register = Register(product)
    against = register.against(activity)
    return lambda address: register.of_address(address) in against


def letter(product: Product, ended: Ended, language: Language) -> tuple[str, ...]:
    """What the person is told, as paragraphs."""
    from zusage.documents.objected import Answer, objected

    found = ended.objection
    answer = Answer(
        activity=found.activity, marketing=found.marketing, finding=found.finding, reasons=found.reasons, left=bool(ended.left)
    )
    return objected(product.loaded.manifest, language, answer)


def _rest(product: Product, wish: Wish) -> str:
    """Art. 18(1)(d): until it is decided, what the purpose alone holds of the person is out of the application's reach."""
    from zusage.state.errors import RestrictedOtherwise

    from .restricting import Wish as Restrict
    from .restricting import restrict

    if wish.person is None:
        return ""
    activities = product.loaded.manifest.activities
    elsewhere = {table for name, other in activities.items() if name != wish.activity for table in other.data}
    alone = activities[wish.activity].data.keys() - elsewhere - {ending.data for ending in _lists(product, wish.activity)}
    try:
        wanted = Restrict(person=wish.person, ground="d", by=wish.by, tables=frozenset(alone))
        return restrict(product, wanted).restriction.id if alone else ""
    except RestrictedOtherwise as there:
        return str(there.where["id"])
    except HoldUnfit:
        return ""  # nothing of theirs is there


def _end(product: Product, activity: str, which: Callable[[Ending], Condition]) -> tuple[tuple[str, int], ...]:
    """Carry out the endings of a purpose on some rows; those that cannot go stop before anything is changed."""
    wanted = [(ending, where) for ending in _lists(product, activity) if (where := which(ending)) != NEVER]
    rows: dict[str, int] = {}
    if not wanted:
        return ()
    with product.changing() as writers:
        steps = endings(product.world(), Looks(product), wanted)
        for step in steps:
            if step.refused:
                raise HoldUnfit(f"ending the use of rows of {step.system}.{step.table} is stopped: {step.refused[0]}", "")
            for found in step.obstacles:
                raise StillReferred(step.id, found.table, ", ".join(found.columns), found.of)
        for step in steps:
            for count in writers[step.system].carry_out(step, ALWAYS, step.rows, product.loaded.manifest.guard.batch):
                rows[f"{step.system}.{step.table}"] = rows.get(f"{step.system}.{step.table}", 0) + count
    return tuple(rows.items())


def _lists(product: Product, activity: str) -> tuple[Ending, ...]:
    declared = product.loaded.manifest.activities.get(activity)
    return declared.objection.lists if declared and declared.objection else ()


def _at(ending: Ending, addresses: Iterable[str]) -> Condition:
    """Rows with one of these addresses, however it is written."""
    values = tuple(Literal(form) for form in sorted({form for one in addresses for form in (one.lower(), one.casefold())}))
    return OneOf(Call("lower", (Column(ending.address),)), values) if ending.address and values else NEVER


def _matching(product: Product, ending: Ending, codes: frozenset[str]) -> Condition:
    """The rows of a list that are of people with these codes, by the very values that stand there."""
    about = listed(product.loaded.manifest, ending)
    columns = [column for column in (ending.address, about.person[1] if about.person else None) if column]
    found: dict[str, set[object]] = {column: set() for column in columns}
    for row in _rows_of(product, ending, codes):
        for column, value in zip(columns, row, strict=True):
            found[column].add(value)
    return any_of(
        *(
            OneOf(Column(column), tuple(_literal(one) for one in values if one is not None))
            for column, values in found.items()
            if values - {None}
        )
    )


def _rows_of(product: Product, ending: Ending, codes: frozenset[str]) -> Iterator[tuple[object, ...]]:
    """Address and key of each row that the purpose uses and that is of people with these codes."""
    about, register = listed(product.loaded.manifest, ending), Register(product)
    reader = _reader(product, about.system)
    people, key = about.person or ("", None)
    columns = tuple(column for column in (ending.address, key) if column)
    with ExitStack() as stack:
        stack.enter_context(reader.snapshot())
        for row in reader.rows(Selection(system=about.system, table=about.table, where=used(ending)), columns):
            mine = {register.of_address(str(row[0]))} if ending.address and row[0] is not None else set()
            mine |= {register.of_person(people, str(row[-1]))} if key and row[-1] is not None else set()
            if mine & codes:
                yield row


def _literal(value: object) -> Literal:
    return Literal(value) if isinstance(value, str | int) else Literal(str(value))


def _holds(product: Product, person: Person | None) -> tuple[Hold, ...]:
    return of_person(product.loaded.manifest, person, product.inventories) if person else ()


def _key(product: Product, person: Person) -> str:
    """The key as the record has it, whatever was typed."""
    root = places_of(product.loaded.manifest, person.people)[0].root
    return str(int(person.key)) if numbers(root, product.inventories) else person.key


def _addresses(product: Product, person: Person, holds: Iterable[Hold]) -> Iterator[str]:
    """Every address that stands in a row of theirs."""
    known = [name.rpartition(".") for name in product.loaded.manifest.people[person.people].known_by]
    for hold in holds:
        for column in (column for table, _, column in known if table == hold.table):
            reader = _reader(product, hold.system)
            for row in reader.rows(Selection(system=hold.system, table=hold.bare, where=hold.where), (column,)):
                if row[0] is not None and str(row[0]).strip():
                    yield str(row[0])


def _reader(product: Product, system: str) -> Reader:
    reader = product.readers[system]
    if isinstance(reader, SystemTrouble):
        raise reader
    return reader
