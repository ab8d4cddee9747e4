"""Texts that say something of people, sealed with the vault's key before they are stored: whoever has the database alone reads none."""

from __future__ import annotations

import base64
import binascii
from functools import cached_property
from pathlib import Path

from zusage.vault import VaultWriter
from zusage.vault.errors import EntryTampered

#: begins every text that is sealed
PREFIX = "sealed 1 "


class SealedText:
    """Seals and opens texts, each bound to what it is about. One that an older program left open is taken as it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _vault(self) -> VaultWriter:
        self._folder.mkdir(parents=True, exist_ok=True)
        return VaultWriter(self._folder)

    def seal(self, about: str, text: str) -> str:
        """The text as it is stored. Raises VaultError."""
        return PREFIX + base64.b64encode(self._vault.seal_note(about, text.encode())).decode("ascii")

    def code(self, name: str) -> str:
        """What a name is called in an index: whoever has the database alone can neither read nor try it. Raises VaultError."""
        return self._vault.person_digest(f"text {name}")

    def open(self, about: str, stored: str) -> str | None:
        """The text; None where it is not what was sealed about this. Raises VaultError where the key is lost."""
        if not stored.startswith(PREFIX):
            return stored
        try:
            payload = base64.b64decode(stored.removeprefix(PREFIX), validate=True)
            return self._vault.unseal_note(about, payload).decode()
        except (binascii.Error, ValueError, EntryTampered):
            return None
