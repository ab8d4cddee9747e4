"""Rows that a rule blocked and that go from the vault now, and who received data of them: they are rows still, though out of reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zusage.connectors.blocked import held_blocked
from zusage.planning.disclosed import told_of_rules
from zusage.planning.plan import DeleteBlocked
from zusage.rights.notification import Received, merged

from ..vaults import vault_of
from .by_rule import Row
from .disclosing import discloses, line_of

if TYPE_CHECKING:
    from zusage.vault import Document, VaultWriter

    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the vault that is due, and of which recipients are told."""

    id: str
    #: system.table
    table: str
    row: Row = field(repr=False)


def entries_due(product: Product, system: str, action: DeleteBlocked) -> Iterator[tuple[Entry, ...]]:
    """What is due and of which somebody received data who is told of rules, some at once. Raises VaultError."""
    vault, told = vault_of(product), told_of_rules(product.loaded.manifest)
    held = held_blocked(product.state.suspensions.current())
    for ids in vault.ids_due(action.before, system, held, dict(action.limits)):
        entries = (_entry(product, vault, id, told) for id in ids)
        yield tuple(entry for entry in entries if entry)


def _entry(product: Product, vault: VaultWriter, id: str, told: frozenset[str]) -> Entry | None:
    document = vault.unseal(id)
    received = [one for one in merged(_received(product, document)) if one.recipient in told]
    if not received:
        return None
    return Entry(id=id, table=f"{document.system}.{document.table}", row=_row(product, vault, id, document, received))


def _stored(document: Document) -> Iterator[tuple[str, Sequence[Mapping[str, object]]]]:
    """Each table, as system.table, with its rows."""
    for table, rows in ((document.table, (document.row,)), *document.parts):
        yield f"{document.system}.{table}", rows


def _received(product: Product, document: Document) -> Iterator[Received]:
    for table, rows in _stored(document):
        if said := discloses(product, table):
            for row in rows:
                yield from line_of(product, table, said, row)
    manifest = product.loaded.manifest
    activity = manifest.activities.get(document.rule.partition("/")[0])
    for name in activity.recipients if activity else ():
        declared = manifest.recipients.get(name)
        if declared and declared.notices and declared.notices.everybody:
            yield Received(recipient=name)


def _row(product: Product, vault: VaultWriter, id: str, document: Document, received: Sequence[Received]) -> Row:
    """Nothing but what lies in the entry names anybody: the living rows are others'."""
    manifest, to = product.loaded.manifest, dict[str, dict[str, list[str]]]()
    for one in received:
        notices = manifest.recipients[one.recipient].notices
        to[one.recipient] = {kind: _values(document, column) for kind, column in (notices.names if notices else {}).items()}
    code = document.person_digest or vault.person_digest(f"entry {id}")
    return Row(key=(), code=code, to=to, upto={one.recipient: one.upto for one in received})


def _values(document: Document, name: str) -> list[str]:
    table, _, column = name.rpartition(".")
    rows = (row for stored, some in _stored(document) if stored == table for row in some)
    return list(dict.fromkeys(str(row[column]) for row in rows if row.get(column) is not None))
