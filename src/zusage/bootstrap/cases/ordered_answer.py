"""The answer to a case says what its orders did: restricted, objected to, withdrawn, corrected, and which recipients were told of it.

1. It speaks of what came of the orders, as the registers and systems know it when the answer is made: a restriction that was lifted since
   was one, and a purpose that still finds the person has not ended.
2. An order that was refused, or that waits for somebody, is told of by a human, unless another one has done the same; and so is an objection
   that nobody has decided, and a plan of a withdrawal that was not carried out.
3. Who was told is said of what these orders did alone, and nobody was told who was not reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from zusage.rights import operation as op

from ..days import day_of
from ..plans import read_plan
from .operating import ordered_in, plan_of
from .whose import Whose, whose

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.catalogue import Catalogue
    from zusage.documents.rectified import Rectified, Stated
    from zusage.documents.withdrawn import Withdrawn
    from zusage.rights.case import Case
    from zusage.rights.notification import Notice
    from zusage.rights.restriction import Restriction

    from ..product import Product

#: orders of which the answer tells
_Telling = op.Restrict | op.Rectify | op.Complete | op.Oppose | op.DecideObjection | op.WithdrawConsent


@dataclass(frozen=True, slots=True)
class _Order:
    given: _Telling
    #: what came of it; empty where nothing did
    outcome: str
    number: int
    #: when it ended
    at: datetime | None

    @property
    def target(self) -> tuple[str | None, ...]:
        """What two orders have in common of which the second has done what the first did not."""
        match self.given:
            case op.Restrict():
                return ("restrict",)
            case op.Rectify() as one:
                return "rectify", one.table, one.column, one.row
            case op.Complete() as one:
                return "complete", one.table, one.row
            case op.Oppose() as one:
                return "object", one.activity
            case op.DecideObjection() as one:
                return "decide", one.objection
            case op.WithdrawConsent() as one:
                return "withdraw", one.activity
            case _:
                assert_never(self.given)


def told_in(product: Product, case: Case, language: Language) -> tuple[str, ...]:
    """The paragraphs (1, 3), without the remedies; none where nothing was ordered of which one tells. Raises SystemTrouble or StateError."""
    from zusage.documents.catalogue import catalogue
    from zusage.documents.notification import told_of as recipients_told

    from ..recipients.informing import told

    done = [one for one in _orders(product, case) if one.outcome]
    if not done:
        return ()
    say, what = catalogue(language), _What(product, case, whose(product, case.id))
    notices, nobody = what.recipients(done)
    return (
        *what.paragraphs(say, done),
        *(say(f"recipients_told.none_{kind}") for kind in nobody),
        *recipients_told(product.loaded.manifest, language, told(product, notices)),
    )


def tells(product: Product, case: Case) -> bool:
    """Whether the answer to a case tells by itself what became of it (2)."""
    every = _orders(product, case)
    done = {one.target for one in every if one.outcome}
    if not done or not all(one.outcome or one.target in done for one in every):
        return False
    plans = _plans(product, case, every)
    undecided = any(product.state.objections.get(id).open for id in _numbers(every, "object", "decide-objection"))
    return not undecided and all(product.state.journal.finished(read_plan(path)[0].digest) for path in plans)


def _orders(product: Product, case: Case) -> list[_Order]:
    """Those of which one tells, oldest first; none once the case was emptied."""
    found = []
    for standing, order in ordered_in(product, case.id):
        if isinstance(order, _Telling):
            done = standing.outcome if standing.outcome != op.REFUSED else ""
            at = case.events[standing.ended - 1].at if standing.ended else None
            found.append(_Order(order, done, standing.number, at))
    return found


def _plans(product: Product, case: Case, orders: Iterable[_Order]) -> list[Path]:
    """The plans that withdrawals have made, oldest first."""
    numbers = [one.number for one in orders if isinstance(one.given, op.WithdrawConsent)]
    return [path for path in (plan_of(product, case.id, number) for number in numbers) if path.exists()]


def _numbers(orders: Iterable[_Order], *operations: str) -> list[str]:
    """What came of orders of some kinds, each once."""
    return list(dict.fromkeys(one.outcome for one in orders if one.outcome and one.given.operation in operations))


@dataclass(frozen=True, slots=True)
class _What:
    """What was done in a case, for its letter."""

    product: Product
    case: Case
    whose: Whose

    def paragraphs(self, say: Catalogue, done: Sequence[_Order]) -> Iterator[str]:
        """What was done, kind by kind."""
        from zusage.documents.objected import what_ends
        from zusage.documents.rectified import rectified
        from zusage.documents.restricted import what_is_restricted
        from zusage.documents.withdrawn import what_has_ended

        from ..rights import objecting, restricting
        from ..rights.restricted import show

        product, manifest = self.product, self.product.loaded.manifest
        yield from rectified(manifest, say, list(self._corrected(done)), list(self._stated(done)))
        for number in _numbers(done, "object", "decide-objection"):
            objection = product.state.objections.get(number)
            left = objecting.left(product, objection) if objection.stops else ()
            yield from what_ends(manifest, say, objecting.told_of(product, objection, left))
        for activity in dict.fromkeys(one.given.activity for one in done if isinstance(one.given, op.WithdrawConsent)):
            yield from what_has_ended(manifest, say, self._withdrawn(activity, done))
        for number in _numbers(done, "restrict"):
            restriction = product.state.restrictions.get(number)
            reached = restriction.lifted_at is None and show(product, number).broken
            yield from what_is_restricted(manifest, say, restricting.told_of(product, restriction, left=reached))

    def recipients(self, done: Sequence[_Order]) -> tuple[list[Notice], list[str]]:
        """The notices of what was done here (3), and what it was of which nobody had to be told."""
        from ..people import code_of

        restrictions = [self.product.state.restrictions.get(number) for number in _numbers(done, "restrict")]
        restrictions += self._resting(done)
        about = {f"{one.id} {what}" for one in restrictions for what in ("placed", "lifted")}
        about |= {*_numbers(done, "rectify")} | {
            f"plan {read_plan(path)[0].digest}" for path in _plans(self.product, self.case, done)
        }
        codes = {one.code for one in restrictions} | ({code_of(self.product, self.whose.person)} if self.whose.person else set())
        every = [one for code in sorted(codes) for one in self.product.state.notices.told(code)]
        mine = [one for one in every if one.settled and one.occasion.about in about]
        nobody = []
        if self.product.loaded.manifest.telling is not None:
            for kind in ("corrected", "restricted"):
                lists = [one.notices for one in mine if one.occasion.kind == kind]
                nobody += [kind] if lists and all(found == () for found in lists) else []
        return [notice for one in mine for notice in one.notices or ()], nobody

    def _corrected(self, done: Iterable[_Order]) -> Iterator[Rectified]:
        from zusage.documents.rectified import Rectified

        from ..rights.correction_notes import corrections

        person = self.whose.person
        noted = {one.id: datetime.fromisoformat(one.at) for one in corrections(self.product, person)} if person else {}
        for one in done:
            if isinstance(one.given, op.Rectify) and (at := noted.get(one.outcome, one.at)):
                on, emptied = day_of(self.product, at), one.given.value is None
                yield Rectified(table=one.given.table, column=one.given.column, on=on, emptied=emptied)

    def _stated(self, done: Iterable[_Order]) -> Iterator[Stated]:
        """What is kept still: a statement goes with the data that it is about."""
        from zusage.documents.rectified import Stated

        from ..rights.stating import statements

        kept = {one.id: one for one in statements(self.product, self.whose.person)} if self.whose.person else {}
        for number in _numbers(done, "complete"):
            if number in kept:
                on = day_of(self.product, datetime.fromisoformat(kept[number].at))
                yield Stated(table=kept[number].table, on=on)

    def _withdrawn(self, activity: str, done: Sequence[_Order]) -> Withdrawn:
        from ..rights import withdrawing
        from ..rights.ending import Wish

        wish = Wish(activity=activity, by="", person=self.whose.person, address=self.whose.address)
        mine = [one for one in done if isinstance(one.given, op.WithdrawConsent) and one.given.activity == activity]
        return withdrawing.told_of(self.product, wish, _plans(self.product, self.case, mine))

    def _resting(self, done: Iterable[_Order]) -> list[Restriction]:
        """What objections of this case have put out of reach until they are decided."""
        objections = [self.product.state.objections.get(number) for number in _numbers(done, "object")]
        every = self.product.state.restrictions.all() if objections else ()
        return [
            one
            for one in every
            if one.ground == "d" and any(one.code in other.codes and one.since >= other.since for other in objections)
        ]
