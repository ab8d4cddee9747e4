"""What is done on the systems for a case: ordered in it, agreed to where a second human must, carried out, and noted.

1. The order lies sealed with the case before anything is done, and goes with what the case says of the person.
2. Whatever stops in between leaves the order open: given again, or agreed to again, it is taken up and done once.
3. What the law or a system refuses for good ends the order; what cannot be reached now leaves it open. What can be known to be refused
   before is refused before anything is sealed.
4. One order of a case is carried out after the other: of two that are alike and sent at one moment the second learns what became of the
   first. An order with a key is the same whenever it is sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.trouble import CannotHandle, InACircle, NotTaken, StillReferred, SystemTrouble, TooManyTogether
from zusage.enforcement.refusal import PlanRefused
from zusage.planning.holding import HoldUnfit
from zusage.planning.places import PersonUnfit
from zusage.rights.case import CaseRefused
from zusage.rights.objection import ObjectionRefused
from zusage.rights.operation import (
    ORDER,
    REFUSED,
    Order,
    Ordered,
    PlanErasure,
    Rectify,
    RefuseTransfer,
    Transfer,
    WithdrawConsent,
    against,
    before_any_decision,
    needs_second,
    orders,
)
from zusage.rights.rectification import NotCorrectable
from zusage.rights.restriction import NotInstead, UseRefused
from zusage.rights.roles import Taker
from zusage.rights.withdrawal import NothingToWithdraw

from ..rights.answering import Answer, Asked, find
from ..rights.including import person_of
from ..rights.restricting import OthersRefer
from .fitting import refuse_others, refuse_unfit
from .linked import refuse_unlinked
from .requests import happen
from .whose import Whose, whose

if TYPE_CHECKING:
    from zusage.documents import Language

    from ..product import Product

#: what no repetition makes possible
REFUSALS = (HoldUnfit, PersonUnfit, PlanRefused, ObjectionRefused, NotCorrectable, NotInstead, UseRefused, NothingToWithdraw)
#: what a system does not do as it is now: whoever ordered it must order something else, or change what is in the way
NOT_SO = (CannotHandle, NotTaken, StillReferred, InACircle, TooManyTogether, OthersRefer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An order, and what is known of what came of it; nothing of the person."""

    order: Ordered
    waits_for_second: bool
    result: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An order of a case, with who gave it, who agreed, and whom it is about."""

    case: str
    number: int
    order: Order
    whose: Whose
    by: str
    second: str = ""


class NoOrder(CaseRefused):
    """A case has no such order that waits for anybody."""

    def __init__(self, case: str, why: str = "there is no such order in it") -> None:
        super().__init__(case, "acted on", why, "See what is ordered in it.")


def give(product: Product, id: str, order: Order, by: Taker) -> Standing:
    """Order something in a case, and do it where nobody else must agree.

    Raises CaseRefused, one of REFUSALS or NOT_SO, SystemTrouble or StateError; where the order does not fit, nothing was noted.
    """
    seen = len(product.state.cases.get(id).events)
    with product.state.ordering(id):  # 4
        earlier = _earlier(product, id, order, by, seen)
        if earlier and earlier.outcome:
            return _repeated(id, earlier, order)
        case, about = product.state.cases.get(id), whose(product, id)
        if refused := against(case, order):
            raise CaseRefused(id, "ordered", *refused)
        if earlier is None:
            if before_any_decision(case, order):
                refuse_unlinked(product, id, "ordered")
            refuse_unfit(product, case, order, about)
            noted = happen(product, id, "ordered", by, detail=order.operation, words=order.model_dump_json())
            earlier = orders(noted.case)[-1]
        if needs_second(order):
            return Standing(order=earlier, waits_for_second=True, result={})
        return take_up(product, by, Given(case=id, number=earlier.number, order=order, whose=about, by=by.name))


def agree(product: Product, id: str, number: int, by: Taker) -> Standing:
    """Agree to what somebody else ordered, which is then done; again, where it was interrupted. Raises what ``give`` raises."""
    seen = len(product.state.cases.get(id).events)
    with product.state.ordering(id):  # 4
        order, waiting = ordered(product, id, number)
        if waiting.outcome and waiting.ended > seen and waiting.agreed_by == by.name:
            return _repeated(id, waiting, order)
        if waiting.outcome or not needs_second(order):
            raise NoOrder(id, "the order does not wait for anybody")
        if waiting.agreed_by and waiting.agreed_by != by.name:
            raise NoOrder(id, "somebody else has agreed to the order")
        case, about = product.state.cases.get(id), whose(product, id)
        if refused := against(case, order):
            raise CaseRefused(id, "ordered", *refused)
        refuse_others(product, case, order, about)
        if not waiting.agreed_by:
            happen(product, id, "agreed", by, detail=str(number))
        given = Given(case=id, number=number, order=order, whose=about, by=waiting.by, second=by.name)
        return take_up(product, by, given)


def ordered(product: Product, id: str, number: int) -> tuple[Order, Ordered]:
    """An order as it was given, and as it stands. Raises NoOrder, UnknownCase or CaseTorn."""
    for found, words in _all(product, id):
        if found.number == number and words:
            return ORDER.validate_json(words), found
    raise NoOrder(id)


def ordered_in(product: Product, id: str) -> Iterator[tuple[Ordered, Order]]:
    """Every order of a case as it stands and as it was given, oldest first; none once the case was emptied. Raises UnknownCase or CaseTorn."""
    for found, words in _all(product, id):
        if words:
            yield found, ORDER.validate_json(words)


def standing_orders(product: Product, id: str) -> tuple[Standing, ...]:
    """Every order of a case, oldest first; of a transfer how far it has come. Raises UnknownCase or CaseTorn."""
    from .transferring import how_far

    far = how_far(product, id)
    return tuple(
        Standing(
            order=found,
            waits_for_second=bool(words) and not found.outcome and needs_second(ORDER.validate_json(words or "")),
            result=far.get(found.number, {}),
        )
        for found, words in _all(product, id)
    )


def found_of(product: Product, case: str) -> Answer:
    """Where the rows of a case's person are, and what only has their address. Raises CaseRefused, PersonUnfit or SystemTrouble."""
    person = person_of(product, case)
    return find(product, Asked(people=person.people, given=person.key))


def plan_of(product: Product, id: str, number: int) -> Path:
    """Where the plan lies that an order of a case has made."""
    return product.folder / "plans" / f"{id}-{number}.json"


def letter_of(product: Product, id: str, number: int, language: Language) -> tuple[str, ...]:
    """What the person is told of a withdrawal or an erasure that was ordered, after its plan was applied, or of a transfer.

    Raises NoOrder or SystemTrouble.
    """
    from ..rights import erased_letter, erasing, withdrawing
    from ..rights.ending import Wish

    order, about, path = ordered(product, id, number)[0], whose(product, id), plan_of(product, id, number)
    made = path if path.exists() else None
    match order:
        case WithdrawConsent():
            wish = Wish(activity=order.activity, by="", person=about.person, address=about.address)
            return withdrawing.letter(product, wish, made, language)
        case PlanErasure() if made:
            return erased_letter.letter(product, made, erasing.answer(product, made, about.person), language, about.person)
        case PlanErasure():
            raise NoOrder(id, "the order has made no plan")
        case Transfer() | RefuseTransfer():
            from .transferring import told_of

            return told_of(product, id, number, language)
        case _:
            raise NoOrder(id, "the order is told of by the letter of what came of it, or of the case")


def forget_plans(product: Product) -> None:
    """Plans of cases that were emptied go too: nobody needs them, and the demand they are for is not on file. May be repeated."""
    folder = product.folder / "plans"
    for path in folder.iterdir() if folder.is_dir() else ():
        if product.state.cases.content(path.name.rpartition("-")[0]) is None:
            path.unlink(missing_ok=True)


def take_up(product: Product, by: Taker, given: Given) -> Standing:
    """Carry out an order that is on record, and note what came of it. Raises what ``give`` raises."""
    from .carrying import carry_out

    try:
        named, result = carry_out(product, given)
    except (*REFUSALS, *NOT_SO) as error:
        if not isinstance(error, SystemTrouble) or isinstance(given.order, Rectify):  # of a correction nothing was begun
            happen(product, given.case, "effected", by, detail=f"{given.number} {REFUSED}")
        raise
    noted = happen(product, given.case, "effected", by, detail=f"{given.number} {named}")
    done = next(one for one in orders(noted.case) if one.number == given.number)
    return Standing(order=done, waits_for_second=False, result=result)


def _all(product: Product, id: str) -> tuple[tuple[Ordered, str | None], ...]:
    """Each order of a case with its text; None once the case was emptied. Raises UnknownCase or CaseTorn."""
    found = orders(product.state.cases.get(id))
    words = product.state.cases.words(id) if found else ()
    return tuple((one, words[one.number - 1]) for one in found)


def _earlier(product: Product, id: str, order: Order, by: Taker, seen: int) -> Ordered | None:
    """The same order of the same holder where it is not done yet, was done while this one waited, or has the same key (2, 4)."""
    for found, words in _all(product, id):
        if found.by != by.name or found.operation != order.operation or not words:
            continue
        same = ORDER.validate_json(words)
        if order.key and same.key == order.key and same != order:
            raise CaseRefused(id, "ordered", "this key was given with another order", "Give each order a key of its own.")
        if same == order and (order.key or not found.outcome or found.ended > seen):
            return found
    return None


def _repeated(id: str, found: Ordered, order: Order) -> Standing:
    """What came of an order that was sent twice."""
    if found.outcome == REFUSED:
        raise CaseRefused(
            id, "ordered", f"this was refused as its order {found.number}", "Order something else, or with another key."
        )
    return Standing(order=found, waits_for_second=False, result={})
