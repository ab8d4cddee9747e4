"""The vault's key: 32 random bytes in a file, from which one key for sealing and one for digests are derived."""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .codec import key_text
from .errors import KeyLost
from .files import KEY, VAULT, place, refuse_open
from .tables import explained
from .values import Value

_LENGTH = 32


class Keys:
    """Two keys that say nothing about each other."""

    def __init__(self, secret: bytes) -> None:
        #: for AES-256-GCM
        self.sealing = _derived(secret, b"zusage vault 1 sealing")
        self._digests = _derived(secret, b"zusage vault 1 digests")

    def entry(self, system: str, table: str, key: tuple[Value, ...]) -> str:
        """What a row is called in the vault; nobody without the key can find a row's name from its primary key."""
        return self._digest("entry", system, table, key_text(key))

    def person(self, known_by: str) -> str:
        """What a person is called in the vault."""
        return self._digest("person", known_by)

    @property
    def check(self) -> str:
        """By which a vault knows its key."""
        return self._digest("check")

    def _digest(self, *words: str) -> str:
        said = [word.encode() for word in words]
        text = b"".join([len(word).to_bytes(4, "big") + word for word in said])
        return hmac.digest(self._digests, text, "sha256").hex()


def load(folder: Path) -> Keys:
    """The keys of the vault in ``folder``; makes the file only where no vault is yet. Raises KeyLost or TooOpen."""
    path = folder / KEY
    if not path.exists() and not (folder / VAULT).exists():
        with explained(folder / VAULT):
            place(path, lambda new: new.write_bytes(os.urandom(_LENGTH)))
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise KeyLost(path=folder / VAULT, key=path, why=error.strerror) from None
    refuse_open(path)
    if len(secret) != _LENGTH:
        raise KeyLost(path=folder / VAULT, key=path, why=f"it has {len(secret)} bytes instead of {_LENGTH}")
    return Keys(secret)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
