"""Taking people out of the rows in which a purpose finds them, and finding them there again by keyed codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zusage.connectors.trouble import StillReferred
from zusage.evidence.objections import out_of_reach
from zusage.planning.ending import Held, endings, used
from zusage.planning.ending import held as held_in
from zusage.planning.holding import Hold, HoldUnfit, Person, of_person, places_of, spelt_in
from zusage.planning.keyed import has_one_of
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS, NEVER, Call, Column, Condition, Literal, Not, OneOf, Surely, all_of, any_of
from zusage.promises.lists import listed

from ..looking.looks import Looks
from ..people import Codes
from ..spelling import refuse_other_spelling
from .allowed import refuse_steps

if TYPE_CHECKING:
    from zusage.promises.manifest import Ending

    from ..product import Product

Rows = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who objects to a purpose or withdraws their consent to it, and who takes it in. One of ``person`` and ``address`` is given."""

    activity: str
    by: str
    person: Person | None = None
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody, as far as the systems know them."""

    #: where their rows are; none where only an address is known
    holds: tuple[Hold, ...] = field(repr=False)
    addresses: frozenset[str] = field(repr=False)
    codes: frozenset[str]

    def where(self, ending: Ending) -> Condition:
        """Their rows in a list."""
        theirs = (hold.where for hold in self.holds if hold.table == ending.data)
        return any_of(*theirs, _at(ending, self.addresses))


def find(product: Product, person: Person | None, address: str = "") -> Found:
    """Somebody by the key of their record, with every address that stands in their rows, or by an address alone.

    Raises HoldUnfit or SystemTrouble.
    """
    codes = Codes(product)
    if person is None:
        return Found(holds=(), addresses=frozenset({address}), codes=frozenset({codes.of_address(address)}))
    refuse_other_spelling(product, person.people, [person.key])
    holds = of_person(product.loaded.manifest, person, product.inventories)
    addresses = frozenset(_addresses(product, person, holds))
    mine = {codes.of_person(person.people, _key(product, person)), *map(codes.of_address, addresses)}
    return Found(holds=holds, addresses=addresses, codes=frozenset(mine))


def count(product: Product, ending: Ending, found: Found) -> int:
    """Rows in which a purpose still finds somebody. Raises SystemTrouble."""
    system, table = ending.data.split(".", 1)
    where = all_of(found.where(ending), *([Surely(ending.only)] if ending.only is not None else []))
    return Looks(product).count(Selection(system=system, table=table, where=where))


def theirs(product: Product, ending: Ending, found: Found, codes: frozenset[str]) -> Condition:
    """The rows of somebody in a list, also by what the register knows of them and no row says any more.

    An interruption may have ended the row from which another one was found. Raises SystemTrouble.
    """
    known = codes - found.codes
    return any_of(found.where(ending), matching(product, ending, known) if known else NEVER)


def end(product: Product, wanted: Iterable[tuple[Ending, Condition]]) -> Rows:
    """Carry out endings on some rows; per system.table, how many. What cannot go stops it before anything is changed.

    Raises HoldUnfit, StillReferred or other SystemTrouble, ForeignKeyCycle.
    """
    some = [(ending, where) for ending, where in wanted if where != NEVER]
    rows: dict[str, int] = {}
    if not some:
        return ()
    with product.changing() as writers:
        steps = endings(product.world(), Looks(product), some)
        for step in steps:
            if step.refused:
                raise HoldUnfit(f"ending the use of rows of {step.system}.{step.table} is stopped: {step.refused[0]}", "")
            for found in step.obstacles:
                raise StillReferred(step.id, found.table, ", ".join(found.columns), found.of)
        refuse_steps(writers, steps)
        for step in steps:
            for count in writers[step.system].carry_out(step, ALWAYS, step.rows, product.loaded.manifest.guard.batch):
                rows[f"{step.system}.{step.table}"] = rows.get(f"{step.system}.{step.table}", 0) + count
    return tuple(rows.items())


def held(product: Product, wanted: Iterable[tuple[Ending, Condition]]) -> tuple[Held, ...]:
    """What suspensions hold of the rows that are to be ended; to be asked before ``end``. Raises SystemTrouble."""
    some = [(ending, where) for ending, where in wanted if where != NEVER]
    return tuple(held_in(product.world(), Looks(product), some)) if some else ()


def left(product: Product, lists: Iterable[Ending], codes: frozenset[str]) -> Rows:
    """Per system.table, rows in which people with these codes are still found. Raises SystemTrouble."""
    counts = ((ending.data, sum(1 for _ in _rows_of(product, ending, codes))) for ending in lists)
    return tuple((name, rows) for name, rows in counts if rows)


def matching(product: Product, ending: Ending, codes: frozenset[str]) -> Condition:
    """The rows of a list that are of people with these codes, by the very values that have one of them.

    Another value of such a row says nothing: its key may have other addresses, its address other keys, and those are others' rows.
    """
    found: dict[str, set[object]] = {}
    for theirs in _rows_of(product, ending, codes):
        for column, value in theirs.items():
            found.setdefault(column, set()).add(value)
    return any_of(*(has_one_of(Column(column), values) for column, values in found.items()))


def _rows_of(product: Product, ending: Ending, codes: frozenset[str]) -> Iterator[Mapping[str, object]]:
    """Of each row that the purpose uses and that is of people with these codes: the columns by which it is, with their values."""
    about, coded = listed(product.loaded.manifest, ending), Codes(product)
    reader = product.reader(about.system)
    application = product.application(about.system) if product.loaded.manifest.databases[about.system].application else None
    with reader.snapshot():
        where = all_of(used(ending), Not(out_of_reach(about, reader, application, product.state.suspensions.current())))
        selection = Selection(system=about.system, table=about.table, where=where)
        columns = tuple(column for column in (about.address, about.person[1] if about.person else None) if column)
        for row in reader.led(selection, columns, about.above if about.person else ()):
            theirs = {}
            if about.address and row[0] is not None and coded.of_address(str(row[0])) in codes:
                theirs[about.address] = row[0]
            if about.person and row[-1] is not None and coded.of_person(about.person[0], str(row[-1])) in codes:
                theirs[about.person[1]] = row[-2]
            if theirs:
                yield theirs


def _at(ending: Ending, addresses: Iterable[str]) -> Condition:
    """Rows with one of these addresses, however it is written."""
    values = tuple(Literal(form) for form in sorted({form for one in addresses for form in (one.lower(), one.casefold())}))
    return OneOf(Call("lower", (Column(ending.address),)), values) if ending.address and values else NEVER


def _key(product: Product, person: Person) -> str:
    """The key as the record has it, whatever was typed."""
    root = places_of(product.loaded.manifest, person.people)[0].root
    return spelt_in(root, person.key, product.inventories)


def _addresses(product: Product, person: Person, holds: Iterable[Hold]) -> Iterator[str]:
    """Every address that stands in a row of theirs."""
    known = [name.rpartition(".") for name in product.loaded.manifest.people[person.people].known_by]
    for hold in holds:
        for column in (column for table, _, column in known if table == hold.table):
            for row in product.reader(hold.system).rows(hold.selection, (column,)):
                if row[0] is not None and str(row[0]).strip():
                    yield str(row[0])
