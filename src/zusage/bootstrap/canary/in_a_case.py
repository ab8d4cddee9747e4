"""What a canary asks for in a case of its own, as people do: it is taken in, granted, ordered, answered and closed by this program alone.

1. The case is found again by the mark of the canary: one that a kill left open is ended with the next run, and nothing more is sent in it.
2. That no end point is spoken to which is not declared is tried in the same case, with a name that nobody has.
3. What it asked for at the public door is found again by its address, which nobody else has: whether or not it is a case yet.
4. A database may give the key of a canary to whoever comes next, of whom no case of its must speak.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.answers import OnRecord
from zusage.planning.holding import Person
from zusage.rights.case import ASKED, Case, CaseRefused
from zusage.rights.operation import Transfer
from zusage.rights.roles import PROGRAM, Taker
from zusage.state.errors import StateError

from ..cases.carried_out import NotCarriedOut
from ..cases.door import admit
from ..cases.operating import REFUSALS, give
from ..cases.requests import happen, receive
from ..cases.stepping import step
from ..cases.transferring import abandon
from ..people import code_of
from .desk import AskedInVain

if TYPE_CHECKING:
    from ..product import Product


def have_sent(product: Product, person: Person, to: str, mark: str, address: str) -> OnRecord:
    """Have their package sent straight to another controller; what is on record of it then. Raises AskedInVain."""
    by = taker_of(mark)
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
        end_cases(product, mark, address)
    ledger = {line.recipient for line in product.state.disclosures.of(code_of(product, person))}
    return OnRecord(recipient=to, events=[(one.kind, one.detail) for one in events], ledger=ledger, took_undeclared=took)


def decide(product: Product, mark: str, address: str) -> None:
    """Grant what a canary asked for at the door and nobody has decided: nothing is erased for an open request (3). May be repeated."""
    by = taker_of(mark)
    second = Taker(name=f"second of {by.name}", role=PROGRAM.role)
    for case in _cases(product, by, address):
        if case.right == "erasure" and not case.ended:
            with suppress(CaseRefused):
                if not case.last("identity shown"):
                    happen(product, case.id, "identity shown", by, detail="known-detail")
                if not case.last("granted"):
                    happen(product, case.id, "granted", by)
                if not case.last("approved"):
                    happen(product, case.id, "approved", second)


def end_cases(product: Product, mark: str, address: str) -> None:
    """End what was left open of a canary (1), also what was asked at the door under its ``address`` (3). May be repeated."""
    by = taker_of(mark)
    for case in _cases(product, by, address):
        if case.right == "portability":
            abandon(product, case.id)
        if (
            case.right == "erasure" and not case.ended
        ):  # to whoever is given the key next, one that was withdrawn would be theirs (4)
            with suppress(CaseRefused, NotCarriedOut):
                step(product, case.id, "done", by, words="Nothing of it was in reach.")
        with suppress(CaseRefused):  # it is closed
            ended = product.state.cases.get(case.id)
            if ended.last("carried out") and not ended.ended:
                happen(product, case.id, "answered", by, detail="in-person")
            elif not ended.ended:
                happen(product, case.id, "withdrawn", by)
            happen(product, case.id, "closed", by)


def _cases(product: Product, by: Taker, address: str) -> Sequence[Case]:
    """The cases of a canary that are open (1, 3)."""
    if product.state.case_links.asked():
        admit(product)
    found = (one.case for one in product.state.cases.filed())
    return [case for case in found if case and (case.events[0].by == by.name or _asked_under(product, case, address))]


def _asked_under(product: Product, case: Case, address: str) -> bool:
    """Whether an open case was asked for under an address (3)."""
    if case.last("closed") or not case.events[0].detail.startswith(ASKED):
        return False
    content = product.state.cases.content(case.id) or {}
    return str(content.get("address") or "").casefold() == address.casefold()


def _takes(product: Product, case: str, to: str, by: Taker) -> bool:
    """Whether an order to somebody is taken who is not declared (2)."""
    try:
        give(product, case, Transfer(operation="transfer", to=to), by)
    except CaseRefused:
        return False
    except SystemTrouble:
        return True
    return True


def taker_of(mark: str) -> Taker:
    """By whom steps of a canary's cases are taken. The mark itself is a value of the canary: what it names is looked for, also in our own state."""
    return Taker(name=f"canary {hashlib.sha256(mark.encode()).hexdigest()[:16]}", role=PROGRAM.role)
