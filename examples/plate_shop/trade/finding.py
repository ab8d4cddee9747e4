"""Looks orders up."""

from sqlalchemy import Connection, Row, select

from plate_shop import schema

PAGE = 25


class NoSuchOrderError(LookupError):
    """There is no such order."""


def find_order(connection: Connection, order_id: int) -> Row:
    """The order with this id."""
    row = connection.execute(select(schema.shop_order).where(schema.shop_order.c.id == order_id)).first()
    if row is None:
        raise NoSuchOrderError(order_id)
    return row


def recent_orders(connection: Connection, status: str | None, page: int) -> list[Row]:
    """One page of orders, newest first."""
    table = schema.shop_order
    wanted = select(table).order_by(table.c.id.desc()).limit(PAGE).offset(PAGE * (page - 1))
    if status:
        wanted = wanted.where(table.c.status == status)
    return list(connection.execute(wanted))


def search_orders(connection: Connection, word: str) -> list[Row]:
    """The orders with exactly this number or e-mail address."""
    table = schema.shop_order
    wanted = select(table).where((table.c.number == word) | (table.c.email == word))
    return list(connection.execute(wanted.order_by(table.c.id.desc()).limit(PAGE)))


def belonging(connection: Connection, order_id: int) -> dict[str, list[Row]]:
    """What hangs on an order, by table."""
    tables = ("order_line", "payment", "shipment", "reservation", "order_note", "dispute", "consent", "disclosure")
    found = {}
    for name in tables:
        table = schema.shop.tables[name]
        found[name] = list(connection.execute(select(table).where(table.c.order_id == order_id)))
    return found
