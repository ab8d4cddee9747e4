"""The interface by its description (OpenAPI): what `zusage case` can do, for programs of the staff."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import NinjaAPI, Schema, Status
from pydantic import ConfigDict, Field

from zusage import __version__
from zusage.bootstrap.cases.confirming import confirm
from zusage.bootstrap.cases.operating import plan_of
from zusage.bootstrap.cases.requests import letter, receive, receive_once, some_standing, standing
from zusage.bootstrap.cases.stepping import step, told
from zusage.rights.case import Kind, Right, Shown, Way
from zusage.rights.roles import Step

from .asking import Token, holder_of, looking, product_of
from .misread import unread_by
from .notice_groups import router as notice_groups
from .notices import router as notices
from .operations import router as operations
from .recording import router as recording
from .refusals import Forbidden, Refused, told_by

api = NinjaAPI(
    title="Zusage: requests of people",
    version=__version__,
    description="Requests under Art. 12 to 22 GDPR, from receipt to answer. Each step is noted with whoever holds the token.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="zusage-cases",
    auth=Token(),
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
    key: str = Field(
        default="",
        max_length=100,
        description="of your own choice, another for each request: sent again within a day it is one case",
    )


_CONTENT = frozenset({"person", "address", "words", "reference"})


class NothingHeld(Schema):
    """That nothing is held of somebody."""

    letter: dict[str, Any] = Field(description="what they are told, as the data beside the letter")
    searched: dict[str, list[str]] = Field(description="by system, the tables that were looked through")
    not_reached: list[str] = Field(description="tables in which it cannot be told whose the rows are")
    noted_in: list[str] = Field(description="our own registers that note something under their code")


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
    order: int | None = Field(default=None, ge=1, le=1_000_000, description="of done: the order whose plan was applied")
    restriction: str = Field(
        default="", max_length=20, description="of done: the restriction in the place of the erasure (§ 35 BDSG)"
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
    came_back: Kind | None = Field(description="a mail of ours that did not arrive, while nobody has seen to it")
    events: list[Happened]


class Content(Schema):
    """What a case says of the person."""

    content: dict[str, Any]
    words: list[str | None]


class Letter(Schema):
    """What the person is told of the newest step."""

    paragraphs: list[str]


_REFUSALS = {401: Refused, 403: Refused, 404: Refused, 409: Refused, 503: Refused}
told_by(api)
unread_by(api)
api.add_router("", operations)
api.add_router("", notices)
api.add_router("", notice_groups)
api.add_router("", recording)


@api.post("/cases", response={201: Case, **_REFUSALS}, operation_id="open")
def open_(request: HttpRequest, asked: Request) -> Status[Any]:
    """Take a request in. The clock runs from today."""
    holder = holder_of(request)
    if not holder.opens:
        raise Forbidden
    content = {key: value for key, value in asked.model_dump().items() if key in _CONTENT and value}
    given = (asked.right, holder.taker, content, asked.answer_by, asked.received)
    product = product_of(request)
    return Status(201, told(receive_once(product, asked.key, *given) if asked.key else receive(product, *given)))


@api.get("/cases", response={200: list[Case], **_REFUSALS}, operation_id="list")
def list_(
    request: HttpRequest,
    everything: bool = False,
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=1000)] = 100,
) -> Any:
    """A page of the cases that are open, the most urgent first; of every one, those that have ended stand behind them, newest first."""
    return [told(one) for one in some_standing(product_of(request), ended=everything, offset=offset, limit=limit)]


@api.get("/cases/{case}", response={200: Case, **_REFUSALS}, operation_id="show")
def show(request: HttpRequest, case: str) -> Any:
    """What happened to a case."""
    product = product_of(request)
    return told(standing(product, product.state.cases.get(case)))


@api.get("/cases/{case}/content", response={200: Content, **_REFUSALS}, operation_id="content")
def content(request: HttpRequest, case: str) -> Any:
    """What a case says of the person."""
    if not holder_of(request).reads:
        raise Forbidden
    cases = product_of(request).state.cases
    return {"content": dict(cases.content(case) or {}), "words": list(cases.words(case))}


@api.get("/cases/{case}/letter", response={200: Letter, **_REFUSALS}, operation_id="letter")
def letter_(request: HttpRequest, case: str, language: Literal["de", "en"] = "de") -> Any:
    """What the person is told of the newest step."""
    if not holder_of(request).reads:
        raise Forbidden
    return {"paragraphs": list(letter(product_of(request), case, language))}


@api.get("/cases/{case}/nothing-held", response={200: NothingHeld, **_REFUSALS}, operation_id="nothing-held")
def nothing_held(request: HttpRequest, case: str, language: Literal["de", "en"] = "de") -> Any:
    """Look whether nothing is held of whoever asks, by what they have shown, and what they would be told; `answer` sends it."""
    if not holder_of(request).reads:
        raise Forbidden
    with looking(request) as product:
        made = confirm(product, case, language, paper=False)
    seen = made.searched
    return {
        "letter": json.loads(made.files["confirmation.json"]),
        "searched": {system: list(tables) for system, tables in seen.tables.items()},
        "not_reached": list(seen.beyond),
        "noted_in": list(seen.registers),
    }


@api.post("/cases/{case}/steps", response={200: Case, **_REFUSALS}, operation_id="step")
def step_(request: HttpRequest, case: str, taken: Taken) -> Any:
    """Take a step. An erasure is noted as done with the order that planned it, with the restriction in its place, or with both."""
    holder = holder_of(request)
    if not holder.may(taken.step):
        raise Forbidden
    with looking(request) as product:
        return told(
            step(
                product,
                case,
                taken.step,
                holder.taker,
                words=taken.words,
                how=taken.how or "",
                candidate=taken.name,
                plan=plan_of(product, case, taken.order) if taken.order else None,
                restriction=taken.restriction,
                answer_by=taken.answer_by,
                way=taken.way,
                person=taken.person,
                language=taken.language,
            )
        )


@api.get("/health", auth=None, operation_id="health")
def health(request: HttpRequest) -> dict[str, bool]:
    """Whether the service can reach its register."""
    product_of(request).state.holders.all()
    return {"ok": True}
