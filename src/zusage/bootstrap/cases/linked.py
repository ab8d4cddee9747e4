"""A mailed link shows whose an address is, and nobody else: the record that a case names has this very address.

1. What somebody else's record holds must not go to whoever reads the mailbox, nor be erased on their word, because a key was mistyped.
2. Where there is no such record any more, nothing of it can go anywhere: whoever was found by the address when they asked may have left since.
3. A human who knows otherwise whose the address is says how, as a step of the case (``identify``), and answers for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.places import PersonUnfit
from zusage.rights.case import CaseRefused, Kind

from ..people import Codes, code_of, spelt
from .case_mail import address_in, sender_in

if TYPE_CHECKING:
    from ..product import Product


def refuse_unlinked(product: Product, id: str, what: Kind, named: str = "") -> None:
    """Before a case is decided on or given a person, ``named``. Raises CaseRefused, UnknownCase, CaseTorn or SystemTrouble.

    Nothing is asked of a case that names nobody, or in which it was shown in another way last who asks.
    """
    case, content = product.state.cases.get(id), product.state.cases.content(id) or {}
    how, said = case.last("identity shown"), named or str(content.get("person") or "")
    if not said or how is None or how.detail != "mailed-link":
        return
    try:
        person = spelt(product, Person.parse(said))
        if _has(product, person, _shown(product, id, content)):
            return
        by_hand = bool(named) or case.last("person named") is not None
        if not by_hand and not _there(product, person):  # 2
            return
    except (HoldUnfit, PersonUnfit):  # the case was opened for nobody whom the manifest knows
        return
    raise CaseRefused(id, what, *_ANOTHER)


def _shown(product: Product, id: str, content: Mapping[str, object]) -> set[str]:
    """The addresses to which a link of this case went that was used."""
    codes, links = Codes(product), product.state.case_links
    return {
        one for one in (address_in(product, content), sender_in(content)) if one and links.used_for(id, codes.of_address(one))
    }


def _has(product: Product, person: Person, addresses: set[str]) -> bool:
    """Whether the record of this very person has one of these addresses."""
    from ..rights.persons import keys_of

    return any(
        spelt(product, Person(people=person.people, key=key)) == person
        for address in addresses
        for key in keys_of(product, person.people, address)
    )


def _there(product: Product, person: Person) -> bool:
    """Whether something of this person is in reach, or restricted."""
    from ..rights.erasing import left_of

    return product.state.restrictions.of(code_of(product, person)) is not None or bool(left_of(product, [person]))


#: why, and what to do
_ANOTHER = (
    "a mailed link has shown whose an address is, and the record of whoever is named does not have it (rule 2)",
    "Compare the key. If it is theirs all the same, record how you know that it is they who ask: `identify`, another way than by a mailed link.",
)
