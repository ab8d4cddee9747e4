"""Payment at the provider, and what an arrived payment sets going. Card data never come here."""

import json
from datetime import date
from secrets import token_urlsafe

from sqlalchemy import Connection, Row, insert, select, update

from plate_shop import schema, versions
from plate_shop.database import utcnow
from plate_shop.districts import DISTRICTS
from plate_shop.mails import compose
from plate_shop.products import Line
from plate_shop.recipients import FULFILMENT, PAYMENT, PROFILES
from plate_shop.shop import Shop
from plate_shop.trade import notes
from plate_shop.trade.finding import find_order


def begin(shop: Shop, order_id: int, method: str) -> str:
    """Announces the payment to the provider; returns the address of the provider's own page."""
    with shop.engine.connect() as connection:
        amount = find_order(connection, order_id).price_cents
    values = {
        "amount_cents": amount,
        "reference": token_urlsafe(16),
        "method": method,
        "return_url": shop.link("/bestellung/bezahlt"),
    }
    reference = shop.gateway.hand_over(PROFILES[PAYMENT], values, order_id=order_id)["id"]
    page = shop.gateway.page(PROFILES[PAYMENT], f"/pay/{reference}")
    row = {"order_id": order_id, "method": method, "provider_reference": reference, "amount_cents": amount}
    with shop.engine.begin() as connection:
        connection.execute(insert(schema.payment).values(**row, state="open"))
    return page


def settle(shop: Shop, order_id: int) -> bool:
    """Asks the provider; when the money has come, sends the invoice and starts production. Safe to repeat."""
    with shop.engine.connect() as connection:
        references = connection.execute(_open_payments(order_id)).all()
    for payment in references:
        if shop.gateway.ask(PROFILES[PAYMENT], payment.provider_reference).get("state") == "paid":
            _arrived(shop, order_id, payment.id)
    with shop.engine.connect() as connection:
        return find_order(connection, order_id).status != "placed"


def _open_payments(order_id: int) -> object:
    table = schema.payment
    return select(table.c.id, table.c.provider_reference).where(table.c.order_id == order_id, table.c.state == "open")


def _arrived(shop: Shop, order_id: int, payment_id: int) -> None:
    table = schema.payment
    with shop.engine.begin() as connection:
        still_open = update(table).where(table.c.id == payment_id, table.c.state == "open")
        if not connection.execute(still_open.values(state="paid", paid_at=utcnow())).rowcount:
            return
        if not _advance(connection, order_id):
            return
        invoice = _write_invoice(connection, order_id)
        order = find_order(connection, order_id)
    notes.attempt(shop, order_id, "Rechnung", lambda: _mail_invoice(shop, invoice, order.email))
    produce(shop, order)


def _advance(connection: Connection, order_id: int) -> bool:
    table = schema.shop_order
    placed = update(table).where(table.c.id == order_id, table.c.status == "placed")
    return bool(connection.execute(placed.values(status="paid")).rowcount)


def _write_invoice(connection: Connection, order_id: int) -> dict:
    order, today = find_order(connection, order_id), utcnow().date()
    invoice = {
        "number": order.number.replace("M", "R", 1),
        "order_number": order.number,
        "issued_on": today,
        "paid_on": today,
        **{f"recipient_{key}": getattr(order, key) for key in ("name", "street", "postal_code", "city")},
        "lines": json.dumps([line._asdict() for line in _lines(connection, order_id)], ensure_ascii=False),
        "total_cents": order.price_cents,
        "statute": versions.INVOICE_STATUTE,
    }
    connection.execute(insert(schema.invoice).values(invoice))
    return invoice


def _lines(connection: Connection, order_id: int) -> list[Line]:
    table = schema.order_line
    rows = connection.execute(select(table).where(table.c.order_id == order_id).order_by(table.c.id))
    return [Line(row.product, row.quantity, row.price_cents) for row in rows]


def _mail_invoice(shop: Shop, invoice: dict, email: str) -> None:
    values = {
        **invoice,
        "lines": [Line(**line) for line in json.loads(invoice["lines"])],
        "tax_cents": round(invoice["total_cents"] * 19 / 119),
        "notice_link": shop.link("/datenschutz"),
    }
    shop.post.send(compose("invoice", email, f"Rechnung {invoice['number']}", values))


def produce(shop: Shop, order: Row) -> None:
    """Has the plates made and, if it was ordered, the combination reserved."""
    notes.attempt(shop, order.id, "Übergabe an die Fertigung", lambda: _make(shop, order))
    if order.reservation_wanted:
        notes.attempt(shop, order.id, "Reservierung", lambda: _reserve(shop, order))


def _make(shop: Shop, order: Row) -> None:
    with shop.engine.connect() as connection:
        plates = _lines(connection, order.id)[0]
    values = {
        "order_number": order.number,
        "plate_text": order.plate_text,
        "product": plates.product,
        "quantity": plates.quantity,
    }
    shop.gateway.hand_over(PROFILES[FULFILMENT], values, order_id=order.id)


def _reserve(shop: Shop, order: Row) -> None:
    authority = DISTRICTS[order.district].authority
    values = {"plate_text": order.plate_text, "district": order.district, "holder_name": order.name}
    answer = shop.gateway.hand_over(PROFILES[authority], values, order_id=order.id)
    row = {
        "order_id": order.id,
        "plate_text": order.plate_text,
        "district": order.district,
        "authority": authority,
        "pin": answer["pin"],
        "expires_on": date.fromisoformat(answer["expires_on"]),
        "reserved_at": utcnow(),
    }
    with shop.engine.begin() as connection:
        connection.execute(insert(schema.reservation).values(row))
