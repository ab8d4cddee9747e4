"""The whole way, from a manifest to a verdict, in memory: plan, apply, verify, with any part replaced by a liar."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from zusage.connectors.port import Application, Reader, Writer
from zusage.connectors.trouble import SystemTrouble
from zusage.enforcement.apply import Enforcement, StepResult
from zusage.evidence.look import Eyes
from zusage.evidence.observation import Census
from zusage.evidence.sorting import Outlook
from zusage.evidence.verdict import Judgement, Verdict, judge
from zusage.planning.clock import Clock
from zusage.planning.count import Looks, Weighed
from zusage.planning.draft import World
from zusage.planning.make import make_plan
from zusage.planning.plan import Plan, Selection, Weight
from zusage.promises.condition import Condition
from zusage.promises.derive import promises_of, rules_of
from zusage.promises.manifest import Manifest
from zusage.promises.meaning import Meaning
from zusage.promises.promise import Part

from .memory import MemoryApplication, MemoryReader, MemorySystem
from .memory_documents import MemoryVault
from .memory_state import MemoryJournal, MemorySuspensions
from .memory_writer import MemoryWriter

DIGEST = "manifest in memory"


@dataclass(slots=True, kw_only=True)
class MemoryProduct:
    """One manifest about one system in memory."""

    manifest: Manifest
    system: MemorySystem
    clock: Callable[[], datetime]
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    suspensions: MemorySuspensions = field(default_factory=MemorySuspensions)
    vault: MemoryVault = field(default_factory=MemoryVault)
    attested: dict[str, date] = field(default_factory=dict)
    #: the highest censuses so far, by promise
    censuses: dict[str, dict[int, int]] = field(default_factory=dict)

    def plan(self) -> Plan:
        """Look and plan."""
        world = World(
            manifest=self.manifest,
            rules=rules_of(self.manifest),
            inventories={self._name: self.system.inventory},
            clock=Clock(self.clock(), self.manifest.time_zone),
            suspensions=tuple(self.suspensions.current()),
        )
        return make_plan(world, _Looks(MemoryReader(self.system), self.vault), meaning=Meaning(DIGEST), program="test")

    def apply(self, plan: Plan, writer: Writer | None = None, manifest: str = DIGEST) -> tuple[StepResult, ...]:
        """Carry a plan out. Raises PlanRefused."""
        writers = {self._name: writer or MemoryWriter(self.system, self.vault.seal)}
        return self.enforcement(writers).apply(plan, manifest)

    def enforcement(self, writers: Mapping[str, Writer]) -> Enforcement:
        """The part that carries out."""
        return Enforcement(
            journal=self.journal,
            suspensions=self.suspensions,
            writers=writers,
            vault=self.vault,
            batch=self.manifest.guard.batch,
            now=self.clock,
        )

    def verify(self, reader: Reader | None = None, application: Application | SystemTrouble | None = None) -> dict[str, Verdict]:
        """Look at every promise, judge, and remember each census."""
        return {promise: judgement.verdict for promise, judgement in self.judge(reader, application).items()}

    def judge(self, reader: Reader | None = None, application: Application | SystemTrouble | None = None) -> dict[str, Judgement]:
        """The same with reasons."""
        eyes = self._eyes(reader or MemoryReader(self.system), application or MemoryApplication(self.system))
        found: dict[str, Judgement] = {}
        for promise in promises_of(self.manifest):
            seen = eyes.look(promise).observation
            found[promise.id] = judge(seen)
            if isinstance(seen, Census):
                kept = self.censuses.setdefault(promise.id, {})
                kept.update({year: max(rows, kept.get(year, 0)) for year, rows in seen.now.items()})
        return found

    def _eyes(self, reader: Reader, application: Application | SystemTrouble) -> Eyes:
        outlook = Outlook(
            manifest=self.manifest,
            rules=rules_of(self.manifest),
            suspensions=tuple(self.suspensions.current()),
            as_of=self.clock(),
        )
        return Eyes(
            outlook=outlook,
            readers={self._name: reader},
            applications={self._name: application},
            blocked=self.vault,
            attestations=_Said(self.attested),
            earlier=lambda promise: dict(self.censuses[promise]) if promise in self.censuses else None,
            unaccounted=lambda _: (),
        )

    @property
    def _name(self) -> str:
        return self.system.inventory.system


@dataclass(frozen=True, slots=True)
class _Looks:
    reader: Reader
    vault: MemoryVault

    def ahead(self, asked: Sequence[tuple[str, Callable[[Looks], Weighed]]]) -> Generator[Weighed, None, None]:
        """One after the other."""
        return (ask(cast("Looks", self)) for _, ask in asked)

    def total(self, system: str, table: str) -> int:
        """Everything."""
        return self.reader.count(Selection(system=system, table=table))

    def still(self, system: str) -> AbstractContextManager[None]:
        """The system's tables as they are."""
        return self.reader.snapshot()

    def count(self, selection: Selection) -> int:
        """Rows of a selection."""
        return self.reader.count(selection)

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Rows of a selection and what hangs on them."""
        return self.reader.weigh(selection, parts, marks, sets)

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows that must go, and all."""
        return self.vault.due(system, before, limits)

    def blocked_of(self, code: str) -> Sequence[tuple[str, int]]:
        """Nobody demands anything here."""
        return ()


@dataclass(frozen=True, slots=True)
class _Said:
    attested: Mapping[str, date]

    def latest(self, promise_id: str) -> date | None:
        """The day of the last attestation."""
        return self.attested.get(promise_id)
