"""Private keys in files.

A key file holds one line, `PRIVATE+KEY+name+key ID+base64(0x01 and seed)`, the form that the reference tools
for signed notes read. It is readable by its owner alone and is never overwritten.
"""

import base64
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from zusage.sealing.errors import (
    KeyFileExists,
    KeyFileMissing,
    KeyFileTooOpen,
    MalformedKey,
)
from zusage.sealing.note import sign_note
from zusage.sealing.vkey import ED25519, VerifierKey, require_usable, strict_base64

_HEAD = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key under a name. It never shows its secret when printed."""

    name: str  #: see `VerifierKey.name`; a log's key is named like the log's origin
    seed: bytes = field(repr=False)  #: 32 bytes, RFC 8032; secret

    def __post_init__(self) -> None:
        require_usable(self.name, self.seed)

    @property
    def verifier(self) -> VerifierKey:
        """The public half, to be published."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    @property
    def key_id(self) -> bytes:
        """The key ID of the public half."""
        return self.verifier.key_id

    def named(self, name: str) -> "SigningKey":
        """The same key under another name, for the successor of a log. Raises `MalformedKey`."""
        return SigningKey(name, self.seed)

    def signature(self, text: bytes) -> bytes:
        """The bare Ed25519 signature over `text`, 64 bytes."""
        return self._private().sign(text)

    def sign(self, text: bytes) -> bytes:
        """A signed note of `text`; `verify_note` is its inverse. Raises `TextNotSignable`."""
        return sign_note(text, [self])

    @classmethod
    def generate(cls, path: Path, name: str) -> "SigningKey":
        """Make a new key and write it to `path` with mode 0600, durably.

        Raises `KeyFileExists` and leaves the file as it is, or `MalformedKey` for an unusable name.
        """
        key = cls(name, Ed25519PrivateKey.generate().private_bytes_raw())
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise KeyFileExists(path=path) from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(key._line().encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
        return key

    @classmethod
    def load(cls, path: Path) -> "SigningKey":
        """Read a key file. Raises `KeyFileMissing`, `KeyFileTooOpen` or `MalformedKey`."""
        try:
            with path.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                line = file.read(4096).decode("utf-8", errors="replace").removesuffix("\n")
        except OSError as error:
            raise KeyFileMissing(path=path, why=error.strerror) from error
        if mode & 0o077:
            raise KeyFileTooOpen(path=path, mode=f"{mode:04o}")
        return cls._parse(line, path)

    @classmethod
    def _parse(cls, line: str, path: Path) -> "SigningKey":
        name, _, rest = line.removeprefix(_HEAD).partition("+")
        material = strict_base64(rest.partition("+")[2])
        if material is None or len(material) != 33 or material[0] != ED25519:
            raise MalformedKey(key=f"in {path}", why="the file does not hold one private Ed25519 key")
        key = cls(name, material[1:])
        if key._line() != line:
            raise MalformedKey(key=f"in {path}", why="its key ID does not fit its name and key")
        return key

    def _line(self) -> str:
        material = base64.b64encode(bytes([ED25519]) + self.seed).decode("ascii")
        return f"{_HEAD}{self.name}+{self.key_id.hex()}+{material}"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)
