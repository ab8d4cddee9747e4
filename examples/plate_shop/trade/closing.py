"""Ends orders and disputes: the moments from which limits are counted."""

from datetime import date

from sqlalchemy import insert, select, update

from plate_shop import schema
from plate_shop.database import utcnow
from plate_shop.shop import Shop
from plate_shop.trade.dispatching import NotReadyError


def complete(shop: Shop, order_id: int) -> None:
    """The parcel has arrived and nothing is left to do."""
    _end(shop, order_id, "completed", ("shipped",))
    delivered = update(schema.shipment).where(schema.shipment.c.order_id == order_id, schema.shipment.c.delivered_at.is_(None))
    with shop.engine.begin() as connection:
        connection.execute(delivered.values(delivered_at=utcnow()))


def cancel(shop: Shop, order_id: int) -> None:
    """The order is called off before it was sent."""
    _end(shop, order_id, "cancelled", ("placed", "paid"))


def _end(shop: Shop, order_id: int, status: str, allowed: tuple[str, ...]) -> None:
    table = schema.shop_order
    ready = update(table).where(table.c.id == order_id, table.c.status.in_(allowed))
    with shop.engine.begin() as connection:
        if not connection.execute(ready.values(status=status, completed_at=utcnow())).rowcount:
            raise NotReadyError("Der Stand der Bestellung lässt das nicht zu.")


def open_dispute(shop: Shop, order_id: int, reference: str, reason: str, review_on: date) -> None:
    """A dispute holds the order's data; it needs a reference and a day to look at it again."""
    row = {
        "order_id": order_id,
        "reference": reference,
        "reason": reason,
        "opened_at": utcnow(),
        "review_on": review_on,
    }
    with shop.engine.begin() as connection:
        connection.execute(insert(schema.dispute).values(row))


def close_dispute(shop: Shop, order_id: int, dispute_id: int) -> None:
    """The dispute is over."""
    table = schema.dispute
    theirs = table.c.id == dispute_id, table.c.order_id == order_id, table.c.closed_at.is_(None)
    with shop.engine.begin() as connection:
        connection.execute(update(table).where(*theirs).values(closed_at=utcnow()))


def mark_assessment(shop: Shop, invoice_id: int) -> None:
    """Turns the mark that the tax assessment is still open."""
    table = schema.invoice
    with shop.engine.begin() as connection:
        marked = connection.scalar(select(table.c.assessment_open).where(table.c.id == invoice_id))
        change = update(table).where(table.c.id == invoice_id)
        connection.execute(change.values(assessment_open=not marked))
