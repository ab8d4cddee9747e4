"""Whether the rows of somebody name them in the letters in which their record does.

A database whose collations know no case, as MariaDB's do and one of PostgreSQL may, takes ``0A1B`` for ``0a1b``, also in a foreign key. Whose rows are is told to the letter: so a row that
spells the key otherwise would be missing from a copy, from what is held and from what is erased, and nobody would see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from zusage.connectors.port import Spelling
from zusage.connectors.trouble import CannotHandle
from zusage.planning.holding import places_of
from zusage.planning.places import Place, literals
from zusage.planning.plan import Selection
from zusage.promises.condition import Condition, Exists, joined
from zusage.promises.inside import is_inside, items_in

if TYPE_CHECKING:
    from zusage.promises.inventory import ColumnInfo, Inventory

    from .product import Product

#: takes two spellings for one key unless a column's collation does not, and where a column's does
_LOOSE, _MAY = "mariadb", "postgresql"


def refuse_other_spelling(product: Product, people: str, keys: Sequence[str]) -> None:
    """Raise CannotHandle where rows name one of these people in other letters than asked for, and HoldUnfit or PersonUnfit where nobody can be found."""
    found = dict(_spelt_otherwise(product, people, keys))
    if found:
        where = ", ".join(f"{table} ({rows})" for table, rows in found.items())
        raise CannotHandle(
            f"rows refer to what is theirs in other letters, such as small ones for capitals: {where}. The database takes both for one key, "
            "but whose these rows are cannot be told to the letter, and they would be left out. Nothing was done. Give each key one "
            "spelling, that of the row to which it refers."
        )


def _spelt_otherwise(product: Product, people: str, keys: Sequence[str]) -> Iterator[tuple[str, int]]:
    if not any(_is_loose(inventory) for inventory in product.inventories.values()):
        return  # before anything is worked out: one person is found in less time than that takes
    record, *others = places_of(product.loaded.manifest, people)
    for place in others:
        reader = product.readers.get(place.system)
        if isinstance(reader, Spelling) and _by_a_text(product, place, record):
            where = place.where(literals(place.root, keys, product.inventories))
            rows = reader.spelt_otherwise(Selection(system=place.system, table=place.bare, where=where), _known(place, record))
            if rows:
                yield place.table, rows


def _by_a_text(product: Product, place: Place, record: Place) -> bool:
    """A text leads from the row to the person, and not out of a document, which no foreign key does."""
    inventory = product.inventories.get(place.system)
    top = place.root
    if inventory is None or not _is_loose(inventory) or is_inside(top.column) or items_in(top.column):
        return False
    if top.system != record.system or place.table == record.table:
        return False
    at: Place | None = place
    while at is not None:
        table = inventory.tables.get(at.bare)
        if table and any(column and _takes_two(inventory, column) for column in map(table.column, at.own)):
            return True
        at = at.above
    return False


def _is_loose(inventory: Inventory) -> bool:
    """Whether any column may take two spellings for one key."""
    if inventory.dialect != _MAY:
        return inventory.dialect == _LOOSE
    return any(_takes_two(inventory, column) for table in inventory.tables.values() for column in table.columns)


def _takes_two(inventory: Inventory, column: ColumnInfo) -> bool:
    return column.kind == "text" and (inventory.dialect == _LOOSE or column.compares_its_own_way)


def _known(place: Place, record: Place) -> Condition:
    """The row names another one to the letter: whose it is can be told, and be it somebody else's."""
    if place.above and place.link:
        return Exists(place.above.bare, joined(place.link.to(), None, place.link.keys, place.bare))
    return Exists(record.bare, joined((record.column,), None, (place.column,), place.bare))
