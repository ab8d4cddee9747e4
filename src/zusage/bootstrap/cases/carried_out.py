"""Whether what a case asks for was really done, before the case says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.planning.holding import HoldUnfit, Person

from ..plans import read_plan
from .erased_answer import BY_PLAN

if TYPE_CHECKING:
    from ..product import Product

#: the detail of an erasure where nothing of the person was in reach
NOTHING = "nothing was in reach"
#: before the number of a restriction that stands in the place of an erasure
_INSTEAD = "restricted instead "


class NotCarriedOut(Exception):
    """A case cannot be noted as carried out: what, why and what to do."""

    def __init__(self, case: str, why: str, advice: str) -> None:
        super().__init__(f"case {case} is not noted as carried out: {why}. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done for a case, as whoever notes it says."""

    plan: Path | None = None
    #: a restriction that stands in the place of the erasure (§ 35 BDSG)
    restriction: str = ""
    #: why something of the person stays although their erasure was granted, or how it is known that nothing of them was there
    words: str = field(default="", repr=False)


def executed(product: Product, id: str, done: Done) -> str:
    """What a case asks for was done: of an erasure the plan's digest, the restriction in its place, or that there was nothing.

    Whatever no operation of ours carries out is for whoever notes it to answer for. Raises NotCarriedOut, UnknownRestriction or
    SystemTrouble.
    """
    if product.state.cases.get(id).right != "erasure":
        if done.restriction:
            raise NotCarriedOut(id, "only an erasure has a restriction in its place", "Leave the restriction out.")
        return _by(done.plan) if done.plan else ""
    named = (product.state.cases.content(id) or {}).get("person")
    if not named:
        raise NotCarriedOut(id, "it does not say whose data it is about", "Name the person.")
    if not done.plan and not done.restriction:
        if _still_there(product, str(named)):
            raise NotCarriedOut(id, "an erasure is carried out by a plan, and none is named", "Name the plan that was applied.")
        if not done.words.strip():
            raise NotCarriedOut(id, *_NOBODY)
        return NOTHING
    return _erased(product, id, str(named), done)


def instead_of(detail: str) -> str:
    """The restriction that a case was carried out by; empty where it was another way."""
    return detail.removeprefix(_INSTEAD) if detail.startswith(_INSTEAD) else ""


def _erased(product: Product, id: str, named: str, done: Done) -> str:
    from ..people import code_of, spelt
    from ..rights.demands import codes_of
    from ..rights.erasing import answer, left_of
    from ..rights.including import left_included

    person = spelt(product, Person.parse(named))
    restricted = _restricted(product, id, done.restriction, code_of(product, person)) if done.restriction else frozenset()
    left = {table: rows for table, rows in left_of(product, [person]).items() if table not in restricted}
    if done.plan:
        _refuse_less(product, id, done.plan)
        left |= left_included(product, done.plan)
        if code_of(product, person) not in codes_of(product, done.plan):
            raise NotCarriedOut(id, "the plan is for somebody else", "Name the plan that was made for this person.")
        stopped = any(one.stopped for one in answer(product, done.plan, person, left=left).done)
        if stopped or (left and not (done.words.strip() and _all_went(product, person, done.plan))):
            raise NotCarriedOut(id, *_LEFT)
    elif left:
        raise NotCarriedOut(id, "the restriction is not about everything of the person that is left in reach", _LEFT[1])
    return f"{_INSTEAD}{done.restriction}" if done.restriction or done.plan is None else _by(done.plan)


def _refuse_less(product: Product, id: str, plan: Path) -> None:
    """Raises NotCarriedOut where the plan does not take what a human has included in the case; a demand that was closed took all."""
    from ..rights.including import included_in, on_file_of

    missing = set(product.state.cases.get(id).included)
    for code in on_file_of(product, plan):
        missing -= included_in(product, code)[1]
    if missing and on_file_of(product, plan):
        raise NotCarriedOut(
            id, f"the plan does not take {', '.join(sorted(missing))}, which it includes", "Plan again, and include it."
        )


def _by(plan: Path) -> str:
    return f"{BY_PLAN}{read_plan(plan)[0].digest}"


#: a mistyped key reaches nothing as well, and the person would be told that their data are gone
_NOBODY = (
    "no row has this key, and a mistyped one has none either",
    "Compare the key with what the person has shown, and say in words how it is known that nothing of theirs is there.",
)
_LEFT = (
    "something of the person is left in reach",
    "See what is left, and plan again. Where nothing more can be planned, say in words why the rest stays.",
)


def _restricted(product: Product, id: str, number: str, code: str) -> frozenset[str]:
    """The tables that a restriction in the place of an erasure hides, seen through the application's eyes."""
    from ..rights.restricted import show

    found = show(product, number)
    one = found.restriction
    if one.code != code or one.lifted_at is not None:
        raise NotCarriedOut(id, f"{number} is not in force for this person", "Name the restriction that was placed for them.")
    if one.instead is None:
        advice = "Place one that does, with the paragraph, the letter, reasons and somebody else who agrees."
        raise NotCarriedOut(id, f"{number} does not stand in the place of an erasure (§ 35 BDSG)", advice)
    if not found.shown:
        raise NotCarriedOut(id, f"it is not shown that {number} hides everything", f"Look what {number} hides.")
    return frozenset(reached.table for reached in found.reached)


def _all_went(product: Product, person: Person, plan: Path) -> bool:
    """Whether a plan for the same demand, made now, would do nothing: what is left is held, or kept on another basis."""
    from ..rights.erasing import draft_again

    again = draft_again(product, plan, person)
    return not again.steps


def _still_there(product: Product, named: str) -> bool:
    """Whether something of somebody is in reach, or nobody can tell because the manifest knows no such people. Raises SystemTrouble."""
    from ..people import spelt
    from ..rights.erasing import left_of

    try:
        return bool(left_of(product, [spelt(product, Person.parse(named))]))
    except HoldUnfit:
        return True
