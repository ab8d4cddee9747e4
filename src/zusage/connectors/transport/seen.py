"""What the connections to a server showed, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Versions of TLS, each tried by itself."""

    #: such as ``1.2``
    offered: tuple[str, ...]
    refused: tuple[str, ...]
    #: what this program cannot speak itself, so that nothing is known of it
    untried: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The certificate that the server showed."""

    #: the chain leads to an authority that is trusted
    trusted: bool
    #: what is wrong with the chain, in OpenSSL's words; empty where nothing is
    fault: str
    names_fit: bool
    #: the names that it is for
    names: tuple[str, ...]
    issuer: str
    not_after: datetime
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAnswer:
    """What a request over plain HTTP got."""

    #: nobody listens there, although the encrypted port of the same host answers
    closed: bool
    status: int | None
    #: scheme and host of where it leads, where it leads anywhere
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshakes:
    """All that was tried with one server; None where it does not apply or could not be tried."""

    host: str
    #: why nothing could be tried at all
    unreachable: str
    #: the server answers, but not with TLS
    unencrypted: bool = False
    versions: Versions | None = None
    certificate: Certificate | None = None
    #: the header Strict-Transport-Security as it came; empty where there is none
    hsts: str | None = None
    plain: PlainAnswer | None = None
    #: a mail server announces STARTTLS
    starttls: bool | None = None
    #: why a part could not be tried
    obstacles: tuple[str, ...] = ()
