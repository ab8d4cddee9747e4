"""Backups and the register of erasures as the prover sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import ChangeColumns
from zusage.promises.derive import rules_of
from zusage.promises.recognition import unmarked
from zusage.sealing.erased import row_code

from ..register.copies import copies
from ..register.registering import Register, read, register_of

if TYPE_CHECKING:
    from zusage.evidence.backups.looking import Gone

    from ..product import Product


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
