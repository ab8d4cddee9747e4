"""Whether what people demanded still stands: a case that was withdrawn, refused or not decided yet stops the plan that is for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zusage.enforcement.refusal import PlanRefused
from zusage.planning.erasure import codes
from zusage.planning.holding import HoldUnfit, Person

if TYPE_CHECKING:
    from zusage.planning.plan import Plan
    from zusage.rights.case import Case

    from ..product import Product


class NotDemanded(PlanRefused):
    """The case of somebody whose erasure is planned has ended otherwise, or has not come so far."""

    def __init__(self, case: str, what: str, advice: str) -> None:
        self.case = case
        why = "Nothing more is erased for a request that does not stand."
        super().__init__(f"the erasure of somebody whose rows the plan names {what} in case {case}", why, advice)


def refuse_ended(product: Product, people: Sequence[Person]) -> None:
    """Raises NotDemanded where the last request of one of these people was withdrawn or refused; CaseTorn where nobody can tell."""
    for found in _cases(product, people).values():
        _ended(found)


def refuse_undemanded(product: Product, plan: Plan) -> None:
    """Before a plan of an erasure is carried out. Raises NotDemanded, DemandUnknown, CaseTorn or SystemTrouble.

    Somebody whose request never became a case demands it by the plan alone, and a consent that was withdrawn is no request of erasure.
    A run that a withdrawal stopped half-way is ended, so that whoever received what went already is told of it. The caller holds the
    lock under which data are changed.
    """
    from .erasing import consent_alone, people_of

    for code in () if product.state.cases.empty else codes(plan):
        _refuse_left_out(product, code)
        if consent_alone(product, code, plan.digest):
            continue
        for found in _cases(product, people_of(product, code)).values():
            try:
                _ended(found)
            except NotDemanded:
                _stop(product, plan.digest)
                raise
            if not any(_decided(case) for case in found) and not found[-1].ended:
                advice = f"Decide it with `zusage case grant {found[-1].id}` when it was shown who asks, then apply the plan."
                raise NotDemanded(found[-1].id, "is not decided", advice)


def _refuse_left_out(product: Product, code: str) -> None:
    """Raises NotDemanded where a human has left out again what the plan takes because it was included."""
    from .including import included_in

    case, names = included_in(product, code)
    gone = names - product.state.cases.get(case).included if names else ()
    if gone:
        what = f"takes {', '.join(sorted(gone))}, which was left out again"
        raise NotDemanded(case, what, "Plan again without it.")


def withdrawn_in(product: Product, people: Sequence[Person]) -> str:
    """The case in which the only one of these people withdrew their last request; empty where it stands, or they are several."""
    found = _cases(product, people).values() if len(people) == 1 else ()
    return next((cases[-1].id for cases in found if cases[-1].last("withdrawn")), "")


def all_closed(product: Product, person: Person) -> bool:
    """Whether no request of erasure of theirs is open, and one was closed. Raises CaseTorn."""
    found = _cases(product, [person]).values()
    return any(found) and all(case.last("closed") for cases in found for case in cases)


def _ended(found: Sequence[Case]) -> None:
    last = found[-1]
    if any(_decided(case) for case in found):
        return
    for kind in ("withdrawn", "refused"):
        if last.last(kind):
            raise NotDemanded(last.id, f"was {kind}", "Keep what is left. If the person asks again, open a new case.")


def _decided(case: Case) -> bool:
    return not case.ended and case.last("granted") is not None


def _cases(product: Product, people: Sequence[Person]) -> Mapping[Person, Sequence[Case]]:
    """Of each of these people their requests of erasure, oldest first; of those without one, nothing."""
    from ..people import spelt

    named = {spelt(product, person): person for person in people}
    found: dict[Person, list[Case]] = {}
    for case, content in product.state.cases.about(
        "erasure", [f"{one.people}={one.key}" for one in named], lambda content: _named(product, content, named)
    ):
        whose = _person(product, content)
        if whose is not None:
            found.setdefault(whose, []).append(case)
    return found


def _named(product: Product, content: Mapping[str, Any], named: Collection[Person]) -> bool:
    return _person(product, content) in named


def _person(product: Product, content: Mapping[str, Any]) -> Person | None:
    from ..people import spelt

    try:
        return spelt(product, Person.parse(str(content.get("person") or "")))
    except HoldUnfit:  # a case that names nobody, or somebody of a kind that the manifest no longer has
        return None


def _stop(product: Product, digest: str) -> None:
    """Nobody takes this run up again."""
    from ..recipients.notifying import settle_interrupted

    journal = product.state.journal
    for run in journal.unfinished():
        if run.plan == digest:
            journal.end(run.run, product.clock(), "stopped")
    settle_interrupted(product)
