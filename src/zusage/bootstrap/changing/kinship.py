"""Whether a plan that was made through one server may be carried out through another: a replica's reader, a primary's writer.

A plan is bound to the tables that its reader saw, and to where it saw them. Where the writer's address is another:

1.  The reader's address is still the one through which the plan was made, and shows the same tables.
2.  The writer sees the same tables.
3.  Both lead to one system at this moment, shown by the servers themselves; that they look alike is no proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from zusage.connectors.port import Writer
from zusage.promises.inventory import Inventory, TableInfo

if TYPE_CHECKING:
    from ..product import Product

_MANY = 3
#: what is seen of a table, where it is more than the name of what a table has
_SEEN = {"written": "what its triggers say, or the view", "fires": "when its triggers fire", "foreign_keys": "its foreign keys"}
_REMEDY = {
    "mariadb": "give both what `zusage init ADDRESS --grant --for MANIFEST` prints, EXECUTE on zusage.catalogue among it, or else SHOW VIEW and "
    "TRIGGER to none or to both",
    "postgresql": "give both USAGE on the same schemas, and let both begin in the same one (search_path), as "
    "`zusage init ADDRESS --grant --for MANIFEST` prints it",
}


def unlike(product: Product, writers: Mapping[str, Writer], system: str, fingerprint: str) -> str:
    """Why a plan for what has this fingerprint is not carried out through the system's writer; empty where it may be.

    Raises SystemTrouble when the reader's address cannot be reached.
    """
    from zusage.connectors.opening import why_apart

    if system not in writers:
        return f"the manifest has no system {system!r} that could be changed"
    seen, there = product.reader(system).survey(), writers[system].survey()
    if seen.fingerprint() != fingerprint:
        return f"the schema of system {system!r} has changed since the plan was made, or the plan was made where url led to another database"
    if replace(there, place=seen.place).fingerprint() != fingerprint:
        return (
            f"reader and writer of system {system!r} do not see the same tables: {_differences(seen, there)}. One of the roles may see less than "
            f"the other: {_REMEDY.get(there.dialect, 'let both lead to the same tables')}"
        )
    if system not in product.loaded.manifest.databases:
        return f"reader and writer of system {system!r} are in two places"
    why = why_apart(system, product.loaded.manifest.databases[system])
    return f"it is not shown that reader and writer of system {system!r} lead to one database: {why}" if why else ""


def _differences(seen: Inventory, there: Inventory) -> str:
    """The tables that only one sees, or sees otherwise."""
    names = sorted(name for name in {*seen.tables, *there.tables} if _described(seen, name) != _described(there, name))
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return ", ".join(f"{name} ({_unlike(seen.tables.get(name), there.tables.get(name))})" for name in names[:_MANY]) + more


def _unlike(seen: TableInfo | None, there: TableInfo | None) -> str:
    """What of a table only one of them sees, or sees otherwise; no value of it."""
    if seen is None or there is None:
        return f"only the {'writer' if seen is None else 'reader'} sees it"
    different = (one.name for one in fields(TableInfo) if getattr(seen, one.name) != getattr(there, one.name))
    return ", ".join(_SEEN.get(name, f"its {name.replace('_', ' ')}") for name in different) or "its columns"


def _described(inventory: Inventory, table: str) -> str:
    """What a fingerprint says of a table; two that compare as equal may differ in what is left out of comparing."""
    return replace(inventory, place="", tables={t: i for t, i in inventory.tables.items() if t == table}).fingerprint()
