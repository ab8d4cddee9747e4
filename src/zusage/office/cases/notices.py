"""Notices to recipients and to whoever else is told of what was public (Art. 19, 17(2) GDPR), by their description."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from zusage.bootstrap import Product
from zusage.bootstrap.recipients.informing import informed, letter_to
from zusage.bootstrap.rights.including import person_of
from zusage.bootstrap.telling.delivering import letter_of, name_person, nameless_of, unnamed, way_of
from zusage.bootstrap.telling.sending import escalated_now
from zusage.rights.notification import Excuse, Notice
from zusage.rights.operation import Name, Words

from .asking import looking, orderer_of, product_of, reader_of
from .refusals import Refused

router = Router(tags=["notices"])
_REFUSALS = {401: Refused, 403: Refused, 404: Refused, 409: Refused, 503: Refused}
_AT_ONCE = 1000


class _Closed(Schema):
    model_config = ConfigDict(extra="forbid")


class Noted(Schema):
    """One recipient is told of one thing; nothing of the person."""

    notice: str
    of: str
    about: str
    at: datetime
    recipient: str = Field(
        description="as the manifest names it; `public/…`: what was public, of which others are told (Art. 17(2))"
    )
    by: str = Field(description="how it is told; `hand` and `public` wait for a human")
    state: str
    settled: bool = Field(description="what it tells of is certain")
    escalated: bool = Field(description="a human must look")
    tries: int
    trouble: str
    receipt: str
    because: str
    unnamed: list[str] = Field(description="by what the recipient would know the person, where nothing is left that says so")


class Letter(Schema):
    """A notice as it is sent; it names a person."""

    subject: str
    text: str


class Receipt(_Closed):
    """A human told a recipient, or took steps for what was public."""

    how: Words = Field(description="how, and what was answered; no name of a person")


class Excused(_Closed):
    """Why a recipient is not told (Art. 19 sentence 1)."""

    why: Excuse
    because: Words = Field(description="the reason; no name of a person")


class Named(_Closed):
    """By what a recipient knows the person, where nothing is left that says so."""

    kind: Name = Field(description="as the manifest says: notices, names")
    values: Annotated[list[Words], Field(min_length=1, max_length=100)]


class Recipients(Schema):
    """Who received data of the person, and who was told of what."""

    received: list[str]
    told: list[Noted]
    paragraphs: list[str] = Field(description="what the person is told of it on request (Art. 19 sentence 2)")


@router.get("/notices", response={200: list[Noted], **_REFUSALS}, operation_id="notices")
def list_(
    request: HttpRequest, everything: bool = False, after: str = "", limit: Annotated[int, Field(ge=1, le=_AT_ONCE)] = 100
) -> Any:
    """Notices that are open, or every one, in order; `after` names the last one that is known already."""
    product = product_of(request)
    found = product.state.notices.some(after, limit, ended=everything)
    nameless = nameless_of(product, found)
    return [_noted(product, one, nameless) for one in found]


@router.get("/notices/{notice}", response={200: Noted, **_REFUSALS}, operation_id="notice")
def show(request: HttpRequest, notice: str) -> Any:
    """One notice."""
    product = product_of(request)
    return _noted(product, product.state.notices.get(notice))


@router.get("/notices/{notice}/letter", response={200: Letter, **_REFUSALS}, operation_id="notice-letter")
def letter(request: HttpRequest, notice: str) -> Any:
    """Its words, so that a human can send it; they are gone once it was told."""
    from zusage.state.errors import NoticeEnded

    reader_of(request)
    product = product_of(request)
    found = letter_of(product, product.state.notices.get(notice))
    if found is None:
        raise NoticeEnded(id=notice, state="told")
    return {"subject": found.subject, "text": found.text}


@router.post("/notices/{notice}/receipt", response={200: Noted, **_REFUSALS}, operation_id="notice-receipt")
def receipt(request: HttpRequest, notice: str, given: Receipt) -> Any:
    """Note that a human told a recipient, or which steps were taken for what was public (Art. 17(2) GDPR)."""
    holder, product = orderer_of(request), product_of(request)
    return _noted(product, product.state.notices.receive(notice, given.how, product.clock(), by=holder.name))


@router.post("/notices/{notice}/excuse", response={200: Noted, **_REFUSALS}, operation_id="notice-excuse")
def excuse(request: HttpRequest, notice: str, given: Excused) -> Any:
    """Say why a recipient is not told."""
    holder, product = orderer_of(request), product_of(request)
    return _noted(product, product.state.notices.excuse(notice, given.why, given.because, holder.name, product.clock()))


@router.post("/notices/{notice}/name", response={200: Noted, **_REFUSALS}, operation_id="notice-name")
def name(request: HttpRequest, notice: str, given: Named) -> Any:
    """Say who is meant where nothing of the person is left that says so."""
    holder, product = orderer_of(request), product_of(request)
    return _noted(product, name_person(product, notice, given.kind, given.values, holder.name))


@router.get("/cases/{case}/recipients", response={200: Recipients, **_REFUSALS}, operation_id="recipients")
def recipients(request: HttpRequest, case: str, language: Literal["de", "en"] = "de") -> Any:
    """Who received data of the person of a case, also after they were erased."""
    reader_of(request)
    with looking(request) as product:
        found = informed(product, person_of(product, case))
        return {
            "received": [one.recipient for one in found.received],
            "told": [_noted(product, one) for one in found.notices],
            "paragraphs": list(letter_to(product, found, language)),
        }


def _noted(product: Product, one: Notice, nameless: Collection[str] | None = None) -> dict[str, Any]:
    return {
        "notice": one.id,
        "of": one.occasion.kind,
        "about": one.occasion.about,
        "at": one.occasion.at,
        "recipient": one.recipient,
        "by": way_of(product, one, nameless),
        "state": one.state,
        "settled": one.settled,
        "escalated": escalated_now(product, one),
        "tries": one.tries,
        "trouble": one.trouble,
        "receipt": one.receipt,
        "because": one.because,
        "unnamed": list(unnamed(product, one, nameless)),
    }
