"""Whether what people demanded still stands: a case that was withdrawn, refused or not decided yet stops the plan that is for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zusage.enforcement.refusal import PlanRefused
from zusage.planning.holding import HoldUnfit, Person

if TYPE_CHECKING:
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
    for found in cases_of(product, people).values():
        refuse_if_ended(found)


def withdrawn_in(product: Product, people: Sequence[Person]) -> str:
    """The case in which the only one of these people withdrew their last request; empty where it stands, or they are several."""
    found = cases_of(product, people).values() if len(people) == 1 else ()
    return next((cases[-1].id for cases in found if cases[-1].last("withdrawn")), "")


def all_closed(product: Product, person: Person) -> bool:
    """Whether no request of erasure of theirs is open, and one was closed. Raises CaseTorn."""
    found = cases_of(product, [person]).values()
    return any(found) and all(case.last("closed") for cases in found for case in cases)


def refuse_if_ended(found: Sequence[Case]) -> None:
    """Raises NotDemanded where the last of somebody's requests was withdrawn or refused, and no other was granted."""
    last = found[-1]
    if any(decided(case) for case in found):
        return
    for kind in ("withdrawn", "refused"):
        if last.last(kind):
            raise NotDemanded(last.id, f"was {kind}", "Keep what is left. If the person asks again, open a new case.")


def decided(case: Case) -> bool:
    """Whether a request was granted and has not ended."""
    return not case.ended and case.last("granted") is not None


def cases_of(product: Product, people: Sequence[Person]) -> Mapping[Person, Sequence[Case]]:
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
