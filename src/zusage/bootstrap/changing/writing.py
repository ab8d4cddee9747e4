"""Writers for every system, for the only one that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zusage.connectors.blocked import BlockedWriter
from zusage.connectors.opening import open_log_writer, open_writer
from zusage.connectors.port import Registrar, Writer

from ..register.gaps import find
from ..register.landmarks import note_after, noted_before
from ..register.registering import Register, recovered
from .recovering import settle_vault
from .removing import FileRemover, finish

if TYPE_CHECKING:
    from ..product import Product


#: makes of the register, where there is one, what takes down rows before they go
Beside = Callable[[Register | None], Registrar | None]


@contextmanager
def changing(product: Product, beside: Beside = lambda register: register) -> Iterator[Mapping[str, Writer]]:
    """Be the only one that changes, after clearing up; gives a Writer for each system. Raises AlreadyRunning, SystemTrouble."""
    with product.state.lock():
        settle_vault(product, product.pseudonym_key)
        register = recovered(product)
        finish(product, product.pseudonym_key, register)
        if register:
            find(register)  # before anything is noted that would be our newest entry
        known = noted_before(register) if register else ()
        yield _writers(product, register, beside(register))
        if register:
            note_after(register, known)


def _writers(product: Product, register: Register | None, registrar: Registrar | None) -> dict[str, Writer]:
    store, remover = BlockedWriter(product.folder), FileRemover(product.folder, register)
    found: dict[str, Writer] = {}
    moment = product.loaded.manifest.guard.batch_seconds
    for name, system in product.loaded.manifest.databases.items():
        found[name] = product.keep(open_writer(name, system, store.seal, product.pseudonym_key, registrar, remover, moment))
    for name, log in product.loaded.manifest.logs.items():
        found[name] = product.keep(open_log_writer(name, log, product.folder / "log-codes.key"))
    return found
