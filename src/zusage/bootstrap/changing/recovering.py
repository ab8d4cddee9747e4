"""What a killed run left in the vault: rows that were sealed and are still in their system are dropped from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zusage.promises.derive import rules_of
from zusage.promises.manifest import System

if TYPE_CHECKING:
    from zusage.connectors.sql.writer import SqlWriter
    from zusage.vault import Document

    from ..product import Product


def settle_vault(product: Product, pseudonym_key: Callable[[], bytes]) -> None:
    """As the only one that changes. Raises SystemTrouble.

    The key may have been given to another row since: one with another starting point is not taken for it.
    """
    from zusage.connectors.blocked import BlockedWriter
    from zusage.connectors.opening import open_writer

    starts = {rule.id: rule.start.columns for rule in rules_of(product.loaded.manifest) if rule.start}
    store = BlockedWriter(product.folder)
    opened: dict[str, SqlWriter] = {}
    for name, system in product.loaded.manifest.databases.items():

        def still_there(document: Document, name: str = name, system: System = system) -> bool:
            if name not in opened:
                opened[name] = product.keep(open_writer(name, system, None, pseudonym_key))
            writer = opened[name]
            table = writer.survey().tables.get(document.table)
            names = (*(table.primary_key if table else ()), *starts.get(document.rule, ()))
            return table is not None and writer.which_still_there(table.name, ({name: document.row[name] for name in names},))[0]

        store.recover(name, still_there)
