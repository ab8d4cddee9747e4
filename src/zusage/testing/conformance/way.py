"""The whole way on a bench's system, from a manifest to a verdict, with our own state in memory."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

from zusage.connectors.port import Reader
from zusage.enforcement.apply import Enforcement, StepResult
from zusage.enforcement.refusal import PlanStale
from zusage.evidence.look import Eyes
from zusage.evidence.sorting import Outlook
from zusage.evidence.verdict import Judgement, Verdict, judge
from zusage.planning.clock import Clock
from zusage.planning.count import Looks, Weighed
from zusage.planning.draft import World
from zusage.planning.make import make_plan
from zusage.planning.plan import Plan, Selection
from zusage.promises.derive import promises_of, rules_of
from zusage.promises.inventory import Inventory
from zusage.promises.manifest import Manifest
from zusage.promises.meaning import Meaning

from ..bench import Bed
from ..checks import same
from ..memory_documents import MemoryVault
from ..memory_state import MemoryJournal, MemorySuspensions
from .shop import SYSTEM

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
#: long due, and not due by any rule of these tests
OLD, NEW = date(2015, 5, 5), date(2024, 5, 5)
_TEXT = {"de": "x", "en": "x"}


def manifest(data: Mapping[str, Any], *keep: Mapping[str, Any], system: Mapping[str, Any] | None = None, **more: Any) -> Manifest:
    """A manifest with one activity, ``talk``, about some tables; rules without more last a year from ``day``."""
    rules = [{"name": "gone", "at_most": "P1Y", "from": "day", **rule} for rule in keep or ({},)]
    activity = {"title": _TEXT, "purpose": _TEXT, "legal_basis": "art-6-1-b", "data": data, "keep": rules}
    content = {
        "zusage": 1,
        "controller": {"name": "Test"},
        "systems": {SYSTEM: {"url": "none://", "application": "none://", **(system or {})}},
        "classes": {"text": _TEXT},
        "guard": {"share": 1, "batch": 3},
        "activities": {"talk": activity, **more},
    }
    return Manifest.model_validate(content)


@dataclass(slots=True)
class Way:
    """One manifest about one bed."""

    bed: Bed
    manifest: Manifest
    suspensions: MemorySuspensions = field(default_factory=MemorySuspensions)
    vault: MemoryVault = field(default_factory=MemoryVault)
    #: the schema of which the last plan was made
    seen: Inventory = field(init=False)

    def plan(self) -> Plan:
        """Look and plan."""
        reader = self.bed.reader()
        self.seen = reader.survey()
        world = World(
            manifest=self.manifest,
            rules=rules_of(self.manifest),
            inventories={SYSTEM: self.seen},
            clock=Clock(NOW, self.manifest.time_zone),
            suspensions=tuple(self.suspensions.current()),
        )
        plan = make_plan(world, cast("Looks", _Looks(reader, self.vault)), meaning=Meaning("test"), program="test")
        reader.close()
        return Plan.from_json(plan.to_json())

    def apply(self) -> tuple[StepResult, ...]:
        """Plan, and carry the plan out."""
        plan = self.plan()
        writer = self.bed.writer(self.vault.seal)
        enforcement = Enforcement(
            journal=MemoryJournal(),
            suspensions=self.suspensions,
            writers={SYSTEM: writer},
            vault=self.vault,
            batch=self.manifest.guard.batch,
            now=lambda: NOW,
        )
        try:
            return enforcement.apply(plan, "test")
        except PlanStale:  # no test of a way changes a schema in between: say what was seen otherwise
            for name in sorted({*self.seen.tables, *writer.survey().tables}):
                same(writer.survey().tables.get(name), self.seen.tables.get(name), f"table {name} for the writer and the reader")
            raise
        finally:
            writer.close()

    def judge(self, only: str = "") -> dict[str, Judgement]:
        """Look at every promise, or at one alone, and judge."""
        reader = self.bed.reader()
        eyes = Eyes(
            outlook=Outlook(
                manifest=self.manifest,
                rules=rules_of(self.manifest),
                suspensions=tuple(self.suspensions.current()),
                as_of=NOW,
            ),
            readers={SYSTEM: reader},
            applications={SYSTEM: self.bed.application()},
            blocked=self.vault,
            attestations=_Nobody(),
            earlier=lambda _: None,
            unaccounted=lambda _: (),
        )
        found = {
            promise.id: judge(eyes.look(promise).observation)
            for promise in promises_of(self.manifest)
            if only in ("", promise.id)
        }
        reader.close()
        return found

    def verdict(self, promise: str = "talk/gone/at-most") -> Verdict:
        """The verdict on one promise."""
        return self.judge(promise)[promise].verdict

    def verdicts(self) -> dict[str, Verdict]:
        """The verdict on every promise."""
        return {promise: judgement.verdict for promise, judgement in self.judge().items()}

    def goes(self, promise: str = "talk/gone/at-most") -> None:
        """The promise is broken, a plan is carried out whole, nothing is left to plan, and the promise is kept."""
        before = self.judge(promise)[promise]
        same(before.verdict, Verdict.BROKEN, f"{promise} before: {before.reason}")
        same([result.stopped for result in self.apply() if result.stopped], [], "steps that were stopped")
        same([step.id for step in self.plan().steps], [], "what a second plan would still do")
        after = self.judge(promise)[promise]
        same(after.verdict, Verdict.KEPT, f"{promise} after: {after.reason}")


def left(bed: Bed, table: str, column: str = "id") -> list[object]:
    """The values of a column in the rows that are left."""
    return sorted((row[column] for row in bed.rows(table)), key=str)


@dataclass(frozen=True, slots=True)
class _Looks:
    """Everything is asked of the reader, except what the vault knows."""

    reader: Reader
    vault: MemoryVault

    def __getattr__(self, name: str) -> Any:
        return getattr(self.reader, name)

    def ahead(self, asked: Sequence[tuple[str, Callable[[Looks], Weighed]]]) -> Generator[Weighed, None, None]:
        """One after the other."""
        return (ask(cast("Looks", self)) for _, ask in asked)

    def total(self, system: str, table: str) -> int:
        """Everything."""
        return self.reader.count(Selection(system=system, table=table))

    def still(self, system: str) -> AbstractContextManager[None]:
        """Every table is of the reader's system."""
        return self.reader.snapshot()

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows that must go, and all."""
        return self.vault.due(system, before, limits)


@dataclass(frozen=True, slots=True)
class _Nobody:
    said: Sequence[str] = ()

    def latest(self, promise_id: str) -> date | None:
        """Nobody has attested anything."""
        return None
