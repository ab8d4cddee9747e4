"""What was tried with a server, compared with what is declared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Which versions of TLS a server offers."""

    minimum: str
    offered: tuple[str, ...]
    refused: tuple[str, ...]
    #: versions that this program cannot speak, so that nothing is known of them
    untried: tuple[str, ...]
    #: the server answers, but not with TLS
    unencrypted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Whose certificate a server showed, and for how long it is good."""

    unencrypted: bool
    trusted: bool
    fault: str
    names_fit: bool
    names: tuple[str, ...]
    issuer: str
    ended: bool
    #: whole days until it ends, or since it ended as a negative number
    days_left: int
    #: fewer are a broken promise
    days_declared: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictTransport:
    """The header that tells browsers to come encrypted only."""

    unencrypted: bool
    #: as it came; empty where there is none; None where nobody could ask
    header: str | None
    seconds_declared: int
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHttp:
    """What a request over plain HTTP got."""

    #: nobody listens, although the encrypted port of the same host answers
    closed: bool
    #: None where nobody could ask
    status: int | None
    location: str
    #: the site's own hosts, to which it may lead
    own: tuple[str, ...]
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTls:
    """Whether a mail server announces STARTTLS and encrypts when asked."""

    announced: bool
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLine:
    """How the prover's own connection to a database is encrypted."""

    #: None: nobody could look
    encrypted: bool | None
    #: the data lie in a file or behind a socket of this machine: nothing goes over a network
    local: bool
    how: str


TransportObservation = Versions | Certificate | StrictTransport | PlainHttp | StartTls | DatabaseLine
