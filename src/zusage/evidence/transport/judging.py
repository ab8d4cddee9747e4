"""From what handshakes showed to a judgement: pure. Nothing that could not be tried is *kept*."""

from __future__ import annotations

import re
from typing import assert_never

from zusage.evidence.judgement import Judgement, broken, kept, undecided

from .observation import Certificate, DatabaseLine, PlainHttp, StartTls, StrictTransport, TransportObservation, Versions

_PLAIN = "it answers, but not encrypted"
_REDIRECTS = (301, 302, 303, 307, 308)
#: RFC 6797, section 6.1; the value may stand in quotation marks
_MAX_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?(\d{1,12})"?\s*(?:;|$)', re.IGNORECASE)


def judge_transport(seen: TransportObservation) -> Judgement:
    """Judge what was tried with a server."""
    match seen:
        case Versions():
            return _versions(seen)
        case Certificate():
            return _certificate(seen)
        case StrictTransport():
            return _strict(seen)
        case PlainHttp():
            return _plain(seen)
        case StartTls():
            return _starttls(seen)
        case DatabaseLine():
            return _database(seen)
        case _:
            assert_never(seen)


def _versions(seen: Versions) -> Judgement:
    if seen.unencrypted:
        return broken(_PLAIN)
    old = [version for version in seen.offered if version < seen.minimum]
    if old:
        return broken(f"TLS {', '.join(old)} is offered; nothing below {seen.minimum} is promised")
    untried = [version for version in seen.untried if version < seen.minimum]
    if untried:
        return undecided(f"TLS {', '.join(untried)} could not be tried from here")
    if not seen.offered:
        return undecided("no handshake succeeded, so that a refusal shows nothing")
    return kept(f"TLS {', '.join(seen.offered)} offered, {', '.join(seen.refused) or 'nothing'} refused")


def _certificate(seen: Certificate) -> Judgement:
    if seen.unencrypted:
        return broken(_PLAIN)
    if seen.ended:
        return broken(f"the certificate ended {-seen.days_left} days ago")
    if not seen.trusted:
        return broken(f"the certificate is not trusted: {seen.fault}")
    if not seen.names_fit:
        return broken(f"the certificate is for {', '.join(seen.names[:5]) or 'nobody'}")
    if seen.days_left < seen.days_declared:
        return broken(f"the certificate has {seen.days_left} days left; {seen.days_declared} are promised")
    return kept(f"trusted, issued by {seen.issuer or 'an authority without a name'}, {seen.days_left} days left")


def _strict(seen: StrictTransport) -> Judgement:
    if seen.unencrypted:
        return broken(_PLAIN)
    if seen.header is None:
        return undecided(f"nobody could ask: {'; '.join(seen.obstacles) or 'no answer'}")
    found = _MAX_AGE.search(seen.header)
    if not found:
        return broken("browsers are not told to come encrypted only (no Strict-Transport-Security)")
    if int(found[1]) < seen.seconds_declared:
        return broken(f"browsers are told so for {int(found[1])} seconds; {seen.seconds_declared} are promised")
    return kept(f"browsers are told to come encrypted only, for {int(found[1]) // 86_400} days")


def _plain(seen: PlainHttp) -> Judgement:
    if seen.closed:
        return kept("nothing answers over plain HTTP")
    if seen.status is None:
        return undecided(f"nobody could ask: {'; '.join(seen.obstacles) or 'no answer'}")
    scheme, _, host = seen.location.partition("://")
    if seen.status in _REDIRECTS and scheme == "https" and host in seen.own:
        return kept(f"plain HTTP leads to {seen.location} with status {seen.status}")
    if seen.status in _REDIRECTS:
        return broken(f"plain HTTP leads to {seen.location or 'an address that is not encrypted'}")
    if seen.status >= 500:
        return undecided(f"plain HTTP was answered with status {seen.status}")
    return broken(f"plain HTTP is answered with status {seen.status} instead of a redirect")


def _starttls(seen: StartTls) -> Judgement:
    if not seen.announced:
        return broken("the server does not offer STARTTLS: mail reaches it in the clear")
    if not seen.offered:
        return undecided("STARTTLS is announced, but no handshake succeeded")
    return kept(f"STARTTLS leads to TLS {', '.join(seen.offered)}")


def _database(seen: DatabaseLine) -> Judgement:
    if seen.local:
        return kept(f"nothing goes over a network: {seen.how}")
    if seen.encrypted is None:
        return undecided(f"nobody could look: {seen.how}")
    return kept(f"the connection is encrypted: {seen.how}") if seen.encrypted else broken(f"not encrypted: {seen.how}")
