"""Notices of what the rules of a plan took, a group for each recipient, by their description (Art. 17(1), 19 GDPR)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from zusage.bootstrap import Product
from zusage.bootstrap.telling.groups import nameless_in, way_of_group, words_of
from zusage.bootstrap.telling.sending import group_escalated_now
from zusage.rights.notification import Excuse, NoticeGroup
from zusage.rights.operation import Words

from .asking import orderer_of, product_of, reader_of
from .refusals import Refused

router = Router(tags=["notices"])
_REFUSALS = {401: Refused, 403: Refused, 404: Refused, 409: Refused, 503: Refused}
_AT_ONCE = 1000
#: the digest of a plan
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Grouped(Schema):
    """How far the notices are by which one recipient is told of what the rules of one plan took; nothing of the people."""

    plan: str = Field(description="the digest of the plan")
    recipient: str
    by: str = Field(description="how it is told; `hand` waits for a human")
    since: datetime
    states: dict[str, int] = Field(description="how many notices wait, were told, or are excused")
    undone: int = Field(description="how many counted as told, and their mail came back")
    unnamed: int = Field(description="how many name nobody to the recipient, so that they wait for a human")
    escalated: bool = Field(description="a human must look")
    tries: int
    trouble: str


class Letter(Schema):
    """What is open of a group, as one message; it names people."""

    subject: str
    text: str
    table: str | None = Field(description="the people as CSV; none where the text names all of them")


class _OfGroup(Schema):
    model_config = ConfigDict(extra="forbid")

    plan: Digest
    recipient: Words


class Receipt(_OfGroup):
    """A human told the recipient of everything in a group that is open."""

    how: Words = Field(description="how, and what was answered; no name of a person")


class Excused(_OfGroup):
    """Why the recipient is not told of anything in a group that is open (Art. 19 sentence 1)."""

    why: Excuse
    because: Words = Field(description="the reason; no name of a person")


class Ended(Schema):
    """Of how many notices that was noted."""

    notices: int


@router.get("/notice-groups", response={200: list[Grouped], **_REFUSALS}, operation_id="notice-groups")
def list_(
    request: HttpRequest,
    everything: bool = False,
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=_AT_ONCE)] = 100,
) -> Any:
    """Groups of which something is open, or every one, the oldest first."""
    product = product_of(request)
    return [_grouped(product, one) for one in product.state.notice_groups.all(ended=everything)[offset : offset + limit]]


@router.get("/notice-groups/letter", response={200: Letter, **_REFUSALS}, operation_id="notice-group-letter")
def letter(request: HttpRequest, plan: Digest, recipient: Words) -> Any:
    """What is open of a group as one message, so that a human can send it."""
    from zusage.state.errors import NoticeEnded

    reader_of(request)
    product = product_of(request)
    group = product.state.notice_groups.get(plan, recipient)
    words = words_of(product, group, product.state.notice_groups.notices(plan, recipient))
    if words is None:
        raise NoticeEnded(id=group.name, state="nothing of it is open")
    return {"subject": words.subject, "text": words.text, "table": words.table.decode("utf-8-sig") if words.table else None}


@router.post("/notice-groups/receipt", response={200: Ended, **_REFUSALS}, operation_id="notice-group-receipt")
def receipt(request: HttpRequest, given: Receipt) -> Any:
    """Note that a human told the recipient of all that is open."""
    holder, product = orderer_of(request), product_of(request)
    noted = product.state.notice_groups.receive(given.plan, given.recipient, given.how, holder.name, product.clock())
    return {"notices": noted}


@router.post("/notice-groups/excuse", response={200: Ended, **_REFUSALS}, operation_id="notice-group-excuse")
def excuse(request: HttpRequest, given: Excused) -> Any:
    """Say why the recipient is not told of all that is open."""
    holder, product = orderer_of(request), product_of(request)
    groups = product.state.notice_groups
    return {"notices": groups.excuse(given.plan, given.recipient, given.why, given.because, holder.name, product.clock())}


def _grouped(product: Product, one: NoticeGroup) -> dict[str, Any]:
    return {
        "plan": one.plan,
        "recipient": one.recipient,
        "by": way_of_group(product, one),
        "since": one.since,
        "states": dict(one.counts),
        "undone": one.undone,
        "unnamed": nameless_in(product, one),
        "escalated": group_escalated_now(product, one),
        "tries": one.tries,
        "trouble": one.trouble,
    }
