"""Witness cosignatures after C2SP tlog-cosignature (https://c2sp.org/tlog-cosignature), Ed25519: pure.

A witness signs that, at a certain second, a checkpoint was the largest it had seen of a log and consistent
with all before. That takes the past of the log out of its operator's hands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zusage.sealing.note import Note
from zusage.sealing.vkey import ed25519_verifies, encode_vkey, key_id, parse_vkey, require_usable

COSIGNATURE = 0x04  #: signature type of a timestamped Ed25519 cosignature
_LATEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's public Ed25519 key (signature type 0x04)."""

    name: str  #: the witness's name, by custom a URL without scheme
    public: bytes  #: 32 bytes, RFC 8032

    def __post_init__(self) -> None:
        require_usable(self.name, self.public)

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name, newline, type and key."""
        return key_id(self.name, COSIGNATURE, self.public)

    def encode(self) -> str:
        """The key as vkey text."""
        return encode_vkey(self.name, COSIGNATURE, self.public)

    @classmethod
    def parse(cls, vkey: str) -> "WitnessKey":
        """Read a vkey of signature type 0x04. Raises `MalformedKey`."""
        return cls(*parse_vkey(vkey, COSIGNATURE))

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` (time and Ed25519 signature, 72 bytes) is this witness's over `text`."""
        if len(signature) != 72:
            return False
        seconds = timestamp_of(signature)
        if not 0 < seconds <= _LATEST:
            return False
        return ed25519_verifies(self.public, cosigned_message(seconds, text), signature[8:])


def cosigned_message(seconds: int, text: bytes) -> bytes:
    """What a witness signs: a header, the POSIX time in seconds, and the text of the checkpoint."""
    return b"cosignature/v1\ntime %d\n" % seconds + text


def timestamp_of(signature: bytes) -> int:
    """The POSIX time in seconds at the head of a cosignature."""
    return int.from_bytes(signature[:8], "big")


def cosigned_at(note: bytes, witness: WitnessKey) -> int | None:
    """When `witness` cosigned the checkpoint in `note`, in POSIX seconds; None if it did not.

    The latest counts if there are several. Raises `MalformedNote` or `ForgedSignature`.
    """
    parsed = Note.parse(note)
    if not parsed.signed_by([witness]):
        return None
    identity = (witness.name, witness.key_id)
    return max(timestamp_of(line.signature) for line in parsed.signatures if (line.name, line.key_id) == identity)


def anchored(note: bytes, witnesses: Sequence[WitnessKey]) -> bool:
    """Whether every one of `witnesses` cosigned the checkpoint in `note`. Without witnesses: no.

    Raises `MalformedNote` or `ForgedSignature`.
    """
    return bool(witnesses) and all(cosigned_at(note, witness) is not None for witness in witnesses)
