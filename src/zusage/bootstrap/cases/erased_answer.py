"""The answer to a demand of erasure says what went, what a duty keeps, why and until when, and who was told: nobody has to remember to.

1. The plan by which a case was carried out lies in our own folder before the case says so. It holds codes in the place of keys, and goes
   when the case is emptied.
2. The letter is made when the answer is, so that it tells of recipients that were reached meanwhile.
3. A demand of several people that was closed is told of by nobody any more: each one's share is known no longer.
4. An erasure may take several plans, such as where what waits for a reference goes with the next. Each lies beside the case before its
   first row goes, and the letter counts what all of them took.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.durable import sync
from zusage.planning.erasure import codes

from ..people import spelt
from ..plans import note_of, read_plan

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.planning.holding import Person
    from zusage.planning.plan import Plan
    from zusage.rights.case import Case
    from zusage.rights.erasure import Answer, Done

    from ..product import Product

#: the detail of a case that was carried out by a plan, before the plan's digest
BY_PLAN = "plan "


def keep(product: Product, id: str, plan: Path) -> None:
    """The plan by which a case is about to be noted as carried out (1). May be repeated."""
    _copy(plan, _path(product, id, "done"))


def keep_for_cases(product: Product, plan: Plan, path: Path) -> None:
    """A plan that is about to be carried out, beside each case that it is for (4). May be repeated. Raises DemandUnknown or SystemTrouble."""
    from ..rights.demanding import cases_of, decided
    from ..rights.demands import consent_alone, people_of

    first = None
    for code in () if product.state.cases.empty else codes(plan):
        if consent_alone(product, code, plan.digest):
            continue
        for case in (one for found in cases_of(product, people_of(product, code)).values() for one in found if decided(one)):
            there = _path(product, case.id, plan.digest)
            if first is None:
                _copy(path, first := there)
            else:  # of many people who go together one file is enough
                _link(first, there)
    if first:
        sync(first.parent)


def _copy(plan: Path, there: Path) -> None:
    from .. import filing

    filing.replace(note_of(there), note_of(plan).read_bytes(), private=True)
    filing.replace(there, plan.read_bytes(), private=True)


def _link(first: Path, there: Path) -> None:
    for one, other in ((note_of(first), note_of(there)), (first, there)):
        other.unlink(missing_ok=True)
        other.hardlink_to(one)


def told_in(product: Product, case: Case, language: Language) -> tuple[str, ...]:
    """The paragraphs of the letter (2); empty where a case was carried out otherwise. Raises SystemTrouble."""
    from ..rights.demands import DemandUnknown
    from ..rights.erased_letter import letter
    from ..rights.including import person_of

    if not tells(product, case):
        return ()
    path, person = _path(product, case.id, "done"), person_of(product, case.id)
    try:
        return letter(product, path, _of_all(product, case.id, person), language, person, on_file=True)
    except DemandUnknown:  # 3
        return ()


def _of_all(product: Product, id: str, person: Person) -> Answer:
    """What became of somebody's demand by all plans together (4). Raises DemandUnknown or SystemTrouble."""
    newest, *before = _plans(product, id)
    found = _of(product, newest, person, {})
    taken = Counter(_taken(found.done))
    for path in before:
        earlier = [replace(one, stopped="") for one in _of(product, path, person, taken).done if one.rows]
        taken.update(_taken(earlier))
        found = replace(found, done=(*found.done, *earlier))
    return found


def _taken(done: Iterable[Done]) -> dict[str, int]:
    """By table, how many rows."""
    rows = Counter[str]()
    for one in done:
        rows.update({one.table: one.rows} | dict(one.with_them))
    return rows


def _plans(product: Product, id: str) -> list[Path]:
    """Every plan that was carried out for a case, newest first: the one by which it was noted, and those before."""
    newest = _path(product, id, "done")
    last = read_plan(newest)[0]
    every = {read_plan(path)[0].digest: path for path in newest.parent.glob(f"{id}-{'[0-9a-f]' * len(last.digest)}.json")}
    before = [path for digest, path in every.items() if digest != last.digest]
    return [newest, *sorted(before, key=lambda path: read_plan(path)[0].as_of, reverse=True)]


def _of(product: Product, path: Path, person: Person, later: Mapping[str, int]) -> Answer:
    """What became of somebody by one plan, also where it was for several. Raises DemandUnknown or SystemTrouble."""
    from ..rights.demands import codes_of, people_asked
    from ..rights.each_erased import each
    from ..rights.erasing import answer

    if len(codes_of(product, path)) == 1:
        return answer(product, path, person, left={} if later else None)
    people = [spelt(product, one) for one in people_asked(product, path)]
    return each(product, path, {person: later})[people.index(person)]


def tells(product: Product, case: Case) -> bool:
    """Whether the answer to a case tells by itself what became of the demand."""
    from ..rights.demands import codes_of, known

    done, path = case.last("carried out"), _path(product, case.id, "done")
    if case.right != "erasure" or done is None or not done.detail.startswith(BY_PLAN) or not path.exists():
        return False
    if f"{BY_PLAN}{read_plan(path)[0].digest}" != done.detail:
        return False
    return all(len(codes_of(product, one)) == 1 or known(product, one) for one in _plans(product, case.id))  # 3


def _path(product: Product, id: str, which: str) -> Path:
    return product.folder / "plans" / f"{id}-{which}.json"
