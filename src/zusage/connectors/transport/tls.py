"""Handshakes: which versions of TLS a server offers, and whose certificate it shows."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtensionOID, NameOID

from .seen import Certificate, Versions

#: opens a connection on which a handshake can begin, at once or after STARTTLS
Connect = Callable[[], socket.socket]
PATIENCE = 10.0
_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
#: what a refusal of a version looks like; anything else that goes wrong shows nothing
_REFUSALS = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "HANDSHAKE_FAILURE", "WRONG_VERSION_NUMBER", "INTERNAL_ERROR")


class NotTls(Exception):
    """The server answers, but does not speak TLS."""


def versions(connect: Connect, host: str) -> Versions:
    """Try every version by itself. Raises OSError where the server cannot be reached."""
    tried = {name: _offers(connect, host, version) if _spoken_here(name) else None for name, version in _VERSIONS.items()}
    return Versions(
        offered=tuple(name for name, offers in tried.items() if offers),
        refused=tuple(name for name, offers in tried.items() if offers is False),
        untried=tuple(name for name, offers in tried.items() if offers is None),
    )


def certificate(connect: Connect, host: str, authority: str | None) -> Certificate:
    """Look at the certificate, whatever is wrong with it. Raises NotTls or OSError."""
    raw = _shown(connect, host)
    leaf = x509.load_der_x509_certificate(raw)
    fault = _verified(connect, host, authority, names=False)
    return Certificate(
        trusted=not fault,
        fault=fault,
        names_fit=_fits(leaf, host),
        names=_names(leaf)[:20],
        issuer=", ".join(str(part.value) for part in leaf.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)),
        not_after=leaf.not_valid_after_utc,
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def trusted_key(connect: Connect, host: str, authority: str) -> str | None:
    """The digest of the server's public key in base64, where its certificate is good by the authority in a file; else None."""
    try:
        if _verified(connect, host, authority, names=True):
            return None
        leaf = x509.load_der_x509_certificate(_shown(connect, host))
    except (NotTls, OSError):
        return None
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    raw = leaf.public_key().public_bytes(serialization.Encoding.DER, form)
    return base64.b64encode(hashlib.sha256(raw).digest()).decode()


def trusting(authority: str | None) -> ssl.SSLContext:
    """A context that trusts the public authorities, or instead those in a file. Raises OSError."""
    return ssl.create_default_context(cafile=authority)


def _offers(connect: Connect, host: str, version: ssl.TLSVersion) -> bool | None:
    context = _any(version)
    with connect() as plain:
        try:
            with context.wrap_socket(plain, server_hostname=host):
                return True
        except ssl.SSLError as error:
            refused = isinstance(error, ssl.SSLEOFError) or any(word in str(error.reason) for word in _REFUSALS)
            return False if refused else None
        except ConnectionError:
            return False  # some servers hang up instead of saying why


def _any(version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A context that takes everything, for looking at what should not be there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version is not None:
        with suppress(ssl.SSLError):
            context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that a version is old is what we look for
            context.minimum_version = context.maximum_version = version
    return context


@cache
def _spoken_here(name: str) -> bool:
    """Whether our own OpenSSL can speak a version: tried with itself, in memory and without certificates."""
    if name == "1.3":
        return ssl.HAS_TLSv1_3
    client, server = _any(_VERSIONS[name]), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        for context in (client, server):
            context.set_ciphers("aNULL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            server.minimum_version = server.maximum_version = _VERSIONS[name]
        return _shake(client, server)
    except (ssl.SSLError, ValueError):
        return False


def _shake(client: ssl.SSLContext, server: ssl.SSLContext) -> bool:
    """One handshake with ourselves."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True)]
    done: set[int] = set()
    for _ in range(10):
        for number, end in enumerate(ends):
            with suppress(ssl.SSLWantReadError):
                end.do_handshake()
                done.add(number)
        if len(done) == len(ends):
            return True
    return False


def _shown(connect: Connect, host: str) -> bytes:
    with connect() as plain:
        try:
            with _any().wrap_socket(plain, server_hostname=host) as secured:
                return secured.getpeercert(binary_form=True) or b""
        except ssl.SSLError as error:
            if any(word in str(error.reason) for word in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL")):
                raise NotTls from None
            return _shown_old(connect, host)


def _shown_old(connect: Connect, host: str) -> bytes:
    """The certificate of a server that speaks nothing newer than TLS 1.1."""
    for name in ("1.1", "1.0"):
        with connect() as plain, suppress(ssl.SSLError), _any(_VERSIONS[name]).wrap_socket(plain, server_hostname=host) as old:
            return old.getpeercert(binary_form=True) or b""
    raise ConnectionError("no handshake succeeded")


def _verified(connect: Connect, host: str, authority: str | None, *, names: bool) -> str:
    """What is wrong with the chain, in OpenSSL's words, or nothing."""
    context = trusting(authority)
    context.check_hostname = names
    with suppress(ssl.SSLError):
        context.set_ciphers("ALL:@SECLEVEL=0")  # versions are another promise
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    with connect() as plain:
        try:
            with context.wrap_socket(plain, server_hostname=host):
                return ""
        except ssl.SSLCertVerificationError as error:
            return str(error.verify_message)
        except ssl.SSLError as error:
            return str(error.reason)


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        found = leaf.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return ()
    if not isinstance(found, x509.SubjectAlternativeName):
        return ()
    addresses = (str(one) for one in found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)


def _fits(leaf: x509.Certificate, host: str) -> bool:
    """Whether a host is among the names; a ``*`` stands for one label (RFC 9525, section 6.3)."""
    rest = host.partition(".")[2]
    names = {name.lower().rstrip(".") for name in _names(leaf)}
    return host in names or (bool(rest) and f"*.{rest}" in names)
