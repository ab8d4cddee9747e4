"""A restored copy of the files of access logs: lines go from it by the rules themselves, for a line says its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from zusage import PROGRAM
from zusage.connectors.blocked import BlockedWriter
from zusage.connectors.copies.port import BackupUnreadable
from zusage.connectors.sql.address import fill
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.make import make_plan
from zusage.planning.plan import Plan, Selection
from zusage.promises.lines import TABLE

from ..looking.looks import Looks

if TYPE_CHECKING:
    from zusage.evidence.backups.observation import Drill
    from zusage.promises.manifest import AccessLog

    from ..product import Product


def moved(product: Product, systems: Sequence[str], files: Path) -> dict[str, AccessLog]:
    """The logs, each as its files among those that were restored."""
    found = {}
    for name, log in product.loaded.manifest.logs.items():
        if name in systems:
            home = files.parent / name
            home.mkdir(mode=0o700)
            wanted = Path(fill(name, log.path)).name
            for file in sorted(files.iterdir()):
                if fnmatch(file.name.partition("-")[2], wanted):
                    file.rename(home / file.name)
            found[name] = log.model_copy(update={"path": f"{home}/*"})
    return found


@dataclass(frozen=True, slots=True)
class CopiedLogs:
    """The restored logs, and the living product beside them."""

    product: Product
    scratch: Product

    def look(self, bare: Drill) -> Drill:
        """Steps 2 to 4 of a drill. Raises BackupUnreadable."""
        rows, short = 0, []
        for name in self.scratch.loaded.manifest.logs:
            try:
                here = self._lines(self.scratch, name)
            except SystemTrouble:
                here = 0
            rows += here
            if not here and self._lines(self.product, name):
                short.append(f"{name}.{TABLE}")
        if short:
            return replace(bare, readable=True, short=tuple(short), rows=rows)
        before = self._plan()
        if before.rows:
            self._carry_out(before)
        return replace(bare, readable=True, rows=rows, back=before.rows, left=self._plan().rows)

    def _lines(self, product: Product, name: str) -> int:
        return Looks(product).count(Selection(system=name, table=TABLE))

    def _plan(self) -> Plan:
        """What is due in the copy by the living rules and suspensions, as of now."""
        manifest, world = self.scratch.loaded.manifest, self.scratch.world()
        mine = replace(
            world,
            rules=tuple(rule for rule in world.rules if rule.system in manifest.logs),
            protections=(),
            suspensions=tuple(self.product.state.suspensions.current()),
        )
        return make_plan(mine, Looks(self.scratch), meaning=self.scratch.loaded.meaning, program=PROGRAM)

    def _carry_out(self, plan: Plan) -> None:
        from zusage.enforcement.apply import Enforcement

        with self.scratch.changing() as writers:
            enforcement = Enforcement(
                journal=self.scratch.state.journal,
                suspensions=self.product.state.suspensions,
                writers=writers,
                vault=BlockedWriter(self.scratch.folder),
                batch=self.scratch.loaded.manifest.guard.batch,
                now=self.scratch.clock,
            )
            for result in enforcement.apply(plan, self.scratch.loaded.meaning.digest):
                if result.stopped:
                    raise BackupUnreadable("its lines could not be worked on")
