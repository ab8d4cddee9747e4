"""Signed notes after C2SP signed-note (https://c2sp.org/signed-note): pure, bytes in, verdict out.

Terms: the *text* is what is signed, final newline included. A *signature line* is an em dash, the key's name
and base64 of key ID and signature. A *vkey* is a public key as text. Rules held here:

1. a note is UTF-8 without control characters other than newline, at most `MAX_NOTE` bytes long;
2. text and signature lines are parted by the last empty line; there are 1 to `MAX_SIGNATURES` lines;
3. base64 is canonical: one byte string has one spelling, so that no bit of a line is free to change;
4. signatures of unknown keys are ignored, even if name or key ID (not both) are those of a known key;
5. a signature of a known key that does not verify refuses the whole note;
6. a note without a valid signature of a known key is refused.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from zusage.sealing.errors import (
    ForgedSignature,
    MalformedNote,
    NoKnownSignature,
    TextNotSignable,
)
from zusage.sealing.vkey import is_key_name, strict_base64

_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
MAX_NOTE = 1 << 20  #: bytes; longer notes are refused
MAX_SIGNATURES = 100  #: lines; the specification demands at least 16


class Verifier(Protocol):
    """A known key that can judge a signature."""

    @property
    def name(self) -> str:
        """The key's name as it stands in signature lines."""

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key signed."""

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` (without key ID) is this key's over `text`."""


class Signer(Protocol):
    """A key that can sign a text."""

    @property
    def name(self) -> str:
        """The key's name as it will stand in the signature line."""

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key signed."""

    def signature(self, text: bytes) -> bytes:
        """The signature over `text`, without the key ID."""


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature line below a text."""

    name: str  #: the key's name; nothing is known yet about whether it is true
    key_id: bytes  #: 4 bytes
    signature: bytes  #: what follows the key ID; its form depends on the key's type

    def encode(self) -> bytes:
        """The line with its final newline."""
        blob = base64.b64encode(self.key_id + self.signature).decode("ascii")
        return f"— {self.name} {blob}\n".encode()

    @classmethod
    def parse(cls, line: str, number: int = 1) -> "SignatureLine":
        """Read a line without its newline; `number` is for the message. Raises `MalformedNote`."""
        dash, _, rest = line.partition(" ")
        name, _, blob = rest.partition(" ")
        if dash != "—" or not is_key_name(name):
            raise MalformedNote(why="a signature line must be: em dash, key name, base64", line=number)
        raw = strict_base64(blob)
        if raw is None or len(raw) < 5:
            raise MalformedNote(why="the signature is not canonical base64 of key ID and signature", line=number)
        return cls(name, raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart, nothing of it verified yet."""

    text: bytes  #: with its final newline
    signatures: tuple[SignatureLine, ...]

    def encode(self) -> bytes:
        """The note as bytes."""
        return self.text + b"\n" + b"".join(line.encode() for line in self.signatures)

    @classmethod
    def parse(cls, raw: bytes) -> "Note":
        """Take `raw` apart. Raises `MalformedNote`."""
        if len(raw) > MAX_NOTE:
            raise MalformedNote(why=f"it is longer than {MAX_NOTE} bytes", line=1)
        if fault := text_fault(raw):
            raise MalformedNote(why=fault, line=1)
        head, blank, tail = raw.rpartition(b"\n\n")
        if not blank or not tail:
            raise MalformedNote(why="no empty line parts a text from signatures", line=1)
        first = head.count(b"\n") + 3
        lines = tail.decode().removesuffix("\n").split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise MalformedNote(why=f"more than {MAX_SIGNATURES} signatures", line=first)
        return cls(head + b"\n", tuple(SignatureLine.parse(line, first + i) for i, line in enumerate(lines)))

    def signed_by(self, known: Iterable[Verifier]) -> tuple[Verifier, ...]:
        """The known keys whose signatures are there and valid, if any. Raises `ForgedSignature`."""
        keys = {(key.name, key.key_id): key for key in known}
        found: dict[tuple[str, bytes], Verifier] = {}
        for line in self.signatures:
            identity = (line.name, line.key_id)
            if (key := keys.get(identity)) is None:
                continue
            if not key.verifies(self.text, line.signature):
                raise ForgedSignature(name=line.name)
            found[identity] = key
        return tuple(found.values())


def sign_note(text: bytes, signers: Sequence[Signer]) -> bytes:
    """A note of `text` with one line per signer. Raises `TextNotSignable`."""
    if fault := text_fault(text) or (None if signers else "nobody is there to sign it"):
        raise TextNotSignable(why=fault)
    lines = tuple(SignatureLine(key.name, key.key_id, key.signature(text)) for key in signers)
    return Note(text, lines).encode()


def verify_note(raw: bytes, known: Iterable[Verifier]) -> bytes:
    """The text of a note that at least one known key signed.

    Raises `MalformedNote`, `ForgedSignature` or `NoKnownSignature`.
    """
    note, keys = Note.parse(raw), tuple(known)
    if not note.signed_by(keys):
        raise NoKnownSignature(
            signers=", ".join(sorted({line.name for line in note.signatures})),
            known=", ".join(sorted(key.name for key in keys)) or "none at all",
        )
    return note.text


def text_fault(text: bytes) -> str | None:
    """Why `text` may not stand in a note, or None."""
    if not text.endswith(b"\n"):
        return "it does not end with a newline"
    if _CONTROL.search(text):
        return "it contains a control character"
    try:
        text.decode()
    except UnicodeDecodeError:
        return "it is not UTF-8"
    return None
