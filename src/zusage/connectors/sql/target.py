"""What a step is about, while it is carried out."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from zusage.planning.groups import hangs_on_all, within_parts
from zusage.planning.plan import BlockRows, ChangeColumns, DeleteRows, Step
from zusage.promises.inventory import Inventory

from ..trouble import CannotHandle
from .databases.port import Batches, Cutting
from .sizing import Size
from .survey import keeps_history
from .wider import wider

#: rows of a table for each row planned, beyond which the plan's rows are few
_FEW = 50
#: rows of a batch that pass through the product, at most
_READ = 2_000


@dataclass(frozen=True, slots=True)
class Target:
    """The table of a step, and the walk through it."""

    step: Step
    batches: Batches
    where: sa.ColumnElement[bool]
    #: the same without rows to which others of the table refer
    next: sa.ColumnElement[bool]
    #: columns by which rows are taken down before they go; none where they are not
    taken_down: tuple[str, ...] = ()
    #: what must be so of each row that goes although keys were equal as the database takes them: by the step, and by suspensions
    kept_loosely: tuple[sa.ColumnElement[bool], ...] = ()
    held_loosely: tuple[sa.ColumnElement[bool], ...] = ()

    @property
    def clause(self) -> sa.TableClause:
        """The table as statements name it."""
        return self.batches.clause

    @property
    def alone(self) -> bool:
        """One statement changes the rows, and nothing else is asked about them."""
        if self.taken_down or self.step.files:
            return False
        if self.stay:
            return not self.step.elsewhere
        beside = self.step.parts or self.step.referrers or self.step.trees or self.step.loosened or self.step.elsewhere
        return isinstance(self.step.action, DeleteRows) and not beside

    @property
    def travels(self) -> bool:
        """Rows, or what they are known by, pass through the product."""
        return isinstance(self.step.action, BlockRows) or bool(self.taken_down or self.step.files)

    @property
    def stay(self) -> bool:
        """The rows are changed, not deleted."""
        return isinstance(self.step.action, ChangeColumns)

    def size(self, batch: int, seconds: float) -> Size:
        """How many rows its batches have: as many as are asked for where they hang together, not too many at once where they are read."""
        if hangs_on_all(self.step) or within_parts(self.step):
            return Size(batch, 0)
        return Size(min(batch, _READ) if self.travels else batch, seconds, self._with_each)

    @property
    def _with_each(self) -> float:
        """Rows that go or change with each, itself among them, as the plan counted them."""
        return 1 + sum(rows for _, rows in self.step.part_rows) / max(1, self.step.rows)

    def may_go_at_once(self, left: int, batch: int) -> bool:
        """One statement may take all that is left of the plan and be rolled back if that was more.

        Not where a few rows of a large table were planned: should many have come since, they would be changed and put back.
        """
        fits = 0 < left <= batch and self._dense(left) and not self.batches.whole
        return fits and self.alone and not self.step.without_undo

    def may_be_cut(self, left: int, batch: int) -> bool:
        """The table may be walked range by range, or by a list: of few rows in a large table an index finds each batch."""
        return left > batch and self._dense(left) and not (self.step.without_undo or self.step.trees)

    def cutting(self, left: int, size: Size) -> Cutting:
        """How the walk is cut where so many rows are left of the plan."""
        return Cutting(size.most, size.rows, size.ranges(left), self.stay, self.alone, self.apart(left), left, wider(self.next))

    def apart(self, left: int) -> float:
        """Rows of the table for each that is left of the plan."""
        return self.step.total / max(1, left)

    def _dense(self, left: int) -> bool:
        return self.step.total <= left * _FEW


def refuse_unfit(step: Step, inventory: Inventory) -> None:
    """Tables that keep what is deleted, and rows that would be blocked in several statements which cannot be undone together."""
    for table in [inventory.tables[name] for name in (step.table, *(part.table for part in step.parts))]:
        if table.history:
            raise CannotHandle(keeps_history(inventory.system, table.name))
        if not table.transactional and isinstance(step.action, BlockRows) and step.parts:
            raise CannotHandle(
                f"step {step.id}: table {table.name} cannot undo a change (an engine without transactions), so that rows which are "
                "blocked together with what belongs to them could be torn apart. Nothing was blocked. "
                "Give the table an engine with transactions (ALTER TABLE … ENGINE=InnoDB)."
            )
