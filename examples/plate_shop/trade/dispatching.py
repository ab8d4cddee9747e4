"""Hands a paid order to the carrier."""

from sqlalchemy import Row, insert, select, update

from plate_shop import schema
from plate_shop.database import utcnow
from plate_shop.gateway import GatewayError
from plate_shop.mails import compose
from plate_shop.recipients import CARRIER, PROFILES
from plate_shop.shop import Shop
from plate_shop.trade import consents, notes
from plate_shop.trade.finding import find_order


class NotReadyError(Exception):
    """The order's state does not allow this step."""


def dispatch(shop: Shop, order_id: int) -> None:
    """The carrier learns name and address; the e-mail address only while the consent stands."""
    with shop.engine.connect() as connection:
        order = find_order(connection, order_id)
        announce = consents.stands(connection, order_id)
    if not _move(shop, order_id, "paid", "shipped"):
        raise NotReadyError("Nur eine bezahlte Bestellung kann versandt werden.")
    values = {
        "recipient_name": order.name,
        **{key: getattr(order, key) for key in ("street", "postal_code", "city")},
        "parcel": "Brief, 520 × 110 mm",
        **({"announcement_email": order.email} if announce else {}),
    }
    try:
        code = shop.gateway.hand_over(PROFILES[CARRIER], values, order_id=order_id)["tracking_code"]
    except GatewayError:
        _move(shop, order_id, "shipped", "paid")
        raise
    _record(shop, order, code, order.email if announce else None)
    notes.attempt(shop, order_id, "Versandmitteilung", lambda: _mail(shop, order, code))


def _record(shop: Shop, order: Row, code: str, announced: str | None) -> None:
    shipment = {
        "order_id": order.id,
        "carrier": CARRIER,
        "tracking_code": code,
        "recipient_name": order.name,
        **{key: getattr(order, key) for key in ("street", "postal_code", "city")},
        "announced_to_email": announced,
        "shipped_at": utcnow(),
    }
    with shop.engine.begin() as connection:
        connection.execute(insert(schema.shipment).values(shipment))


def _move(shop: Shop, order_id: int, before: str, after: str) -> bool:
    """Of two who try at once only one succeeds: a parcel is announced to the carrier once."""
    table = schema.shop_order
    ready = update(table).where(table.c.id == order_id, table.c.status == before)
    with shop.engine.begin() as connection:
        return bool(connection.execute(ready.values(status=after)).rowcount)


def _mail(shop: Shop, order: Row, code: str) -> None:
    with shop.engine.connect() as connection:
        reserved = select(schema.reservation).where(schema.reservation.c.order_id == order.id)
        reservation = connection.execute(reserved).first()
    values = {
        "name": order.name,
        "number": order.number,
        "tracking_code": code,
        "reservation": reservation,
        "notice_link": shop.link("/datenschutz"),
    }
    shop.post.send(compose("dispatch", order.email, f"Ihre Bestellung {order.number} ist unterwegs", values))
