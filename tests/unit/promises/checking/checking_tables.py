"""The tables that the manifest of these tests fits, and what is found where either is otherwise."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from checking_manifests import loaded

from zusage.promises.checking import against
from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, Inventory, TableInfo

RULE = "activities/orders/keep/0"


def a_table(name: str, *columns: str, keys: tuple[ForeignKey, ...] = (), is_view: bool = False) -> TableInfo:
    """Columns as ``name:kind``, with ``?`` for nullable and ``=`` for computed; the first is the key."""
    infos = []
    for column in ("id:integer", *columns):
        bare, _, kind = column.partition(":")
        kinds: dict[str, ColumnKind] = {"date": "date", "time": "time", "integer": "integer"}
        infos.append(ColumnInfo(bare.rstrip("?="), kinds.get(kind, "text"), nullable="?" in bare, generated="=" in bare))
    return TableInfo(name, tuple(infos), primary_key=("id",), foreign_keys=keys, is_view=is_view)


def computed_table(name: str, computed: str) -> TableInfo:
    """A table with one column more, which is computed and must have a value."""
    table = a_table(name, "address", "agent", "at:time")
    return replace(
        table, columns=(*table.columns, ColumnInfo("small", "text", nullable=False, generated=True, computed=computed))
    )


def all_tables() -> dict[str, TableInfo]:
    to_customer = ForeignKey(("customer_id",), "customer", ("id",))
    to_order = ForeignKey(("order_id",), "shop_order", ("id",))
    tables = (
        a_table("customer"),
        a_table("shop_order", "customer_id:integer", "name", "email", "completed_at?:time", keys=(to_customer,)),
        a_table("order_note", "order_id:integer", "text", keys=(to_order,)),
        a_table("invoice", "number", "recipient", "issued_on:date"),
        a_table("log", "address", "agent", "at:time"),
    )
    return {table.name: table for table in tables}


#: what makes the sound manifest account for every column of these tables
FITTING: dict[str, Any] = {
    "activities/orders/data/shop.shop_order/structure": ["completed_at"],
    "activities/vouchers/data/shop.invoice/structure": ["issued_on"],
    "activities/log/data/shop.log/structure": ["at"],
    "systems/shop/not_personal": {"customer": "only numbers"},
}


def found_in(
    folder: Path,
    changes: dict[str, Any] | None = None,
    tables: dict[str, TableInfo] | None = None,
    dialect: str = "postgresql",
) -> set[tuple[str, str]]:
    inventory = Inventory("shop", dialect, {**all_tables(), **(tables or {})})
    findings = against(loaded(folder, {**FITTING, **(changes or {})}), {"shop": inventory})
    return {(one.code, one.path.replace(".", "/")) for one in findings}
