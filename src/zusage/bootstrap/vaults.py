"""The vault in our own folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zusage.vault import VaultWriter

    from .product import Product


def vault_of(product: Product) -> VaultWriter:
    """The vault, with its key, made when it is first needed. Raises a VaultError."""
    from zusage.vault import VaultWriter

    product.folder.mkdir(parents=True, exist_ok=True)
    return VaultWriter(product.folder)
