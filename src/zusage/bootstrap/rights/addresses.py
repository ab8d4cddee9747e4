"""Which addresses are of several people: what only such an address leads to is nobody's before it is known whose it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from zusage.planning.places import Place, literals
from zusage.planning.plan import Selection
from zusage.promises.condition import Call, Column, Literal, Not, OneOf, Surely, all_of, any_of

if TYPE_CHECKING:
    from ..product import Product


def of_others(
    product: Product, found: Iterable[Place], known: Sequence[tuple[str, str, str]], keys: Sequence[str], among: Collection[str]
) -> frozenset[str]:
    """Those among some addresses, in small letters, that somebody of the same kind has too who is none of these people.

    ``known`` are the columns with addresses, split at their last dot. Raises SystemTrouble.
    """
    owned: dict[str, list[Place]] = {}
    for place in found:
        if not place.candidate:
            owned.setdefault(place.table, []).append(place)
    values, shared = tuple(Literal(address) for address in sorted(among)), set[str]()
    for table, _, column in known if values else ():
        if table in owned:
            first = owned[table][0]
            theirs = any_of(*(place.where(literals(place.root, keys, product.inventories)) for place in owned[table]))
            where = all_of(OneOf(Call("lower", (Column(column),)), values), Not(Surely(theirs)))
            selection = Selection(system=first.system, table=first.bare, where=where)
            shared |= {str(address).lower() for (address,) in product.reader(first.system).rows(selection, (column,))}
    return frozenset(shared)
