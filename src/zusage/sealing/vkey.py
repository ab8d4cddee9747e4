"""Public keys as text, after C2SP signed-note, 'Verifier keys' (https://c2sp.org/signed-note): pure.

A *vkey* is name, key ID in hex and base64 of signature type and key, joined by plus. The key ID is short: it
says which key to try, never that the key is the right one.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from zusage.sealing.errors import MalformedKey

ED25519 = 0x01  #: signature type of a plain Ed25519 note signature


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public Ed25519 key under a name (signature type 0x01)."""

    name: str  #: without spaces and plus; by custom a URL without scheme
    public: bytes  #: 32 bytes, RFC 8032

    def __post_init__(self) -> None:
        require_usable(self.name, self.public)

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name, newline, type and key."""
        return key_id(self.name, ED25519, self.public)

    def encode(self) -> str:
        """The key as vkey text: name, key ID in hex and base64 of type and key, joined by plus."""
        return encode_vkey(self.name, ED25519, self.public)

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Read a vkey. Raises `MalformedKey`."""
        return cls(*parse_vkey(vkey, ED25519))

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's Ed25519 signature over `text`."""
        return ed25519_verifies(self.public, text, signature)


def is_key_name(name: str) -> bool:
    """Whether `name` may name a key: not empty, without Unicode spaces, plus and control characters."""
    return bool(name) and not any(c.isspace() or c == "+" or ord(c) < 0x20 for c in name)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Four bytes naming a key of signature type `kind` (signed-note, 'Signatures')."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def encode_vkey(name: str, kind: int, public: bytes) -> str:
    """A public key of signature type `kind` as vkey text."""
    material = base64.b64encode(bytes([kind]) + public).decode("ascii")
    return f"{name}+{key_id(name, kind, public).hex()}+{material}"


def parse_vkey(vkey: str, kind: int) -> tuple[str, bytes]:
    """Name and public key of a vkey of signature type `kind`. Raises `MalformedKey`."""
    name, _, rest = vkey.partition("+")
    _, _, blob = rest.partition("+")
    material = strict_base64(blob)
    if material is None or len(material) != 33:
        raise MalformedKey(key=vkey, why="it does not end in base64 of 33 bytes")
    if material[0] != kind:
        raise MalformedKey(key=vkey, why=f"its signature type is {material[0]}, wanted is {kind}")
    require_usable(name, material[1:])
    if encode_vkey(name, kind, material[1:]) != vkey:
        raise MalformedKey(key=vkey, why="its key ID does not fit its name and key")
    return name, material[1:]


def require_usable(name: str, public: bytes) -> None:
    """Refuse a key name or Ed25519 key that no note may carry. Raises `MalformedKey`."""
    if not is_key_name(name):
        raise MalformedKey(key=name, why="its name is empty or contains a space, a plus or a control character")
    if len(public) != 32:
        raise MalformedKey(key=name, why=f"an Ed25519 key has 32 bytes, this one {len(public)}")


def strict_base64(text: str) -> bytes | None:
    """The bytes of canonical base64 (RFC 4648, section 4), or None."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return raw if base64.b64encode(raw).decode("ascii") == text else None


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the Ed25519 signature (RFC 8032) of `public` over `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
