"""Backups and the register of erasures as the prover sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import ChangeColumns, DeleteRows
from zusage.promises.condition import Column, Compare, Condition, Literal, all_of, any_of
from zusage.promises.derive import rules_of
from zusage.promises.promise import Change
from zusage.promises.recognition import covered, unmarked
from zusage.sealing.erased import row_code

from ..register.copies import copies
from ..register.gaps import ask_witnesses, find
from ..register.in_lists import InLists, of_lists
from ..register.landmarks import unlike
from ..register.registering import Register, became, read, reader_of, register_of
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.evidence.backups.looking import Gone
    from zusage.promises.promise import Rule

    from ..product import Product

#: rows that one condition names
_CHUNK = 200


@dataclass(slots=True)
class CopyBooks:
    """Fulfils the prover's port ``Vaults``."""

    product: Product
    _register: Register | None = None

    def times(self, backup: str) -> Sequence[datetime]:
        """When each backup was made. Raises SystemTrouble."""
        return [one.made_at for one in copies(self.product, backup)]

    def gone(self, backup: str) -> Sequence[Gone]:
        """What went from the systems of a backup and must not be there, or not while it waits in the vault. Raises SystemTrouble."""
        from zusage.evidence.backups.looking import Gone

        found = dict[tuple[str, str, tuple[str, ...]], dict[bytes, datetime]]()
        for batch in self.product.state.erasures.batches(self.product.loaded.manifest.backups[backup].of):
            if batch.gone:
                found.setdefault((batch.table, became(batch), batch.columns), {}).update(dict.fromkeys(batch.codes, batch.at))
        gone, lists = [], self._opened().lists if found else None
        for (table, action, columns), codes in sorted(found.items()):
            change = read(action) if action else DeleteRows()
            changes = change.changes if isinstance(change, ChangeColumns) else ()
            unsure = 0
            if lists and of_lists(change):
                changes, unsure = self._in_lists(lists, table, changes, codes.values())
            waits = self._opened().blocked(table) if change is None else None
            gone.append(Gone(table=table, columns=columns, codes=codes, changes=changes, waits=waits, doubtful=unsure))
        return gone

    def _in_lists(
        self, lists: InLists, table: str, changes: Sequence[Change], times: Collection[datetime]
    ) -> tuple[tuple[Change, ...], int]:
        """With the people in the place of codes whose items may be back, and of how many people it cannot be told."""
        there, _ = lists.there(reader_of(self.product, table), table, changes)
        new, doubtful = lists.newer(lambda name: reader_of(self.product, name), table, there, min(times), max(times))
        theirs = {str(one.value) for change in there if change.among for one in change.among.values} - new - doubtful
        return lists.only(there, theirs).changes, len(doubtful)

    def twice(self, rule: Rule) -> Iterator[Condition]:
        """Rows of a rule that wait in the vault and are in their table as well. Raises SystemTrouble or a VaultError."""
        table = f"{rule.system}.{rule.table}"
        codes: dict[tuple[str, ...], set[bytes]] = {}
        for batch in self.product.state.erasures.batches([rule.system]):
            if batch.table == table and read(batch.action) is None:
                codes.setdefault(batch.columns, set()).update(batch.codes)
        if not codes:
            return
        register, vault, reader = self._opened(), vault_of(self.product), reader_of(self.product, table)
        waits = register.blocked(table)
        for columns, mine in codes.items():
            keys = [row[:-1] for _, row in register.found(reader, table, columns, mine) if waits(row[:-1])]
            theirs = [key for key in keys if vault.unseal(vault.id_of(rule.system, rule.table, key)).rule == rule.id]  # type: ignore[arg-type]
            for start in range(0, len(theirs), _CHUNK):
                yield any_of(*(_named(columns, key) for key in theirs[start : start + _CHUNK]))

    def unmarked(self, backup: str) -> tuple[str, ...]:
        """Tables of which nobody could tell whether rows came back."""
        manifest = self.product.loaded.manifest
        found = unmarked(manifest, rules_of(manifest), self.product.inventories)
        return tuple(table for table in found if table.split(".", 1)[0] in manifest.backups[backup].of)

    def unlike(self, backup: str) -> tuple[str, ...]:
        """Systems of a backup for which another database may be answering. Raises SystemTrouble."""
        systems = covered(self.product.loaded.manifest) & set(self.product.loaded.manifest.backups[backup].of)
        return unlike(self._opened(), systems) if systems else ()

    def behind(self, backup: str) -> tuple[str, ...]:
        """Systems of a backup, and witnesses, that are ahead of our own record. Raises SystemTrouble."""
        systems = covered(self.product.loaded.manifest) & set(self.product.loaded.manifest.backups[backup].of)
        if not systems:
            return ()
        ask_witnesses(self.product)
        return tuple(dict.fromkeys(gap.of for gap in find(self._opened()) if gap.entries or gap.of in systems))

    def code(self, table: str, row: Sequence[object]) -> bytes:
        """The code of a row."""
        return row_code(self._opened().key, table, row)

    def _opened(self) -> Register:
        if self._register is None:
            self._register = register_of(self.product)
        if self._register is None:
            raise SystemTrouble("no database of this manifest has backups that say where they are, so that there is no register")
        return self._register


def _named(columns: Sequence[str], key: Sequence[object]) -> Condition:
    """The row with this key."""
    parts = ((name, part) for name, part in zip(columns, key, strict=False) if isinstance(part, int | str))
    return all_of(*(Compare("=", Column(name), Literal(part)) for name, part in parts))
