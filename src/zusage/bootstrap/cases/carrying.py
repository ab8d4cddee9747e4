"""Carries out what was ordered in a case: each order by the operation that the commands have, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from zusage.planning.holding import HoldUnfit, Person
from zusage.rights import operation as op
from zusage.rights.rectification import AlreadyRight
from zusage.rights.restriction import Instead

from .operating import Given, plan_of

if TYPE_CHECKING:
    from datetime import datetime

    from zusage.planning.plan import Plan
    from zusage.rights.restriction import Restriction

    from ..product import Product

#: what came of it in a word, and in counts
Carried = tuple[str, Mapping[str, object]]


def carry_out(product: Product, given: Given) -> Carried:
    """Do it, or take it up where it was interrupted. Raises what the operation raises."""
    match given.order:
        case op.Restrict() | op.RestrictInstead() as order:
            return _restricted(product, given, order)
        case op.TellLifting() as order:
            return product.state.restrictions.told(order.restriction, given.by, order.how, product.clock()).id, {}
        case op.Lift() as order:
            return _lifted(product, given, order)
        case op.Use() as order:
            return _opened(product, given, order)
        case op.CloseUse() as order:
            from ..rights.using import close

            return close(product, order.use).id, {}
        case op.Rectify() as order:
            return _corrected(product, given, order), {}
        case op.Complete() as order:
            return _stated(product, given, order), {}
        case op.Oppose() as order:
            return _objected(product, given, order)
        case op.DecideObjection() as order:
            return _decided(product, given, order)
        case op.EndObjection() as order:
            return product.state.objections.end(order.objection, given.by, order.reasons, product.clock()).id, {}
        case op.WithdrawConsent() as order:
            return _withdrawn(product, given, order)
        case op.PlanErasure() as order:
            return _planned(product, given, order)
        case op.Transfer() as order:
            from .transferring import transfer

            return transfer(product, given, order)
        case op.RefuseTransfer() as order:
            from .transferring import refuse

            return refuse(product, given, order)
        case op.Hold() as order:
            return _held(product, given, order)
        case op.ReviewHold() as order:
            return _reviewed(product, given, order), {}
        case op.LiftHold() as order:
            return _released(product, given, order)
        case _:
            assert_never(given.order)


def _whose(given: Given) -> Person:
    if given.whose.person is None:  # asked for when it was ordered
        raise HoldUnfit("the case does not say whose data it is about", "Name the person.")
    return given.whose.person


def _since(product: Product, given: Given) -> datetime:
    """When it was ordered."""
    return product.state.cases.get(given.case).events[given.number - 1].at


# -- restrictions ----------------------------------------------------------------------------------------------------


def _restricted(product: Product, given: Given, order: op.Restrict | op.RestrictInstead) -> Carried:
    from ..people import code_of
    from ..rights.restricting import Wish, restrict

    instead = None
    if isinstance(order, op.RestrictInstead):
        instead = Instead(paragraph=order.paragraph, demanded=order.demanded, second=given.second, reasons=order.reasons)
    tables, since = frozenset(order.tables) or None, _since(product, given)
    before = product.state.restrictions.of(code_of(product, _whose(given)))
    found = restrict(product, Wish(person=_whose(given), ground=order.ground, by=given.by, tables=tables, instead=instead))
    reached = {one.table: one.readable for one in found.reached}
    return found.restriction.id, {
        "hidden": found.hidden, "files": found.files, "in_reach": reached, "shown": found.shown,
        "taken_up": found.taken_up and not _own(found.restriction, before, given, since),
        "instead": found.restriction.instead.paragraph if found.restriction.instead else None,
    }  # fmt: skip


def _own(restriction: Restriction, before: Restriction | None, given: Given, since: datetime) -> bool:
    """Whether this very order has placed it, and was interrupted before that was noted."""
    return before is not None and (before.by, before.instead) == (given.by, restriction.instead) and before.since >= since


def _lifted(product: Product, given: Given, order: op.Lift) -> Carried:
    from ..rights.restricting import lift

    return lift(product, order.restriction, given.by).id, {}


def _opened(product: Product, given: Given, order: op.Use) -> Carried:
    from ..rights.using import close, open_rows

    since = _since(product, given)
    for one in product.state.restricted_uses.all():
        mine = (one.restriction, one.by, one.second) == (order.restriction, given.by, given.second)
        if mine and one.since >= since and one.closed_at is None:  # interrupted before this order was noted as done
            close(product, one.id)
    noted, _ = open_rows(
        product, order.restriction, order.purpose, by=given.by, second=given.second, reasons=order.reasons,
        time=timedelta(hours=order.hours),
    )  # fmt: skip
    return noted.id, {"until": noted.until.isoformat()}


# -- rectifications --------------------------------------------------------------------------------------------------


def _corrected(product: Product, given: Given, order: op.Rectify) -> str:
    from ..rights.correcting import Wish, correct
    from ..rights.correction_notes import corrections
    from ..telling.settling import settle_interrupted

    person, since = _whose(given), _since(product, given).isoformat()
    with product.state.lock():
        settle_interrupted(product)  # takes away the note of what was not made after all
    made = [
        one
        for one in corrections(product, person)
        if (one.table, one.column, one.row) == (order.table, order.column, order.row) and one.at >= since
    ]
    for one in made:
        if one.after == (order.value or ""):
            return one.id
    wish = Wish(person=person, table=order.table, column=order.column, value=order.value, by=given.by, row=order.row)
    try:
        return correct(product, wish)
    except AlreadyRight:
        if made:  # this order did it and was interrupted; the system writes the value in a way of its own
            return made[-1].id
        raise


def _stated(product: Product, given: Given, order: op.Complete) -> str:
    from ..rights.stating import Wish, state, statements

    person, since = _whose(given), _since(product, given).isoformat()
    for one in statements(product, person):
        if (one.table, one.text) == (order.table, order.statement.strip()) and one.at >= since:
            return one.id
    return state(product, Wish(person=person, table=order.table, text=order.statement, by=given.by, row=order.row))


# -- purposes --------------------------------------------------------------------------------------------------------


def _objected(product: Product, given: Given, order: op.Oppose) -> Carried:
    from ..rights.ending import Wish
    from ..rights.objecting import place

    found = place(product, Wish(activity=order.activity, by=given.by, person=given.whose.person, address=given.whose.address))
    return found.objection.id, {
        "rows": dict(found.rows), "left": dict(found.left), "restriction": found.restriction, "unstopped": found.unstopped,
    }  # fmt: skip


def _decided(product: Product, given: Given, order: op.DecideObjection) -> Carried:
    from ..rights.objecting import decide, restricted

    objection = product.state.objections.get(order.objection)
    same = (objection.finding, objection.decided_by, objection.second) == (order.finding, given.by, given.second)
    if not (same and objection.reasons == order.reasons):  # else it was decided, and interrupted before that was noted here
        objection = decide(product, order.objection, order.finding, given.by, given.second, order.reasons)
    return objection.id, {"restricted": restricted(product, objection)}


def _withdrawn(product: Product, given: Given, order: op.WithdrawConsent) -> Carried:
    from ..rights.ending import Wish
    from ..rights.withdrawing import withdraw

    wish = Wish(activity=order.activity, by=given.by, person=given.whose.person, address=given.whose.address)
    found = withdraw(product, wish, _since(product, given))
    told = {"rows": dict(found.rows), "receipts": list(found.receipts), "left": dict(found.left), "unnoted": found.unnoted}
    return found.withdrawal.id, told | (_saved(product, given, found.plan) if found.plan else {})


# -- plans -----------------------------------------------------------------------------------------------------------


def _planned(product: Product, given: Given, order: op.PlanErasure) -> Carried:
    from ..rights.erasing import Wish, plan

    included = product.state.cases.get(given.case).included
    wish = Wish(
        people=[_whose(given)], ground=order.ground, by=given.by, needed=dict(order.needed), include=included, case=given.case
    )
    made = plan(product, wish)
    more = {"not_reached": list(made.beyond), "known": made.known}
    return f"plan {made.plan.digest}", _saved(product, given, made.plan) | more


def _saved(product: Product, given: Given, plan: Plan) -> dict[str, object]:
    """The plan lies in our own folder, for whoever signs it; it holds a code in the place of the person."""
    path = plan_of(product, given.case, given.number)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    product.save_plan(plan, path)
    steps: Sequence[Mapping[str, object]] = [
        {"step": one.id, "table": f"{one.system}.{one.table}", "rows": one.rows, "stopped": one.stopped} for one in plan.steps
    ]
    return {"plan": plan.digest, "file": f"{path.parent.name}/{path.name}", "steps": steps}


# -- holds -----------------------------------------------------------------------------------------------------------


def _held(product: Product, given: Given, order: op.Hold) -> Carried:
    from ..holding import Wish, place

    since, others = _since(product, given), {one.outcome for one in op.orders(product.state.cases.get(given.case))}
    for one in product.state.suspensions.placements():
        mine = one.placed_by == given.by and one.placed_at >= since and given.case in one.suspension.cases
        if (
            mine and one.suspension.reason == order.reason and one.suspension.id not in others
        ):  # placed, and interrupted before that was noted here
            return one.suspension.id, {}
    placed = place(product, Wish(case=given.case, reason=order.reason, review_on=order.review_on, by=given.by))
    return placed.suspension.id, {"rows": dict(placed.rows), "not_reached": list(placed.beyond)}


def _reviewed(product: Product, given: Given, order: op.ReviewHold) -> str:
    since = _since(product, given)
    placed = next(one for one in product.state.suspensions.placements() if one.suspension.id == order.hold)
    last = placed.reviews[-1] if placed.reviews else None
    if (
        last
        and (last.by, last.reason, placed.suspension.review_on) == (given.by, order.reason, order.review_on)
        and last.at >= since
    ):
        return order.hold  # noted, and interrupted before that was noted here
    return product.state.suspensions.review(order.hold, given.by, order.reason, order.review_on).id


def _released(product: Product, given: Given, order: op.LiftHold) -> Carried:
    if not product.state.suspensions.get([order.hold])[0].lifted:
        product.state.suspensions.lift(order.hold, given.by, order.reason)
    return order.hold, {}
