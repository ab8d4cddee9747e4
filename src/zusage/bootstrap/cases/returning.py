"""Mails that came back: the answer of a case was none, so that the clock runs on; of a notice a human must look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zusage.rights.notification import RETURNED
from zusage.rights.returned import ADVICE, ReportRefused, returned_mail
from zusage.rights.roles import PROGRAM

from .case_mail import number_of
from .handing import undelivered

if TYPE_CHECKING:
    from ..product import Product


def take_back(product: Product, raw: bytes) -> str:
    """Note that a mail of ours came back; returns the number of the case or the notice. May be repeated.

    Raises ReportRefused where the report is about no answer and no notice of ours, UnknownCase or CaseTorn.
    """
    number = returned_mail(raw)
    for mark, case in product.state.case_answers.marks().items():
        if number_of(product, mark) == number:
            undelivered(product, case, PROGRAM)
            return case
    notice = product.state.notices.advance(number, RETURNED)
    if notice is None:
        raise ReportRefused(
            "it is about no answer and no notice that a mail server has taken, or that was noted before",
            ADVICE,
        )
    return notice.id
