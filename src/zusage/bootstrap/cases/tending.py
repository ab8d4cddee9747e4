"""What is mailed about cases by itself: links, acknowledgements, and reminders of the staff. May be run at any time, as often as one likes.

1. Nobody else mails at the same time.
2. A mail is noted before it is handed over, and as sent together with the step in the case: killed between, it goes out once more, with
   the same Message-ID.
3. A mail server that is down stops the sweep, and the next one goes on. What it refuses of one address delays that one alone: a mail
   is tried again the next day, a link as long as it is a day old, unless the address itself is refused.
4. A letter of a supervisory authority is acknowledged to whoever wrote it, never to the person of whom it speaks. Who asked at the door is
   acknowledged once they have shown who they are; until then they have the mail with the link.
5. Answers that are ready are mailed like links; where no mail server takes the word of one, the case says that it was not delivered.
6. Of several days of a reminder that have come, the last one counts: a sweep that was down reminds once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from zusage.connectors.trouble import SystemTrouble
from zusage.rights.case import CaseRefused, Kind
from zusage.rights.roles import PROGRAM
from zusage.state.errors import CaseTorn, UnknownCase

from ..days import day_of, today
from .case_mail import addresses_in, hand_over, languages_of, mail_key, sender_in
from .door import NoAddress, admit, mail_link
from .handing import mail_answer
from .parcels import tidy
from .recording import seal_if_possible, seal_steps
from .requests import Standing, add, event_of, standing

if TYPE_CHECKING:
    from zusage.documents.case_mails import Mail
    from zusage.promises.manifest import RequestReminders
    from zusage.state.case_answers import OnItsWay
    from zusage.state.case_mails import MailNote

    from ..product import Product

_AGAIN = timedelta(days=1)
#: what was mailed about open cases before this sweep, by case and by what it was
Notes = Mapping[tuple[str, str], "MailNote"]


@dataclass(slots=True, kw_only=True)
class Tended:
    """What a sweep did."""

    #: requests from the door that are cases now
    admitted: int = 0
    links: int = 0
    #: people who were told that their answer is ready
    answered: int = 0
    acknowledged: int = 0
    reminded: int = 0
    #: addresses for which a mail server takes nothing
    refused: int = 0
    #: open cases of which a mail came back, and nobody has seen to it
    came_back: int = 0
    #: why the mail server took nothing more
    down: str = ""


def tend(product: Product) -> Tended:
    """Mail whatever is due. Raises AlreadySending, SealingError or StepsBusy."""
    from zusage.connectors.notifying import NotDelivered

    tended, requests = Tended(), product.loaded.manifest.requests
    if requests is None:
        return tended
    with product.state.mailing():  # 1
        tended.admitted = admit(product)
        tidy(product)
        if requests.mail is None:
            return tended
        try:
            _links(product, tended)
            _answers(product, tended)
            notes = product.state.case_mails.of_open()
            found = [standing(product, case) for case in product.state.cases.unanswered()]
            tended.came_back = sum(1 for one in found if one.case.came_back)
            contents = product.state.cases.contents([one.case.id for one in found if _unacknowledged(product, one, notes)])
            addresses = addresses_in(product, contents)
            for one in found:
                with suppress(
                    CaseTorn, CaseRefused, UnknownCase
                ):  # it was changed by hand, which the proof finds, or has ended meanwhile
                    if one.case.id in contents:
                        _acknowledge(product, one, contents[one.case.id], addresses.get(one.case.id, ""), notes, tended)
                    if requests.reminders:
                        _remind(product, one, requests.reminders, notes, tended)
        except NotDelivered as trouble:  # 3
            tended.down = str(trouble)
    return tended


def _links(product: Product, tended: Tended) -> None:
    from zusage.connectors.notifying import AddressRefused, NotDelivered

    for waiting in product.state.case_links.waiting():
        try:
            mail_link(product, waiting)
            tended.links += 1
        except NotDelivered as trouble:
            if trouble.down:
                raise
            tended.refused += 1
            if isinstance(trouble, AddressRefused) or product.clock() - waiting.asked_at > _AGAIN:
                product.state.case_links.refused(waiting.id, product.clock())
        except (CaseRefused, UnknownCase):  # it has ended meanwhile
            product.state.case_links.drop(waiting.id)
        except (SystemTrouble, CaseTorn):  # nobody knows now where it goes: this one waits, and no other
            continue


def _answers(product: Product, tended: Tended) -> None:
    """What is ready goes out (5). Raises NotDelivered."""
    from zusage.connectors.notifying import AddressRefused, NotDelivered

    for one in product.state.case_answers.waiting(product.clock()):
        try:
            tended.answered += mail_answer(product, one.id)
        except NotDelivered as trouble:
            if trouble.down:
                raise
            tended.refused += 1
            if isinstance(trouble, AddressRefused) or product.clock() - one.ready_at > _AGAIN:
                _not_delivered(product, one)
        except NoAddress:
            if one.way == "mailed-link":
                _not_delivered(product, one)
        except (SystemTrouble, CaseTorn, CaseRefused, UnknownCase):  # this one waits, and no other
            continue


def _not_delivered(product: Product, one: OnItsWay) -> None:
    seal_steps(product)
    with suppress(CaseRefused, CaseTorn), product.state.together():
        product.state.case_answers.refused(one.id, product.clock())
        add(product, one.case, event_of(product, "not delivered", PROGRAM, one.way), "")
    seal_if_possible(product)


def _unacknowledged(product: Product, one: Standing, notes: Notes) -> bool:
    """Whether nobody was told yet that the request has arrived, and a mail of it may go out now."""
    done = one.case.ended or one.case.last("acknowledged", "refused", "carried out")
    return not done and _may_go(product, notes.get((one.case.id, "acknowledged")))


def _acknowledge(product: Product, one: Standing, content: Mapping[str, Any], address: str, notes: Notes, tended: Tended) -> None:
    """Without an ``address``, also where a system is down that knows it, this one waits, and nothing else."""
    from zusage.documents.case_mails import acknowledgement
    from zusage.documents.requested import Requested

    case = one.case
    if "language" in content and not case.last("identity shown"):  # 4
        return
    manifest = product.loaded.manifest
    asked = Requested(
        right=case.right, received=day_of(product, case.received), until=one.due,
        through=str(content.get("reference") or "") if case.demanded else None,
    )  # fmt: skip

    def letters() -> Iterator[tuple[str, Mail]]:
        if to := sender_in(content) if case.demanded else address:
            yield to, acknowledgement(manifest, languages_of(content), case.id, asked)

    tended.acknowledged += _once(product, case.id, "acknowledged", "acknowledged", "", letters, notes, tended)


def _may_go(product: Product, note: MailNote | None) -> bool:
    """A mail that was taken does not go out again, and one that was refused not before the next day (3)."""
    return not (note and (note.sent_at or (note.refused_at and product.clock() - note.refused_at < _AGAIN)))


def _remind(product: Product, one: Standing, reminders: RequestReminders, notes: Notes, tended: Tended) -> None:
    from zusage.connectors.sql.address import fill
    from zusage.documents.case_mails import reminder

    case, due = one.case, one.due
    if case.ended or due is None:
        return
    what = "overdue" if one.overdue else _nearest(reminders, due, product)
    if not what:
        return

    def letters() -> Iterator[tuple[str, Mail]]:
        by_authority = case.demanded is not None
        mail = reminder(product.loaded.manifest, case.id, case.right, due, overdue=one.overdue, by_authority=by_authority)
        yield from ((fill("requests.reminders.to", to), mail) for to in reminders.to)

    detail = f"overdue since {due}" if one.overdue else f"{what} before {due}"
    tended.reminded += _once(product, case.id, detail, "reminded", detail, letters, notes, tended)


def _nearest(reminders: RequestReminders, due: date, product: Product) -> str:
    """The shortest of the declared times that is running (6)."""
    running = [period for period in reminders.before if period.before(due) <= today(product)]
    return str(min(running, key=lambda period: period.rough_days)) if running else ""


def _once(
    product: Product,
    case: str,
    what: str,
    kind: Kind,
    detail: str,
    letters: Callable[[], Iterator[tuple[str, Mail]]],
    notes: Notes,
    tended: Tended,
) -> bool:
    """Mail something about a case unless that was done, and note it in the case (2). Raises NotDelivered."""
    from zusage.connectors.notifying import NotDelivered

    now = product.clock()
    if not _may_go(product, notes.get((case, what))):
        return False
    made = list(letters())
    if not made:
        return False
    seal_steps(product)
    number, taken = product.state.case_mails.begin(case, what, now), 0
    for place, (to, mail) in enumerate(made):
        try:
            hand_over(product, to, mail, mail_key(case, what, place))
            taken += 1
        except NotDelivered as trouble:
            if trouble.down:
                raise
            tended.refused += 1
    if not taken:
        product.state.case_mails.refused(number, now)
        return False
    with product.state.together():
        product.state.case_mails.sent(number, now)
        add(product, case, event_of(product, kind, PROGRAM, detail), "")
    seal_if_possible(product)
    return True
