"""On request a person learns the recipients (Art. 19 sentence 2 GDPR), also after the person was erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zusage.planning.holding import Person, of_person
from zusage.rights.notification import PUBLIC, RETURNED, Notice, Received, merged

from ..days import day_in, day_of
from ..people import code_of
from .disclosing import received
from .theirs import Alone

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.notification import Told

    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Informed:
    """Who received data of a person, and who was told of what."""

    received: tuple[Received, ...]
    notices: tuple[Notice, ...]


def informed(product: Product, person: Person) -> Informed:
    """By the service's tables, our ledger, and the notices; whoever was told had received something. Raises HoldUnfit, SystemTrouble."""
    code = code_of(product, person)
    notices = product.state.notices.all(code)
    living = received(product, Alone(product, of_person(product.loaded.manifest, person, product.inventories), code))
    told = (Received(recipient=one.recipient, what=None) for one in notices if not one.recipient.startswith(PUBLIC))
    return Informed(received=merged([*living, *told]), notices=notices)


def letter_to(product: Product, found: Informed, language: Language) -> tuple[str, ...]:
    """What the person is told of it, as paragraphs."""
    from zusage.documents.notification import Addressee, recipients_of

    received = [Addressee(name=r.recipient, on=day_in(product, r.upto)) for r in found.received]
    return recipients_of(product.loaded.manifest, language, received, told(product, found.notices))


def told(product: Product, notices: Sequence[Notice]) -> tuple[Told, ...]:
    """What became of notices, as letters say it."""
    from zusage.documents.notification import Addressee, Told

    return tuple(
        Told(
            what=one.occasion.kind,
            done_on=day_of(product, one.occasion.at),
            to=Addressee(
                name=one.recipient.removeprefix(PUBLIC),
                public=one.recipient.startswith(PUBLIC),
                on=day_of(product, one.told_at) if one.told_at else None,
            ),
            state="returned" if one.state == "told" and one.progress == RETURNED else one.state,
            because=one.because,
        )
        for one in notices
        if one.settled
    )
