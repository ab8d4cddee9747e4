"""What is done on the systems for a case: ordered in it, agreed to where a second human must, carried out, and noted.

1. The order lies sealed with the case before anything is done, and goes with what the case says of the person.
2. Whatever stops in between leaves the order open: given again, or agreed to again, it is taken up and done once.
3. What the law or a system refuses for good ends the order; what cannot be reached now leaves it open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.trouble import CannotHandle, InACircle, NotTaken, StillReferred, SystemTrouble, TooManyTogether
from zusage.enforcement.refusal import PlanRefused
from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.places import PersonUnfit
from zusage.rights.case import CaseRefused
from zusage.rights.objection import ObjectionRefused
from zusage.rights.operation import (
    BY_ADDRESS,
    OF_THE_FILE,
    ORDER,
    REFUSED,
    Lift,
    Order,
    Ordered,
    PlanErasure,
    Rectify,
    TellLifting,
    Use,
    WithdrawConsent,
    against,
    needs_second,
    orders,
)
from zusage.rights.rectification import NotCorrectable
from zusage.rights.restriction import NotInstead, UseRefused
from zusage.rights.roles import Taker
from zusage.rights.withdrawal import NothingToWithdraw

from ..people import code_of
from ..rights.answering import Answer, Asked, find
from ..rights.including import person_of
from ..rights.restricting import OthersRefer
from .requests import happen
from .whose import NOBODY, Whose, whose

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
    """Order something in a case, and do it where nobody else must agree. Raises CaseRefused, one of REFUSALS, SystemTrouble or StateError."""
    case, about = product.state.cases.get(id), whose(product, id)
    if refused := against(case, order):
        raise CaseRefused(id, "ordered", *refused)
    by_address = about.address and order.operation in BY_ADDRESS
    if not (about.person or by_address or order.operation in OF_THE_FILE):
        raise CaseRefused(id, "ordered", *NOBODY)
    if isinstance(order, TellLifting | Lift | Use):
        _refuse_others(product, id, order.restriction, about.person)
    number = _left_open(product, id, order, by)
    if number is None:
        happen(product, id, "ordered", by, detail=order.operation, words=order.model_dump_json())
        number = orders(product.state.cases.get(id))[-1].number
    if needs_second(order):
        return _standing(product, id, number, {})
    return _carry_out(product, by, Given(case=id, number=number, order=order, whose=about, by=by.name))


def agree(product: Product, id: str, number: int, by: Taker) -> Standing:
    """Agree to what somebody else ordered, which is then done; again, where it was interrupted. Raises what ``give`` raises."""
    order, waiting = ordered(product, id, number)
    if waiting.outcome or not needs_second(order):
        raise NoOrder(id, "the order does not wait for anybody")
    if waiting.agreed_by and waiting.agreed_by != by.name:
        raise NoOrder(id, "somebody else has agreed to the order")
    if refused := against(product.state.cases.get(id), order):
        raise CaseRefused(id, "ordered", *refused)
    if not waiting.agreed_by:
        happen(product, id, "agreed", by, detail=str(number))
    given = Given(case=id, number=number, order=order, whose=whose(product, id), by=waiting.by, second=by.name)
    return _carry_out(product, by, given)


def ordered(product: Product, id: str, number: int) -> tuple[Order, Ordered]:
    """An order as it was given, and as it stands. Raises NoOrder, UnknownCase or CaseTorn."""
    found = next((one for one in orders(product.state.cases.get(id)) if one.number == number), None)
    words = product.state.cases.words(id)[number - 1] if found else None
    if found is None or not words:
        raise NoOrder(id)
    return ORDER.validate_json(words), found


def standing_orders(product: Product, id: str) -> tuple[Standing, ...]:
    """Every order of a case, oldest first. Raises UnknownCase or CaseTorn."""
    return tuple(_standing(product, id, one.number, {}) for one in orders(product.state.cases.get(id)))


def found_of(product: Product, case: str) -> Answer:
    """Where the rows of a case's person are, and what only has their address. Raises CaseRefused, PersonUnfit or SystemTrouble."""
    person = person_of(product, case)
    return find(product, Asked(people=person.people, given=person.key))


def plan_of(product: Product, id: str, number: int) -> Path:
    """Where the plan lies that an order of a case has made."""
    return product.folder / "plans" / f"{id}-{number}.json"


def letter_of(product: Product, id: str, number: int, language: Language) -> tuple[str, ...]:
    """What the person is told of a withdrawal or an erasure that was ordered, after its plan was applied. Raises NoOrder or SystemTrouble."""
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
        case _:
            raise NoOrder(id, "the order is told of by the letter of what came of it, or of the case")


def forget_plans(product: Product) -> None:
    """Plans of cases that were emptied go too: nobody needs them, and the demand they are for is not on file. May be repeated."""
    folder = product.folder / "plans"
    for path in folder.iterdir() if folder.is_dir() else ():
        if product.state.cases.content(path.name.rpartition("-")[0]) is None:
            path.unlink(missing_ok=True)


def _carry_out(product: Product, by: Taker, given: Given) -> Standing:
    from .carrying import carry_out

    try:
        named, result = carry_out(product, given)
    except (*REFUSALS, *NOT_SO) as error:
        if not isinstance(error, SystemTrouble) or isinstance(given.order, Rectify):  # of a correction nothing was begun
            happen(product, given.case, "effected", by, detail=f"{given.number} {REFUSED}")
        raise
    happen(product, given.case, "effected", by, detail=f"{given.number} {named}")
    return _standing(product, given.case, given.number, result)


def _standing(product: Product, id: str, number: int, result: Mapping[str, object]) -> Standing:
    order, found = (
        ordered(product, id, number) if product.state.cases.words(id)[number - 1] else (None, _bare(product, id, number))
    )
    waits = order is not None and needs_second(order) and not found.outcome
    return Standing(order=found, waits_for_second=waits, result=result)


def _bare(product: Product, id: str, number: int) -> Ordered:
    return next(one for one in orders(product.state.cases.get(id)) if one.number == number)


def _left_open(product: Product, id: str, order: Order, by: Taker) -> int | None:
    """The same order of the same holder that is not done yet (2)."""
    for one in orders(product.state.cases.get(id)):
        mine = not one.outcome and one.by == by.name and one.operation == order.operation
        if mine and ordered(product, id, one.number)[0] == order:
            return one.number
    return None


def _refuse_others(product: Product, id: str, number: str, person: Person | None) -> None:
    """A case reaches nobody's restriction but its own person's. Raises CaseRefused or UnknownRestriction."""
    if person is None or product.state.restrictions.get(number).code != code_of(product, person):
        raise CaseRefused(id, "ordered", f"{number} is not a restriction of this person's data", "Compare the number.")
