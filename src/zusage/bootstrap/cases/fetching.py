"""A person fetches their answer: by a link that is good once, or behind their login. Looking uses nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage.rights.roles import PROGRAM

from .login import logged_in
from .parcels import Parcel, opened
from .recording import seal_if_possible, seal_steps
from .requests import add, event_of

if TYPE_CHECKING:
    from ..product import Product

#: the part of the door that a signed word of a login must name
ANSWERS = "/answers"


def good(product: Product, secret: str) -> bool:
    """Whether a link leads to an answer now."""
    return product.state.case_answers.good(secret, product.clock()) is not None


def fetch(product: Product, secret: str) -> Parcel | None:
    """What a link leads to, this once; None where it leads to nothing. Raises ParcelLost; then it is not used up."""
    now = product.clock()
    one = product.state.case_answers.good(secret, now)
    if one is None:
        return None
    parcel = Parcel(case=one.case, content=opened(product, one))
    seal_steps(product)
    with product.state.together():
        if not product.state.case_answers.use(secret, now):
            return None
        add(product, one.case, event_of(product, "fetched", PROGRAM, one.way), "")
    seal_if_possible(product)
    return parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An answer that lies ready for whoever is logged in."""

    case: str
    right: str
    until: datetime
    #: the last part of a link that is good once
    secret: str


def lying_ready(product: Product, word: str) -> tuple[Ready, ...] | None:
    """What lies ready for whoever is logged in, each with a new link; None where the word of the login cannot be believed."""
    person = logged_in(product, word, ANSWERS)
    if person is None:
        return None
    answers, zone = product.state.case_answers, ZoneInfo(product.loaded.manifest.time_zone)
    return tuple(
        Ready(
            case=one.case,
            right=product.state.cases.get(one.case).right,
            until=one.until.astimezone(zone),
            secret=answers.make(one.id),
        )
        for one in answers.of(person, product.clock())
    )
