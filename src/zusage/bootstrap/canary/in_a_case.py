"""What a canary asks for in a case of its own, as people do: it is taken in, granted, ordered, answered and closed by this program alone.

1. The case is found again by the mark of the canary: one that a kill left open is ended with the next run, and nothing more is sent in it.
2. That no end point is spoken to which is not declared is tried in the same case, with a name that nobody has.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.answers import OnRecord
from zusage.planning.holding import Person
from zusage.rights.case import CaseRefused
from zusage.rights.operation import Transfer
from zusage.rights.roles import PROGRAM, Taker
from zusage.state.errors import StateError

from ..cases.operating import REFUSALS, give
from ..cases.requests import happen, receive
from ..cases.transferring import abandon
from ..people import code_of
from .desk import AskedInVain

if TYPE_CHECKING:
    from ..product import Product


def have_sent(product: Product, person: Person, to: str, mark: str) -> OnRecord:
    """Have their package sent straight to another controller; what is on record of it then. Raises AskedInVain."""
    by = _taker(mark)
    try:
        case = receive(product, "portability", by, {"person": f"{person.people}={person.key}"}).case.id
        happen(product, case, "identity shown", by, detail="known-detail")
        happen(product, case, "granted", by)
        took = _takes(product, case, f"nobody-{secrets.token_hex(4)}", by)
        give(product, case, Transfer(operation="transfer", to=to), by)
        happen(product, case, "carried out", by)
        happen(product, case, "answered", by, detail="in-person")
        events = happen(product, case, "closed", by).case.events
    except (CaseRefused, SystemTrouble, StateError, *REFUSALS) as trouble:
        raise AskedInVain(str(trouble)) from None
    finally:
        end_cases(product, mark)
    ledger = {line.recipient for line in product.state.disclosures.of(code_of(product, person))}
    return OnRecord(recipient=to, events=[(one.kind, one.detail) for one in events], ledger=ledger, took_undeclared=took)


def end_cases(product: Product, mark: str) -> None:
    """End what was left open of a canary (1). May be repeated."""
    by = _taker(mark)
    for case in (one.case for one in product.state.cases.filed()):
        if case is None or case.events[0].by != by.name:
            continue
        abandon(product, case.id)
        with suppress(CaseRefused):  # it is closed
            if case.last("carried out") and not case.ended:
                happen(product, case.id, "answered", by, detail="in-person")
            elif not case.ended:
                happen(product, case.id, "withdrawn", by)
            happen(product, case.id, "closed", by)


def _takes(product: Product, case: str, to: str, by: Taker) -> bool:
    """Whether an order to somebody is taken who is not declared (2)."""
    try:
        give(product, case, Transfer(operation="transfer", to=to), by)
    except CaseRefused:
        return False
    except SystemTrouble:
        return True
    return True


def _taker(mark: str) -> Taker:
    """The mark itself is a value of the canary: what it names is looked for, also in our own state."""
    return Taker(name=f"canary {hashlib.sha256(mark.encode()).hexdigest()[:16]}", role=PROGRAM.role)
