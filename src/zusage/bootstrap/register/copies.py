"""The copies of declared backups, and for how long an entry of the register is needed because of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zusage.connectors.copies.finding import copies_of
from zusage.connectors.trouble import SystemTrouble
from zusage.promises.manifest import Backup
from zusage.promises.recognition import covered

if TYPE_CHECKING:
    from zusage.connectors.copies.port import Copy

    from ..product import Product

#: a backup that is named by a day may have been made at any hour of it
_SLACK = timedelta(days=1)


def copies(product: Product, backup: str) -> tuple[Copy, ...]:
    """The files of a declared backup, oldest first. Raises SystemTrouble."""
    return copies_of(backup, product.loaded.manifest.backups[backup].path or "")


def forget(product: Product) -> int:
    """Drop entries of the register of which no backup that is there, or may still be kept, can have the rows; returns how many.

    Where one backup cannot be looked at, or none is there, nothing is dropped.
    """
    manifest, erasures, gone = product.loaded.manifest, product.state.erasures, 0
    for table in sorted(erasures.tables()):
        system = table.split(".", 1)[0]
        mine = {name: one for name, one in manifest.backups.items() if one.kind and system in one.of}
        if system not in covered(manifest):
            continue
        try:
            before = min(_reach(product, mine), default=None)
        except SystemTrouble:
            continue
        gone += erasures.forget(table, before) if before else 0
    return gone


def _reach(product: Product, backups: dict[str, Backup]) -> Iterator[datetime]:
    """For each backup the instant before which nothing that went is in any of its copies."""
    for name, backup in backups.items():
        found = copies(product, name)
        yield found[0].made_at - _SLACK if found else datetime.min.replace(tzinfo=product.clock().tzinfo)
        if backup.kept:
            yield product.clock() - timedelta(days=backup.kept.rough_days) - _SLACK


def earliest(product: Product) -> datetime | None:
    """The instant before which nothing that was decided can be undone by a restore; None where no backup is looked at."""
    backups = {name: one for name, one in product.loaded.manifest.backups.items() if one.kind}
    try:
        return min(_reach(product, backups), default=None)
    except SystemTrouble:
        return datetime.min.replace(tzinfo=product.clock().tzinfo)
