"""Our own ledger of what went to whom, for services whose tables do not say it; what is noted late is told late."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from zusage.planning.holding import Person, of_person, places_of
from zusage.rights.notification import RULE

from ..people import code_of
from ..recipients.notifying import identities, seal
from ..recipients.theirs import Alone
from ..rights.correction_notes import made
from ..vaults import vault_of

if TYPE_CHECKING:
    from ..product import Product


class RecipientUnknown(Exception):
    """Something went to a recipient that the manifest does not name."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(
            "the manifest names no such recipient, so that nobody could tell it anything later. Nothing was noted. "
            f"Declared under recipients: {', '.join(known) or 'none yet'}."
        )


def disclosed(
    product: Product,
    person: Person,
    recipient: str,
    what: Iterable[str],
    at: datetime | None = None,
    reference: str | None = None,
) -> bool:
    """Note that data of a person went to a recipient, where no table of the service says so; ``what`` are names, never values.

    Call it before the data are handed over: what is noted and not sent is told once too often, the other way round never. With a
    ``reference``, such as the number of the parcel, the same hand-over is noted once; False where it is noted already. Who is noted
    only after an erasure, a correction or a restriction is told of that too. Raises RecipientUnknown, HoldUnfit or SystemTrouble.
    """
    declared = product.loaded.manifest.recipients
    if recipient not in declared:
        raise RecipientUnknown(declared)
    places_of(product.loaded.manifest, person.people)  # a mistyped kind of people would be noted of nobody
    words, when = [word.strip().lower() for word in what], at or product.clock()
    new = product.state.disclosures.record(code_of(product, person), recipient, words, when, reference)
    if new:
        learnt_late(product, person, recipient, when)
    return new


def learnt_late(product: Product, person: Person, recipient: str, at: datetime) -> None:
    """Somebody turns out to have received data of a person before something happened to them: they are told of it too."""
    from zusage.state.notices import Draft

    if product.loaded.manifest.telling is None:
        return
    code, vault, covered = code_of(product, person), vault_of(product), False
    holds = of_person(product.loaded.manifest, person, product.inventories)
    for one in list(product.state.notices.told(code)):
        mine = one.occasion.at > at and one.settled is not None and one.notices is not None
        if one.occasion.about.startswith(RULE):  # a rule took some rows of theirs, and nobody knows whether it was of these
            continue
        if not mine or covered or recipient in {notice.recipient for notice in one.notices or ()}:
            continue
        key = str(uuid.uuid4())
        corrected = _what(product, one.occasion.about) if one.occasion.kind == "corrected" else None
        names = identities(product, recipient, Alone(product, holds, code), person)
        content = {"identities": names, "corrected": corrected, "public": False}
        product.state.notices.add(
            one.occasion, Draft(recipient=recipient, key=key, upto="", sealed=seal(vault, key, content)), product.clock()
        )
        covered = one.occasion.kind == "erased"  # nothing of what they had is left to be told of


def _what(product: Product, number: str) -> dict[str, str]:
    """Which value was corrected."""
    return {"what": next((one.column for one in made(product) if not isinstance(one, str) and one.id == number), "?")}
