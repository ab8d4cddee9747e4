"""The public door: somebody asks under an address, and a mailed link that can be used once shows that the address is theirs.

1. Whoever asks is answered before anybody looks who they are: the same answer and the same work whoever it is.
2. A request is on disk before it is answered. It becomes a case afterwards, with the time at which it was made. No more than a few links a
   day go to one address, whoever wants them: what is beyond waits for the next day, of several that ask for the same the first, and the
   staff is told.
3. The link is made anew for each attempt to mail it, and only its digest is stored: killed between, another one is mailed and the first
   is worth nothing. It is noted as mailed together with the question in the case.
4. Looking at a link does not use it up, for mail scanners look at every link. Confirming it does, together with the step in the case.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.places import PersonUnfit
from zusage.rights.case import ASKED, RIGHTS, CaseRefused, Event, Right
from zusage.rights.roles import PROGRAM

from ..people import Codes
from .case_mail import address_in, hand_over, languages_of
from .recording import seal_if_possible, seal_steps
from .requests import Standing, add, event_of, standing

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.state.case_mails import Asked, Waiting

    from ..product import Product

#: links that go to one address in a day
MOST = 3
_DAY = timedelta(days=1)
_FORGOTTEN = timedelta(days=30)


class NoDoor(Exception):
    """The manifest declares no public door."""

    def __init__(self) -> None:
        super().__init__("the manifest declares no public door. Write requests: {door: {at: https://…}, mail: {…}}.")


class LinkWaits(SystemTrouble):
    """A link is wanted, and the mail server takes nothing now."""

    def __init__(self, case: str, why: str) -> None:
        super().__init__(
            f"the link for case {case} is not mailed yet: {why}. It goes out with the first sweep that can mail again."
        )


class LinksEnough(Exception):
    """So many links went to an address lately that no other does, whoever wants it."""

    def __init__(self, case: str) -> None:
        super().__init__(
            f"no link is mailed for case {case}: {MOST} went to that address within a day. Wait until tomorrow, or ask in another way."
        )


class NoAddress(Exception):
    """Nobody knows where a link would go."""

    def __init__(self, case: str) -> None:
        super().__init__(
            f"no link is mailed for case {case}: neither the case nor a record of the person has an address. Ask in another way."
        )


def knock(product: Product, right: Right, address: str, words: str, language: Language) -> None:
    """Somebody asks (1, 2)."""
    content = {"right": right, "address": address, "words": words, "language": language}
    product.state.case_links.ask(content, product.clock())


def admit(product: Product) -> int:
    """Make cases of what was asked at the door; returns how many (2). Raises SealingError or StepsBusy."""
    found, waiting = 0, set[tuple[str, str]]()
    for asked in product.state.case_links.asked():
        found += _admit(product, asked, waiting)
    now = product.clock()
    product.state.case_links.forget(now - _FORGOTTEN, now)
    return found


def _admit(product: Product, asked: Asked, waiting: set[tuple[str, str]]) -> bool:
    if asked.content is None:  # it cannot be opened: the proof finds it
        return False
    code = Codes(product).of_address(str(asked.content["address"]))
    if product.state.case_links.recent(code, product.clock() - _DAY) >= MOST:
        same = (code, str(asked.content["right"]))
        if same in waiting:
            product.state.case_links.drop(asked.id)
        waiting.add(same)
        return False
    right = next(one for one in RIGHTS if one == asked.content["right"])
    content = {**asked.content, "person": _person(product, str(asked.content["address"]))}
    event = Event(
        kind="received", at=product.clock(), by=PROGRAM.name, role=PROGRAM.role, detail=f"{ASKED}{asked.at.isoformat()}"
    )
    seal_steps(product)
    with product.state.together():
        case = product.state.cases.open(right, event, {key: value for key, value in content.items() if key != "right"})
        product.state.case_links.admitted(asked.id, case.id, code)
    seal_if_possible(product)
    return True


def _person(product: Product, address: str) -> str | None:
    """Whose address it is, where it is on the record of one person of one kind alone."""
    from ..rights.persons import key_of

    found = []
    for people in product.loaded.manifest.people:
        try:
            found.append(f"{people}={key_of(product, people, address)}")
        except (PersonUnfit, SystemTrouble):  # nobody, several, or nobody can tell now: a human finds out
            continue
    return found[0] if len(found) == 1 else None


def want_link(product: Product, case: str) -> None:
    """The staff wants to know by a mailed link who asks (2).

    Raises NoDoor, NoAddress, LinksEnough, UnknownCase, CaseTorn, CaseRefused or SystemTrouble; then none is wanted.
    """
    requests = product.loaded.manifest.requests
    if requests is None or requests.door is None:
        raise NoDoor
    found = product.state.cases.get(case)
    if found.ended or found.last("identity shown"):
        why = "it has ended" if found.ended else "the person has shown who they are"
        raise CaseRefused(case, "identity asked", why, "Nothing need be mailed.")
    if found.demanded:
        why = "a supervisory authority wrote, and says who complains"
        raise CaseRefused(case, "identity asked", why, "Note that: identify it by authority.")
    address = address_in(product, product.state.cases.content(case) or {})
    if not address:
        raise NoAddress(case)
    code, now, links = Codes(product).of_address(address), product.clock(), product.state.case_links
    with product.state.together():
        if not links.waits(case) and links.recent(code, now - _DAY) >= MOST:
            raise LinksEnough(case)
        links.want(case, code, now)


def mail_link(product: Product, waiting: Waiting) -> None:
    """Make and mail one link (3). Raises NotDelivered or SystemTrouble."""
    from zusage.connectors.sql.address import fill
    from zusage.consent.record import ends
    from zusage.documents.case_mails import link

    manifest, now = product.loaded.manifest, product.clock()
    door = manifest.requests.door if manifest.requests else None
    content = product.state.cases.content(waiting.case)
    case = product.state.cases.get(waiting.case)
    if door is None or content is None or case.ended:
        product.state.case_links.drop(waiting.id)
        return
    until, zone = ends(now, door.valid), ZoneInfo(manifest.time_zone)
    secret = product.state.case_links.make(waiting.id, until)
    url = f"{fill('requests.door.at', door.at).rstrip('/')}/link/{secret}"
    received = case.received.astimezone(zone).date()
    mail = link(manifest, languages_of(content), case.right, received, url, until.astimezone(zone))
    hand_over(product, address_in(product, content), mail, product.state.case_links.mark(waiting.id))
    seal_steps(product)
    with product.state.together():
        product.state.case_links.mailed(waiting.id, now)
        add(product, waiting.case, event_of(product, "identity asked", PROGRAM), "")
    seal_if_possible(product)


def good(product: Product, secret: str) -> bool:
    """Whether a link could be confirmed now; looking uses nothing up (4)."""
    return product.state.case_links.good(secret, product.clock()) is not None


def confirm(product: Product, secret: str) -> Standing | None:
    """The person shows by a link that the address is theirs; None where the link is not good, or nothing is to be shown any more (4)."""
    seal_steps(product)
    try:
        with product.state.together():
            case = product.state.case_links.use(secret, product.clock())
            if case is None:
                return None
            found = add(product, case, event_of(product, "identity shown", PROGRAM, "mailed-link"), "")
    except CaseRefused:
        return None
    seal_if_possible(product)
    return standing(product, found)
