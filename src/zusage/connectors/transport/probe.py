"""Looks at the connections of a server: a web site, or a mail server."""

from __future__ import annotations

import hashlib
import http.client
import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from zusage.promises.manifest import MailServer, Website

from ..port import Identity
from ..sql.address import fill
from ..trouble import Unreachable
from .seen import Handshakes, PlainAnswer
from .tls import PATIENCE, NotTls, certificate, trusting, versions

_READY = 220  # RFC 5321, section 4.2.3, and RFC 3207, section 4
_NAME = "look.zusage.invalid"  # how we greet a mail server; a name that belongs to nobody


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port, and where the manifest says that it is."""

    host: str
    port: int
    resolve: Mapping[str, str]

    def connect(self) -> socket.socket:
        """A connection. Raises OSError."""
        target = self.resolve.get(f"{self.host}:{self.port}") or self.resolve.get(self.host) or f"{self.host}:{self.port}"
        name, _, port = target.rpartition(":")
        return socket.create_connection((name.strip("[]"), int(port)), PATIENCE)


class TransportProbe:
    """What both kinds have in common: one look, made once."""

    def __init__(self, system: str, place: Place, authority: str | None) -> None:
        self.system = system
        self._place = place
        self._authority = fill(system, authority) if authority else None
        self._seen: Handshakes | None = None

    def identity(self) -> Identity:
        """Our OpenSSL, and a digest of the address and of the names that the manifest resolves."""
        where = (self._place.host, self._place.port, sorted(self._place.resolve.items()))
        digest = hashlib.sha256(repr(where).encode()).hexdigest()
        role = "anybody; names lead where the manifest says" if self._place.resolve else "anybody"
        return Identity(system=self.system, dialect="tls", version=ssl.OPENSSL_VERSION, database=digest, role=role)

    def look(self) -> Handshakes:
        """Everything that can be tried; what cannot is said in it, never raised."""
        if self._seen is None:
            try:
                self._seen = self._look()
            except NotTls:
                self._seen = Handshakes(host=self._place.host, unreachable="", unencrypted=True)
            except OSError as error:
                self._seen = Handshakes(host=self._place.host, unreachable=_why(error))
        return self._seen

    def close(self) -> None:
        """Nothing is held."""

    def _look(self) -> Handshakes:
        return Handshakes(
            host=self._place.host,
            unreachable="",
            certificate=certificate(self._begun, self._place.host, self._authority),
            versions=versions(self._begun, self._place.host),
        )

    def _begun(self) -> socket.socket:
        return self._place.connect()


class SiteTransport(TransportProbe):
    """The connections of a web site: encrypted, and what is answered in the clear."""

    def __init__(self, system: str, site: Website) -> None:
        """Raises Unreachable where the address is none."""
        parts = urlsplit(fill(system, site.url))
        if not parts.hostname:
            raise Unreachable(system, "its url is not the address of a web site; write one such as https://shop.example")
        self._plain_only = parts.scheme == "http"
        self._plain = Place(parts.hostname.lower(), parts.port if self._plain_only and parts.port else 80, site.resolve)
        super().__init__(system, Place(parts.hostname.lower(), parts.port or 443, site.resolve), site.authority)

    def _look(self) -> Handshakes:
        if self._plain_only:
            return Handshakes(host=self._place.host, unreachable="", unencrypted=True, plain=self._plain_answer())
        seen, trouble = super()._look(), []
        hsts: str | None = None
        plain: PlainAnswer | None = None
        try:
            hsts = self._hsts()
        except (OSError, http.client.HTTPException) as error:
            trouble.append(f"no answer over TLS: {_why(error)}")
        try:
            plain = self._plain_answer()
        except (OSError, http.client.HTTPException) as error:
            trouble.append(f"no answer over plain HTTP: {_why(error)}")
        return replace(seen, hsts=hsts, plain=plain, obstacles=tuple(trouble))

    def _hsts(self) -> str:
        """The header, from whoever answers: whose certificate it is, is another promise."""
        context = trusting(self._authority)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with self._place.connect() as plain, context.wrap_socket(plain, server_hostname=self._place.host) as secured:
            return str(_asked(secured, self._place.host).getheader("strict-transport-security") or "")

    def _plain_answer(self) -> PlainAnswer:
        try:
            with self._plain.connect() as connection:
                answer = _asked(connection, self._plain.host)
        except ConnectionRefusedError:
            return PlainAnswer(closed=True, status=None, location="")
        target = urlsplit(str(answer.getheader("location") or ""))
        location = f"{target.scheme}://{target.hostname}" if target.scheme else ""
        return PlainAnswer(closed=False, status=answer.status, location=location)


class MailTransport(TransportProbe):
    """The connections of a mail server, encrypted at once or after STARTTLS (RFC 3207)."""

    def __init__(self, system: str, server: MailServer) -> None:
        super().__init__(system, Place(server.host, server.port, server.resolve), server.authority)
        self._at_once = server.speaks == "smtps"

    def _look(self) -> Handshakes:
        if not self._at_once:
            with self._greeted() as greeted:
                announced = greeted.has_extn("starttls")
            if not announced or not self._takes():
                return Handshakes(host=self._place.host, unreachable="", unencrypted=True, starttls=False)
        return replace(super()._look(), starttls=None if self._at_once else True)

    def _takes(self) -> bool:
        """Whether the server that announces STARTTLS begins it: where it refuses, other servers go on in the clear."""
        with self._greeted() as greeted:
            code, _ = greeted.docmd("STARTTLS")
            greeted.close()  # nothing can be said any more without a handshake
            return code == _READY

    def _begun(self) -> socket.socket:
        if self._at_once:
            return self._place.connect()
        greeted = self._greeted()
        code, _ = greeted.docmd("STARTTLS")
        if code != _READY or greeted.sock is None:
            raise ConnectionError(f"STARTTLS was answered with {code}")
        connection, greeted.sock = greeted.sock, None
        return connection

    def _greeted(self) -> smtplib.SMTP:
        mail = smtplib.SMTP(timeout=PATIENCE, local_hostname=_NAME)
        mail.sock = self._place.connect()
        mail.file = None
        code, _ = mail.getreply()
        if code != _READY:
            mail.close()
            raise ConnectionError(f"the greeting was {code}")
        mail.ehlo_or_helo_if_needed()
        return mail


def _asked(connection: socket.socket, host: str) -> http.client.HTTPResponse:
    """The head of the answer to a request for the first page."""
    request = f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: zusage\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    connection.sendall(request.encode())
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return answer


def _why(error: Exception) -> str:
    """What went wrong, in the system's words, without any address."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(getattr(error, "strerror", None) or (error if isinstance(error, ConnectionError) else type(error).__name__))
