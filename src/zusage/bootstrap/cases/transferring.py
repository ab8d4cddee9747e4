"""The package of a person goes straight to another controller, as they have asked (Art. 20(2) GDPR).

1. It goes to a recipient for which the manifest says where, and nowhere else: an address in a request is never spoken to.
2. The package is sealed on disk, with a key that stands in it too, before anything is sent; each attempt sends the same bytes under the
   same key. Killed at any moment and ordered again, by whomever, a receiver that honours the key has imported it once: a case has one
   package for a recipient, and what has arrived is not sent again.
3. The ledger says that the recipient received data before they are sent: noted and not sent is told once too often, the other way never.
4. An end point that is down leaves the order open: it is tried again by itself, after waits that double up to a day, until the declared
   number of attempts; then a human orders it again, or refuses it.
5. The sealed package goes when the receiver has it; what was sent to whom stays with the case.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import HoldUnfit, Person
from zusage.rights.case import Case, CaseRefused
from zusage.rights.notification import wait_after
from zusage.rights.operation import NOT_FEASIBLE, REFUSED, RefuseTransfer, Transfer, against, orders
from zusage.rights.roles import PROGRAM
from zusage.state.errors import CaseTorn, StateError

from .. import filing
from ..days import day_of
from ..rights.answering import Asked, portability
from ..telling.ledger import disclosed
from ..vaults import vault_of
from .case_mail import languages_of
from .parcels import zipped

if TYPE_CHECKING:
    from zusage.connectors.notifying import EndPoint
    from zusage.documents import Language
    from zusage.promises.manifest import Transfer as Declared
    from zusage.state.transfers import Transfer as OnItsWay

    from ..product import Product
    from .operating import Given

_FOLDER = "transfers"
#: what came of it in a word, and in counts
Carried = tuple[str, Mapping[str, object]]


class TransferWaits(SystemTrouble):
    """Another controller has not taken a package yet; the order stays open."""

    def __init__(self, recipient: str, why: str, *, stuck: bool) -> None:
        advice = (
            "It was tried as often as the manifest says. Order it again when the cause is gone, or say that it is not feasible."
            if stuck
            else "It lies sealed and is tried again by itself."
        )
        super().__init__(f"the package for {recipient} was not taken yet: {why}. {advice}")
        #: it is not tried again by itself
        self.stuck = stuck


@dataclass(slots=True, kw_only=True)
class Forwarded:
    """What a sweep of transfers did."""

    sent: int = 0
    #: tried again by themselves
    waiting: int = 0
    #: a human must look
    stuck: int = 0


def transfer(product: Product, given: Given, order: Transfer) -> Carried:
    """Seal the package and send it, or go on where it was interrupted. Raises TransferWaits, PersonUnfit or SystemTrouble."""
    now = product.clock()
    one = product.state.transfers.begin(given.case, given.number, order.to, str(uuid.uuid4()), now + wait_after(1))
    if not one.digest:
        one = _seal(product, given, one)
    if one.received_at is None:
        one = _send(product, given, one)
    filing.remove(_path(product, one))
    return f"{one.recipient} sha256:{one.digest}", _counts(one)


def refuse(product: Product, given: Given, order: RefuseTransfer) -> Carried:
    """Note that it is not feasible; whatever was still being tried to this recipient is not tried any more."""
    abandon(product, given.case, order.controller)
    return NOT_FEASIBLE, {}


def refuse_unfit(product: Product, case: Case, order: Transfer | RefuseTransfer) -> None:
    """Raises CaseRefused where the manifest does not say where packages go, or the one that is refused has arrived (1)."""
    if isinstance(order, RefuseTransfer):
        if any(one.recipient == order.controller and one.received_at for one in product.state.transfers.of(case.id)):
            raise CaseRefused(case.id, "ordered", f"{order.controller} has the package already", "Tell the person so.")
        return
    known = [name for name, one in product.loaded.manifest.recipients.items() if one.transfer]
    if order.to not in known:
        raise CaseRefused(
            case.id,
            "ordered",
            "the manifest does not say where that controller takes packages, and none is sent anywhere else",
            f"Name one of those that are declared ({', '.join(known) or 'none yet'}), or tell the person with reasons that it is not "
            "technically feasible (refuse-transfer); the package is theirs to pass on.",
        )


def forward(product: Product) -> Forwarded:
    """Send what is due; a recipient that is down delays no other. May be run at any time, as often as one likes."""
    from zusage.vault.errors import VaultError

    from .operating import REFUSALS

    found, now = Forwarded(), product.clock()
    _tidy(product)
    for one in product.state.transfers.open():
        if one.next_at is not None and one.next_at <= now:
            with suppress(SystemTrouble, StateError, VaultError, CaseRefused, *REFUSALS), product.state.ordering(one.case):
                found.sent += _again(product, one)
    for one in product.state.transfers.open():
        found.stuck += one.stuck
        found.waiting += not one.stuck
    return found


def told_in(product: Product, case: Case, language: Language) -> tuple[str, ...]:
    """What the answer to a case says of its transfers. Raises UnknownCase or CaseTorn."""
    numbers = [one.number for one in orders(case) if one.operation in ("transfer", "refuse-transfer")]
    return tuple(text for number in numbers for text in _told(product, case.id, number, language))


def told_of(product: Product, id: str, number: int, language: Language) -> tuple[str, ...]:
    """What the person is told of one order. Raises NoOrder."""
    from .operating import NoOrder

    found = tuple(_told(product, id, number, language))
    if not found:
        raise NoOrder(id, "nothing came of the order")
    return found


def how_far(product: Product, case: str) -> Mapping[int, Mapping[str, object]]:
    """By the number of its order, how far each transfer of a case has come, without anything of the person."""
    return {one.number: _counts(one) for one in product.state.transfers.of(case)}


def abandon(product: Product, case: str, recipient: str | None = None) -> None:
    """Nothing that has not arrived is sent in a case any more, to one recipient or to any. May be repeated."""
    for one in product.state.transfers.of(case):
        if one.received_at is None and recipient in (None, one.recipient):
            _end(product, one)


def forget_transfers(product: Product) -> None:
    """What was sent for cases that were emptied goes too. May be repeated."""
    for one in product.state.transfers.all():
        with suppress(CaseTorn):
            if product.state.cases.content(one.case) is None:
                _drop(product, one)


def _counts(one: OnItsWay) -> Mapping[str, object]:
    """What is known of a transfer; of one that has not arrived, why, and when it is tried again."""
    found: dict[str, object] = {
        "recipient": one.recipient, "sha256": one.digest, "bytes": one.size, "files": one.files, "attempts": one.tries,
    }  # fmt: skip
    if one.received_at:
        return found | {"received_at": one.received_at.isoformat(), "status": one.status, "confirmed": one.confirmed}
    return found | {"trouble": one.trouble, "next_at": one.next_at.isoformat() if one.next_at else None}


def _told(product: Product, id: str, number: int, language: Language) -> Iterator[str]:
    from zusage.documents.transferred import NotFeasible, Sent, transferred

    from .operating import ordered

    manifest = product.loaded.manifest
    order, standing = ordered(product, id, number)
    if isinstance(order, RefuseTransfer) and standing.outcome == NOT_FEASIBLE:
        yield from transferred(manifest, language, NotFeasible(controller=order.controller, reasons=order.reasons))
    for one in product.state.transfers.of(id):
        if one.number == number and standing.outcome != REFUSED:
            on = day_of(product, one.received_at) if one.received_at else None
            sent = Sent(
                recipient=one.recipient, on=on, digest=one.digest, size=one.size, files=one.files, confirmed=one.confirmed
            )
            yield from transferred(manifest, language, sent)


def _seal(product: Product, given: Given, one: OnItsWay) -> OnItsWay:
    """The package as it is on file from now on (2). Raises PersonUnfit or SystemTrouble."""
    person, case = _person(given), product.state.cases.get(given.case)
    language = languages_of(product.state.cases.content(given.case) or {})[0]
    asked = Asked(people=person.people, given=person.key, include=case.included, case=given.case)
    made = portability(product, asked, language, one.key).files
    files = {name: text.encode() if isinstance(text, str) else text for name, text in made.items()}
    content = zipped(files)
    sealed = vault_of(product).seal_note(_about(one), content)
    filing.replace(_path(product, one), sealed, private=True)
    digest = hashlib.sha256(content).hexdigest()
    return product.state.transfers.sealed(one, digest, len(content), len(files), _columns(files))


def _columns(files: Mapping[str, bytes]) -> set[str]:
    """The names of the columns in a package, for the ledger."""
    described: dict[str, Any] = json.loads(files["datapackage.json"])
    schemas = (one.get("schema", {}) for one in described["resources"])
    return {field["name"] for schema in schemas for field in schema.get("fields", ())}


def _send(product: Product, given: Given, one: OnItsWay) -> OnItsWay:
    """One attempt. Raises TransferWaits or SystemTrouble."""
    from zusage.connectors.notifying import Package, send_package

    declared, content = _declared(product, one), _opened(product, one)
    disclosed(product, _person(given), one.recipient, one.what, reference=one.key)  # 3
    one = product.state.transfers.tried(one)
    try:
        taken = send_package(_end_point(one.recipient, declared), Package(key=one.key, content=content))
    except SystemTrouble as trouble:
        again = product.clock() + wait_after(one.tries) if one.tries < declared.attempts else None
        one = product.state.transfers.failed(one, str(trouble), again)
        raise TransferWaits(one.recipient, str(trouble), stuck=one.stuck) from None
    return product.state.transfers.received(one, product.clock(), taken.status, confirmed=taken.confirmed)


def _declared(product: Product, one: OnItsWay) -> Declared:
    """Where the manifest says that it goes (1). Raises TransferWaits."""
    recipient = product.loaded.manifest.recipients.get(one.recipient)
    if recipient is None or recipient.transfer is None:
        why = "the manifest no longer says where it takes packages"
        product.state.transfers.failed(one, why, None)
        raise TransferWaits(one.recipient, why, stuck=True)
    return recipient.transfer


def _end_point(name: str, declared: Declared) -> EndPoint:
    """With what the environment fills in. Raises Unreachable."""
    from zusage.connectors.notifying import EndPoint as Point
    from zusage.connectors.sql.address import fill

    where = f"recipients.{name}.transfer"
    return Point(
        url=fill(where, declared.to),
        authority=fill(where, declared.authority) if declared.authority else None,
        token=fill(where, declared.token) if declared.token else None,
    )


def _opened(product: Product, one: OnItsWay) -> bytes:
    """The package as it was sealed. Raises TransferWaits: another one under the same key would be another package."""
    from zusage.vault.errors import EntryTampered

    with suppress(OSError, EntryTampered):
        content = vault_of(product).unseal_note(_about(one), _path(product, one).read_bytes())
        if hashlib.sha256(content).hexdigest() == one.digest:
            return content
    why = "the sealed package is lost or was changed"
    product.state.transfers.failed(one, why, None)
    raise TransferWaits(one.recipient, why, stuck=True)


def _again(product: Product, one: OnItsWay) -> bool:
    """Try one that is due, unless the person no longer asks. Raises what ``transfer`` raises, and CaseRefused."""
    from .operating import Given, ordered, take_up
    from .whose import whose

    found = next((other for other in product.state.transfers.open() if other.key == one.key), None)
    if found is None:
        return False  # somebody else was quicker
    one = found
    case, (order, standing) = product.state.cases.get(one.case), ordered(product, one.case, one.number)
    if standing.outcome or case.last("closed") or against(case, order):
        _end(product, one)
        return False
    about = whose(product, one.case)
    take_up(product, PROGRAM, Given(case=one.case, number=one.number, order=order, whose=about, by=standing.by))
    return True


def _person(given: Given) -> Person:
    if given.whose.person is None:  # asked for when it was ordered
        raise HoldUnfit("the case does not say whose data it is about", "Name the person.")
    return given.whose.person


def _end(product: Product, one: OnItsWay) -> None:
    """It is not sent any more, and the case says so unless it did, or takes no more notes. May be repeated."""
    from .requests import happen

    case = product.state.cases.get(one.case)
    if not case.last("closed") and not any(order.outcome for order in orders(case) if order.number == one.number):
        happen(product, one.case, "effected", PROGRAM, detail=f"{one.number} {REFUSED}")
    _drop(product, one)


def _drop(product: Product, one: OnItsWay) -> None:
    product.state.transfers.drop(one)
    filing.remove(_path(product, one))


def _tidy(product: Product) -> None:
    """A kill may have left a sealed package that nobody needs any more. May be repeated."""
    folder = product.folder / _FOLDER
    there = list(folder.iterdir()) if folder.is_dir() else []
    needed = {
        one.file for one in product.state.transfers.open()
    }  # read after the folder was: it is on record before it is written
    for path in there:
        if path.name.removeprefix(".").removesuffix(".new") not in needed:
            path.unlink(missing_ok=True)


def _path(product: Product, one: OnItsWay) -> Path:
    return product.folder / _FOLDER / one.file


def _about(one: OnItsWay) -> str:
    return f"transfer {one.key}"
