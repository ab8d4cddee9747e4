"""The drill: the newest backup is restored where nobody works with it, and what was erased since is taken out of it again.

1.  The backup is restored into a place of its own, which is gone afterwards.
2.  Every declared table must be there, with the rows that were in the living system a day before the backup.
3.  The register is looked for in it: what had been erased and is back is shown before it goes. Where nothing is back, a row is taken
    for erased, so that it is seen to go.
4.  The register is replayed by the same plan and the same hands as after a real restore, and looked for again.
5.  What was seen is sealed with its time; ``verify`` judges by it until its period is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage import PROGRAM
from zusage.connectors.copies.port import BackupUnreadable, Copy, NoBackup, Restored
from zusage.connectors.copies.restoring import restored, scratch
from zusage.connectors.port import Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import DeleteRows, Selection
from zusage.planning.replay import Back, Returned
from zusage.promises.condition import Before, Column, Compare, Condition, Literal, all_of, any_of
from zusage.promises.derive import promises_of, rules_of
from zusage.promises.manifest import Backup
from zusage.promises.manifest.systems import Store
from zusage.promises.promise import BackedUp
from zusage.promises.recognition import Mark
from zusage.sealing.erased import row_code

from .. import filing
from ..looking.looks import Looks
from ..product import Product
from ..register.copies import copies, forget
from ..register.gaps import find
from ..register.landmarks import note
from ..register.registering import Register, reader_of, register_of
from .copied_logs import CopiedLogs, moved
from .remaining import remaining
from .replaying import Found, NothingDeclared, carry_out, look, planned

if TYPE_CHECKING:
    from zusage.evidence.backups.observation import Drill
    from zusage.evidence.judgement import Judgement

#: the share of the rows of a day before the backup that it must have
_WHOLE = 0.9
#: rows of a table that are looked for in the backup one by one, and fewer than which say nothing
_SAMPLE, _FEW = 50, 3


@dataclass(frozen=True, slots=True)
class Held:
    """A drill and its verdict."""

    backup: str
    copy: Copy
    drill: Drill
    judgement: Judgement


class UnknownBackup(SystemTrouble):
    """The manifest has no such backup."""

    def __init__(self, name: str, known: Mapping[str, object]) -> None:
        super().__init__(
            f"the manifest has no backups {name!r} that say of what kind they are and where. Nothing was restored. "
            f"There are: {', '.join(known) or 'none yet; add kind and path under backups'}."
        )


def drill(product: Product, name: str, copy: Path | None = None) -> Held:
    """Hold a drill with the newest backup, or with another one, and seal what was seen. Raises SystemTrouble."""
    promise = _promise(product, name)
    product.trust_clock()
    found = copies(product, name)
    chosen = next((one for one in found if one.path.resolve() == copy.resolve()), None) if copy else (found or (None,))[-1]
    if chosen is None:
        raise NoBackup(name)
    with product.evidence.looking(), scratch(product.folder / "drill.home") as home:
        seen = _held(product, promise, chosen, home)
        judgement = _seal(product, promise, seen)
    if seen.readable and not (seen.missing or seen.short or seen.strange):
        _known_again(product, name)
    forget(product)
    return Held(name, chosen, seen, judgement)


def _known_again(product: Product, name: str) -> None:
    """The living database and its backup are one: its rows of today tell it from others."""
    register = register_of(product)
    if register:
        find(register)
        databases = product.loaded.manifest.databases
        note(register, [system for system in product.loaded.manifest.backups[name].of if system in databases])


def _promise(product: Product, name: str) -> BackedUp:
    declared = {key: one for key, one in product.loaded.manifest.backups.items() if one.kind and one.path}
    if name not in declared:
        raise UnknownBackup(name, declared)
    wanted = f"backups/{name}/drilled"
    found = (one for one in promises_of(product.loaded.manifest) if isinstance(one, BackedUp) and one.id == wanted)
    return next(found, BackedUp(id=wanted, refs=(), path=("backups", name), backup=name, aspect="drilled", period=None))


def _seal(product: Product, promise: BackedUp, seen: Drill) -> Judgement:
    from zusage.evidence.look import Seen
    from zusage.evidence.prove import seal_aside

    told = Seen(promise=promise, observation=seen)
    (judgement,) = seal_aside([told], product.log, as_of=product.clock(), manifest=product.loaded.digest, program=PROGRAM)
    return judgement


def _held(product: Product, promise: BackedUp, copy: Copy, home: Path) -> Drill:
    from zusage.evidence.backups.looking import last_day
    from zusage.evidence.backups.observation import Drill

    zone = ZoneInfo(product.loaded.manifest.time_zone)
    today = product.clock().astimezone(zone).date()
    until = last_day(promise.period, today) if promise.period else today
    made = copy.made_at.astimezone(zone).date()
    bare = Drill(held_on=today, counts_until=until, today=today, backup=made, readable=False)
    declared = product.loaded.manifest.backups[promise.backup]
    with ExitStack() as stack:
        try:
            place = stack.enter_context(restored(str(declared.kind), copy.path, home))
            copied = _scratch_product(product, declared, place, home)
            stack.enter_context(closing(copied))
            if declared.kind == "folder":
                return CopiedLogs(product, copied).look(bare)
            return _Copied(product, copied, copy.made_at).look(bare)
        except BackupUnreadable as trouble:
            return replace(bare, why=trouble.why)


def _scratch_product(product: Product, declared: Backup, place: Restored, home: Path) -> Product:
    """The same manifest about the restored systems alone, with a state of its own and the register's key."""
    from zusage.state import open_state

    manifest = product.loaded.manifest
    new = {"url": place.url, "writer": place.writer, "application": None, "encrypted": False}
    there: dict[str, Store] = {}
    if declared.kind == "folder":
        there.update(moved(product, declared.of, Path(place.url)))
    else:
        there.update({name: one.model_copy(update=new) for name, one in manifest.databases.items() if name in declared.of})
    alone = manifest.guard.model_copy(update={"pace": 1.0})  # nobody else uses what was restored
    loaded = replace(product.loaded, manifest=manifest.model_copy(update={"systems": there, "guard": alone}))
    made = Product(loaded=loaded, folder=home / "own", clock=product.clock)
    made.folder.mkdir(mode=0o700)
    made.state = open_state(None, made.folder, made.clock)
    register = register_of(product)
    if register:
        filing.replace(made.folder / "register.key", register.key, private=True)
    return made


@dataclass(frozen=True, slots=True)
class _Copied:
    """A restored backup, and the living product beside it."""

    product: Product
    scratch: Product
    made_at: datetime

    def look(self, bare: Drill) -> Drill:
        """Steps 2 to 4."""
        inventories = self.scratch.inventories
        register = register_of(self.product, inventories=inventories)
        if register is None:
            raise NothingDeclared
        rows, short, strange = 0, [], []
        for table in self._tables(present=True):
            here, wanted = self._count(self.scratch, table), self._expected(register, table)
            rows += here
            if here < wanted * _WHOLE or (wanted and not here):
                short.append(table)
            elif self._strange(register, table):
                strange.append(table)
        before = look(register, self._reader, self.made_at)
        planted = Found() if self._free(before) else self._planted(register)
        self._replay(Found(returned=(*before.returned, *planted.returned)))
        after = look(register, self._reader, self.made_at)
        left = self._free(after)
        return replace(
            bare,
            readable=True,
            missing=tuple(self._tables(present=False)),
            short=tuple(short),
            strange=tuple(strange),
            rows=rows,
            back=before.rows,
            left=left,
            held=after.rows - left,
            planted=planted.rows,
            planted_left=self._still(register, planted),
            doubtful=before.doubtful,
        )

    def _free(self, found: Found) -> int:
        """Of rows that are back, those that no suspension keeps where they are."""
        return sum(remaining(self.scratch, found, self.product.state.suspensions.current()).values())

    def _reader(self, table: str) -> Reader:
        return reader_of(self.scratch, table)

    def _tables(self, *, present: bool) -> Iterator[str]:
        """Declared tables that are in the copy, or that are not."""
        names = dict.fromkeys(table for one in self.product.loaded.manifest.activities.values() for table in one.data)
        for table in names:
            system, bare = table.split(".", 1)
            if system in self.scratch.inventories and (bare in self.scratch.inventories[system].tables) == present:
                yield table

    def _expected(self, register: Register, table: str) -> int:
        """Rows that were in the living system a day before the backup and are there still."""
        mark, (system, bare) = register.marks.get(table), table.split(".", 1)
        if mark is None or not mark.sure:
            return min(1, self._count(self.product, table))
        return Looks(self.product).count(Selection(system=system, table=bare, where=self._old(mark)))

    def _old(self, mark: Mark) -> Condition:
        """What came to be a day before the backup."""
        return Before(Column(mark.born), self.made_at - timedelta(days=1), self.product.loaded.manifest.time_zone)

    def _strange(self, register: Register, table: str) -> bool:
        """Whether most of some rows that were in the living system a day before the backup are not in it, or others have their keys."""
        mark = register.marks.get(table)
        if mark is None or not mark.sure:
            return False
        rows = register.codes(reader_of(self.product, table), table, mark.columns, self._old(mark))
        some = {code: row for code, row in islice(rows, _SAMPLE) if all(isinstance(part, int | str) for part in row[:-1])}
        _finish(rows)
        these = any_of(*(_named(mark, row) for row in some.values()))
        there = {code for code, _ in register.codes(self._reader(table), table, mark.columns, these)} if some else set[bytes]()
        return len(some) >= _FEW and len(there & some.keys()) * 2 < len(some)

    def _count(self, product: Product, table: str) -> int:
        system, bare = table.split(".", 1)
        return Looks(product).count(Selection(system=system, table=bare))

    def _planted(self, register: Register) -> Found:
        """A row that nothing stands in the way of, taken for erased."""
        for rule in rules_of(self.scratch.loaded.manifest):
            table = f"{rule.system}.{rule.table}"
            if rule.deletes and rule.at_most and table in register.marks and (row := self._first(register, table)):
                back = Back(code=row_code(register.key, table, row), key=tuple(row[:-1]), at=self.scratch.clock())
                mark = register.marks[table]
                one = Returned(table=table, promise=f"{rule.id}/planted", action=DeleteRows(), mark=mark, rows=(back,))
                found = Found(returned=(one,))
                steps = planned(self.scratch, found, self.product.state.suspensions.current()).steps
                if steps and not any(step.stopped for step in steps):
                    return found
        return Found()

    def _first(self, register: Register, table: str) -> tuple[object, ...] | None:
        rows = self._reader(table).rows(Selection(system="", table=table.split(".", 1)[1]), register.marks[table].columns)
        found = next((tuple(row) for row in rows if row[-1] is not None), None)
        _finish(rows)
        return found

    def _still(self, register: Register, planted: Found) -> int:
        there = 0
        for one in planted.returned:
            codes = frozenset(row.code for row in one.rows)
            there += sum(1 for _ in register.found(self._reader(one.table), one.table, one.mark.columns, codes))
        return there

    def _replay(self, found: Found) -> None:
        if found.returned:
            with self.scratch.changing() as writers:
                carry_out(self.scratch, found, writers, self.product.state.suspensions)


def _named(mark: Mark, row: Sequence[object]) -> Condition:
    """The row with this key."""
    key = ((name, part) for name, part in zip(mark.key, row, strict=False) if isinstance(part, int | str))
    return all_of(*(Compare("=", Column(name), Literal(part)) for name, part in key))


def _finish(rows: Iterator[tuple[object, ...]]) -> None:
    close: Callable[[], None] = getattr(rows, "close", lambda: None)
    close()
