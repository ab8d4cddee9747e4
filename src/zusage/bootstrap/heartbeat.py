"""The word to the outside after a look: anchored checkpoints, and a call to whoever waits for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble

if TYPE_CHECKING:
    from .product import Product


def tell(product: Product, word: str) -> tuple[str, ...]:
    """After a look: have the checkpoint anchored and call the outside address; returns what went wrong with either.

    The verdict stands whatever happens here.
    """
    trouble = beat(product, word)
    return (*product.evidence.anchor_all(), *([trouble] if trouble else []))


def beat(product: Product, word: str) -> str:
    """Tell the outside address that a complete look has ended; returns what went wrong, or nothing."""
    address = product.loaded.manifest.heartbeat
    if not address:
        return ""
    import httpx

    from zusage.connectors.sql.address import fill

    try:
        url = httpx.URL(fill("heartbeat", address)).copy_merge_params({"verdict": word})
        httpx.get(url, timeout=10).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"the heartbeat could not be sent ({_http(error)}): whoever waits for it will think that nobody looked"
    except SystemTrouble:
        return "the heartbeat could not be sent: an environment variable in its address is not set"
    return ""


def _http(error: Exception) -> str:
    """What went wrong, without the address, which may hold a secret."""
    import httpx

    return f"HTTP status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else type(error).__name__
