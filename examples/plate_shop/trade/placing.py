"""The binding step: what was a form becomes an order."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, insert, select, update

from plate_shop import notice, schema, versions
from plate_shop.database import utcnow
from plate_shop.mails import compose
from plate_shop.plates import Plate
from plate_shop.products import Line, lines_for, total
from plate_shop.shop import Shop
from plate_shop.trade import consents, notes

CONTACT_FIELDS = ("name", "street", "postal_code", "city", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A checkout that is complete and checked."""

    plate: Plate
    lines: list[Line]
    reservation_wanted: bool
    contact: dict[str, str]
    method: str
    consent_text: str | None  #: the words that were ticked, if they were
    language: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that is binding."""

    order_id: int
    number: str
    consent_id: str | None


def checkout_from(steps: dict[str, dict[str, str]], consent_text: str, language: str) -> Checkout:
    """The checkout that the steps of a session add up to."""
    plate, delivery = steps["plate"], steps["delivery"]
    wanted = bool(plate["reservation_wanted"])
    return Checkout(
        plate=Plate(plate["district"], plate["letters"], plate["digits"], plate["suffix"]),
        lines=lines_for(plate["product"], int(plate["quantity"]), wanted),
        reservation_wanted=wanted,
        contact={name: steps["address"][name] for name in CONTACT_FIELDS},
        method=delivery["method"],
        consent_text=consent_text if delivery["carrier_consent"] else None,
        language=language,
    )


def place(shop: Shop, checkout: Checkout) -> Placed:
    """Writes the order in one transaction, then confirms it by mail."""
    now = utcnow()
    with shop.engine.begin() as connection:
        customer_id = _customer(connection, checkout.contact, now)
        order_id, number = _order(connection, checkout, customer_id, notice.version(shop.settings.notice_dir), now)
        lines = [{"order_id": order_id, **line._asdict()} for line in checkout.lines]
        connection.execute(insert(schema.order_line), lines)
        consent_id = None
        if checkout.consent_text:
            consent_id = consents.give(connection, order_id, checkout.consent_text, checkout.language, now)
    placed = Placed(order_id, number, consent_id)
    _confirm(shop, checkout, placed, now)
    return placed


def _customer(connection: Connection, contact: dict[str, str], now: datetime) -> int:
    table = schema.customer
    known = connection.scalar(select(table.c.id).where(table.c.email == contact["email"]))
    if known is None:
        row = {**contact, "created_at": now, "last_order_at": now}
        return connection.execute(insert(table).values(row)).inserted_primary_key[0]
    connection.execute(update(table).where(table.c.id == known).values(**contact, last_order_at=now))
    return known


def _order(connection: Connection, checkout: Checkout, customer_id: int, notice_version: str, now: datetime) -> tuple[int, str]:
    table = schema.shop_order
    row = {
        "number": token_hex(10),  # until its id is known
        "customer_id": customer_id,
        **checkout.contact,
        "plate_text": checkout.plate.text,
        "district": checkout.plate.district,
        "reservation_wanted": checkout.reservation_wanted,
        "status": "placed",
        "price_cents": total(checkout.lines),
        "terms_version": versions.TERMS,
        "notice_version": notice_version,
        "placed_at": now,
    }
    order_id = connection.execute(insert(table).values(row)).inserted_primary_key[0]
    number = f"M{now.year}-{order_id:06d}"
    connection.execute(update(table).where(table.c.id == order_id).values(number=number))
    return order_id, number


def _confirm(shop: Shop, checkout: Checkout, placed: Placed, now: datetime) -> None:
    contact, subject = checkout.contact, f"Auftragsbestätigung {placed.number}"
    values = {
        **contact,
        "number": placed.number,
        "lines": checkout.lines,
        "price_cents": total(checkout.lines),
        "plate_text": checkout.plate.text,
        "consent_link": shop.link(f"/einwilligung/{placed.consent_id}") if placed.consent_id else "",
        "notice_link": shop.link("/datenschutz"),
    }
    mail = compose("confirmation", contact["email"], subject, values)
    letter = {
        "order_number": placed.number,
        "sent_on": now.date(),
        "recipient_name": contact["name"],
        "recipient_address": f"{contact['street']}, {contact['postal_code']} {contact['city']}",
        "subject": subject,
        "body": mail.get_content(),
        "statute": versions.LETTER_STATUTE,
    }
    with shop.engine.begin() as connection:
        connection.execute(insert(schema.commercial_letter).values(letter))
    notes.attempt(shop, placed.order_id, "Auftragsbestätigung", lambda: shop.post.send(mail))
