"""A case of somebody of whom nothing is held ends with the confirmation that it is so (Art. 15(1) GDPR).

1. Nobody is looked for before it was shown who asks, and then by what was shown alone: the address of a mailed link, or the account of a
   login. What a case says besides was shown by nobody.
2. The letter goes where that was shown: by a link mailed to this very address, or behind this very login.
3. Until then the case, and every word of a refusal, is the same whether or not an address is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zusage.rights.case import Case, CaseRefused, Way

from ..days import day_of
from ..people import Codes
from ..rights.including import person_of
from ..rights.nothing_held import Confirmation, Shown
from ..rights.nothing_held import confirm as confirmed
from .case_mail import sender_in

if TYPE_CHECKING:
    from zusage.documents import Language

    from ..product import Product

_UNSHOWN = (
    "nobody has shown an address or an account to be theirs",
    "Have a link mailed (`zusage case mail-link`), or let them ask from within their account.",
)


def confirm(product: Product, id: str, language: Language, *, paper: bool = True) -> Confirmation:
    """The letter that nothing is held of whoever asks. Raises CaseRefused, SomethingHeld, PersonUnfit, SystemTrouble, NoPrinter, UnknownCase
    or CaseTorn.
    """
    case = product.state.cases.get(id)
    if case.right != "access":
        raise CaseRefused(
            id, "answered", f"it asks for {case.right}", "Only a request for access is confirmed so (Art. 15(1) GDPR)."
        )
    shown = shown_in(product, case)
    return confirmed(product, shown, day_of(product, case.received), language, paper=paper)


def shown_in(product: Product, case: Case) -> Shown:
    """What whoever asks has shown to be theirs (1). Raises CaseRefused."""
    content, how = product.state.cases.content(case.id) or {}, case.last("identity shown")
    address, named = sender_in(content), bool(content.get("person"))
    match how.detail if how else "":
        case "mailed-link" if address and product.state.case_links.used_for(case.id, Codes(product).of_address(address)):
            return Shown(address=address, person=person_of(product, case.id) if named else None)
        case "login" if named:
            return Shown(person=person_of(product, case.id))
        case _:
            raise CaseRefused(case.id, "answered", *_UNSHOWN)


def refuse_elsewhere(case: Case, way: Way) -> None:
    """The letter goes nowhere but to what was shown (2). Raises CaseRefused."""
    how = case.last("identity shown")
    if how is None or how.detail != way:
        raise CaseRefused(
            case.id,
            "answered",
            "that nothing is held is told where it was shown who asks",
            "Take the way on which they showed it.",
        )
