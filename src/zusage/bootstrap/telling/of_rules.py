"""Recipients of what a rule takes are written down before each batch and told after it (Art. 19, 17(1) GDPR).

1. Before a batch goes, in its transaction, it is written down, sealed, who received data of its rows; once the batch is committed their
   notices come to be. What a run that was killed left open is looked for in the living tables: what is gone is told, what is there is not.
2. What an earlier step of the same plan would take – the lines that say who received something, the names by which they know it – is
   remembered (see ``remembering``) before the first step, and put beside what is found later.
3. What was blocked is told when it goes from the vault; it is written down before the first step, in portions that are batches of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from zusage.connectors.port import Registrar
from zusage.connectors.trouble import CannotHandle
from zusage.planning.disclosed import NotFollowed, Taken, taken, told_of_rules
from zusage.planning.erasure import codes
from zusage.planning.plan import DeleteBlocked, Plan, Step
from zusage.rights.notification import RULE

from ..recipients.by_rule import Asking, Key, Row, key_of
from ..recipients.from_vault import entries_due
from .remembering import Remembering
from .rule_rows import Content, both, content, opened, sealed, settle

if TYPE_CHECKING:
    from ..product import Product

#: rows that are asked about at once
_SOME = 1_000
#: rows of a batch that are written down at once
_LIST = 5_000


def tells(product: Product, plan: Plan) -> bool:
    """Whether anybody may have to be told of what a plan takes by rules; what people demanded is told as a demand."""
    return bool(told_of_rules(product.loaded.manifest)) and not codes(plan)


@dataclass
class RuleTelling:
    """Takes down who is to be told of each batch, beside the register of erasures; fulfils the port ``Registrar``."""

    product: Product
    plan: Plan
    register: Registrar | None = None
    _taken: dict[str, Taken | None] = field(default_factory=dict)
    _batches: int | None = None

    def beside(self, register: Registrar | None) -> RuleTelling:
        """Take down rows for the register of erasures too."""
        self.register = register
        return self

    def columns(self, step: Step) -> tuple[str, ...]:
        """Those of the register, and the key by which it is found who received data of a row. Raises CannotHandle."""
        base, own = self._base(step), self._of(step)
        return (*base, *(name for name in own.key if name not in base)) if own else base

    def __call__(self, step: Step, rows: Iterable[Sequence[object]]) -> Callable[[], None]:
        """On disk when it returns; what it returns is called when the rows are gone for good."""
        base, own, columns = self._base(step), self._of(step), self.columns(step)
        found = [tuple(row) for row in rows]
        gone = [self.register(step, [row[: len(base)] for row in found])] if self.register and base else []
        if own:
            at = [columns.index(name) for name in own.key]
            gone.append(self._write_down(own, [key_of([row[n] for n in at]) for row in found]))

        def told() -> None:
            for one in gone:
                one()

        return told

    def begin(self, fill: Callable[[Step], Step]) -> None:
        """Before the first step: what earlier steps take from under later ones (2), and what goes from the vault (3)."""
        self._remembered.begin(fill)
        for step in self.plan.steps:
            if isinstance(step.action, DeleteBlocked) and not step.stopped:
                self._of_vault(step, step.action)

    @cached_property
    def _remembered(self) -> Remembering:
        return Remembering(self.product, self.plan, self._of)

    def _base(self, step: Step) -> tuple[str, ...]:
        return self.register.columns(step) if self.register else ()

    def _of(self, step: Step) -> Taken | None:
        if step.id not in self._taken:
            try:
                self._taken[step.id] = taken(step, self.product.loaded.manifest, self.product.inventories[step.system])
            except NotFollowed as why:
                raise CannotHandle(f"step {step.id}: {why}") from None
        return self._taken[step.id]

    def _write_down(self, own: Taken, keys: Sequence[Key]) -> Callable[[], None]:
        """A batch of many rows is several lists, so that no more than one of them is in memory."""
        lists = [self._prepared(self._listed(own, keys[start : start + _LIST])) for start in range(0, len(keys), _LIST)]

        def gone() -> None:
            for about in filter(None, lists):
                for waiting in self.product.state.rule_notices.waiting(about):
                    settle(self.product, about, opened(self.product, waiting))

        return gone

    def _listed(self, own: Taken, keys: Sequence[Key]) -> Mapping[str, list[Content]]:
        by_code: dict[str, list[Content]] = {}
        for start in range(0, len(keys), _SOME):
            for row in self._rows(own, keys[start : start + _SOME]):
                by_code.setdefault(row.code, []).append(content(own.step, own.key, row))
        return by_code

    def _prepared(self, by_code: Mapping[str, list[Content]]) -> str | None:
        """Under what it is written down; None where there is nobody to tell."""
        state = self.product.state.rule_notices
        if not by_code:
            return None
        self._batches = (state.last(self.plan.digest) if self._batches is None else self._batches) + 1
        about = f"{RULE}{self.plan.digest}/{self._batches}"
        state.prepare(about, self.product.clock(), sealed(self.product, about, by_code))
        return about

    def _rows(self, own: Taken, keys: Sequence[Key]) -> Iterator[Row]:
        """What is found now, with what was found before an earlier step."""
        asking, early = Asking(self.product, own), self._remembered.rows(own.step, keys)
        found = {row.key: row for row in asking.rows(asking.received(keys))}
        for key in keys:
            row, before = found.get(key), early.get(key)
            if before:
                row = both(row or Row(key=key, code=before["code"], to={}, upto={}), before)
            if row:
                yield row

    def _of_vault(self, step: Step, action: DeleteBlocked) -> None:
        """What goes from the vault is looked for there afterwards."""
        for entries in entries_due(self.product, step.system, action):
            by_code: dict[str, list[Content]] = {}
            for entry in entries:
                by_code.setdefault(entry.row.code, []).append(content(step, (), entry.row, entry))
            self._prepared(by_code)
