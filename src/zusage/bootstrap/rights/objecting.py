"""Objections on the real systems (Art. 21 GDPR): noted, carried out at once, and carried out again on whoever was brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zusage.planning.ending import Held
from zusage.planning.holding import HoldUnfit
from zusage.rights.objection import Finding, Objection, decidable, is_marketing

from ..days import day_of
from ..people import Codes
from . import ending
from .ending import Rows, Wish

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.objected import Answer
    from zusage.promises.manifest import Ending

    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An objection and what was done of it."""

    objection: Objection
    #: per system.table, rows that went or were changed
    rows: Rows
    #: per system.table, rows in which the purpose still finds the person
    left: Rows
    #: the restriction that is in force until it is decided
    restriction: str = ""
    #: nothing says where the purpose finds people, and it alone holds nothing of this one, so that nothing was stopped
    unstopped: bool = False
    #: rows of these that suspensions hold
    held: tuple[Held, ...] = ()


def place(product: Product, wish: Wish) -> Ended:
    """Note the objection, then take the person out of what the purpose uses. May be repeated.

    It counts from its receipt: where a system fails it is on record all the same. Raises ObjectionRefused, HoldUnfit, SystemTrouble.
    """
    marketing = is_marketing(wish.activity, product.loaded.manifest.activities.get(wish.activity))
    found = ending.find(product, wish.person, wish.address)
    objection = product.state.objections.place(wish.activity, found.codes, wish.by, product.clock(), marketing=marketing)
    wanted = [(one, ending.theirs(product, one, found, objection.codes)) for one in _lists(product, wish.activity)]
    held = ending.held(product, wanted)
    rows = ending.end(product, wanted)
    tables = _alone(product, wish.activity) if objection.open else frozenset(one.table for one in held if not one.marks)
    restriction = _rest(product, wish, tables)
    return Ended(
        objection=objection,
        rows=rows,
        left=left(product, objection),
        restriction=restriction,
        unstopped=objection.open and not wanted and not restriction,
        held=held,
    )


def enforce(product: Product, activity: str) -> Rows:
    """Take out again whoever objected and was brought back; per system.table, the rows. Raises SystemTrouble or ForeignKeyCycle."""
    is_marketing(activity, product.loaded.manifest.activities.get(activity))
    against = product.state.objections.against(activity)
    return ending.end(product, [(one, ending.matching(product, one, against)) for one in _lists(product, activity)])


def left(product: Product, objection: Objection) -> Rows:
    """Per system.table, rows in which the purpose still finds the person. Raises SystemTrouble."""
    return ending.left(product, _lists(product, objection.activity), objection.codes)


def decide(product: Product, id: str, finding: Finding, by: str, second: str, reasons: str) -> Objection:
    """A human says whose grounds prevail. Raises ObjectionRefused or UnknownObjection."""

    def check(objection: Objection) -> None:
        decidable(objection, finding, by, second, reasons)

    return product.state.objections.decide(id, finding, by, second, reasons, product.clock(), check)


def barred(product: Product, activity: str) -> Callable[[str], bool]:
    """Whether nobody with an address may be brought in, because they objected. Raises ObjectionRefused."""
    is_marketing(activity, product.loaded.manifest.activities.get(activity))
    codes, against = Codes(product), product.state.objections.against(activity)
    return lambda address: codes.of_address(address) in against


def letter(product: Product, ended: Ended, language: Language) -> tuple[str, ...]:
    """What the person is told, as paragraphs."""
    from zusage.documents.objected import objected

    return objected(product.loaded.manifest, language, told_of(product, ended.objection, ended.left))


def told_of(product: Product, found: Objection, left: Rows) -> Answer:
    """An objection as letters speak of it; ``left``: where the purpose still finds the person."""
    from zusage.documents.objected import Answer

    resting = restricted(product, found)
    return Answer(
        activity=found.activity,
        marketing=found.marketing,
        finding=found.finding,
        reasons=found.reasons,
        since=day_of(product, found.since),
        restricted=resting,
        left=bool(left) or not (found.marketing or resting or _lists(product, found.activity)),
        taken_back=day_of(product, found.ended_at) if found.ended_at else None,
    )


def restricted(product: Product, objection: Objection) -> bool:
    """Whether anything of the person is out of reach now."""
    return any(product.state.restrictions.of(code) for code in objection.codes)


def _alone(product: Product, activity: str) -> frozenset[str]:
    """What the purpose alone holds, but for its lists."""
    activities = product.loaded.manifest.activities
    elsewhere = {table for name, other in activities.items() if name != activity for table in other.data}
    return frozenset(activities[activity].data.keys() - elsewhere - {one.data for one in _lists(product, activity)})


def _rest(product: Product, wish: Wish, tables: frozenset[str]) -> str:
    """Out of the application's reach is what the purpose alone holds until it is decided (Art. 18(1)(d) GDPR), and what is held.

    What stops it is no reason not to take the objection in: what the purpose still finds is told, and breaks the promise.
    """
    from zusage.state.errors import RestrictedOtherwise

    from .restricting import Wish as Restrict
    from .restricting import restrict

    if wish.person is None or not tables:
        return ""
    try:
        return restrict(product, Restrict(person=wish.person, ground="d", by=wish.by, tables=tables)).restriction.id
    except RestrictedOtherwise as there:
        return str(there.where["id"])
    except HoldUnfit:
        return ""  # nothing of theirs is there


def _lists(product: Product, activity: str) -> tuple[Ending, ...]:
    declared = product.loaded.manifest.activities.get(activity)
    return declared.objection.lists if declared and declared.objection else ()
