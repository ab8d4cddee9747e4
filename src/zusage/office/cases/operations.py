"""What is done on the systems for a case, by its description: ordered, agreed to by somebody else where the law or prudence wants one, and shown."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from zusage.bootstrap.cases import operating
from zusage.bootstrap.rights.using import rows_of
from zusage.documents import Language
from zusage.rights.objection import Objection
from zusage.rights.operation import OPERATIONS, Order
from zusage.rights.restriction import Opened, Restriction

from .asking import holder_of, looking, orderer_of, product_of, reader_of
from .refusals import Forbidden, Refused

router = Router(tags=["operations"])
_REFUSALS = {401: Refused, 403: Refused, 404: Refused, 409: Refused, 503: Refused}


class Operation(Schema):
    """An order in a case; nothing of the person."""

    number: int
    operation: str = Field(description=f"one of {', '.join(OPERATIONS)}")
    by: str
    agreed_by: str
    outcome: str = Field(
        description="what came of it, such as the number of a restriction, or `refused`; empty while it is not done"
    )
    waits_for_second: bool
    result: dict[str, Any] = Field(
        description="counts of what was done, where this call has done it; of a transfer always how far it has come"
    )


class Found(Schema):
    """Where the rows of a person are, in counts."""

    rows: dict[str, int]
    candidates: dict[str, int] = Field(description="rows with their address alone; `include` takes them in")
    kept_back: list[str]
    not_reached: list[str]


class Restricted(Schema):
    """A restriction; it names nobody."""

    restriction: str
    ground: str
    by: str
    since: datetime
    told_at: datetime | None
    lifted_at: datetime | None
    instead: str | None = Field(description="the paragraph of § 35 BDSG under which it stands in the place of an erasure")


class Reach(Restricted):
    """What the application still reaches of it."""

    hidden: int
    files: int
    in_reach: dict[str, int | None] = Field(description="by table; null: nobody could look")
    shown: bool


class Used(Schema):
    """A use of restricted data."""

    use: str
    restriction: str
    purpose: str
    by: str
    second: str
    reasons: str
    since: datetime
    until: datetime
    closed_at: datetime | None


class Objected(Schema):
    """An objection; it names nobody."""

    objection: str
    activity: str
    marketing: bool
    finding: str | None
    by: str
    second: str
    since: datetime
    ended_at: datetime | None


class Finds(Objected):
    """An objection, and whether the purpose still finds the person."""

    left: dict[str, int] = Field(description="by table, rows in which it does")


class Withdrawn(Schema):
    """A withdrawal of a consent; it names nobody."""

    withdrawal: str
    activity: str
    by: str
    at: datetime


class Holding(Schema):
    """A hold; it names nobody."""

    hold: str
    cases: list[str]
    tables: list[str]
    reason: str
    by: str
    review_on: date
    lifted: bool


class Told(Schema):
    """What the person is told."""

    paragraphs: list[str]


@router.post("/cases/{case}/operations", response={200: Operation, **_REFUSALS}, operation_id="order")
def give(request: HttpRequest, case: str, order: Annotated[Order, Body(discriminator="operation")]) -> Any:
    """Order something. It is done at once, or when a second person has agreed; given again after an interruption, it is taken up."""
    holder = orderer_of(request)
    with looking(request) as product:
        return _operation(operating.give(product, case, order, holder.taker))


@router.post("/cases/{case}/operations/{number}/agreement", response={200: Operation, **_REFUSALS}, operation_id="agree")
def agree(request: HttpRequest, case: str, number: int) -> Any:
    """Agree, as a second person, to what somebody else ordered; it is done now."""
    holder = holder_of(request)
    if not holder.agrees:
        raise Forbidden
    with looking(request) as product:
        return _operation(operating.agree(product, case, number, holder.taker))


@router.get("/cases/{case}/operations", response={200: list[Operation], **_REFUSALS}, operation_id="orders")
def all_(request: HttpRequest, case: str) -> Any:
    """What was ordered in a case."""
    return [_operation(one) for one in operating.standing_orders(product_of(request), case)]


@router.get("/cases/{case}/operations/{number}", response={200: dict[str, Any], **_REFUSALS}, operation_id="order-text")
def text(request: HttpRequest, case: str, number: int) -> Any:
    """An order as it was given, for whoever is asked to agree."""
    reader_of(request)
    return operating.ordered(product_of(request), case, number)[0].model_dump(mode="json")


@router.get("/cases/{case}/operations/{number}/plan", response={200: dict[str, Any], **_REFUSALS}, operation_id="order-plan")
def plan(request: HttpRequest, case: str, number: int) -> Any:
    """The plan that an order has made, as `zusage approve` reads it; it holds a code in the place of the person."""
    product = product_of(request)
    operating.ordered(product, case, number)
    try:
        return json.loads(operating.plan_of(product, case, number).read_bytes())
    except OSError:
        raise operating.NoOrder(case, "the order has made no plan") from None


@router.get("/cases/{case}/operations/{number}/letter", response={200: Told, **_REFUSALS}, operation_id="order-letter")
def order_letter(request: HttpRequest, case: str, number: int, language: Language = "de") -> Any:
    """What the person is told of a withdrawal or an erasure that was ordered: what ended or went, and what stays on which basis."""
    reader_of(request)
    with looking(request) as product:
        return {"paragraphs": list(operating.letter_of(product, case, number, language))}


@router.get("/cases/{case}/found", response={200: Found, **_REFUSALS}, operation_id="found")
def found(request: HttpRequest, case: str) -> Any:
    """Where the person's rows are, and what only has their address."""
    reader_of(request)
    with looking(request) as product:
        seen = operating.found_of(product, case)
    return {
        "rows": dict(seen.rows),
        "candidates": dict(seen.candidates),
        "kept_back": list(seen.withheld),
        "not_reached": list(seen.beyond),
    }


@router.get("/restrictions", response={200: list[Restricted], **_REFUSALS}, operation_id="restrictions")
def restrictions(request: HttpRequest) -> Any:
    """Every restriction."""
    return [_restricted(one) for one in product_of(request).state.restrictions.all()]


@router.get("/restrictions/{number}", response={200: Reach, **_REFUSALS}, operation_id="restriction")
def restriction(request: HttpRequest, number: str) -> Any:
    """Look as the application whether a restriction holds."""
    from zusage.bootstrap.rights.restricted import show

    with looking(request) as product:
        seen = show(product, number)
    return _restricted(seen.restriction) | {
        "hidden": seen.hidden,
        "files": seen.files,
        "in_reach": {one.table: one.readable for one in seen.reached},
        "shown": seen.shown,
    }


@router.get("/restrictions/{number}/letter", response={200: Told, **_REFUSALS}, operation_id="restriction-letter")
def restriction_letter(request: HttpRequest, number: str, language: Language = "de", lifting: bool = False) -> Any:
    """What the person is told of it; with `lifting`, before it is lifted."""
    from zusage.bootstrap.rights.restricting import letter

    reader_of(request)
    return {"paragraphs": list(letter(product_of(request), number, language, before_lifting=lifting))}


@router.get("/uses", response={200: list[Used], **_REFUSALS}, operation_id="uses")
def uses(request: HttpRequest) -> Any:
    """Every use of restricted data (Art. 18(2) GDPR)."""
    return [_used(one) for one in product_of(request).state.restricted_uses.all()]


@router.get("/uses/{number}/rows", response={200: dict[str, Any], **_REFUSALS}, operation_id="use-rows")
def use_rows(request: HttpRequest, number: str) -> Any:
    """What lies open, for whoever opened it and for as long as it may."""
    holder = orderer_of(request)
    return rows_of(product_of(request), number, holder.name)


@router.get("/objections", response={200: list[Objected], **_REFUSALS}, operation_id="objections")
def objections(request: HttpRequest) -> Any:
    """Every objection."""
    return [_objected(one) for one in product_of(request).state.objections.all()]


@router.get("/objections/{number}", response={200: Finds, **_REFUSALS}, operation_id="objection")
def objection(request: HttpRequest, number: str) -> Any:
    """Look whether the purpose still finds the person."""
    from zusage.bootstrap.rights.objecting import left

    with looking(request) as product:
        one = product.state.objections.get(number)
        return _objected(one) | {"left": dict(left(product, one)) if one.stops else {}}


@router.get("/objections/{number}/letter", response={200: Told, **_REFUSALS}, operation_id="objection-letter")
def objection_letter(request: HttpRequest, number: str, language: Language = "de") -> Any:
    """What the person is told of it."""
    from zusage.bootstrap.rights.objecting import Ended, left, letter

    reader_of(request)
    with looking(request) as product:
        one = product.state.objections.get(number)
        seen = Ended(objection=one, rows=(), left=left(product, one) if one.stops else ())
        return {"paragraphs": list(letter(product, seen, language))}


@router.get("/withdrawals", response={200: list[Withdrawn], **_REFUSALS}, operation_id="withdrawals")
def withdrawals(request: HttpRequest) -> Any:
    """Every withdrawal of a consent."""
    found = product_of(request).state.withdrawals.all()
    return [{"withdrawal": one.id, "activity": one.activity, "by": one.by, "at": one.at} for one in found]


@router.get("/holds", response={200: list[Holding], **_REFUSALS}, operation_id="holds")
def holds(request: HttpRequest, everything: bool = False) -> Any:
    """Every hold that was not lifted; of everything, those that were, too."""
    return [
        {
            "hold": one.suspension.id,
            "cases": sorted(one.suspension.cases),
            "tables": list(one.suspension.tables),
            "reason": one.suspension.reason,
            "by": one.placed_by,
            "review_on": one.suspension.review_on,
            "lifted": one.suspension.lifted,
        }
        for one in product_of(request).state.suspensions.placements()
        if everything or not one.suspension.lifted
    ]


def _operation(one: operating.Standing) -> dict[str, Any]:
    order = one.order
    return {
        "number": order.number,
        "operation": order.operation,
        "by": order.by,
        "agreed_by": order.agreed_by,
        "outcome": order.outcome,
        "waits_for_second": one.waits_for_second,
        "result": dict(one.result),
    }


def _restricted(one: Restriction) -> dict[str, Any]:
    return {
        "restriction": one.id,
        "ground": one.ground,
        "by": one.by,
        "since": one.since,
        "told_at": one.told_at,
        "lifted_at": one.lifted_at,
        "instead": one.instead.paragraph if one.instead else None,
    }


def _objected(one: Objection) -> dict[str, Any]:
    names = ("activity", "marketing", "finding", "by", "second", "since", "ended_at")
    return {"objection": one.id} | {name: getattr(one, name) for name in names}


def _used(one: Opened) -> dict[str, Any]:
    names = ("restriction", "by", "second", "reasons", "since", "until", "closed_at")
    return {"use": one.id, "purpose": one.use} | {name: getattr(one, name) for name in names}
