"""What the answer to a case says by itself, beside the words of whoever answers: what was done, as the program knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import erased_answer, ordered_answer, transferring

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.rights.case import Case

    from ..product import Product


def told_in(product: Product, case: Case, language: Language) -> tuple[str, ...]:
    """The paragraphs, with where to turn at their end. Raises SystemTrouble, StateError, UnknownCase or CaseTorn."""
    from zusage.documents.catalogue import catalogue
    from zusage.documents.remedies import remedies

    sent = transferring.told_in(product, case, language)
    done = ordered_answer.told_in(product, case, language)
    gone = erased_answer.told_in(product, case, language)
    turn = remedies(product.loaded.manifest, catalogue(language)) if done and not gone else ()
    return (*sent, *done, *gone, *turn)


def tells(product: Product, case: Case) -> bool:
    """Whether it says all that the person must be told, so that nobody need add a word. Raises UnknownCase or CaseTorn."""
    return erased_answer.tells(product, case) if case.right == "erasure" else ordered_answer.tells(product, case)
