"""The answer to a case reaches the person: as a link by mail, behind their login, or by the hand of somebody of the staff.

1. What is mailed says that there is an answer, and nothing of it. What it is lies sealed in our own folder for as long as the manifest
   says.
2. A sealed file is on disk before the case says that an answer is ready; one that no case needs goes with the next sweep.
3. The link is made anew for each attempt to mail it: killed between handing over and noting, another one goes out and the first is worth
   nothing. The case says *answered* together with the note that a mail server has taken the mail.
4. Looking at a link uses nothing up. Fetching does, once, together with the step in the case; the file is opened before (``fetching``).
5. Whose record goes with an erasure is written to under the address that it had when the erasure was granted: their key may be somebody
   else's afterwards. The address is kept, sealed, until the answer is mailed.
6. One answer is made, or mailed, after the other: what a link leads to is what the case says was answered last, and nothing takes its place
   once it was mailed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import Person
from zusage.rights.case import BY_PROGRAM, Case, CaseRefused, Way
from zusage.rights.person import NobodyFound
from zusage.rights.roles import PROGRAM, Taker

from ..days import day_of
from .by_itself import told_in
from .case_mail import NoMailServer, address_in, hand_over, languages_of, sender_in
from .door import NoAddress, NoDoor
from .parcels import seal
from .recording import seal_if_possible, seal_steps
from .requests import Standing, add, event_of, refuse, standing

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.state.case_answers import OnItsWay

    from ..product import Product

#: seconds for which an answer waits for another that is being made
_PATIENCE = 60.0
#: what a letter is called in a parcel
_LETTERS: Mapping[str, str] = {"de": "antwort.txt", "en": "answer.txt"}


class AnswersBusy(SystemTrouble):
    """Somebody else has been making or mailing answers for too long."""

    def __init__(self) -> None:
        super().__init__(
            "the answer waits: another process has been at answers for a minute. Nothing was noted. "
            "See which one holds answering.lock in our own folder, then try again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How a case is answered."""

    #: what the person is told
    words: str
    #: files that somebody has looked at, by name; without any the copy or package is made now
    beside: Mapping[str, bytes]
    language: Language | None = None


def answer(product: Product, id: str, by: str | Taker, way: Way, given: Answering) -> Standing:
    """Answer a case. Raises CaseRefused, NoDoor, NoMailServer, NoAddress, UnknownCase, CaseTorn or SystemTrouble; then nothing was noted."""
    with _alone(product):  # 6
        return _answer(product, id, by, way, given)


def _alone(product: Product) -> AbstractContextManager[object]:
    """Nobody else makes or mails an answer inside (6). Raises AnswersBusy."""
    from zusage.state.locks import alone, file_lock

    return alone(file_lock(product.folder / "answering.lock", _PATIENCE), AnswersBusy)


def _answer(product: Product, id: str, by: str | Taker, way: Way, given: Answering) -> Standing:
    event = event_of(product, "answer ready" if way in BY_PROGRAM else "answered", by, way)
    refuse(product, id, event)
    if given.beside and way not in BY_PROGRAM:
        raise CaseRefused(id, "answered", f"nothing is handed over by us on the way {way}", "Leave the files out.")
    if way in BY_PROGRAM:
        _make_ready(product, id, way, given)
    told_at = where(product, product.state.cases.get(id)) if way == "login" else ""
    seal_steps(product)
    with product.state.together():
        case = add(product, id, event, given.words)
        if way not in BY_PROGRAM:
            product.state.case_answers.drop(id)
        else:
            _ready(product, id, way)
        if way == "login" and not told_at:  # nobody can be told: it lies there, as they asked within their account
            case = add(product, id, event_of(product, "answered", PROGRAM, way), "")
    seal_if_possible(product)
    return standing(product, case)


def _make_ready(product: Product, id: str, way: Way, given: Answering) -> None:
    """Seal what is handed over (2)."""
    case, requests = product.state.cases.get(id), product.loaded.manifest.requests
    if requests is None or requests.door is None or (way == "login" and requests.login is None):
        raise NoDoor
    if requests.mail is None:
        raise NoMailServer
    if case.demanded:
        raise CaseRefused(
            id, "answered", "a supervisory authority wrote", "Write to the authority, and name the way that this took."
        )
    if way == "mailed-link" and not where(product, case):
        raise NoAddress(id)
    language = given.language or languages_of(product.state.cases.content(id) or {})[0]
    files = {
        **(given.beside or _copy(product, case, language, way)),
        _LETTERS[language]: _letter(product, case, given.words, language),
    }
    seal(product, id, files)


def _ready(product: Product, id: str, way: Way) -> None:
    from zusage.consent.record import ends

    requests, now = product.loaded.manifest.requests, product.clock()
    if requests is None or requests.door is None:  # _make_ready has asked
        raise NoDoor
    person = str((product.state.cases.content(id) or {}).get("person") or "")
    product.state.case_answers.ready(id, way, person, now, ends(now, requests.door.answers))


def _copy(product: Product, case: Case, language: Language, way: Way) -> dict[str, bytes]:
    """The copy or the package of whoever asked for one, with what a human has included in the case; or that nothing is held of them."""
    from ..rights.answering import Asked, access, portability

    if case.right not in ("access", "portability") or case.last("refused"):
        return {}
    named = str((product.state.cases.content(case.id) or {}).get("person") or "")
    if not named:
        return _nothing(product, case, language, way)
    person = Person.parse(named)
    asked = Asked(people=person.people, given=person.key, include=case.included, case=case.id)
    try:
        made = (access if case.right == "access" else portability)(product, asked, language)
    except NobodyFound:
        if case.right != "access":
            raise
        return _nothing(product, case, language, way)
    return _bytes(made.files)


def _nothing(product: Product, case: Case, language: Language, way: Way) -> dict[str, bytes]:
    """The confirmation that nothing is held, for whoever has shown by what to look for them."""
    from .confirming import confirm, refuse_elsewhere, shown_in

    try:
        shown_in(product, case)
    except CaseRefused:
        why = "it does not say whose data it is about, so that no copy can be made"
        raise CaseRefused(case.id, "answered", why, "Name the person, or give the files.") from None
    refuse_elsewhere(case, way)
    return _bytes(confirm(product, case.id, language).files)


def _bytes(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {name: one.encode() if isinstance(one, str) else one for name, one in files.items()}


def _letter(product: Product, case: Case, words: str, language: Language) -> bytes:
    """What was refused is answered by its reasons and remedies, everything else by the words of the answer."""
    from zusage.documents.requested import Requested, requested

    from .carried_out import instead_of
    from .requests import letter

    done = case.last("carried out")
    if case.last("refused") or (done and instead_of(done.detail)):
        paragraphs = letter(product, case.id, language)
    else:
        received = day_of(product, case.received)
        one = Requested(right=case.right, received=received, until=None, words=words)
        paragraphs = requested(product.loaded.manifest, language, "answered", "", one) + told_in(product, case, language)
    return "\n\n".join(paragraphs).encode()


def where(product: Product, case: Case) -> str:
    """Where the person of a case is written to with its answer (5); empty where nobody knows. Raises SystemTrouble."""
    content = product.state.cases.content(case.id) or {}
    if kept := product.state.case_answers.address(case.id):
        return kept
    return sender_in(content) if case.right == "erasure" and case.last("carried out") else address_in(product, content)


def remember(product: Product, id: str) -> None:
    """Before an erasure is granted: where the person is written to afterwards (5). Raises SystemTrouble."""
    if product.state.cases.get(id).right != "erasure":
        return
    content = product.state.cases.content(id) or {}
    address = address_in(product, content)
    if address and address != sender_in(content):
        product.state.case_answers.remember(id, address)


def mail_answer(product: Product, id: int) -> bool:
    """Tell the person that their answer is there (1, 3); False where it is not waiting any more. Raises NotDelivered, NoAddress or SystemTrouble."""
    with _alone(product):  # 6
        one = next((one for one in product.state.case_answers.waiting(product.clock()) if one.id == id), None)
        if one is not None:
            _mail(product, one)
        return one is not None


def _mail(product: Product, one: OnItsWay) -> None:
    from zusage.connectors.sql.address import fill
    from zusage.documents.case_mails import answer as mail_of

    manifest, zone = product.loaded.manifest, ZoneInfo(product.loaded.manifest.time_zone)
    door, case = manifest.requests.door if manifest.requests else None, product.state.cases.get(one.case)
    to = "" if case.last("withdrawn") else where(product, case)
    if door is None or not to:
        raise NoAddress(one.case)
    url = None
    if one.way == "mailed-link":
        url = f"{fill('requests.door.at', door.at).rstrip('/')}/answer/{product.state.case_answers.make(one.id)}"
    received, until = day_of(product, case.received), one.until.astimezone(zone)
    languages = languages_of(product.state.cases.content(one.case) or {})
    hand_over(
        product, to, mail_of(manifest, languages, case.right, received, until, url), product.state.case_answers.mark(one.id)
    )
    seal_steps(product)
    with product.state.together():
        product.state.case_answers.mailed(one.id, product.clock())
        if case.given is None:
            add(product, one.case, event_of(product, "answered", PROGRAM, one.way), "")
    seal_if_possible(product)


def undelivered(product: Product, id: str, by: str | Taker, words: str = "") -> Standing:
    """The answer did not reach the person; the clock runs on. Raises CaseRefused, UnknownCase or CaseTorn."""
    seal_steps(product)
    last = product.state.cases.get(id).last("answered", "answer ready")
    event = event_of(product, "not delivered", by, last.detail if last else "")
    with product.state.together():
        case = add(product, id, event, words)
        product.state.case_answers.drop(id)
    seal_if_possible(product)
    return standing(product, case)
