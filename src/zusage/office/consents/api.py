"""The interface by its description (OpenAPI): choices, withdrawals, standing, receipts, texts, and consent by mail."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema, Status
from pydantic import ConfigDict, Field

from zusage import __version__
from zusage.consent.errors import ChoiceRefused, UnknownReceipt
from zusage.consent.record import Answer, How
from zusage.consent.words import Language

from . import pages
from .counter import PATIENCE, Counter
from .front import recorded

api = NinjaAPI(
    title="Zusage: consent",
    version=__version__,
    description="Choices are acknowledged when they are on disk, and never changed. Nothing is told about anybody else.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="zusage-consents",
)


class _Closed(Schema):
    model_config = ConfigDict(extra="forbid")


class Choice(_Closed):
    """What somebody decided about each purpose of the text that they saw."""

    subject: str = Field(
        description="128 random bits of this browser, in 22 characters of base64url", pattern=r"^[A-Za-z0-9_-]{22}$"
    )
    text: str = Field(description="digest of the text that was shown, as the script has it", pattern=r"^[0-9a-f]{64}$")
    language: Language
    how: How
    choices: dict[str, Answer] = Field(description="purpose → answer")


class Withdrawal(_Closed):
    """Withdraw everything, or some purposes."""

    subject: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$")
    purposes: list[str] = Field(default_factory=list, description="none: all of them")


class Whose(_Closed):
    """A browser."""

    subject: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$")


class Recorded(Schema):
    """Acknowledged: on disk."""

    receipt: str
    number: int
    digest: str
    at: str
    until: str


class Standing(Schema):
    """How one purpose stands."""

    purpose: str
    stand: Literal["allowed", "refused", "withdrawn", "expired", "outgrown", "unasked"]
    allowed: bool
    ask: bool
    since: str | None
    until: str | None


class ByMail(_Closed):
    """Ask for a consent by mail."""

    address: str
    purposes: list[str]
    language: Language


class Refused(Schema):
    """Nothing was recorded."""

    code: str
    detail: str


def _counter(request: HttpRequest) -> tuple[Counter, str]:
    scope: dict[str, Any] = request.scope  # type: ignore[attr-defined]  # Django's ASGI handler puts it there
    return scope["zusage"], scope["zusage.site"]


@api.exception_handler(ChoiceRefused)
def _refused(request: HttpRequest, refusal: ChoiceRefused) -> HttpResponse:
    status = 404 if isinstance(refusal, UnknownReceipt) else 422
    return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=status)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Whatever else goes wrong: not what somebody sent, and no message of a driver, which may hold it."""
    return JsonResponse({"code": "not-done", "detail": "this could not be done just now; try again"}, status=503)


@api.post("/choices", response={201: Recorded, 422: Refused, 429: Refused, 503: Refused}, operation_id="choose")
def choose(request: HttpRequest, choice: Choice) -> Status[Any]:
    """Record a choice, refusals too. A withdrawal is a choice like any other, and costs as much."""
    counter, site = _counter(request)
    return Status(201, recorded(counter.choose(choice.model_dump(), site).result(PATIENCE)))


@api.post("/withdrawals", response={201: Recorded, 422: Refused, 429: Refused}, operation_id="withdraw")
def withdraw(request: HttpRequest, told: Withdrawal) -> Status[Any]:
    """Withdraw with one call and nothing but the number of the browser."""
    counter, site = _counter(request)
    return Status(201, recorded(counter.withdraw(told.subject, told.purposes, site).result(PATIENCE)))


@api.post("/standing", response={200: list[Standing], 422: Refused}, operation_id="standing")
def standing(request: HttpRequest, whose: Whose) -> Any:
    """How each purpose stands for a browser. The number is a secret, so it is in the body and in no log."""
    return _counter(request)[0].standing(whose.subject)


@api.get("/receipts/{receipt}", response={200: dict[str, Any], 404: Refused}, operation_id="receipt")
def receipt(request: HttpRequest, receipt: str) -> Any:
    """The receipt of a record as ISO/IEC TS 27560 has it (DPV, JSON-LD)."""
    return JsonResponse(_counter(request)[0].receipt(receipt), content_type="application/ld+json")


@api.get("/texts/{digest}", response={200: dict[str, Any], 422: Refused}, operation_id="text")
def text(request: HttpRequest, digest: str) -> HttpResponse:
    """A text that is or was shown, byte for byte: its SHA-256 is its name."""
    return HttpResponse(_counter(request)[0].desk.text(digest).body, content_type="application/json")


@api.post("/mail/requests", response={202: None, 422: Refused, 429: Refused, 503: Refused}, operation_id="ask_by_mail")
def ask_by_mail(request: HttpRequest, told: ByMail) -> Status[Any]:
    """Send a mail that its reader confirms. The answer is the same for every address, and nothing is stored before the confirmation."""
    counter, site = _counter(request)
    try:
        counter.ask_by_mail(told.model_dump(), site)
    except (smtplib.SMTPException, OSError):
        return Status(503, {"code": "not-sent", "detail": "the mail could not be sent; try again"})
    return Status(202, None)


def _page(request: HttpRequest, token: str, act: Callable[[Counter, str], str]) -> HttpResponse:
    counter, _ = _counter(request)
    try:
        made, status = act(counter, token), 200
    except ChoiceRefused:
        made, status = pages.refused(counter.desk.offer), 404
    return pages.response(made, status)


@api.get("/mail/confirmations", operation_id="confirmation_page", include_in_schema=False)
def confirmation_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: one button, because programs that look at mails follow links and press none."""
    return _page(request, token, pages.to_confirm)


@api.post("/mail/confirmations", operation_id="confirm", include_in_schema=False)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The button: the consent is recorded."""
    return _page(request, token, pages.confirm)


@api.post("/mail/withdrawals", operation_id="withdraw_by_mail", include_in_schema=False)
def withdraw_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The button after it: the consent is withdrawn."""
    return _page(request, token, pages.withdraw)


@api.get("/settings", operation_id="settings_page", include_in_schema=False)
def settings_page(request: HttpRequest) -> HttpResponse:
    """A page of nothing but the settings, for links from elsewhere."""
    return pages.response(pages.settings(request.headers.get("Accept-Language", "")), 200)


@api.get("/page.css", operation_id="style", include_in_schema=False)
def style(request: HttpRequest) -> HttpResponse:
    """The style of the pages."""
    return HttpResponse(pages.style(), content_type="text/css; charset=utf-8")


@api.get("/health", operation_id="health")
def health(request: HttpRequest) -> dict[str, bool]:
    """Whether the service can reach its records."""
    _counter(request)[0].desk.records.named("")
    return {"ok": True}
