"""Does what is due about cases by itself: whenever somebody asks at the door, and once a minute, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from zusage.bootstrap import Product
from zusage.bootstrap.cases.tending import tend
from zusage.bootstrap.cases.transferring import forward

_MINUTE = 60.0
_log = logging.getLogger("zusage.cases")


@dataclass(slots=True)
class Tender:
    """Whoever tends in the background."""

    #: has what is due done at once
    wake: Callable[[], None]
    #: whether mail could not go out the last time
    delayed: bool = False


@contextmanager
def tending(product: Product, every: float = _MINUTE) -> Iterator[Tender]:
    """Tend until the block ends. Trouble is logged by its kind and tried again the next time."""
    own = replace(product, _open=[])  # connections of this thread alone
    wake, stopping = threading.Event(), threading.Event()
    tender = Tender(wake.set)

    def run() -> None:
        while not stopping.is_set():
            try:
                with own.afresh() as fresh:  # a system that was down is found again
                    tender.delayed = bool(tend(fresh).down)
                    forward(fresh)
            except Exception as error:  # noqa: BLE001 - the service goes on; what is not answered, verify finds
                _log.error("what is due about cases could not be done: %s", type(error).__name__)
            wake.wait(every)
            wake.clear()
        own.close()
        own.state.close()

    thread = threading.Thread(target=run, name="zusage-cases-tending", daemon=True)
    thread.start()
    try:
        yield tender
    finally:
        stopping.set()
        wake.set()
        thread.join()
