"""From the promise alone to what bears on it, out of one look at a server. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from zusage.connectors.transport.seen import Handshakes
from zusage.evidence.browsing.looking import longest
from zusage.promises.manifest import MailServer, Transport, Website
from zusage.promises.manifest.website import TransportAspect

from .observation import Certificate, PlainHttp, StartTls, StrictTransport, TransportObservation, Versions

_DAY = 86_400
#: that it is so is a promise of its own, broken by itself; what an encrypted connection would be like, nobody has seen
_NO_HANDSHAKE = "the server does not offer STARTTLS, so that no handshake can begin"


def observe_transport(
    aspect: TransportAspect, declared: Website | MailServer, seen: Handshakes, as_of: datetime
) -> TransportObservation | str:
    """What was seen of one aspect; a text says why nobody could look."""
    transport = declared.transport or Transport()
    if seen.unreachable:
        return seen.unreachable
    if seen.starttls is False and aspect != "starttls":
        return _NO_HANDSHAKE
    match aspect:
        case "tls":
            return _versions(transport, seen)
        case "certificate":
            return _certificate(transport, seen, as_of)
        case "hsts":
            return _strict(transport, seen, as_of)
        case "https-only":
            return _plain(declared, seen)
        case "starttls":
            return StartTls(announced=bool(seen.starttls), offered=seen.versions.offered if seen.versions else ())
        case _:
            assert_never(aspect)


def _versions(transport: Transport, seen: Handshakes) -> Versions:
    tried = seen.versions
    return Versions(
        minimum=transport.minimum,
        offered=tried.offered if tried else (),
        refused=tried.refused if tried else (),
        untried=tried.untried if tried else (),
        unencrypted=seen.unencrypted,
    )


def _certificate(transport: Transport, seen: Handshakes, as_of: datetime) -> Certificate | str:
    shown = seen.certificate
    if shown is None and not seen.unencrypted:
        return "no certificate was shown"
    return Certificate(
        unencrypted=seen.unencrypted,
        trusted=shown.trusted if shown else False,
        fault=shown.fault if shown else "",
        names_fit=shown.names_fit if shown else False,
        names=shown.names if shown else (),
        issuer=shown.issuer if shown else "",
        ended=shown.not_after < as_of if shown else False,
        days_left=int((shown.not_after - as_of).total_seconds() / _DAY) if shown else 0,
        days_declared=transport.days_left,
        sha256=shown.sha256 if shown else "",
    )


def _strict(transport: Transport, seen: Handshakes, as_of: datetime) -> StrictTransport:
    period = transport.hsts
    return StrictTransport(
        unencrypted=seen.unencrypted,
        header=seen.hsts[:200] if seen.hsts is not None else None,
        seconds_declared=longest(period, as_of.date()) // _DAY * _DAY if period else 0,
        obstacles=seen.obstacles,
    )


def _plain(declared: Website | MailServer, seen: Handshakes) -> PlainHttp:
    own = (seen.host, *(declared.hosts if isinstance(declared, Website) else ()))
    answer = seen.plain
    return PlainHttp(
        closed=answer.closed if answer else False,
        status=answer.status if answer else None,
        location=answer.location if answer else "",
        own=own,
        obstacles=seen.obstacles,
    )
