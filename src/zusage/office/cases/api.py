"""The interface by its description (OpenAPI): what `zusage case` can do, for programs of the staff."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema, Status
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field

from zusage import __version__
from zusage.bootstrap import Product
from zusage.bootstrap.cases.case_mail import NoMailServer
from zusage.bootstrap.cases.door import LinksEnough, LinkWaits, NoAddress, NoDoor
from zusage.bootstrap.cases.executing import NotCarriedOut
from zusage.bootstrap.cases.requests import NothingToTell, all_standing, letter, receive, standing
from zusage.bootstrap.cases.stepping import step, told
from zusage.rights.case import CaseRefused, Kind, Right, Shown, Way
from zusage.rights.roles import Holder, Step
from zusage.state.errors import CaseTorn, UnknownCase

_log = logging.getLogger("zusage.cases")


class _Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Holder | None:
        return _product(request).state.holders.of(token)


api = NinjaAPI(
    title="Zusage: requests of people",
    version=__version__,
    description="Requests under Art. 12 to 22 GDPR, from receipt to answer. Each step is noted with whoever holds the token.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="zusage-cases",
    auth=_Token(),
)


class _Closed(Schema):
    model_config = ConfigDict(extra="forbid")


class Request(_Closed):
    """What somebody asks for."""

    right: Right
    person: str | None = Field(default=None, description="whose data it is about, as PEOPLE=KEY, if that is known already")
    address: str | None = Field(default=None, description="where they wrote from: a hint whom to ask, no proof who asks")
    words: str = Field(default="", max_length=100_000)
    answer_by: date | None = Field(
        default=None, description="the day that a supervisory authority set, through which a complaint came"
    )
    reference: str = Field(default="", max_length=200, description="the file number of that authority")
    received: date | None = Field(default=None, description="the day on which it came in, if that was not today")


_CONTENT = frozenset({"person", "address", "words", "reference"})


class Taken(_Closed):
    """One step."""

    step: Step
    words: str = Field(default="", max_length=100_000, description="what the person is told, or why; kept apart from the record")
    answer_by: date | None = Field(default=None, description="of extend: the later day that a supervisory authority granted")
    how: Shown | None = Field(default=None, description="of identify: how they showed who they are")
    person: str = Field(default="", max_length=1000, description="of person: whom the case is about, as PEOPLE=KEY")
    way: Way | None = Field(
        default=None, description="of answer: how the person gets it; a mailed link and login are done by the program"
    )
    language: Literal["de", "en"] | None = Field(
        default=None, description="of answer: of its letter, and of a copy that goes with it"
    )
    name: str = Field(
        default="",
        max_length=1000,
        description="of include and leave-out: what only has the person's address, as system.table.column; `words` say why",
    )


class Happened(Schema):
    """One thing that happened to a case."""

    kind: Kind
    at: str
    by: str
    role: str = Field(description="what their token is for; `program`, or `not authenticated`")
    detail: str


class Case(Schema):
    """A case; nothing of the person."""

    case: str
    right: Right
    state: Kind
    answer_by: str | None
    overdue: bool
    question_lapsed: str | None
    events: list[Happened]


class Content(Schema):
    """What a case says of the person."""

    content: dict[str, Any]
    words: list[str | None]


class Letter(Schema):
    """What the person is told of the newest step."""

    paragraphs: list[str]


class Refused(Schema):
    """Nothing was noted."""

    code: str
    detail: str


_REFUSALS = {401: Refused, 403: Refused, 404: Refused, 409: Refused, 503: Refused}


class _Forbidden(Exception):
    """The token is not for this."""


def _product(request: HttpRequest) -> Product:
    """Only through the door of this service, never through another that runs in this process."""
    found = request.scope.get("zusage.product")  # type: ignore[attr-defined]  # Django's ASGI handler puts it there
    if not isinstance(found, Product):
        raise Http404
    return found


def _holder(request: HttpRequest) -> Holder:
    holder: Holder = request.auth  # type: ignore[attr-defined]  # Ninja puts there what the token was known by
    return holder


def _answer(status: int, code: str, detail: str) -> HttpResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status, headers={"Retry-After": "60"} if status == 503 else None)


@api.exception_handler(_Forbidden)
def _forbidden(request: HttpRequest, refusal: _Forbidden) -> HttpResponse:
    return _answer(403, "not-yours", "this token is not for that; see `zusage case token --help`")


@api.exception_handler(UnknownCase)
def _unknown(request: HttpRequest, refusal: UnknownCase) -> HttpResponse:
    return _answer(404, "no-such-case", str(refusal))


@api.exception_handler(CaseRefused)
@api.exception_handler(NotCarriedOut)
@api.exception_handler(NothingToTell)
@api.exception_handler(NoAddress)
@api.exception_handler(NoDoor)
@api.exception_handler(LinksEnough)
@api.exception_handler(NoMailServer)
@api.exception_handler(CaseTorn)
def _refused(request: HttpRequest, refusal: Exception) -> HttpResponse:
    return _answer(409, "refused", str(refusal))


@api.exception_handler(LinkWaits)
def _waits(request: HttpRequest, trouble: LinkWaits) -> HttpResponse:
    return _answer(503, "not-mailed", str(trouble))


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Whatever else goes wrong: no message of a driver, which may hold a value."""
    _log.error("a call could not be answered: %s", type(error).__name__)
    return _answer(503, "not-done", "this could not be done just now; look at the case before you try again")


@api.post("/cases", response={201: Case, **_REFUSALS}, operation_id="open")
def open_(request: HttpRequest, asked: Request) -> Status[Any]:
    """Take a request in. The clock runs from today."""
    holder = _holder(request)
    if not holder.opens:
        raise _Forbidden
    content = {key: value for key, value in asked.model_dump().items() if key in _CONTENT and value}
    return Status(201, told(receive(_product(request), asked.right, holder.taker, content, asked.answer_by, asked.received)))


@api.get("/cases", response={200: list[Case], **_REFUSALS}, operation_id="list")
def list_(request: HttpRequest, everything: bool = False) -> Any:
    """Cases that are open, or every one, the most urgent first."""
    return [told(one) for one in all_standing(_product(request), ended=everything)]


@api.get("/cases/{case}", response={200: Case, **_REFUSALS}, operation_id="show")
def show(request: HttpRequest, case: str) -> Any:
    """What happened to a case."""
    product = _product(request)
    return told(standing(product, product.state.cases.get(case)))


@api.get("/cases/{case}/content", response={200: Content, **_REFUSALS}, operation_id="content")
def content(request: HttpRequest, case: str) -> Any:
    """What a case says of the person."""
    if not _holder(request).reads:
        raise _Forbidden
    cases = _product(request).state.cases
    return {"content": dict(cases.content(case) or {}), "words": list(cases.words(case))}


@api.get("/cases/{case}/letter", response={200: Letter, **_REFUSALS}, operation_id="letter")
def letter_(request: HttpRequest, case: str, language: Literal["de", "en"] = "de") -> Any:
    """What the person is told of the newest step."""
    if not _holder(request).reads:
        raise _Forbidden
    return {"paragraphs": list(letter(_product(request), case, language))}


@api.post("/cases/{case}/steps", response={200: Case, **_REFUSALS}, operation_id="step")
def step_(request: HttpRequest, case: str, taken: Taken) -> Any:
    """Take a step. An erasure is noted as done by the command, which is given the plan."""
    holder = _holder(request)
    if not holder.may(taken.step):
        raise _Forbidden
    return told(
        step(
            _product(request),
            case,
            taken.step,
            holder.taker,
            words=taken.words,
            how=taken.how or "",
            candidate=taken.name,
            answer_by=taken.answer_by,
            way=taken.way,
            person=taken.person,
            language=taken.language,
        )
    )


@api.get("/health", auth=None, operation_id="health")
def health(request: HttpRequest) -> dict[str, bool]:
    """Whether the service can reach its register."""
    _product(request).state.holders.all()
    return {"ok": True}
