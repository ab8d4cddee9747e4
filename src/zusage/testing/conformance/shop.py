"""The tables and rows on which the suite works, and short ways to say what to do with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from zusage.connectors.port import Writer
from zusage.planning.plan import Action, DeleteRows, Obstacle, Selection, Step
from zusage.promises.condition import ALWAYS, Condition, parse
from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, Inventory, OnDelete, TableInfo
from zusage.promises.promise import Part

from ..bench import Bed, Bench, Rows

SYSTEM = "shop"


def table(
    name: str, columns: Mapping[str, ColumnKind], *, key: Sequence[str] = ("id",), links: Iterable[ForeignKey] = ()
) -> TableInfo:
    """A table in which only its key must have a value."""
    found = tuple(ColumnInfo(column, kind, column not in key) for column, kind in columns.items())
    return TableInfo(name, found, tuple(key), tuple(links))


def inventory(*tables: TableInfo) -> Inventory:
    """The inventory of these tables."""
    return Inventory(SYSTEM, "any", {one.name: one for one in tables})


def link(column: str, to: str, on_delete: OnDelete = "NO ACTION") -> ForeignKey:
    """A foreign key to the ``id`` of another table."""
    return ForeignKey((column,), to, ("id",), on_delete)


def shop(review: OnDelete = "NO ACTION") -> Inventory:
    """Customers with orders, their lines and notes on these; reviews refer to customers as asked."""
    return inventory(
        table("customer", {"id": "integer", "name": "text", "email": "text", "points": "integer", "vip": "boolean",
                           "joined": "date", "seen": "time", "total": "number"}),
        table("order", {"id": "integer", "customer_id": "integer", "closed": "date"}, links=[link("customer_id", "customer", "RESTRICT")]),
        table("line", {"id": "integer", "order_id": "integer", "text": "text"}, links=[link("order_id", "order")]),
        table("line_note", {"id": "integer", "line_id": "integer", "body": "text"}, links=[link("line_id", "line")]),
        table("review", {"id": "integer", "customer_id": "integer", "stars": "integer"}, links=[link("customer_id", "customer", review)]),
    )  # fmt: skip


#: seven customers: three of them joined before 2020, one on its first day, one at no known time
CUSTOMERS: tuple[Mapping[str, object], ...] = (
    {"id": 1, "name": "Ada", "email": "ada@mail.example", "points": 10, "vip": True, "joined": date(2015, 5, 5)},
    {"id": 2, "name": "ada", "email": None, "points": None, "vip": False, "joined": date(2019, 12, 31)},
    {"id": 3, "name": "Bö%_*[x]?", "email": "b@mail.example", "points": -3, "vip": None, "joined": date(2020, 1, 1)},
    {"id": 4, "name": 'O\'Hara "Q"', "email": "b@mail.example", "points": 0, "vip": False, "joined": date(2021, 2, 28)},
    {"id": 5, "name": None, "email": "", "points": 7, "vip": True, "joined": None},
    {"id": 6, "name": " trim ", "email": "ÄÖÜ", "points": 10, "vip": False, "joined": date(2016, 2, 29)},
    {"id": 7, "name": "straße", "email": "x", "points": 3, "vip": True, "joined": date(2024, 12, 31)},
)
#: two orders of customer 1, one of 2, one of 7, with lines and notes
ROWS: Rows = {
    "customer": tuple(
        {**row, "seen": datetime(2020, 1, 1, 12, int(str(row["id"])), tzinfo=UTC), "total": 1.5} for row in CUSTOMERS
    ),
    "order": (
        {"id": 10, "customer_id": 1, "closed": date(2016, 1, 1)},
        {"id": 11, "customer_id": 1, "closed": None},
        {"id": 20, "customer_id": 2, "closed": date(2020, 1, 1)},
        {"id": 70, "customer_id": 7, "closed": date(2024, 1, 1)},
    ),
    "line": (
        {"id": 100, "order_id": 10, "text": "plate"},
        {"id": 101, "order_id": 10, "text": "screws"},
        {"id": 110, "order_id": 11, "text": "plate"},
        {"id": 200, "order_id": 20, "text": "frame"},
        {"id": 700, "order_id": 70, "text": "plate"},
        {"id": 999, "order_id": None, "text": "of no order"},
    ),
    "line_note": (
        {"id": 1, "line_id": 100, "body": "engrave"},
        {"id": 2, "line_id": 700, "body": "gift"},
        {"id": 3, "line_id": None, "body": "of no line"},
    ),
}
OLD = parse("joined < DATE '2020-01-01'")  # customers 1, 2 and 6
PARTS = (
    Part(table="order", columns=("customer_id",), of="customer", referred=("id",)),
    Part(table="line", columns=("order_id",), of="order", referred=("id",)),
    Part(table="line_note", columns=("line_id",), of="line", referred=("id",)),
)


def fill(bench: Bench, review: OnDelete = "NO ACTION", more: Rows | None = None) -> Bed:
    """The shop."""
    return bench.build(shop(review), {**ROWS, **(more or {})})


def step(
    where: Condition = OLD,
    *,
    action: Action | None = None,
    of: str = "customer",
    parts: tuple[Part, ...] = PARTS,
    referrers: tuple[Obstacle, ...] = (),
    room: int = 1000,
) -> Step:
    """A step of a plan; it deletes customers with all that is theirs unless it is told otherwise.

    ``room`` is how many rows of each part the plan counted.
    """
    return Step(
        id="01-shop/rule/at-most",
        promise="shop/rule/at-most",
        system=SYSTEM,
        table=of,
        action=action or DeleteRows(),
        where=where,
        parts=parts,
        part_rows=tuple((part.table, room) for part in parts),
        referrers=referrers,
    )


def carry_out(writer: Writer, todo: Step, *, free: Condition = ALWAYS, limit: int = 100, batch: int = 100) -> list[int]:
    """Carry a step out to its end; the rows of each batch."""
    return list(writer.carry_out(todo, free, limit, batch))


def ids(bed: Bed, of: str = "customer") -> list[object]:
    """Which rows there are."""
    return [row["id"] for row in bed.rows(of)]


def everything(bed: Bed) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables as they are stored."""
    return {name: bed.rows(name) for name in bed.inventory.tables}


def chosen(where: Condition = ALWAYS, of: str = "customer") -> Selection:
    """A selection."""
    return Selection(system=SYSTEM, table=of, where=where)
