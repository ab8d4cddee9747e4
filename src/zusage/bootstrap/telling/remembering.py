"""What an earlier step of a plan takes from under a later one – lines of who received something, names – is found before the first step.

1. It is found in portions, each sealed on disk before the next is looked for, and marked as whole in the end. A run that is killed before
   that has changed nothing yet: the next one begins anew.
2. It is asked for again by the keys of the rows of a batch. So no more of it is ever in memory than a portion.
3. It goes when the plan has ended or can no longer be carried out (see ``rule_rows``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from zusage.planning.disclosed import Taken, naming, told_of_rules
from zusage.planning.plan import ChangeColumns, DeleteBlocked, Plan, Selection, Step
from zusage.planning.somebody import conjuncts
from zusage.promises.condition import Condition, Exists, Not, Under, all_of
from zusage.rights.notification import RULE

from ..recipients.by_rule import Asking, Key, Row, key_of
from ..vaults import vault_of
from .rule_rows import Content, content, sealed, unsealed

if TYPE_CHECKING:
    from zusage.vault import VaultWriter

    from ..product import Product

#: keys that are listed with one statement; each statement finds out anew which rows are meant
_LISTED = 20_000
#: rows that are asked about, sealed and written at once
_SOME = 1_000


@dataclass(frozen=True)
class Remembering:
    """What is remembered for one plan; ``of`` tells what a step takes."""

    product: Product
    plan: Plan
    of: Callable[[Step], Taken | None]

    @property
    def about(self) -> str:
        """To what that which is sealed is bound."""
        return f"{RULE}{self.plan.digest} early"

    @cached_property
    def undercut(self) -> Mapping[str, Step]:
        """Steps, by id, of whose rows an earlier step takes what says who received them, or by what these are known."""
        told = told_of_rules(self.product.loaded.manifest)
        names, found = set(naming(self.product.loaded.manifest, told)), dict[str, Step]()
        for at, step in enumerate(self.plan.steps):
            own = None if step.stopped or isinstance(step.action, DeleteBlocked) else self.of(step)
            needed = {*(way.table for way in own.disclosed), *names} if own else set()
            if any(needed & _touched(one, step) for one in self.plan.steps[:at]):
                found[step.id] = step
        return found

    def begin(self, fill: Callable[[Step], Step]) -> None:
        """Before the first step (1)."""
        remembered, digest = self.product.state.remembered, self.plan.digest
        if not self.undercut or remembered.whole(digest):
            return
        remembered.begin(digest, self.product.clock())
        for step in self.undercut.values():
            if own := self.of(step):
                self._find(own, fill(step))
        remembered.end(digest)

    def rows(self, step: Step, keys: Sequence[Key]) -> Mapping[Key, Content]:
        """What is remembered of rows that a step takes (2)."""
        if step.id not in self.undercut:
            return {}
        by_code = {_row_code(self._vault, step, key): key for key in keys}
        found = self.product.state.remembered.of(self.plan.digest, by_code)
        return {by_code[code]: row for code, (row,) in unsealed(self.product, self.about, found).items()}

    @cached_property
    def _vault(self) -> VaultWriter:
        return vault_of(self.product)

    def _find(self, own: Taken, step: Step) -> None:
        for rows in self._ahead(own, step):
            by_code = {_row_code(self._vault, step, row.key): [content(step, own.key, row)] for row in rows}
            self.product.state.remembered.add(self.plan.digest, sealed(self.product, self.about, by_code))

    def _ahead(self, own: Taken, step: Step) -> Iterator[Iterable[Row]]:
        """Rows that the step may take, those with them that wait for what an earlier one takes: of whatever stays, nothing is told later."""
        where = all_of(*(part for part in conjuncts(step.where) if not (step.leans and _waits(part))))
        selection = Selection(system=step.system, table=step.table, where=where)
        asking = Asking(self.product, own)
        for listed in self.product.reader(step.system).portions(selection, own.key, _LISTED):
            for start in range(0, len(listed), _SOME):
                yield asking.rows(asking.received([key_of(row) for row in listed[start : start + _SOME]]))


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


def _row_code(vault: VaultWriter, step: Step, key: Key) -> str:
    return vault.person_digest(f"{step.id}:{step.system}.{step.table}:{','.join(map(str, key))}")
