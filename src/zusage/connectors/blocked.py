"""Blocked rows in the encrypted vault: one class that looks without the key, one that changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zusage.planning.plan import DeleteBlocked, Step
from zusage.planning.suspension import Suspension
from zusage.promises.condition import ALWAYS
from zusage.promises.promise import Rule
from zusage.vault import Document, VaultReader, VaultWriter
from zusage.vault.errors import NoVault, VaultError
from zusage.vault.files import VAULT

from .port import BlockedRow
from .trouble import MoreThanPlanned, SystemTrouble

#: entries of the vault that are deleted in one transaction at most
_ENTRIES = 2_000
#: entries that an interrupted run left and that are opened and asked for together
_TOGETHER = 1_000


class VaultTrouble(SystemTrouble):
    """Something is wrong with the vault; the message is the vault's own."""


def held_blocked(suspensions: Sequence[Suspension]) -> frozenset[str]:
    """Whose blocked rows a suspension holds: digests of people, and tables, as system.table, of which every row is held."""
    people = {s.person_digest for s in suspensions if s.person_digest}
    return frozenset(people | {table for s in suspensions for table, where in s.holds if where == ALWAYS})


@dataclass(frozen=True, slots=True)
class BlockedReader:
    """Looks at what is blocked, without the key. Raises VaultTrouble where a vault is there but cannot be looked at."""

    folder: Path
    suspensions: Sequence[Suspension] = ()

    def census(self, rule: Rule) -> Mapping[int, int]:
        """Blocked rows of the rule by the year in which their period began; none without a vault."""
        reader = self._open()
        if reader is None:
            return {}
        with reader:
            _refuse_pending(reader)
            return reader.census(rule.id)

    def counts(self, rule: Rule, today: date, started_before: date | None = None) -> tuple[int, int] | None:
        """Blocked rows of the rule and those past their last day that nothing holds; None without a vault.

        Past their last day are those that started before the given day, or by what was noted when they were blocked.
        """
        reader = self._open()
        if reader is None:
            return None
        with reader:
            _refuse_pending(reader)
            total, overdue = reader.counts(rule.id, today, started_before)
            return total, overdue - reader.held(rule.id, today, held_blocked(self.suspensions), started_before)

    def unsealed(self, rule: Rule, sample: int) -> int | None:
        """Of a sample, how many are not sealed; None without a vault, 0 where there is nothing to sample."""
        reader = self._open()
        if reader is None:
            return None
        with reader:
            return reader.sample_is_sealed(rule.id, sample) or 0

    def due(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Of a system, blocked rows that must go, none of them held, and all that there are."""
        reader = self._open()
        if reader is None:
            return 0, 0
        with reader:
            return reader.due(system, before, held_blocked(self.suspensions), limits)

    def strange(self, system: str, rules: Collection[str], today: date) -> tuple[tuple[str, str], ...]:
        """Each table and rule of blocked rows of a system past the day that was noted, of rules other than these; none that is held."""
        reader = self._open()
        if reader is None:
            return ()
        with reader:
            return reader.strange(system, rules, today, held_blocked(self.suspensions))

    def of_person(self, digest: str) -> int:
        """Blocked rows of a person."""
        reader = self._open()
        if reader is None:
            return 0
        with reader:
            return reader.of_person(digest)

    def until(self, digest: str, *, held: bool = True) -> tuple[tuple[str, int, date], ...]:
        """Of a person: each rule, its blocked rows, and the last of the days from which on they may no longer be kept.

        Without ``held``, nothing of a person or of a whole table that a suspension holds.
        """
        kept = frozenset() if held else held_blocked(self.suspensions)
        reader = self._open() if digest not in kept else None
        if reader is None:
            return ()
        with reader:
            return reader.until(digest, kept)

    def began(self, digest: str) -> Mapping[str, date]:
        """Of a person: each rule, and the last day on which the period of a blocked row of theirs began."""
        reader = self._open()
        if reader is None:
            return {}
        with reader:
            return reader.began(digest)

    def tables(self) -> frozenset[str]:
        """Each table, as system.table, of which rows are blocked."""
        reader = self._open()
        if reader is None:
            return frozenset()
        with reader:
            return frozenset(f"{system}.{table}" for system, table in reader.tables())

    def holding(self, system: str, table: str) -> tuple[frozenset[str], frozenset[str | None]]:
        """Which rows of a table are blocked, by their ids, and of whom some are within others; None for nobody that is known."""
        reader = self._open()
        if reader is None:
            return frozenset(), frozenset()
        with reader:
            _refuse_pending(reader)
            return reader.holding(system, table)

    def _open(self) -> VaultReader | None:
        try:
            return VaultReader(self.folder)
        except NoVault:
            return None
        except VaultError as error:
            raise VaultTrouble(str(error)) from None


@dataclass(frozen=True, slots=True)
class BlockedWriter:
    """Seals rows that are blocked and deletes them on their last day."""

    folder: Path

    def seal(self, rows: Sequence[BlockedRow]) -> Callable[[], None]:
        """Seal rows; durable on return. Call what is returned when they are gone from their system."""
        writer = VaultWriter(self.folder)
        try:
            ids = writer.seal([_document(row, writer) for row in rows])
        except VaultError as error:
            raise VaultTrouble(str(error)) from None

        def gone() -> None:
            try:
                writer.settle(ids)
            except VaultError as error:
                raise VaultTrouble(str(error)) from None

        return gone

    @property
    def there(self) -> bool:
        """Whether anything was ever sealed."""
        return (self.folder / VAULT).exists()

    def of_person(self, person: str) -> tuple[Document, ...]:
        """What is blocked of a person, opened for an answer to them; raises VaultTrouble."""
        try:
            try:
                with VaultReader(self.folder) as reader:
                    _refuse_pending(reader)
            except NoVault:
                return ()
            writer = VaultWriter(self.folder)
            return tuple(writer.unseal(id) for id in sorted(writer.ids_of_person(writer.person_digest(person))))
        except VaultError as error:
            raise VaultTrouble(str(error)) from None

    def recover(self, system: str, still_there: Callable[[Sequence[Document]], Sequence[bool]]) -> None:
        """After an interrupted run: drop what is still in its system, and rely on the copy of what is gone from there.

        ``still_there`` tells of each of some documents, of no more at once than are held in memory with ease.
        """
        writer = VaultWriter(self.folder)
        try:
            pending, there = list(writer.pending(system)), list[str]()
            for start in range(0, len(pending), _TOGETHER):
                some = pending[start : start + _TOGETHER]
                there += [id for id, stays in zip(some, still_there([writer.unseal(id) for id in some]), strict=True) if stays]
            writer.remove(there)
            if pending:
                writer.settle(set(pending) - set(there))
        except VaultError as error:
            raise VaultTrouble(str(error)) from None

    def delete_due(self, step: Step, suspensions: Sequence[Suspension], limit: int, batch: int) -> Iterator[int]:
        """Delete blocked rows whose last day is over; more than planned stops before anything more goes."""
        if not isinstance(step.action, DeleteBlocked):
            raise VaultTrouble(f"step {step.id} is not about blocked rows")
        held, batch = held_blocked(suspensions), min(batch, _ENTRIES)
        if step.action.people:
            yield from self._delete_of(step, step.action, held, limit, batch)
            return
        limits = dict(step.action.limits)
        due, _ = BlockedReader(self.folder, suspensions).due(step.system, step.action.before, limits)
        if due > limit:
            raise MoreThanPlanned(step.id, limit)
        try:
            yield from VaultWriter(self.folder).delete_due(step.action.before, step.system, held, limit, batch, limits)
        except VaultError as error:
            raise VaultTrouble(str(error)) from None

    def _delete_of(self, step: Step, action: DeleteBlocked, held: frozenset[str], limit: int, batch: int) -> Iterator[int]:
        """What a rule blocked of people who demand that it goes."""
        writer = VaultWriter(self.folder)
        try:
            ids = sorted(writer.ids_under(step.system, action.rule, frozenset(action.people) - held, held))
            if len(ids) > limit:
                raise MoreThanPlanned(step.id, limit)
            for first in range(0, len(ids), batch):
                some = ids[first : first + batch]
                writer.remove(some)
                yield len(some)
        except VaultError as error:
            raise VaultTrouble(str(error)) from None


def _refuse_pending(reader: VaultReader) -> None:
    if reader.pending():
        raise VaultTrouble(
            "the vault holds rows of which it is not known whether they are gone from their system, because a run was interrupted "
            "or is under way. Counting them could count a row twice. Apply the plan again, or a new one: that clears it up."
        )


def _document(row: BlockedRow, writer: VaultWriter) -> Document:
    return Document(
        system=row.system,
        table=row.table,
        key=row.key,  # type: ignore[arg-type]
        rule=row.rule,
        started_on=row.started_on,
        delete_from=row.delete_from,
        row=row.values,  # type: ignore[arg-type]
        parts=tuple((table, tuple(rows)) for table, rows in row.parts.items()),  # type: ignore[arg-type]
        person_digest=writer.person_digest(row.person) if row.person else None,
    )
