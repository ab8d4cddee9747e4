"""How tables hang together: by foreign keys, and by names where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zusage.promises.inventory import Inventory, TableInfo

from .vocabulary import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows of ``child`` refer through ``column`` to ``referred`` of ``parent``."""

    child: str
    column: str
    parent: str
    referred: str
    nullable: bool
    #: the column is the whole primary key, so that there is at most one row for each of the parent's
    only_one: bool
    #: a foreign key says so; otherwise it is guessed by name
    declared: bool

    @property
    def reason(self) -> str:
        """Why it is believed."""
        return "a foreign key says so" if self.declared else "guessed by the name alone: no foreign key says so"


def relations(inventory: Inventory) -> tuple[Relation, ...]:
    """All relations by one column, in a stable order."""
    found: dict[tuple[str, str], Relation] = {}
    for name in sorted(inventory.tables):
        table = inventory.tables[name]
        for relation in (*_declared(inventory, table), *_named(inventory, table)):
            found.setdefault((relation.child, relation.column), relation)
    return tuple(found.values())


def composite_keys(inventory: Inventory) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Foreign keys of several columns, which a manifest cannot name."""
    return tuple(
        (name, key.columns, key.table)
        for name, table in sorted(inventory.tables.items())
        for key in table.foreign_keys
        if len(key.columns) > 1
    )


def _declared(inventory: Inventory, table: TableInfo) -> Iterator[Relation]:
    for key in table.foreign_keys:
        if len(key.columns) == 1 and len(key.referred) == 1 and key.table in inventory.tables:
            yield _relation(table, key.columns[0], key.table, key.referred[0], declared=True)


def _named(inventory: Inventory, table: TableInfo) -> Iterator[Relation]:
    """``customer_id`` beside a table ``customers`` with a key of one column."""
    keyed = {column for key in table.foreign_keys for column in key.columns}
    for column in table.columns if not table.is_view else ():
        words = words_of(column.name).split()
        if column.name in keyed or len(words) < 2 or words[-1] != "id":
            continue
        parent = _called(inventory, " ".join(words[:-1]))
        if parent and parent.name != table.name and len(parent.primary_key) == 1:
            yield _relation(table, column.name, parent.name, parent.primary_key[0], declared=False)


def _called(inventory: Inventory, words: str) -> TableInfo | None:
    names = {words, f"{words}s", f"{words}es", f"{words}n", f"{words}en", f"{words[:-1]}ies"}
    found = [table for name, table in sorted(inventory.tables.items()) if words_of(name) in names and not table.is_view]
    return found[0] if len(found) == 1 else None


def _relation(table: TableInfo, column: str, parent: str, referred: str, *, declared: bool) -> Relation:
    info = table.column(column)
    return Relation(
        child=table.name,
        column=column,
        parent=parent,
        referred=referred,
        nullable=info is None or info.nullable,
        only_one=table.primary_key == (column,),
        declared=declared,
    )
