"""Empties the records whose time of keeping is over: at the start and once an hour, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from zusage.bootstrap import Product
from zusage.bootstrap.consents import erase

_HOUR = 3600.0
_log = logging.getLogger("zusage.consents")


@contextmanager
def tidying(product: Product, every: float = _HOUR) -> Iterator[None]:
    """Tidy until the block ends. Trouble is logged by its kind and tried again the next hour."""
    stop = threading.Event()

    def run() -> None:
        while True:
            try:
                erase(product)
            except Exception as error:  # noqa: BLE001 - the service goes on; what stays too long, verify finds
                _log.error("records could not be emptied: %s", type(error).__name__)
            if stop.wait(every):
                product.state.close()
                return

    thread = threading.Thread(target=run, name="zusage-consents-tidying", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
