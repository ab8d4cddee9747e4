"""A throwaway certificate for the loopback: made at start, trusted by nobody else."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOSTS = ("localhost", "mitforschen.example", "konferenz.mitforschen.example", "mail.mitforschen.example")
_NAMES = [*map(x509.DNSName, _HOSTS), x509.IPAddress(IPv4Address("127.0.0.1"))]


def make_certificate(folder: Path, days: int = 30) -> tuple[Path, Path]:
    """Writes certificate and key into the folder; returns their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _sign(key, days)
    certificate_file, key_file = folder / "loopback.pem", folder / "loopback.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def _sign(key: ec.EllipticCurvePrivateKey, days: int) -> x509.Certificate:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")]), datetime.now(UTC)
    unsigned = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(_NAMES), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return unsigned.sign(key, hashes.SHA256())
