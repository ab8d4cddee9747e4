"""What became of the steps of which notices tell: written down before a step, settled after it, also where it was interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.erasure import codes
from zusage.planning.holding import HoldUnfit, Person, of_person, rows
from zusage.planning.plan import BlockRows, Plan, Selection
from zusage.promises.condition import all_of
from zusage.promises.inside import valued
from zusage.rights.notification import Kind, Occasion

from ..looking.looks import Looks
from ..people import code_of
from ..recipients.notifying import Trace, drafts, wanted_columns
from ..recipients.theirs import Alone, Theirs, of_each
from ..rights.correction_notes import not_made
from ..rights.including import included_holds
from ..rights.restricted import waiting
from ..vaults import vault_of
from .rule_rows import settle_open

if TYPE_CHECKING:
    from zusage.promises.condition import Condition

    from ..product import Product

#: before the digest of a plan, in what an occasion is about
_PLAN = "plan "


@contextmanager
def erasing(
    product: Product, plan: Plan, people_of: Callable[[str], Sequence[Person]], check: Callable[[], None]
) -> Iterator[None]:
    """Inside, a plan is carried out that may be of people: the recipients of their data are written down before the first row goes.

    ``check`` refuses a plan that cannot be carried out before anything is written down.
    """
    found = codes(plan) if product.loaded.manifest.telling else frozenset()
    people = [(code, person) for code in sorted(found) for person in people_of(code)]
    if people:
        check()
    blocking = json.dumps([step.id for step in plan.steps if isinstance(step.action, BlockRows)]).encode()
    about, now = f"{_PLAN}{plan.digest}", product.clock()
    with product.state.together() if people else nullcontext():
        for theirs in _theirs(product, people):
            occasion = Occasion(kind="erased", about=about, code=theirs.code, at=now)
            product.state.notices.prepare(occasion, tuple(drafts(product, occasion, theirs, None)), blocking)
    yield
    if people:
        settle_interrupted(product)


def _theirs(product: Product, people: Sequence[tuple[str, Person]]) -> Iterator[Theirs]:
    """What each has; of one alone with what a human has included by the address."""
    if len(people) == 1:
        ((code, person),) = people
        holds = (*of_person(product.loaded.manifest, person, product.inventories), *included_holds(product, code))
        yield Alone(product, holds, code_of(product, person))
    elif people:
        yield from of_each(product, [person for _, person in people], wanted_columns(product))


def settle_interrupted(product: Product) -> tuple[str, ...]:
    """Find out what became of the steps of which notices tell, also of interrupted ones; returns what nobody can tell yet, in words.

    The caller holds the lock under which data are changed.
    """
    open_ = []
    for occasion, kept in {found.about: (found, kept) for found, kept in product.state.notices.unsettled()}.values():
        try:
            kind = _became(product, occasion, kept or b"")
        except _NotYet as why:
            open_.append(f"{occasion.about}: {why}")
            continue
        except _NotBegun:
            product.state.notices.drop(occasion.about)
            continue
        product.state.notices.settle(occasion.about, product.clock(), lambda _, kind=kind: kind)  # type: ignore[misc]
    return (*open_, *settle_open(product))


class _NotYet(Exception):
    """Nobody can tell yet."""


class _NotBegun(Exception):
    """It has not begun, and may still."""


def _became(product: Product, occasion: Occasion, kept: bytes) -> Kind | None:
    if occasion.about.startswith(_PLAN):
        return _of_plan(product, occasion.about.removeprefix(_PLAN), set(json.loads(kept)))
    try:
        if _was_made(product, occasion, kept):
            return "corrected"
        not_made(product, occasion.about)
        return None
    except (SystemTrouble, HoldUnfit):
        raise _NotYet("its system cannot be looked at") from None


def _of_plan(product: Product, digest: str, blocking: set[str]) -> Kind | None:
    """By the journal. A step that was interrupted may have changed rows that no line tells of, and counts as if it had."""
    journal = product.state.journal
    if any(run.plan == digest for run in journal.unfinished()):
        raise _NotYet("it was interrupted, apply the plan again")
    changed = {id for id, step in journal.progress(digest).items() if step.rows or step.lost or step.outcome is None}
    if not changed and not journal.finished(digest):
        raise _NotBegun
    return None if not changed else "restricted" if changed <= blocking else "erased"


def _was_made(product: Product, occasion: Occasion, sealed: bytes) -> bool:

    made = Trace(**json.loads(vault_of(product).unseal_note(f"occasion {occasion.about}", sealed)))
    person = Person(people=made.people, key=made.key)
    hold = next(one for one in of_person(product.loaded.manifest, person, product.inventories) if one.table == made.table)

    if waits := _waiting(product, person, made):
        return made.after in waits

    def values(where: Condition) -> set[str]:
        found = Looks(product).rows(Selection(system=hold.system, table=hold.bare, where=where), (made.column,))
        return {"" if value is None else str(value) for (value,) in found}

    if made.row and values(all_of(hold.where, rows(made.table, made.row, product.inventories).where)) == {made.before}:
        return False  # the row that was meant is still as it was
    return made.after in values(hold.where)  # by what was corrected the row may no longer be found


def _waiting(product: Product, person: Person, made: Trace) -> set[str]:
    """What the column holds in rows of theirs that are restricted."""
    found = (
        (f"{one.system}.{table}", row)
        for _, one in waiting(product, code_of(product, person))
        for table, rows in ((one.table, (one.row,)), *one.parts)
        for row in rows
    )
    return {"" if (value := valued(row, made.column)) is None else str(value) for table, row in found if table == made.table}
