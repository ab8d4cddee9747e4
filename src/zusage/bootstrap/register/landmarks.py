"""Whether a database is the one that it was: some rows of each table are noted under keyed codes, and most of them must be there.

An address says nothing of it, for a restore may lead to another server, and another database may answer where the restored one did. What
tells them apart is what the drill goes by: rows that only this database has, each known by its key and by when it came to be.

1.  Once a day before anything is changed, and whenever rows went, the oldest of the first rows of each table are noted: a backup most
    likely has them too.
2.  A noted row that is not there counts against it, unless the register says that it went.
    Where every row had gone, the table is empty still or has what went.
3.  What is not like what was noted is not noted in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import nsmallest
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.promises.derive import rules_of
from zusage.promises.recognition import Mark, covered

from ..days import comparable, day_or_instant
from .registering import Register, reader_of

if TYPE_CHECKING:
    from zusage.connectors.port import Reader
    from zusage.state.landmarks import Landmarks

    from ..product import Product

#: rows of a table that are noted, and the first rows from which they are taken
_NOTED, _READ = 50, 500


class NotTheRestored(SystemTrouble):
    """It is not shown that the database that answers is the one that was restored."""

    def __init__(self, found: Likeness) -> None:
        system = found.system
        if found.noted:
            why = (
                f"the database that answers for system {system!r} does not look like the one that was restored: {found.missing} of "
                f"{found.missing + found.there} rows that were noted of it on {found.noted:%Y-%m-%d} are not there, and nobody erased them. "
            )
            way = "Check the url of the system. If you restored a backup from before that day, or mean this database all the same, say so: "
        else:
            why = (
                f"nothing shows that the database that answers for system {system!r} is the one that was restored: no row of it was ever "
                "noted. Either nothing was changed in it through zusage yet, or the state or the folder of zusage is lost; then nobody knows "
                "who was erased either. "
            )
            way = "Restore the newest state and the folder first. If there is none, and this is the database, say so: "
        danger = "In another database, rows of whoever has the same keys would be erased or hidden. Nothing was changed. "
        super().__init__(f"{why}{danger}{way}`zusage backup replay --restored {system}`.")


class NoSuchSystem(SystemTrouble):
    """Somebody named a system of which no backups are declared."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        super().__init__(
            f"there is no system {name!r} of which backups are declared, so that it cannot be the restored one. Nothing was changed. "
            f"There are: {', '.join(sorted(known))}."
        )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many of the noted rows of a system are in the database that answers for it."""

    system: str
    #: when they were noted; None: nothing was
    noted: datetime | None = None
    there: int = 0
    #: those that are not there though nobody took them down on the register
    missing: int = 0

    @property
    def shown(self) -> bool:
        """It is the database that it was."""
        return self.there > 0 and not self.other

    @property
    def other(self) -> bool:
        """It is another one, or one that is older than the rows that were noted."""
        return self.missing > self.there


def refuse_another(register: Register, meant: Collection[str]) -> None:
    """Refuse where a system is not shown to be the one that it was, and nobody says that it is meant. Raises SystemTrouble."""
    product, systems = register.product, covered(register.product.loaded.manifest)
    for name in sorted(set(meant) - systems):
        raise NoSuchSystem(name, systems)
    for system in sorted(systems - set(meant)):
        found = _likeness(register, system, product.state.landmarks.of([system]))
        if not found.shown:
            raise NotTheRestored(found)


def unlike(register: Register, systems: Collection[str]) -> tuple[str, ...]:
    """Systems whose database is not like the one of which rows were noted. Raises SystemTrouble."""
    noted = {system: register.product.state.landmarks.of([system]) for system in sorted(systems)}
    return tuple(system for system, mine in noted.items() if _likeness(register, system, mine).other)


def noted_before(register: Register) -> frozenset[str]:
    """Note rows of each table where that was not done today (1, 3); returns the systems that are what they were. Raises SystemTrouble."""
    product, today, known = register.product, register.product.clock().astimezone(UTC).date(), set[str]()
    for system in sorted(covered(product.loaded.manifest)):
        noted = product.state.landmarks.of([system])
        if not _likeness(register, system, noted).other:
            known.add(system)
            if not any(one.at.astimezone(UTC).date() >= today for one in noted):
                note(register, [system])
    return frozenset(known)


def note_after(register: Register, known: Collection[str]) -> None:
    """Note rows of systems that were what they were and from which rows went (1). Raises SystemTrouble."""
    note(register, {table.split(".", 1)[0] for table in register.shown} & set(known))


def note(register: Register, systems: Collection[str]) -> None:
    """Note rows of each table, whatever was noted before. Raises SystemTrouble."""
    for system in sorted(systems):
        for table, mark in usable(register, system):
            with suppress(SystemTrouble):  # what cannot be looked at tells nothing; no change waits for it
                codes = _oldest(register, table, mark)
                register.product.state.landmarks.note(table, register.product.clock(), mark.columns, codes)


def began(product: Product, system: str) -> datetime | None:
    """Since when the register could have known what went from a system; None where it never saw it."""
    noted = [one.since for one in product.state.landmarks.of([system])]
    return min((*noted, *(batch.at for batch in product.state.erasures.batches([system]))), default=None)


def _likeness(register: Register, system: str, noted: Iterable[Landmarks]) -> Likeness:
    noted = tuple(noted)
    found = Likeness(system, max((one.at for one in noted), default=None))
    for one in noted:
        there = _there(register, one) if one.codes else frozenset()
        gone = _gone(register, one) & one.codes if len(there) < len(one.codes) else frozenset()
        missing = len(one.codes - there - gone)
        found = replace(found, there=found.there + len(there), missing=found.missing + missing)
    return found if found.there or found.missing else _emptied(register, found, noted)


def _emptied(register: Register, found: Likeness, noted: Iterable[Landmarks]) -> Likeness:
    """Where every row had gone that could be noted: nothing is there still, or only what went."""
    for one in noted:
        reader, gone = reader_of(register.product, one.table), _gone(register, one)
        if _fits(reader, one):
            first = {code for code, _ in register.codes(reader, one.table, one.columns, most=_READ)}
            found = replace(
                found, there=found.there + (len(first & gone) or not first), missing=found.missing + len(first - gone)
            )
    return found


def _there(register: Register, noted: Landmarks) -> frozenset[bytes]:
    """Noted rows that are there: among the first rows of the table, and where most are not among them in all of it."""
    reader = reader_of(register.product, noted.table)
    if not _fits(reader, noted):
        return frozenset()
    first = {code for code, _ in register.codes(reader, noted.table, noted.columns, most=_READ)} & noted.codes
    if len(first) * 2 > len(noted.codes):
        return frozenset(first)
    return frozenset(code for code, _ in register.found(reader, noted.table, noted.columns, noted.codes))


def _gone(register: Register, noted: Landmarks) -> frozenset[bytes]:
    """Rows of this table that the register says went."""
    batches = register.product.state.erasures.batches([noted.table.split(".", 1)[0]])
    return frozenset(code for batch in batches if batch.table == noted.table for code in batch.codes)


def _fits(reader: Reader, noted: Landmarks) -> bool:
    """Whether the table has the columns from which codes were made."""
    table = reader.survey().tables.get(noted.table.split(".", 1)[1])
    return table is not None and all(table.column(name) for name in noted.columns)


def usable(register: Register, system: str) -> list[tuple[str, Mark]]:
    """Of a system, declared tables of which it is known when a row came to be; without any, those whose rows are known by when a period starts.

    None whose rows go as parts of others: the register does not say that they went.
    """
    manifest = register.product.loaded.manifest
    declared = {table for activity in manifest.activities.values() for table in activity.data}
    parts = {f"{rule.system}.{part.table}" for rule in rules_of(manifest) for part in rule.parts}
    mine = [
        (table, mark) for table, mark in register.marks.items() if table in declared - parts and table.split(".", 1)[0] == system
    ]
    return [one for one in mine if one[1].sure] or mine


def _oldest(register: Register, table: str, mark: Mark) -> list[bytes]:
    """Codes of the oldest among the first rows of a table."""
    product = register.product

    def born(row: tuple[bytes, tuple[object, ...]]) -> str:
        return comparable(day_or_instant(product, table, mark.born, row[1][-1]))

    rows = [row for row in register.codes(reader_of(product, table), table, mark.columns, most=_READ) if row[1][-1] is not None]
    return [code for code, _ in nsmallest(_NOTED, rows, key=born)]
