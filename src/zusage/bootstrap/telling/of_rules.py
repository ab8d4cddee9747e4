"""Recipients of what a rule takes are written down before each batch and told after it (Art. 19, 17(1) GDPR).

1. Before a batch goes, in its transaction, it is written down, sealed, who received data of its rows; once the batch is committed their
   notices come to be. What a run that was killed left open is looked for in the living tables: what is gone is told, what is there is not.
2. What an earlier step of the same plan would take – the lines that say who received something, the names by which they know it – is
   written down before the first step, and put beside what is found later. It goes when the plan has ended or can no longer be carried out.
3. What was blocked is told when it goes from the vault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zusage.connectors.port import Registrar
from zusage.connectors.trouble import CannotHandle
from zusage.planning.disclosed import NotFollowed, Taken, naming, taken, told_of_rules
from zusage.planning.erasure import codes
from zusage.planning.plan import ChangeColumns, DeleteBlocked, Plan, Selection, Step
from zusage.planning.somebody import conjuncts
from zusage.promises.condition import Condition, Exists, Not, Under, all_of
from zusage.rights.notification import RULE

from ..recipients.by_rule import Asking, Key, Row, key_of
from ..recipients.from_vault import entries_due
from ..vaults import vault_of
from .rule_rows import EARLY, Content, both, content, opened, sealed, settle

if TYPE_CHECKING:
    from zusage.vault import VaultWriter

    from ..product import Product

#: rows that are asked about at once
_SOME = 1_000


def tells(product: Product, plan: Plan) -> bool:
    """Whether anybody may have to be told of what a plan takes by rules; what people demanded is told as a demand."""
    return bool(told_of_rules(product.loaded.manifest)) and not codes(plan)


@dataclass
class RuleTelling:
    """Takes down who is to be told of each batch, beside the register of erasures; fulfils the port ``Registrar``."""

    product: Product
    plan: Plan
    register: Registrar | None = None
    _early: dict[tuple[str, Key], Content] = field(default_factory=dict)
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
        state, about = self.product.state.rule_notices, f"{RULE}{self.plan.digest}{EARLY}"
        kept = next((one for one in state.waiting() if one.about == about), None)
        early = opened(self.product, kept) if kept else self._found_early(fill)
        if early and not kept:
            state.prepare(about, self.product.clock(), sealed(self.product, about, early))
        self._early = {(row["table"], tuple(row["key"])): row for some in early.values() for row in some}
        for step in self.plan.steps:
            if isinstance(step.action, DeleteBlocked) and not step.stopped:
                self._of_vault(step, step.action)

    def _found_early(self, fill: Callable[[Step], Step]) -> dict[str, list[Content]]:
        """By a code of the row, what is found of rows from under which earlier steps take it."""
        vault = vault_of(self.product)
        steps = [(own, fill(step)) for step in self._undercut() if (own := self._of(step))]
        return {
            _row_code(vault, step, row): [content(step, own.key, row)] for own, step in steps for row in self._ahead(own, step)
        }

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
        by_code: dict[str, list[Content]] = {}
        for start in range(0, len(keys), _SOME):
            for row in self._rows(own, keys[start : start + _SOME]):
                by_code.setdefault(row.code, []).append(content(own.step, own.key, row))
        return self._prepared(by_code)

    def _prepared(self, by_code: Mapping[str, list[Content]]) -> Callable[[], None]:
        state = self.product.state.rule_notices
        if not by_code:
            return lambda: None
        self._batches = (state.last(self.plan.digest) if self._batches is None else self._batches) + 1
        about = f"{RULE}{self.plan.digest}/{self._batches}"
        state.prepare(about, self.product.clock(), sealed(self.product, about, by_code))
        return lambda: settle(self.product, about, by_code)

    def _rows(self, own: Taken, keys: Sequence[Key]) -> Iterator[Row]:
        """What is found now, with what was found before an earlier step."""
        asking, table = Asking(self.product, own), f"{own.step.system}.{own.step.table}"
        found = {row.key: row for row in asking.rows(asking.received(keys))}
        for key in keys:
            row, before = found.get(key), self._early.get((table, key))
            if before:
                row = both(row or Row(key=key, code=before["code"], to={}, upto={}), before)
            if row:
                yield row

    def _undercut(self) -> Iterator[Step]:
        """Steps of whose rows an earlier step takes what says who received them, or by what these are known."""
        told = told_of_rules(self.product.loaded.manifest)
        names = set(naming(self.product.loaded.manifest, told))
        for at, step in enumerate(self.plan.steps):
            own = None if step.stopped or isinstance(step.action, DeleteBlocked) else self._of(step)
            needed = {*(way.table for way in own.disclosed), *names} if own else set()
            if any(needed & _touched(one, step) for one in self.plan.steps[:at]):
                yield step

    def _ahead(self, own: Taken, step: Step) -> Iterator[Row]:
        """Rows that the step may take, those with them that wait for what an earlier one takes: of whatever stays, nothing is told later."""
        where = all_of(*(part for part in conjuncts(step.where) if not (step.leans and _waits(part))))
        reader, selection = self.product.reader(step.system), Selection(system=step.system, table=step.table, where=where)
        with reader.snapshot():
            keys = [key_of(row) for row in reader.rows(selection, own.key)]
        asking = Asking(self.product, own)
        for start in range(0, len(keys), _SOME):
            yield from asking.rows(asking.received(keys[start : start + _SOME]))

    def _of_vault(self, step: Step, action: DeleteBlocked) -> None:
        """What goes from the vault is looked for there afterwards."""
        by_code: dict[str, list[Content]] = {}
        for entry in entries_due(self.product, step.system, action):
            by_code.setdefault(entry.row.code, []).append(content(step, (), entry.row, entry))
        self._prepared(by_code)


def _waits(part: Condition) -> bool:
    """Whether a row is meant only once others have gone."""
    return isinstance(part, Not) and isinstance(part.part, Exists | Under)


def _touched(earlier: Step, later: Step) -> set[str]:
    """Tables, as system.table, of which an earlier step may take what belongs to rows of a later one."""
    if earlier.stopped or isinstance(earlier.action, DeleteBlocked):
        return set()
    apart = (earlier.system, earlier.table) != (later.system, later.table)  # with rows of one table goes what is theirs alone
    gone = (earlier.table, *(part.table for part in earlier.parts)) if apart or isinstance(earlier.action, ChangeColumns) else ()
    return {f"{earlier.system}.{table}" for table in (*gone, *(one.part.table for one in earlier.elsewhere))}


def _row_code(vault: VaultWriter, step: Step, row: Row) -> str:
    return vault.person_digest(f"{step.id}:{step.system}.{step.table}:{','.join(map(str, row.key))}")
