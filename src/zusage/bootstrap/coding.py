"""The keyed codes by which our registers know people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zusage.vault import VaultWriter

    from .product import Product


@dataclass(frozen=True)
class Codes:
    """The keyed codes by which our registers know people."""

    product: Product

    @cached_property
    def _vault(self) -> VaultWriter:
        from zusage.vault import VaultWriter

        self.product.folder.mkdir(parents=True, exist_ok=True)
        return VaultWriter(self.product.folder)

    def of_person(self, people: str, key: str) -> str:
        """The code of somebody by their key."""
        return self._vault.person_digest(f"{people}:{key}")

    def of_address(self, address: str) -> str:
        """The code of an address, however it is written; no kind of people is called so."""
        return self._vault.person_digest(f"@:{address.strip().casefold()}")
