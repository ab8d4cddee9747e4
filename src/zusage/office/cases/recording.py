"""What a program of the staff notes: that data go to a recipient, and that a mail of ours came back."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import AwareDatetime, ConfigDict, Field

from zusage.rights.operation import Name, Words

from .asking import holder_of, looking, orderer_of, product_of
from .refusals import Forbidden, Refused

router = Router(tags=["records"])
_REFUSALS = {400: Refused, 401: Refused, 403: Refused, 404: Refused, 409: Refused, 503: Refused}


class _Closed(Schema):
    model_config = ConfigDict(extra="forbid")


class Disclosed(_Closed):
    """Data of a person go to a recipient, where no table of the service says so."""

    person: Words = Field(description="as PEOPLE=KEY")
    recipient: Name = Field(description="as the manifest names it")
    what: Annotated[list[Name], Field(max_length=1000)] = Field(
        default=[], description="names of the fields or classes; no values"
    )
    at: AwareDatetime | None = Field(default=None, description="when, with its time zone; now")
    reference: str | None = Field(
        default=None,
        max_length=1000,
        description="what you call the hand-over: noted twice, it counts once. Only a digest of it is kept.",
    )


class Recorded(Schema):
    """What was noted."""

    new: bool = Field(description="false: it was noted before")


class Returned(_Closed):
    """A mail of ours came back."""

    report: str = Field(max_length=2_000_000, description="the report of the mail server (RFC 3464), as it came, in base64")


class Back(Schema):
    """What the mail was about; a human must look."""

    of: str = Field(description="the number of the case or of the notice")


@router.post("/disclosures", response={200: Recorded, **_REFUSALS}, operation_id="disclose")
def disclose(request: HttpRequest, given: Disclosed) -> Any:
    """Note, before it happens, that data of a person go to a recipient; whoever is noted late is told late."""
    from zusage.bootstrap.telling.ledger import disclosed
    from zusage.planning.holding import Person

    orderer_of(request)
    with looking(request) as product:
        new = disclosed(product, Person.parse(given.person), given.recipient, given.what, given.at, given.reference)
    return {"new": new}


@router.post("/returned", response={200: Back, **_REFUSALS}, operation_id="returned")
def returned(request: HttpRequest, given: Returned) -> Any:
    """Note that a mail of ours came back: an answer was none then, and of a notice a human must look."""
    from zusage.bootstrap.cases.returning import take_back

    if not holder_of(request).opens:
        raise Forbidden
    try:
        report = b64decode(given.report, validate=True)
    except (binascii.Error, ValueError):
        raise HttpError(422, "report: this is no base64") from None
    return {"of": take_back(product_of(request), report)}
