"""Every store of a manifest, searched for what is left of somebody: each system, the named files, our own folder and our own state."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.opening import open_reader
from zusage.connectors.sql.address import fill
from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.residue import Needles, Residue, scan_cells, scan_files, scan_tables
from zusage.promises.manifest import AccessLog, System
from zusage.promises.manifest.canary import OWN_STORE, Canary

if TYPE_CHECKING:
    from ..product import Product


def search(product: Product, canary: Canary, needles: Needles, apart: Collection[Path]) -> Mapping[str, Residue]:
    """Store → what was found, all tables and files, declared or not; ``apart`` names files that are looked at otherwise."""
    found: dict[str, list[Residue]] = {}
    for name, residue in _stores(product, canary, needles, apart):
        found.setdefault(name, []).append(residue)
    return {name: Residue.joined(parts) for name, parts in found.items()}


def paths(name: str, declared: str) -> Iterator[Path]:
    """The files that a declared path stands for, or the path itself where there are none."""
    pattern = fill(name, declared)
    found = sorted(glob(os.path.expanduser(pattern)))
    yield from (Path(path) for path in found or [pattern])


def _stores(product: Product, canary: Canary, needles: Needles, apart: Collection[Path]) -> Iterator[tuple[str, Residue]]:
    for name, system in product.loaded.manifest.stores.items():
        if isinstance(system, AccessLog):
            yield name, scan_files(name, list(paths(name, system.path)), needles)
        else:
            yield name, _database(name, canary.whole.get(name), system, needles)
    for name, path in canary.files.items():
        yield name, scan_files(name, list(paths(name, path)), needles, apart)
    yield OWN_STORE, scan_files(OWN_STORE, [product.folder], needles, apart)
    yield OWN_STORE, scan_cells(OWN_STORE, product.state.cells(), needles)


def _database(name: str, whole: str | None, system: System, needles: Needles) -> Residue:
    """With a Reader of its own each time: tables that came to be since the last look are looked at too."""
    try:
        with closing(open_reader(name, system.model_copy(update={"url": whole or system.url}))) as reader:
            return Residue.joined([scan_tables(reader, needles), scan_cells(name, reader.beside(), needles)])
    except SystemTrouble as trouble:
        return Residue(traces=(), looked_at=0, unread=(str(trouble),))
