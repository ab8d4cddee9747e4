"""What the numbers in a person's rows refer to, by name: "vacancy 17" tells nobody for what they applied (Art. 12(1) GDPR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zusage.planning.plan import Selection
from zusage.promises.condition import Column, Literal, OneOf

if TYPE_CHECKING:
    from ..product import Product
    from .found import Held


def named_beside(product: Product, held: Held) -> tuple[tuple[str, ...], Sequence[tuple[object, ...]]]:
    """More columns for some rows of a person, and their values for each row. Raises SystemTrouble."""
    some = [(held.columns.index(column), name) for column, name in held.content.named.items() if column in held.columns]
    found = [(at, _names(product, name, {row[at] for row in held.rows})) for at, name in some]
    columns = tuple(f"{held.columns[at]}.{name.rpartition('.')[2]}" for at, name in some)
    return columns, [tuple(names.get(str(row[at])) for at, names in found) for row in held.rows]


def _names(product: Product, name: str, values: set[object]) -> Mapping[str, object]:
    """The names of what has these keys. A table without a key of one column has none."""
    table, _, title = name.rpartition(".")
    system, bare = table.split(".", 1)
    info = product.inventories[system].tables.get(bare)
    wanted = tuple(Literal(value) for value in values if isinstance(value, int | str))
    if info is None or len(info.primary_key) != 1 or not wanted:
        return {}
    (key,) = info.primary_key
    selection = Selection(system=system, table=bare, where=OneOf(Column(key), wanted))
    return {str(here): there for here, there in product.reader(system).rows(selection, (key, title))}
