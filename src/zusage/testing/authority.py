"""A certification authority of a test's own: its certificates are good, expired or for somebody else, as the test wants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_BACKDATED = timedelta(hours=1)


class Authority:
    """A root whose certificate is written into a folder; trusted by whoever is told to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority for tests")])
        self._certificate = self._sign(self._name, self._key.public_key(), [], 3650, root=True)
        #: the root's certificate as a file
        self.path = _write(folder / "authority.pem", self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, *hosts: str, days: int = 90) -> tuple[Path, Path]:
        """A certificate for some hosts that ends in so many days, and its key; expired where ``days`` is negative."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        signed = self._sign(name, key.public_key(), hosts, days, root=False)
        stem = hashlib.sha256(repr((hosts, days)).encode()).hexdigest()[:16]
        certificate = _write(self._folder / f"{stem}.pem", signed.public_bytes(serialization.Encoding.PEM))
        return certificate, _write(self._folder / f"{stem}.key", _private(key))

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, hosts: Sequence[str], days: int, *, root: bool
    ) -> x509.Certificate:
        ends = datetime.now(UTC) + timedelta(days=days)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(datetime.now(UTC), ends) - _BACKDATED)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_named(host) for host in hosts]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path
