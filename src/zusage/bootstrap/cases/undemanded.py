"""Before a plan of an erasure is carried out: whether what people demanded still stands, all that the plan takes, and whose keys they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zusage.planning.erasure import codes

from ..rights.demanding import NotDemanded, cases_of, decided, refuse_if_ended
from ..rights.demands import consent_alone, people_of
from ..rights.including import included_in
from ..rights.same_person import SomebodyElse, noted_with, refuse_others
from ..telling.settling import settle_interrupted

if TYPE_CHECKING:
    from zusage.planning.plan import Plan

    from ..product import Product


def refuse_undemanded(product: Product, plan: Plan) -> None:
    """Before a plan of an erasure is carried out. Raises NotDemanded, DemandUnknown, CaseTorn or SystemTrouble.

    Somebody whose request never became a case demands it by the plan alone, and a consent that was withdrawn is no request of erasure.
    A run that a withdrawal stopped half-way is ended, so that whoever received what went already is told of it. The caller holds the
    lock under which data are changed.
    """
    for code in () if product.state.cases.empty else codes(plan):
        _refuse_left_out(product, code)
        if consent_alone(product, code, plan.digest):
            continue
        for found in cases_of(product, people_of(product, code)).values():
            try:
                refuse_if_ended(found)
            except NotDemanded:
                _stop(product, plan.digest)
                raise
            if not any(decided(case) for case in found) and not found[-1].ended:
                advice = f"Decide it with `zusage case grant {found[-1].id}` when it was shown who asks, then apply the plan."
                raise NotDemanded(found[-1].id, "is not decided", advice)


def refuse_given_again(product: Product, plan: Plan) -> None:
    """Before a step of a plan of an erasure. Raises SomebodyElse where a key that it names may be another person's by now, and SystemTrouble.

    The run is ended then, so that whoever received what went already is told of it. The caller holds the lock under which data are changed.
    """
    for code in codes(plan):
        try:
            refuse_others(product, people_of(product, code), plan, noted_with(product, code, plan))
        except SomebodyElse:
            _stop(product, plan.digest)
            raise


def _refuse_left_out(product: Product, code: str) -> None:
    """Raises NotDemanded where a human has left out again what the plan takes because it was included."""
    case, names = included_in(product, code)
    gone = names - product.state.cases.get(case).included if names else ()
    if gone:
        what = f"takes {', '.join(sorted(gone))}, which was left out again"
        raise NotDemanded(case, what, "Plan again without it.")


def _stop(product: Product, digest: str) -> None:
    """Nobody takes this run up again."""

    journal = product.state.journal
    for run in journal.unfinished():
        if run.plan == digest:
            journal.end(run.run, product.clock(), "stopped")
    settle_interrupted(product)
