"""Backups and the register of erasures as the prover sees them, and how long an entry of the register lives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zusage.connectors.copies.finding import copies_of
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import ChangeColumns
from zusage.promises.derive import rules_of
from zusage.promises.manifest import Backup
from zusage.promises.recognition import covered, unmarked
from zusage.sealing.erased import row_code

from .registering import Register, read, register_of

if TYPE_CHECKING:
    from zusage.connectors.copies.port import Copy
    from zusage.evidence.backups.looking import Gone

    from ..product import Product

#: a backup that is named by a day may have been made at any hour of it
_SLACK = timedelta(days=1)


@dataclass(slots=True)
class CopyBooks:
    """Fulfils the prover's port ``Vaults``."""

    product: Product
    _register: Register | None = None

    def times(self, backup: str) -> Sequence[datetime]:
        """When each backup was made. Raises SystemTrouble."""
        return [one.made_at for one in copies(self.product, backup)]

    def gone(self, backup: str) -> Sequence[Gone]:
        """What went from the systems of a backup and must not be there; what waits in the vault among it. Raises SystemTrouble."""
        from zusage.evidence.backups.looking import Gone

        found = dict[tuple[str, str, tuple[str, ...]], dict[bytes, datetime]]()
        for batch in self.product.state.erasures.batches(self.product.loaded.manifest.backups[backup].of):
            does = read(batch.action)
            if batch.gone and does is not None:
                changed = batch.action if isinstance(does, ChangeColumns) else ""
                found.setdefault((batch.table, changed, batch.columns), {}).update(dict.fromkeys(batch.codes, batch.at))
        gone = []
        for (table, action, columns), codes in sorted(found.items()):
            change = read(action) if action else None
            changes = change.changes if isinstance(change, ChangeColumns) else ()
            gone.append(Gone(table=table, columns=columns, codes=codes, changes=changes))
        return gone

    def unmarked(self, backup: str) -> tuple[str, ...]:
        """Tables of which nobody could tell whether rows came back."""
        manifest = self.product.loaded.manifest
        found = unmarked(manifest, rules_of(manifest), self.product.inventories)
        return tuple(table for table in found if table.split(".", 1)[0] in manifest.backups[backup].of)

    def code(self, table: str, row: Sequence[object]) -> bytes:
        """The code of a row."""
        return row_code(self._opened().key, table, row)

    def _opened(self) -> Register:
        if self._register is None:
            self._register = register_of(self.product)
        if self._register is None:
            raise SystemTrouble("no database of this manifest has backups that say where they are, so that there is no register")
        return self._register


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
