"""How tables hang together: by foreign keys, and by names where there are none.

A name leads somewhere in five ways, tried in this order; each is a guess that says why it was made:

1.  ``customer_id``, ``kundenNr``, ``fk_kunde``, or a number that is called ``Kunde``: a table of that name.
2.  ``acting_user_id``: a word before the name of a table says in which part.
3.  ``KdNr`` beside a table with the key ``KdNr``.
4.  ``created_by``, ``post_author``: whoever did it, in the only table of people.
5.  ``customer_code``, where no two customers have the same ``code``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo

from .vocabulary import singular, vocabulary, words_of

#: what a link in a manifest can name
_SAYABLE = re.compile(r"(?!.* (via|where) )[^\s(),]+( +[^\s(),]+)*")
#: a part in which somebody stands beside a row
_DOER = re.compile(
    r"(.+ )?by|(.+ )?(author|editor|owner|creator|autor|verfasser|(sach)?bearbeiter|besitzer|inhaber|assignee"
    r"|leader|supervisor|manager|approver|reviewer|mentor|coach|trainer|teacher|deputy"
    r"|\w*leiter(in)?|(stell)?vertreter(in)?|\w*betreuer(in)?|vorgesetzter?|pruefer(in)?|dozent(in)?|lehrer(in)?)"
)
#: names of keys that say nothing of the table
_ANYTHING = frozenset(
    {
        "id",
        "nr",
        "no",
        "code",
        "name",
        "key",
        "number",
        "nummer",
        "uuid",
        "guid",
        "slug",
        "pos",
        "position",
        "lang",
        "locale",
        "token",
    }
)
#: names of columns that are made to tell rows apart, and may be referred to
_CODES = frozenset(
    {"code", "kennung", "number", "nummer", "nr", "no", "uuid", "guid", "key", "ref", "slug", "login", "username", "handle"}
)
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
    #: the column only tells in which part somebody stands beside the row, which does not live and die with them
    beside: bool = False

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
    """What names alone lead to, in one of the four ways."""
    keyed = {column for key in table.foreign_keys for column in key.columns}
    for column in table.columns if not table.is_view else ():
        if column.name in keyed:
            continue
        found = ((way(inventory, table, column), beside) for way, beside in _WAYS)
        parent, beside = next(((one, beside) for one, beside in found if one), (None, False))
        if parent and parent.name != table.name:
            yield _relation(table, (column.name,), parent.name, parent.primary_key, declared=False, beside=beside)
        elif parent is None and (named := _by_code(inventory, table, column)):
            yield _relation(table, (column.name,), named[0].name, (named[1],), declared=False)


def _by_name(inventory: Inventory, table: TableInfo, column: ColumnInfo) -> TableInfo | None:
    words = words_of(column.name)
    about = _about(words.split()) or (words if column.kind in ("integer", "uuid") else "")
    first, _, rest = about.partition(" ")
    own = rest if first in singular(words_of(table.bare).rpartition(" ")[2]) else ""  # a comment's comment_post_id
    parent = next((found for one in (about, own) if one and (found := _called(inventory, table, one))), None)
    return parent if parent and _alike(table, column.name, parent) else None


def _by_part(inventory: Inventory, table: TableInfo, column: ColumnInfo) -> TableInfo | None:
    words = _about(words_of(column.name).split()).split()
    found = (_called(inventory, table, " ".join(words[n:])) for n in range(1, len(words)))
    return next((parent for parent in found if parent and _alike(table, column.name, parent)), None)


def _by_key(inventory: Inventory, table: TableInfo, column: ColumnInfo) -> TableInfo | None:
    """The only other table whose key bears the same name, if that name says anything."""
    spoken = column.name.casefold()
    if words_of(column.name) in _ANYTHING or table.primary_key == (column.name,):
        return None
    tables = (one for one in inventory.tables.values() if one is not table and not one.inherits)
    found = [one for one in tables if [name.casefold() for name in one.primary_key] == [spoken]]
    return found[0] if len(found) == 1 and _alike(table, column.name, found[0]) else None


def _by_doing(inventory: Inventory, table: TableInfo, column: ColumnInfo) -> TableInfo | None:
    words = words_of(column.name)
    if column.kind not in ("integer", "uuid") or not any(_DOER.fullmatch(one) for one in (words, _about(words.split()))):
        return None
    people = _people(inventory)
    return people if people and _alike(table, column.name, people) else None


def _by_code(inventory: Inventory, table: TableInfo, column: ColumnInfo) -> tuple[TableInfo, str] | None:
    """The only table of a name, with a column that the rest of the words name, by which its rows are told apart.

    Only of words that name keys: a customer's name in an order is a copy.
    """
    words = words_of(column.name).split()
    for n in range(1, len(words)):
        rest = " ".join(words[n:])
        parent = _called(inventory, table, " ".join(words[:n])) if rest in _CODES else None
        for name, *more in parent.unique if parent and parent is not table else ():
            info = parent.column(name) if parent else None
            if parent and info and not more and words_of(name) == rest and info.kind == column.kind:
                return parent, name
    return None


_WAYS = ((_by_name, False), (_by_part, True), (_by_key, False), (_by_doing, True))


def _people(inventory: Inventory) -> TableInfo | None:
    """The only table of people that stands for itself, of those with the shortest names."""
    kinds = vocabulary()
    named = {words_of(one.bare): one for _, one in sorted(inventory.tables.items()) if not (one.is_view or one.inherits)}
    found = [w for w, one in named.items() if kinds.table_kind(w) == "person" and _stands_alone(one, set(named))]
    least = min((len(words.split()) for words in found), default=0)
    shortest = [words for words in found if len(words.split()) == least]
    return named[shortest[0]] if len(shortest) == 1 else None


def _stands_alone(table: TableInfo, names: Set[str]) -> bool:
    """Its key is a number of its own, not that of somebody in another table."""
    key = table.primary_key
    linked = any(set(one.columns) == set(key) for one in table.foreign_keys)
    return len(key) == 1 and not linked and not (_forms(_about(words_of(key[0]).split())) & (names - {words_of(table.bare)}))


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
    if len(parent.primary_key) != 1:
        return False
    one, other = table.column(column), parent.column(parent.primary_key[0])
    last = words_of(column).rpartition(" ")[2]
    own = last in _NUMBERS and one is not None and table.primary_key == (column,)
    return one is not None and other is not None and one.kind == other.kind and not own


def _called(inventory: Inventory, table: TableInfo, about: str) -> TableInfo | None:
    """The only table of that name, in the singular or the plural, or with a prefix before it."""
    names = _forms(about)
    tables = [one for _, one in sorted(inventory.tables.items()) if not one.is_view and not one.inherits]
    whole = [one for one in tables if words_of(one.bare) in names]
    prefixed = [one for one in tables if any(end in names for end in _ends(words_of(one.bare)))]
    first = words_of(table.bare).partition(" ")[0]
    siblings = [one for one in prefixed if words_of(one.bare).partition(" ")[0] == first]
    return next((found[0] for found in (whole, siblings, prefixed) if len(found) == 1), None)


def _ends(words: str) -> Iterator[str]:
    """``shop order line`` → ``order line``, ``line``."""
    while words := words.partition(" ")[2]:
        yield words


def _forms(word: str) -> set[str]:
    """A noun in the forms in which a table may bear it: singular and plural, English and German."""
    stem = re.sub(r"(en|n|s)$", "", word)
    forms = {
        word,
        stem,
        *(f"{root}{ending}" for root in (word, stem) for ending in ("s", "es", "e", "en", "n", "er", "innen", "nen")),
    }
    return forms | {f"{word[:-1]}ies"} if word.endswith("y") else forms


def _relation(
    table: TableInfo, columns: tuple[str, ...], parent: str, referred: tuple[str, ...], *, declared: bool, beside: bool = False
) -> Relation:
    infos = [table.column(column) for column in columns]
    return Relation(
        child=table.name,
        columns=columns,
        parent=parent,
        referred=referred,
        nullable=any(info is None or (info.nullable and info.name not in table.primary_key) for info in infos),
        only_one=set(table.primary_key) == set(columns),
        declared=declared,
        beside=beside,
    )
