"""Whether an order fits, before anything of it is sealed: it is about what is this case's own, and not refused in any event."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from zusage.rights import operation as op
from zusage.rights.case import Case, CaseRefused
from zusage.rights.objection import is_marketing
from zusage.rights.restriction import Instead, Restriction, replaceable, usable
from zusage.rights.withdrawal import withdrawable

from ..people import code_of
from .whose import NOBODY, Whose

if TYPE_CHECKING:
    from zusage.rights.objection import Objection

    from ..product import Product

#: in the place of who will agree, while it is not known who that is
_SOMEBODY = "somebody else"


def refuse_unfit(product: Product, case: Case, order: op.Order, about: Whose) -> None:
    """What is refused whatever anybody agrees to. Raises CaseRefused, HoldUnfit, ObjectionRefused, NotInstead, UseRefused, NotCorrectable,
    NothingToWithdraw, SystemTrouble or a StateError; nothing was noted then.
    """
    refuse_others(product, case, order, about)
    manifest = product.loaded.manifest
    match order:
        case op.RestrictInstead():
            instead = Instead(paragraph=order.paragraph, demanded=order.demanded, second=_SOMEBODY, reasons=order.reasons)
            replaceable(instead, "", german=manifest.controller.country == "DE")
        case op.Use():
            usable(product.state.restrictions.get(order.restriction), "", _SOMEBODY, order.reasons, timedelta(hours=order.hours))
        case op.DecideObjection() if not product.state.objections.get(order.objection).open:
            raise CaseRefused(case.id, "ordered", f"{order.objection} is not to be decided (any more)", "Look how it stands.")
        case op.Oppose():
            is_marketing(order.activity, manifest.activities.get(order.activity))
        case op.WithdrawConsent():
            withdrawable(order.activity, manifest.activities.get(order.activity))
        case op.Transfer() | op.RefuseTransfer():
            from .transferring import refuse_unfit as refuse_transfer

            refuse_transfer(product, case, order)
        case op.Rectify() if about.person:
            from ..rights.correcting import Wish, refuse_unfit

            wish = Wish(person=about.person, table=order.table, column=order.column, value=order.value, by="", row=order.row)
            refuse_unfit(product, wish)
        case _:
            pass


def refuse_others(product: Product, case: Case, order: op.Order, about: Whose) -> None:
    """A case reaches its own person's data, and its own holds, alone. Raises CaseRefused or a StateError."""
    by_address = about.address and order.operation in op.BY_ADDRESS
    if not (about.person or by_address or order.operation in op.OF_THE_FILE):
        raise CaseRefused(case.id, "ordered", *NOBODY)
    match order:
        case op.TellLifting() | op.Lift() | op.Use():
            _refuse(case, order.restriction, "restriction", theirs=_restricts(product, about, order.restriction))
        case op.CloseUse():
            uses = [one for one in product.state.restricted_uses.all() if one.id == order.use]
            _refuse(case, order.use, "use", theirs=any(_restricts(product, about, one.restriction) for one in uses))
        case op.DecideObjection() | op.EndObjection():
            objection: Objection = product.state.objections.get(order.objection)
            _refuse(case, order.objection, "objection", theirs=about.owns(product, objection.codes))
        case op.ReviewHold() | op.LiftHold():
            _refuse(case, order.hold, "hold", theirs=case.id in product.state.suspensions.get([order.hold])[0].cases)
        case _:
            pass


def _restricts(product: Product, about: Whose, number: str) -> bool:
    restriction: Restriction = product.state.restrictions.get(number)
    return about.person is not None and restriction.code == code_of(product, about.person)


def _refuse(case: Case, number: str, what: str, *, theirs: bool) -> None:
    if not theirs:
        raise CaseRefused(case.id, "ordered", f"{number} is no {what} of this case or its person", "Compare the number.")
