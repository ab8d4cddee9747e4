"""The answer to a demand of erasure says what went, what a duty keeps, why and until when, and who was told: nobody has to remember to.

1. The plan by which a case was carried out lies in our own folder before the case says so. It holds codes in the place of keys, and goes
   when the case is emptied.
2. The letter is made when the answer is, so that it tells of recipients that were reached meanwhile.
3. A demand of several people that was closed is told of by nobody any more: each one's share is known no longer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..people import spelt
from ..plans import note_of, read_plan

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.planning.holding import Person
    from zusage.rights.case import Case
    from zusage.rights.erasure import Answer

    from ..product import Product

#: the detail of a case that was carried out by a plan, before the plan's digest
BY_PLAN = "plan "


def keep(product: Product, id: str, plan: Path) -> None:
    """The plan by which a case is about to be noted as carried out (1). May be repeated."""
    from .. import filing

    path = _path(product, id)
    filing.replace(note_of(path), note_of(plan).read_bytes(), private=True)
    filing.replace(path, plan.read_bytes(), private=True)


def told_in(product: Product, case: Case, language: Language) -> tuple[str, ...]:
    """The paragraphs of the letter (2); empty where a case was carried out otherwise. Raises SystemTrouble."""
    from ..rights.demands import DemandUnknown
    from ..rights.erased_letter import letter
    from ..rights.including import person_of

    if not tells(product, case):
        return ()
    path, person = _path(product, case.id), person_of(product, case.id)
    try:
        return letter(product, path, _of(product, path, person), language, person, on_file=True)
    except DemandUnknown:  # 3
        return ()


def _of(product: Product, path: Path, person: Person) -> Answer:
    """What became of somebody's demand, also where the plan was for several. Raises DemandUnknown or SystemTrouble."""
    from ..rights.demands import codes_of, people_asked
    from ..rights.each_erased import each
    from ..rights.erasing import answer

    if len(codes_of(product, path)) == 1:
        return answer(product, path, person)
    people = [spelt(product, one) for one in people_asked(product, path)]
    return each(product, path)[people.index(person)]


def tells(product: Product, case: Case) -> bool:
    """Whether the answer to a case tells by itself what became of the demand."""
    done, path = case.last("carried out"), _path(product, case.id)
    if case.right != "erasure" or done is None or not done.detail.startswith(BY_PLAN) or not path.exists():
        return False
    return f"{BY_PLAN}{read_plan(path)[0].digest}" == done.detail


def _path(product: Product, id: str) -> Path:
    return product.folder / "plans" / f"{id}-done.json"
