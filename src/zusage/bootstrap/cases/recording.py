"""Seals each step of a case in the evidence log, so that nobody can take one out, alter or backdate one unseen.

The register and the log cannot commit together. A step is committed to the register first, then sealed, then noted as sealed: whatever
an interruption leaves behind is sealed before the next step is taken and before anybody looks.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zusage.evidence.steps.sealing import Recorded
    from zusage.state.case_steps import StepRecord

    from ..product import Product

_PATIENCE = 60.0


def seal_steps(product: Product) -> int:
    """Seal whatever is not noted as sealed; returns how many. May be repeated. Raises SealingError or StepsBusy."""
    from zusage import PROGRAM
    from zusage.evidence.steps.sealing import seal, step_text
    from zusage.state.locks import alone, file_lock

    if not product.state.case_steps.waiting():
        return 0
    with alone(file_lock(product.folder / "steps.lock", _PATIENCE), StepsBusy):
        steps, as_of = product.state.case_steps.unsealed(), product.clock()
        if steps:
            entries = (seal(one.case, recorded(one.step), one.first) for one in steps)
            product.evidence.newest().append([step_text(entry, as_of=as_of, program=PROGRAM) for entry in entries])
            product.state.case_steps.sealed(one.step.id for one in steps)
        return len(steps)


def seal_if_possible(product: Product) -> None:
    """After a step, which stands whatever happens here: what cannot be sealed now stops the next one, and is no promise kept."""
    from zusage.sealing import SealingError

    with suppress(SealingError, StepsBusy):
        seal_steps(product)


def recorded(step: StepRecord) -> Recorded:
    """A step as the prover takes it."""
    from zusage.evidence.steps.sealing import Recorded

    return Recorded(
        number=step.number,
        kind=step.kind,
        at=step.at,
        by=step.by,
        role=step.role,
        detail=step.detail,
        words=step.words_digest,
        digest=step.digest,
        salt=step.salt,
        sealed=step.sealed,
    )


class StepsBusy(Exception):
    """Somebody else has been sealing steps for too long."""

    def __init__(self) -> None:
        super().__init__(
            "the steps of cases cannot be sealed: another process has been at it for a minute. Nothing was noted. "
            "See which one holds steps.lock in our own folder, then try again."
        )
