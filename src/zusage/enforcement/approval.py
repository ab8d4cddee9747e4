"""Who made a plan and who approved it, as a C2SP signed note over the plan's digest that lies beside the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zusage.planning.plan import Plan
from zusage.sealing import Note, SealingError, SigningKey, VerifierKey, sign_note
from zusage.sealing.note import SignatureLine

from .refusal import NeedsApproval, OwnPlan, PlanChanged, PlanStale


def sign(plan: Plan, key: SigningKey) -> bytes:
    """The planner's signature."""
    return sign_note(_text(plan), [key])


def approve(plan: Plan, note: bytes, key: SigningKey) -> bytes:
    """The note with one more signature. Raises PlanChanged when the note is not about this plan."""
    found = _parse(plan, note)
    line = SignatureLine(key.name, key.key_id, key.signature(found.text))
    return Note(found.text, (*found.signatures, line)).encode()


def may_approve(plan: Plan, note: bytes, key: VerifierKey, planner: VerifierKey | None, at: datetime) -> bool:
    """Whether the key may add its signature; False when it has signed already. Raises PlanRefused.

    The plan must be the planner's, as far as the planner's key is known here, must not have run out, and the key must not be
    the planner's own under any name.
    """
    found = _parse(plan, note)
    try:
        if planner and not found.signed_by([planner]):
            raise PlanChanged("file", "the planner's signature is missing")
        signed = bool(found.signed_by([key]))
    except SealingError as error:
        raise PlanChanged("file", type(error).__name__) from None
    if (planner and key.public == planner.public) or _made_it(found, key):
        raise OwnPlan
    if at > plan.valid_until:
        raise PlanStale(f"the plan was good until {plan.valid_until:%Y-%m-%d %H:%M} UTC")
    return not signed


def _made_it(note: Note, key: VerifierKey) -> bool:
    """The first signature is whose plan it is; the key made it if it verifies under the name that stands there."""
    first = note.signatures[0]
    return key.verifies(note.text, first.signature)


def check(plan: Plan, note: bytes, planner: VerifierKey, approvers: Sequence[VerifierKey]) -> None:
    """Steps 1 and 3 of ``apply``: the planner signed this very plan, and whoever must approve it has.

    Raises PlanChanged or NeedsApproval. An approver with the planner's own key does not count, whatever its name.
    """
    found = _parse(plan, note)
    try:
        if not found.signed_by([planner]):
            raise PlanChanged("file", "the planner's signature is missing")
        tables = plan.needs_approval
        others = [key for key in approvers if key.public != planner.public]
        if tables and not others:
            raise NeedsApproval(tables, plan.guard, "the manifest names no approver with a key of their own (guard.approvers)")
        if tables and not found.signed_by(others):
            raise NeedsApproval(tables, plan.guard, "no approver has signed it")
    except SealingError as error:
        raise PlanChanged("file", type(error).__name__) from None


def _text(plan: Plan) -> bytes:
    return f"zusage plan\n{plan.digest}\n".encode()


def _parse(plan: Plan, note: bytes) -> Note:
    try:
        found = Note.parse(note)
    except SealingError as error:
        raise PlanChanged("file", type(error).__name__) from None
    if found.text != _text(plan):
        raise PlanChanged("file", "the signature is over another content")
    return found
