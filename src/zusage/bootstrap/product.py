"""A manifest, its systems and our own folder: everything that the faces ask for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from zusage.connectors.port import Application, Reader, Writer
from zusage.connectors.trouble import SystemTrouble
from zusage.promises.derive import protections_of, rules_of
from zusage.promises.inventory import Inventory
from zusage.promises.loading import Loaded
from zusage.promises.manifest import System

from . import filing
from .plans import approve, read_plan, refuse_changed, write_plan
from .sealed_logs import Evidence

if TYPE_CHECKING:
    from zusage.connectors.blocked import BlockedReader
    from zusage.enforcement.apply import Progress, StepResult
    from zusage.evidence.look import Eyes
    from zusage.evidence.prove import Outcome
    from zusage.evidence.seal import EvidenceLog
    from zusage.planning.draft import World
    from zusage.planning.plan import Plan
    from zusage.sealing import SigningKey, VerifierKey
    from zusage.state import State

    from .changing.writing import Beside

Opened = TypeVar("Opened", bound="Closable")
_SKEW = timedelta(minutes=5)
LONG_PAUSE = timedelta(days=366)


class Closable(Protocol):
    """Something that was opened."""

    def close(self) -> None:
        """Let go of it."""


def now() -> datetime:
    """The current instant in whole seconds: databases without fractions must not disagree with those that have them."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(kw_only=True)
class Product:
    """A manifest, the systems that it names, and our own folder beside it."""

    loaded: Loaded
    folder: Path
    clock: Callable[[], datetime] = now
    _open: list[Closable] = field(default_factory=list)

    # -- our own state and keys ----------------------------------------------------------------------------------

    @cached_property
    def state(self) -> State:
        """Journal, suspensions and attestations; embedded unless ZUSAGE_STATE_URL names a PostgreSQL database."""
        from zusage.state import open_state

        self.folder.mkdir(parents=True, exist_ok=True)
        return open_state(os.environ.get("ZUSAGE_STATE_URL"), self.folder, lambda: self.clock())

    @property
    def origin(self) -> str:
        """The name of the evidence log, from the controller's."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.loaded.manifest.controller.name.lower()).strip("-") or "controller"
        return f"zusage/{slug}/evidence"

    def key(self, name: str) -> SigningKey:
        """Our own key for ``planner`` or ``log``, made when it is first needed; never made anew for a log that is there."""
        from zusage.sealing import KeyFileMissing, SigningKey

        path = self.folder / f"{name}.key"
        if path.exists():
            return SigningKey.load(path)
        if name == "log" and self.evidence.folders():
            raise KeyFileMissing(path=path, why="there is no such file, and the evidence log was begun with it")
        self.folder.mkdir(parents=True, exist_ok=True)
        return SigningKey.generate(path, self.origin if name == "log" else f"zusage/{name}")

    @property
    def planner(self) -> VerifierKey | None:
        """The planner's public key, if this folder has planned."""
        return self.key("planner").verifier if (self.folder / "planner.key").exists() else None

    @cached_property
    def evidence(self) -> Evidence:
        """The sealed logs."""
        return Evidence(self.folder, self.origin, lambda: self.key("log"), self.loaded.manifest.witnesses)

    @cached_property
    def log(self) -> EvidenceLog:
        """The newest evidence log, made when it is first needed."""
        return self.evidence.newest()

    def pseudonym_key(self) -> bytes:
        """The key of pseudonyms, made when it is first needed."""
        return filing.key(self.folder / "pseudonym.key")

    # -- foreign systems -----------------------------------------------------------------------------------------

    @cached_property
    def readers(self) -> Mapping[str, Reader | SystemTrouble]:
        """A Reader for each system, or why there is none."""
        return {name: self._reader(name) for name in self.loaded.manifest.stores}

    def reader(self, name: str) -> Reader:
        """The Reader of a system. Raises SystemTrouble."""
        found = self.readers.get(name)
        if found is None or isinstance(found, SystemTrouble):
            raise found or SystemTrouble(f"the manifest names no system {name!r} any more")
        return found

    def _reader(self, name: str) -> Reader | SystemTrouble:
        from zusage.connectors.opening import open_log_reader, open_reader

        system = self.loaded.manifest.stores[name]
        try:
            if isinstance(system, System):
                return self.keep(open_reader(name, system))
            return self.keep(open_log_reader(name, system))
        except SystemTrouble as trouble:
            return trouble

    def keep(self, opened: Opened) -> Opened:
        """Let go of it when the product is closed."""
        self._open.append(opened)
        return opened

    @cached_property
    def inventories(self) -> Mapping[str, Inventory]:
        """What every system holds; raises SystemTrouble where one cannot be looked at."""
        return {name: self.reader(name).survey() for name in self.readers}

    @contextmanager
    def afresh(self) -> Iterator[Product]:
        """The same with its systems opened anew, for a service that runs for long: what was down may be back, and tables may have changed."""
        fresh = replace(self, _open=[])
        vars(fresh)["state"] = self.state  # what is our own stays open
        try:
            yield fresh
        finally:
            fresh.close()

    # -- plan and apply ------------------------------------------------------------------------------------------

    def world(self) -> World:
        """All that planning looks at, now; who must be warned of an end does not count as warned."""
        from zusage.planning.clock import Clock
        from zusage.planning.draft import World
        from zusage.planning.warning import nobody

        manifest = self.loaded.manifest
        found = World(
            manifest=manifest,
            rules=rules_of(manifest),
            inventories=self.inventories,
            clock=Clock(self.clock(), manifest.time_zone),
            suspensions=tuple(self.state.suspensions.current()),
            protections=protections_of(manifest),
        )
        return nobody(found)

    def make_plan(self) -> Plan:
        """Look and plan; changes nothing. Raises SystemTrouble, ForeignKeyCycle or ClockJumped."""
        from .applying import make_plan

        return make_plan(self)

    def trust_clock(self) -> timedelta:
        """How long ago the last look was sealed; raises ClockJumped when that lies in the future.

        After a long pause a plan needs a second person whatever its share: a clock that is years ahead would make everything due.
        """
        from zusage.enforcement.refusal import ClockJumped

        last, now = self.evidence.history().last_look, self.clock()
        if last and now < last - _SKEW:
            raise ClockJumped(f"{now:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}")
        return now - last if last else timedelta()

    def save_plan(self, plan: Plan, path: Path) -> None:
        """Write a plan and, beside it, the planner's signature."""
        write_plan(plan, path, self.key("planner"))

    def approve_plan(self, path: Path, key: SigningKey) -> bool:
        """Add an approver's signature to a saved plan of this manifest; False when it is there already. Raises PlanRefused."""
        refuse_changed(self.loaded, read_plan(path)[0])
        return approve(path, key, planner=self.planner, at=self.clock(), approvers=self.loaded.manifest.guard.approvers)

    def apply_plan(self, path: Path, watch: Callable[[Progress], None]) -> tuple[StepResult, ...]:
        """Carry out a saved plan. Raises PlanRefused, AlreadyRunning, SystemTrouble."""
        from .applying import apply_plan

        return apply_plan(self, path, watch)

    def changing(self, beside: Beside | None = None) -> AbstractContextManager[Mapping[str, Writer]]:
        """Be the only one that changes, after clearing up; gives a Writer for each system. Raises AlreadyRunning, SystemTrouble.

        ``beside`` makes of the register what takes down rows before they go.
        """
        from .changing.writing import changing

        return changing(self, beside) if beside else changing(self)

    def settle_batches(self) -> None:
        """Find out of which rows recipients are told where a sweep was killed, before rows leave their tables for another reason.

        What is blocked or restricted afterwards would look as if it had been deleted. The caller is the only one that changes.
        Raises VaultError.
        """
        from .telling.rule_rows import settle_open

        settle_open(self)

    # -- verify --------------------------------------------------------------------------------------------------

    def verify(self, watch: Callable[[Outcome], None] = lambda _: None) -> tuple[Outcome, ...]:
        """Look at every promise, judge and seal. Raises ClockJumped."""
        from .proving.verifying import verify

        return verify(self, watch)

    def eyes(self) -> Eyes:
        """Everything through which the prover looks, with what was sealed before; looking through them seals nothing."""
        from .proving.verifying import eyes

        return eyes(self)

    def blocked(self) -> BlockedReader:
        """What is blocked, looked at without the key."""
        from zusage.connectors.blocked import BlockedReader

        return BlockedReader(self.folder, self.state.suspensions.current())

    def application(self, name: str) -> Application | SystemTrouble:
        """A look with the application's own role, or why there is none; the system must declare that role."""
        from zusage.connectors.opening import open_application

        reader = self.readers[name]
        if isinstance(reader, SystemTrouble):
            return reader
        try:
            return self.keep(open_application(name, self.loaded.manifest.databases[name], reader.survey()))
        except SystemTrouble as trouble:
            return trouble

    def unaccounted(self, system: str) -> Sequence[str]:
        """Tables and columns of a system that no activity accounts for."""
        from zusage.promises.checking import unaccounted

        return unaccounted(self.loaded, {system: self.reader(system).survey()})

    def refuse_findings(self) -> None:
        """Raise ManifestError when the manifest has errors, by itself or against the living systems."""
        from zusage.promises.checking import against, check
        from zusage.promises.finding import ManifestError, Severity

        found = (*check(self.loaded, self.clock().date()), *against(self.loaded, self.inventories))
        errors = tuple(f for f in found if f.severity is Severity.ERROR and not f.code.startswith("unaccounted"))
        if errors:
            raise ManifestError(errors)

    def close(self) -> None:
        """Let go of everything that was opened."""
        for opened in self._open:
            opened.close()
        self._open.clear()
        if "state" in vars(self):
            self.state.close()
