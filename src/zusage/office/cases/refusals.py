"""What the interface answers where something is refused or cannot be done now. No answer repeats what was sent."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema

from zusage.bootstrap.cases.carried_out import NotCarriedOut
from zusage.bootstrap.cases.case_mail import NoMailServer
from zusage.bootstrap.cases.door import LinksEnough, LinkWaits, NoAddress, NoDoor
from zusage.bootstrap.cases.operating import NOT_SO, REFUSALS
from zusage.bootstrap.cases.requests import NothingToTell
from zusage.bootstrap.rights.demands import DemandUnknown
from zusage.bootstrap.rights.including import NotIncluded
from zusage.bootstrap.telling.delivering import NotNamed
from zusage.bootstrap.telling.ledger import RecipientUnknown
from zusage.connectors.trouble import SystemTrouble
from zusage.enforcement.journal import AlreadyRunning
from zusage.rights.case import CaseRefused
from zusage.rights.letter import MailRefused
from zusage.state.errors import (
    AlreadyOrdering,
    AlreadySending,
    CaseTorn,
    StateBusy,
    StateError,
    StateUnreachable,
    UnknownCase,
    UnknownNotice,
    UnknownNotices,
    UnknownObjection,
    UnknownRestriction,
    UnknownSuspension,
    UnknownUse,
)

_log = logging.getLogger("zusage.cases")


class Refused(Schema):
    """Nothing was noted."""

    code: str
    detail: str


class Forbidden(Exception):
    """The token is not for this."""


_UNKNOWN = (UnknownCase, UnknownNotice, UnknownNotices, UnknownObjection, UnknownRestriction, UnknownSuspension, UnknownUse)
_REFUSED = (
    CaseRefused, NotCarriedOut, NothingToTell, NoAddress, NoDoor, LinksEnough, NoMailServer, CaseTorn, NotNamed, DemandUnknown,
    MailRefused, NotIncluded, RecipientUnknown,
    *REFUSALS,
)  # fmt: skip
#: what may go another time
_BUSY = (AlreadyOrdering, AlreadyRunning, AlreadySending, StateBusy, StateUnreachable)


def answer(status: int, code: str, detail: str) -> HttpResponse:
    """A refusal; what may go in a minute says so."""
    return JsonResponse({"code": code, "detail": detail}, status=status, headers={"Retry-After": "60"} if status == 503 else None)


def told_by(api: NinjaAPI) -> None:
    """Have an interface answer so."""

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(*_said(error), str(error))

    def failed(request: HttpRequest, error: Any) -> HttpResponse:
        """Whatever else goes wrong: no message of a driver, which may hold a value."""
        _log.error("a call could not be answered: %s", type(error).__name__)
        return answer(503, "not-done", "this could not be done just now; look at the case before you try again")

    def forbidden(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(403, "not-yours", "this token is not for that; see `zusage case token --help`")

    for kind in (*_UNKNOWN, *_REFUSED, *_BUSY, LinkWaits, SystemTrouble, StateError):
        api.add_exception_handler(kind, refused)
    api.add_exception_handler(Forbidden, forbidden)
    api.add_exception_handler(Exception, failed)


def _said(error: Exception) -> tuple[int, str]:
    match error:
        case UnknownCase():
            return 404, "no-such-case"
        case _ if isinstance(error, _UNKNOWN):
            return 404, "not-there"
        case LinkWaits():
            return 503, "not-mailed"
        case _ if isinstance(error, _BUSY):
            return 503, "busy"
        case SystemTrouble() if not isinstance(error, (*REFUSALS, *NOT_SO)):
            return 503, "system-down"
        case _:
            return 409, "refused"
