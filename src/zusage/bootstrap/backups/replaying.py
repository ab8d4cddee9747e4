"""After a restore: what was erased goes again, what was corrected is corrected again, what was restricted is hidden again.

1.  Where a witness shows that our own record is an old copy, it is refused; where that may be, it is said.
2.  A database that is not shown to be the restored one is refused, unless the operator says that it is.
3.  What an interrupted run left is settled, as before every change. The register is looked for in every table. A row that went and is there again goes by an ordinary plan of codes, whose review was
    the one when it went first; suspensions hold as ever. A row that somebody put there anew has another code and is not touched.
4.  It is taken down again, for the next backup has it too.
5.  What else was decided since the backup was made is done again, by what ``AGAIN`` lists.
6.  It is looked whether what was back is gone: a step that found none of its rows is not complete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage import PROGRAM
from zusage.connectors.port import Reader, Writer
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import ChangeColumns, DeleteRows, Plan
from zusage.planning.release import unchanged
from zusage.planning.replay import Back, Returned, filled, keys_of, make_replay
from zusage.promises.condition import ALWAYS
from zusage.promises.recognition import Mark, covered, may_be_another

from ..looking.looks import Looks
from ..register.copies import copies
from ..register.gaps import RecordBehind, ask_witnesses, find
from ..register.in_lists import InLists, of_lists
from ..register.landmarks import began, note, refuse_another
from ..register.registering import Register, became, knows, read, reader_of, register_of

if TYPE_CHECKING:
    from zusage.enforcement.apply import StepResult, Suspensions
    from zusage.planning.suspension import Suspension
    from zusage.state.erasures import Erased
    from zusage.state.gaps import Gap

    from ..product import Product
    from .again import Again


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What of the register is in some systems."""

    returned: tuple[Returned, ...] = ()
    #: entries that were looked for
    entries: int = 0
    #: rows that have the key of one that went, and nothing that says whether they are it, or a key that no condition can name
    doubtful: int = 0

    @property
    def rows(self) -> int:
        """Rows that went and are there."""
        return sum(len(one.rows) for one in self.returned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of a replay."""

    found: Found
    results: tuple[StepResult, ...]
    again: tuple[Again, ...]
    #: entries that the register had at the last look and has no more: an older register may have been restored
    lost: int = 0
    #: by system, since when the register could know what went; None where it never saw the system
    since: Mapping[str, datetime | None] = field(default_factory=dict)
    #: systems of which every backup is older than that
    unknown: tuple[str, ...] = ()
    #: times of which our own record may know nothing
    gaps: tuple[Gap, ...] = ()
    #: by table, rows that were to go and are there still, though no suspension holds them
    remaining: Mapping[str, int] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Nothing is on record of the time of the backups: that nothing was done does not show that nothing was to be done."""
        return bool(self.unknown) and not self.found.entries and not any(one.done or one.left for one in self.again)

    @property
    def complete(self) -> bool:
        """Nothing is left to do."""
        stopped = any(result.stopped for result in self.results)
        return (
            not stopped
            and not self.lost
            and not self.blank
            and not self.gaps
            and not self.remaining
            and not self.found.doubtful
            and not any(one.troubles for one in self.again)
        )


class NothingDeclared(SystemTrouble):
    """There is no register."""

    def __init__(self) -> None:
        super().__init__(
            "no database of this manifest has backups that say of what kind they are and where, so that nothing was taken down that "
            "could be done again. Nothing was changed. Add kind and path under backups. Lines of a restored log go by its rules: plan and apply."
        )


def replay(product: Product, restored: Collection[str] = (), *, nothing_newer: bool = False) -> Replayed:
    """Do again what the register and the other records say. May be repeated. Raises AlreadyRunning, SystemTrouble.

    ``restored``: systems of which the operator says that their database is the restored one, whatever its rows are. ``nothing_newer``: the
    operator says that there is no newer copy of our own state and folder.
    """
    from .again import AGAIN
    from .remaining import remaining

    product.trust_clock()
    register = register_of(product)
    gaps = _gaps(product, register, nothing_newer=nothing_newer)
    if register is None:
        raise NothingDeclared
    refuse_another(register, restored)
    since = {system: began(product, system) for system in sorted(covered(product.loaded.manifest))}
    unknown = tuple(system for system, at in since.items() if at is None or _newest(product, system) < at)
    with product.changing() as writers:
        lost = _lost(product)
        found = look(register, lambda table: reader_of(product, table))
        results = carry_out(product, found, writers, files=True) if found.rows else ()
        note(register, restored)
    again = tuple(one(product) for one in AGAIN)
    after = look(register, lambda table: reader_of(product, table)) if found.rows else Found()
    left = remaining(product, after, product.state.suspensions.current())
    return Replayed(found=found, results=results, again=again, lost=lost, since=since, unknown=unknown, gaps=gaps, remaining=left)


def _gaps(product: Product, register: Register | None, *, nothing_newer: bool) -> tuple[Gap, ...]:
    """What is ahead of our own record, unless the operator says that nothing newer is there. Raises RecordBehind."""
    ask_witnesses(product)
    if register:
        find(register, restored=True)
    if nothing_newer:
        product.state.gaps.settle(product.clock())
    found = product.state.gaps.open()
    for gap in found:
        if gap.entries:
            raise RecordBehind(gap)
    return found


def _newest(product: Product, system: str) -> datetime:
    """When the newest backup of a system was made; now, where none is there to be looked at."""
    found = [product.clock()]
    with suppress(SystemTrouble):
        declared = product.loaded.manifest.backups.items()
        found = [
            copy.made_at for name, one in declared if one.kind and system in one.of for copy in copies(product, name)
        ] or found
    return max(found)


def _lost(product: Product) -> int:
    """How many entries fewer the register has than were sealed at the last look, counted as the prover counts them."""
    sealed, lost = product.evidence.history().registered, 0
    for name, backup in product.loaded.manifest.backups.items():
        there = set[tuple[str, str, tuple[str, ...], bytes]]()
        for batch in product.state.erasures.batches(backup.of) if backup.kind else ():
            if batch.gone:
                there |= {(batch.table, became(batch), batch.columns, code) for code in batch.codes}
        lost += max(0, sealed.get(f"backups/{name}/erased-stay-erased", 0) - len(there))
    return lost


def look(register: Register, reader: Callable[[str], Reader], made_at: datetime | None = None) -> Found:
    """Every row on the register that is there; ``reader`` opens the system of a table. Each table is read once a kind of change.

    In a copy that was ``made_at`` a time nothing is newer than what went later.
    """
    groups: dict[tuple[str, str, tuple[str, ...]], list[Erased]] = {}
    entries, returned, doubtful, lists = 0, [], 0, register.lists
    for batch in register.product.state.erasures.batches({table.split(".", 1)[0] for table in register.marks}):
        entries += len(batch.codes)
        if knows(reader(batch.table), batch):
            changed = batch.action if isinstance(read(batch.action), ChangeColumns) else ""
            groups.setdefault((batch.table, changed, batch.columns), []).append(batch)
        else:
            doubtful += len(batch.codes)  # the table had other columns when they went
    for (table, changed, columns), mine in groups.items():
        action = (read(changed) if changed else None) or DeleteRows()
        owners: Mapping[str, str] = {}
        looked_for = action
        if of_lists(action) and isinstance(action, ChangeColumns):
            looked_for, owners, unsure = _of_lists(lists, reader, table, action, mine, made_at)
            doubtful += unsure
            if not owners:
                continue
        rows, unsure = _back(register, reader(table), table, looked_for, mine, made_at)
        doubtful += unsure
        now = register.marks.get(table)
        mark = Mark(key=columns[:-1], born=columns[-1], sure=now is not None and now.sure and now.columns == columns)
        returned += [
            Returned(table=table, promise=promise, action=action, mark=mark, rows=tuple(backs), owners=tuple(owners.items()))
            for promise, backs in rows.items()
        ]
    return Found(returned=_once(returned), entries=entries, doubtful=doubtful)


def _of_lists(
    lists: InLists,
    reader: Callable[[str], Reader],
    table: str,
    action: ChangeColumns,
    batches: Sequence[Erased],
    made_at: datetime | None,
) -> tuple[ChangeColumns, Mapping[str, str], int]:
    """Whose items are in the table again, by code, the action with them in it; and of how many people nobody can tell."""
    changes, there = lists.there(reader(table), table, action.changes)
    times = [batch.at for batch in batches]
    if made_at is not None and made_at < min(times):
        return ChangeColumns(changes), there, 0
    new, doubtful = lists.newer(reader, table, changes, min(times), max(times))
    theirs = {code: key for code, key in there.items() if key not in new | doubtful}
    return lists.only(changes, theirs.values()), theirs, len(doubtful)


def _back(
    register: Register,
    reader: Reader,
    table: str,
    action: DeleteRows | ChangeColumns,
    batches: Sequence[Erased],
    made_at: datetime | None,
) -> tuple[dict[str, list[Back]], int]:
    """By promise, rows of a table that are there again; and how many there are of which nobody can tell."""
    waits, zone = register.blocked(table), ZoneInfo(register.product.loaded.manifest.time_zone)
    gone = {code: batch for batch in batches for code in batch.codes}
    left = unchanged(action.changes) if isinstance(action, ChangeColumns) else ALWAYS
    rows: dict[str, list[Back]] = {}
    doubtful = 0
    for code, row in register.found(reader, table, batches[0].columns, gone.keys(), left):
        key, born, batch = row[:-1], row[-1], gone[code]
        if read(batch.action) is None and not waits(key):
            continue  # somebody brought it back, or its last day is over, which a rule sees to
        newer = made_at is None or made_at >= batch.at
        if born is None or any(isinstance(part, bytes | bytearray | memoryview) for part in key):
            doubtful += 1  # no condition can name it
        elif newer and may_be_another(born, batch.at.astimezone(zone).date()):
            doubtful += 1
        else:
            rows.setdefault(batch.promise, []).append(Back(code=code, key=tuple(key), at=batch.at))
    return rows, doubtful


def _once(returned: Iterable[Returned]) -> tuple[Returned, ...]:
    """A row that was changed first and deleted later is deleted; it need not be changed before."""
    found, deleted = [], set[tuple[str, bytes]]()
    for one in sorted(returned, key=lambda each: isinstance(each.action, ChangeColumns)):
        rows = tuple(row for row in one.rows if (one.table, row.code) not in deleted)
        if isinstance(one.action, DeleteRows):
            deleted |= {(one.table, row.code) for row in rows}
        if rows:
            found.append(replace(one, rows=rows))
    return tuple(found)


def carry_out(
    product: Product,
    found: Found,
    writers: Mapping[str, Writer],
    suspensions: Suspensions | None = None,
    *,
    files: bool = False,
) -> tuple[StepResult, ...]:
    """Plan and apply; ``suspensions`` are those of the living product, in a drill. Raises ForeignKeyCycle or SystemTrouble."""
    from zusage.connectors.blocked import BlockedWriter
    from zusage.enforcement.apply import Enforcement

    from ..changing.kinship import unlike

    hold = suspensions or product.state.suspensions
    keys, plan = keys_of(found.returned), planned(product, found, hold.current(), files=files)
    if not plan.steps:
        return ()
    enforcement = Enforcement(
        journal=product.state.journal,
        suspensions=hold,
        writers=writers,
        vault=BlockedWriter(product.folder),
        batch=product.loaded.manifest.guard.batch,
        pace=product.loaded.manifest.guard.pace,
        now=product.clock,
        fill=lambda step: filled(step, keys),
        unlike=partial(unlike, product, writers),
    )
    return enforcement.apply(plan, product.loaded.meaning.digest)


def planned(product: Product, found: Found, suspensions: Sequence[Suspension], *, files: bool = False) -> Plan:
    """What a replay would do. Raises ForeignKeyCycle or SystemTrouble."""
    world = replace(product.world(), suspensions=tuple(suspensions))
    told = found.returned
    return make_replay(world, Looks(product), told, files=files, meaning=product.loaded.meaning, program=PROGRAM)
