"""Whom a case is about: by the key of their record, or by an address that is known to be theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zusage.planning.holding import Person
from zusage.rights.case import CaseRefused

from ..people import Codes, code_of
from ..rights.including import person_of
from .case_mail import sender_in

if TYPE_CHECKING:
    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Somebody, by their key or, where no record of theirs is known, by an address; or nobody whom the case names."""

    person: Person | None = None
    address: str = field(default="", repr=False)

    def owns(self, product: Product, codes: frozenset[str]) -> bool:
        """Whether these are the codes of an entry of theirs: of an address alone only where nobody else can be meant. Raises SystemTrouble."""
        if self.person:
            return code_of(product, self.person) in codes
        return bool(self.address) and codes == {Codes(product).of_address(self.address)}


def whose(product: Product, id: str) -> Whose:
    """Whom a case is about. An address counts once a mailed link has shown that it is theirs. Raises UnknownCase or CaseTorn."""
    content = product.state.cases.content(id) or {}
    if content.get("person"):
        return Whose(person=person_of(product, id))
    shown = product.state.cases.get(id).last("identity shown")
    return Whose(address=sender_in(content) if shown and shown.detail == "mailed-link" else "")


def known(product: Product, id: str) -> Whose:
    """The same, of a case that says it. Raises CaseRefused, UnknownCase or CaseTorn."""
    found = whose(product, id)
    if not (found.person or found.address):
        raise CaseRefused(id, "ordered", *NOBODY)
    return found


def refuse_another(product: Product, id: str, person: Person) -> None:
    """Raises CaseRefused where a case is about somebody else than is named beside it, UnknownCase, CaseTorn or PersonUnfit."""
    found = known(product, id).person
    if found is None or code_of(product, found) != code_of(product, person):
        raise CaseRefused(id, "ordered", "it is about somebody else", "Compare the case and the key.")


#: why nothing can be done for a case that names nobody, and what to do
NOBODY = (
    "it does not say whose data it is about",
    "Name the person; for an objection or a withdrawal it is enough that a mailed link has shown whose the address is.",
)
