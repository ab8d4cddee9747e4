"""Plan files: the plan as JSON and, beside it, a note with the signatures of who made and who approved it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .filing import replace

if TYPE_CHECKING:
    from zusage.planning.plan import Plan
    from zusage.promises.loading import Loaded
    from zusage.sealing import SigningKey, VerifierKey


#: so many changed parts of a manifest are named at most
_NAMED = 8


def note_of(plan: Path) -> Path:
    """The file with the signatures of a plan."""
    return plan.with_name(plan.name + ".note")


def read_plan(path: Path) -> tuple[Plan, bytes]:
    """A plan file and its signatures. Raises NoPlan, PlanChanged."""
    from zusage.enforcement.refusal import NoPlan, PlanChanged
    from zusage.planning.plan import Plan

    try:
        return Plan.from_json(path.read_text(encoding="utf-8")), note_of(path).read_bytes()
    except FileNotFoundError as error:
        raise NoPlan(path.name, Path(error.filename).name) from None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise PlanChanged(path.name, "it cannot be read as a plan") from None


def refuse_changed(loaded: Loaded, plan: Plan) -> None:
    """Refuse a plan of a manifest that said something else, and name the parts that differ. Raises PlanStale."""
    from zusage.enforcement.refusal import PlanStale

    if plan.manifest == loaded.meaning.digest:
        return
    parts = [f"{name} ({loaded.position(*name.split('.', 1))})" for name in loaded.meaning.differs(plan.parts)]
    named = ", ".join(parts[:_NAMED]) + (f" and {len(parts) - _NAMED} more" if len(parts) > _NAMED else "")
    raise PlanStale(f"the manifest has changed since the plan was made: {named or 'its parts stand otherwise'}")


def write_plan(plan: Plan, path: Path, key: SigningKey) -> None:
    """Write a plan and, beside it, the planner's signature."""
    from zusage.enforcement import approval

    replace(note_of(path), approval.sign(plan, key))
    replace(path, plan.to_json().encode())


def approve(
    path: Path, key: SigningKey, *, planner: VerifierKey | None, at: datetime, approvers: Sequence[str] | None = None
) -> bool:
    """Add an approver's signature to a saved plan; False when it is there already.

    ``planner`` and ``approvers`` (public keys) are checked as far as they are known here. Raises PlanRefused.
    """
    from zusage.enforcement import approval
    from zusage.enforcement.refusal import NotAnApprover

    plan, note = read_plan(path)
    wanted = approval.may_approve(plan, note, key.verifier, planner, at)
    if approvers is not None and key.verifier.encode() not in approvers:
        raise NotAnApprover(key.name)
    if wanted:
        replace(note_of(path), approval.approve(plan, note, key))
    return wanted
