"""How tables hang together: by foreign keys, and by names where there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zusage.promises.inventory import Inventory, TableInfo

from .vocabulary import words_of

#: what a link in a manifest can name
_SAYABLE = re.compile(r"(?!.* (via|where) )[^\s(),]+( +[^\s(),]+)*")
#: words at the end, or at the beginning, of a column that refers
_ENDINGS = frozenset({"id", "ids", "uuid", "guid", "nr", "nummer", "no", "number", "fk", "key", "ref"})
_BEGINNINGS = frozenset({"id", "fk"})
_NUMBERS = frozenset({"nr", "nummer", "no", "number", "key", "ref", "ids"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows of ``child`` refer through ``columns`` to ``referred`` of ``parent``."""

    child: str
    columns: tuple[str, ...]
    parent: str
    referred: tuple[str, ...]
    nullable: bool
    #: the columns are the whole primary key, so that there is at most one row for each of the parent's
    only_one: bool
    #: a foreign key says so; otherwise it is guessed by name
    declared: bool

    @property
    def reason(self) -> str:
        """Why it is believed."""
        return "a foreign key says so" if self.declared else "guessed by the name alone: no foreign key says so"

    def link(self, system: str, table: str, implied: str = "id") -> str:
        """The link as a manifest says it; ``implied`` is the column that need not be said."""
        referred = "" if self.referred == (implied,) else f"({', '.join(self.referred)})"
        columns = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        return f"{system}.{table}{referred} via {columns}"


def relations(inventory: Inventory) -> tuple[Relation, ...]:
    """All relations that a manifest can name, in a stable order."""
    found: dict[tuple[str, tuple[str, ...]], Relation] = {}
    for name in sorted(inventory.tables):
        table = inventory.tables[name]
        for relation in (*_declared(inventory, table), *_named(inventory, table)):
            if all(_SAYABLE.fullmatch(column) for column in (*relation.columns, *relation.referred)):
                found.setdefault((relation.child, relation.columns), relation)
    return tuple(found.values())


def _declared(inventory: Inventory, table: TableInfo) -> Iterator[Relation]:
    for key in table.foreign_keys:
        if key.columns and len(key.columns) == len(key.referred) and key.table in inventory.tables:
            yield _relation(table, key.columns, key.table, key.referred, declared=True)


def _named(inventory: Inventory, table: TableInfo) -> Iterator[Relation]:
    """``customer_id``, ``kundenNr`` or ``fk_kunde`` beside a table ``customers`` or ``kunden`` with a key of one column."""
    keyed = {column for key in table.foreign_keys for column in key.columns}
    for column in table.columns if not table.is_view else ():
        about = _about(words_of(column.name).split()) if column.name not in keyed else ""
        parent = _called(inventory, table, about) if about else None
        if parent and parent.name != table.name and len(parent.primary_key) == 1 and _alike(table, column.name, parent):
            yield _relation(table, (column.name,), parent.name, parent.primary_key, declared=False)


def _about(words: list[str]) -> str:
    """What a column refers to by its name; nothing where it does not sound as if it did."""
    if len(words) > 1 and words[-1] in _ENDINGS:
        return " ".join(words[:-1])
    if len(words) > 1 and words[0] in _BEGINNINGS:
        return " ".join(words[1:])
    joined = re.fullmatch(r"(\w{3,}?)(nr|nummer|id)", words[0]) if len(words) == 1 else None
    return joined[1] if joined else ""


def _alike(table: TableInfo, column: str, parent: TableInfo) -> bool:
    """A number refers to a number, a text to a text; a key that is only called a number, such as an invoice's, is none."""
    one, other = table.column(column), parent.column(parent.primary_key[0])
    words = words_of(column).split()
    own = words[-1] in _NUMBERS and one is not None and table.primary_key == (column,)
    return one is not None and other is not None and one.kind == other.kind and not own


def _called(inventory: Inventory, table: TableInfo, about: str) -> TableInfo | None:
    """The only table of that name, in the singular or the plural, or with a prefix before it."""
    names = _forms(about)
    tables = [one for _, one in sorted(inventory.tables.items()) if not one.is_view and not one.inherits]
    whole = [one for one in tables if words_of(one.bare) in names]
    prefixed = [one for one in tables if words_of(one.bare).partition(" ")[2] in names]
    first = words_of(table.bare).partition(" ")[0]
    siblings = [one for one in prefixed if words_of(one.bare).partition(" ")[0] == first]
    return next((found[0] for found in (whole, siblings, prefixed) if len(found) == 1), None)


def _forms(word: str) -> set[str]:
    """A noun in the forms in which a table may bear it: singular and plural, English and German."""
    stem = re.sub(r"(en|n|s)$", "", word)
    forms = {
        word,
        stem,
        *(f"{root}{ending}" for root in (word, stem) for ending in ("s", "es", "e", "en", "n", "er", "innen", "nen")),
    }
    return forms | {f"{word[:-1]}ies"} if word.endswith("y") else forms


def _relation(table: TableInfo, columns: tuple[str, ...], parent: str, referred: tuple[str, ...], *, declared: bool) -> Relation:
    infos = [table.column(column) for column in columns]
    return Relation(
        child=table.name,
        columns=columns,
        parent=parent,
        referred=referred,
        nullable=any(info is None or info.nullable for info in infos),
        only_one=set(table.primary_key) == set(columns),
        declared=declared,
    )
