"""Mails that came back: the answer of a case was none, so that the clock runs on, and a question that went with a link was not asked.

Of a notice, an acknowledgement or a reminder a human must look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zusage.rights.notification import RETURNED
from zusage.rights.returned import ADVICE, ReportRefused, returned_mail
from zusage.rights.roles import PROGRAM

from .case_mail import mail_key, number_of
from .handing import undelivered
from .recording import seal_if_possible, seal_steps
from .requests import add, event_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from zusage.rights.case import Kind

    from ..product import Product


def take_back(product: Product, raw: bytes) -> str:
    """Note that a mail of ours came back; returns the number of the case or the notices. May be repeated.

    Raises ReportRefused where the report is about no answer and no notice of ours, UnknownCase or CaseTorn.
    """
    number = returned_mail(raw)
    for mark, case in product.state.case_answers.marks().items():
        if number_of(product, mark) == number:
            undelivered(product, case, PROGRAM)
            return case
    if open_case := _link(product, number) or _mail(product, number):
        return open_case
    notice = product.state.notices.advance(number, RETURNED)
    notices = (notice,) if notice else product.state.bundles.advance(number, RETURNED)
    if not notices:
        raise ReportRefused(
            "it is about no mail of a case that is open and no notice that a mail server has taken, or that was noted before",
            ADVICE,
        )
    first, *rest = notices
    return f"{first.id} and {len(rest)} more" if rest else first.id


def _link(product: Product, number: str) -> str | None:
    """The case whose link came back; the question of it was none. Raises CaseTorn."""
    for mark, (id, case) in product.state.case_links.marks().items():
        if number_of(product, mark) == number:
            return _noted(product, case, "link returned", "", id, product.state.case_links.refused)
    return None


def _mail(product: Product, number: str) -> str | None:
    """The case of which an acknowledgement or a reminder came back. Raises CaseTorn."""
    requests = product.loaded.manifest.requests
    places = range(max(1, len(requests.reminders.to) if requests and requests.reminders else 1))
    for id, case, what in product.state.case_mails.marks():
        if number in {number_of(product, mail_key(case, what, place)) for place in places}:
            return _noted(product, case, "mail returned", what, id, product.state.case_mails.refused)
    return None


def _noted(product: Product, case: str, kind: Kind, detail: str, id: int, refused: Callable[[int, datetime], None]) -> str | None:
    """Once; None where the case has ended meanwhile, so that nobody need see to it."""
    if product.state.cases.get(case).ended:
        return None
    seal_steps(product)
    with product.state.together():
        add(product, case, event_of(product, kind, PROGRAM, detail), "")
        refused(id, product.clock())
    seal_if_possible(product)
    return case
