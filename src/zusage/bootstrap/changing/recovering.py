"""What a killed run left in the vault: rows that were sealed and are still in their system are dropped from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

        def still_there(documents: Sequence[Document], name: str = name, system: System = system) -> list[bool]:
            if name not in opened:
                opened[name] = product.keep(open_writer(name, system, None, pseudonym_key))
            return _which(opened[name], documents, starts)

        store.recover(name, still_there)


def _which(writer: SqlWriter, documents: Sequence[Document], starts: Mapping[str, Sequence[str]]) -> list[bool]:
    """Of each whether its row is there; those of one table and one rule are asked for together."""
    alike: dict[tuple[str, str], list[int]] = {}
    for place, document in enumerate(documents):
        alike.setdefault((document.table, document.rule), []).append(place)
    found = [False] * len(documents)
    for (bare, rule), places in alike.items():
        if table := writer.survey().tables.get(bare):
            names = (*table.primary_key, *starts.get(rule, ()))
            rows = [{name: documents[place].row[name] for name in names} for place in places]
            for place, stays in zip(places, writer.which_still_there(bare, rows), strict=True):
                found[place] = stays
    return found
