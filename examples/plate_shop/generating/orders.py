"""The history of one order: what the shop has written by the time the order is as old as it is."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from plate_shop import versions
from plate_shop.districts import DISTRICTS
from plate_shop.forms.registry import DELIVERY, label_of
from plate_shop.generating import values
from plate_shop.products import PLATES, Line, lines_for, total
from plate_shop.recipients import CARRIER, CARRIER_CONSENT, FULFILMENT, PAYMENT, PROFILES, field_list

Rows = defaultdict[str, list[dict]]

FINISHED_AFTER = timedelta(days=42)  # by then every order is completed or cancelled
_DIGEST = sha256(label_of(DELIVERY, "carrier_consent").encode()).hexdigest()
_DISTRICTS = list(DISTRICTS.values())
_PRODUCTS = list(PLATES)
_FIELDS = {name: field_list(profile.fields) for name, profile in PROFILES.items()}
_WITH_EMAIL = field_list(PROFILES[CARRIER].fields | PROFILES[CARRIER].consented)
_NOTES = (
    "Telefonnotiz: fragt nach dem Liefertermin.",
    "Brief: bittet um eine Kopie der Rechnung.",
    "Telefonnotiz: Klebesiegel gehören nicht zum Lieferumfang, erklärt.",
)


class OrderHistory:
    """Writes one order and everything that hangs on it into ``rows``."""

    def __init__(self, rows: Rows, random: Random, now: datetime) -> None:
        self.rows = rows
        self.random = random
        self.now = now

    def write(self, number: int, customer: dict, placed: datetime) -> dict:
        """Everything about one order; returns the order's own row."""
        lines = self._lines()
        order = self._order(number, customer, placed, lines)
        self.rows["shop_order"].append(order)
        self.rows["order_line"] += [{"order_id": number, **line._asdict()} for line in lines]
        self._letter(order)
        consent = self._consent(order)
        if order["status"] != "placed":
            self._payment(order, lines)
            self._hand_over(order, FULFILMENT, placed)
            self._reserve(order)
        if order["status"] in ("shipped", "completed"):
            self._ship(order, consent)
        self._notes(order)
        return order

    def _lines(self) -> list[Line]:
        product, quantity = self.random.choice(_PRODUCTS), self.random.choice((1, 2, 2, 2))
        return lines_for(product, quantity, self.random.random() < 0.35)

    def _order(self, number: int, customer: dict, placed: datetime, lines: list[Line]) -> dict:
        district = self.random.choice(_DISTRICTS).code
        status = self._status(self.now - placed)
        ended = status in ("completed", "cancelled")
        return {
            "id": number,
            "number": f"M{placed.year}-{number:06d}",
            "customer_id": customer["id"],
            **{key: customer[key] for key in ("name", "street", "postal_code", "city", "email")},
            "plate_text": values.plate(self.random, district),
            "district": district,
            "reservation_wanted": len(lines) > 1,
            "status": status,
            "price_cents": total(lines),
            "terms_version": f"{placed.year}-01",
            "notice_version": f"{placed.year}-01",
            "placed_at": placed,
            "completed_at": self._completed(placed) if ended else None,
        }

    def _status(self, age: timedelta) -> str:
        if age > FINISHED_AFTER:
            return "cancelled" if self.random.random() < 0.05 else "completed"
        if age > timedelta(days=6):
            return "shipped"
        return "paid" if age > timedelta(days=1) else "placed"

    def _completed(self, placed: datetime) -> datetime:
        """Mostly weeks later; some in the last hour of a year, where the time zone decides the year."""
        moment = values.later(self.random, placed, 14, 40)
        if self.random.random() < 0.03 and placed.month == 12 and placed.day < 31:
            return min(datetime(placed.year, 12, 31, 23, 30), self.now)
        return moment

    def _letter(self, order: dict) -> None:
        body = f"Guten Tag {order['name']},\n\nwir bestätigen Ihre Bestellung {order['number']}."
        letter = {
            "order_number": order["number"],
            "sent_on": order["placed_at"].date(),
            "recipient_name": order["name"],
            "recipient_address": f"{order['street']}, {order['postal_code']} {order['city']}",
            "subject": f"Auftragsbestätigung {order['number']}",
            "body": body,
            "statute": versions.LETTER_STATUTE,
        }
        self.rows["commercial_letter"].append(letter)

    def _consent(self, order: dict) -> dict | None:
        if self.random.random() > 0.4:
            return None
        withdrawn = values.later(self.random, order["placed_at"], 0, 1) if self.random.random() < 0.03 else None
        consent = {
            "id": values.token(self.random),
            "order_id": order["id"],
            "purpose": CARRIER_CONSENT,
            "text_version": f"{order['placed_at'].year}-01/de",
            "text_digest": _DIGEST,
            "given_at": order["placed_at"],
            "withdrawn_at": withdrawn,
        }
        self.rows["consent"].append(consent)
        return None if withdrawn else consent

    def _payment(self, order: dict, lines: list[Line]) -> None:
        paid = order["placed_at"] + timedelta(minutes=self.random.randint(2, 90))
        payment = {
            "order_id": order["id"],
            "method": self.random.choice(("card", "debit")),
            "provider_reference": f"zf-{self.random.getrandbits(80):020x}",
            "amount_cents": order["price_cents"],
            "state": "refunded" if order["status"] == "cancelled" else "paid",
            "paid_at": paid,
        }
        self.rows["payment"].append(payment)
        self._hand_over(order, PAYMENT, order["placed_at"])
        self._invoice(order, lines, paid)

    def _invoice(self, order: dict, lines: list[Line], paid: datetime) -> None:
        invoice = {
            "number": order["number"].replace("M", "R", 1),
            "order_number": order["number"],
            "issued_on": paid.date(),
            "paid_on": paid.date(),
            **{f"recipient_{key}": order[key] for key in ("name", "street", "postal_code", "city")},
            "lines": json.dumps([line._asdict() for line in lines], ensure_ascii=False),
            "total_cents": order["price_cents"],
            "statute": versions.INVOICE_STATUTE,
            "assessment_open": False,
        }
        self.rows["invoice"].append(invoice)

    def _reserve(self, order: dict) -> None:
        if not order["reservation_wanted"]:
            return
        reserved = values.later(self.random, order["placed_at"], 0.1, 1)
        reservation = {
            "order_id": order["id"],
            "plate_text": order["plate_text"],
            "district": order["district"],
            "authority": DISTRICTS[order["district"]].authority,
            "pin": f"{self.random.randint(0, 999999):06d}",
            "expires_on": (reserved + timedelta(days=90)).date(),
            "reserved_at": reserved,
        }
        self.rows["reservation"].append(reservation)
        self._hand_over(order, reservation["authority"], reserved)

    def _ship(self, order: dict, consent: dict | None) -> None:
        shipped = values.later(self.random, order["placed_at"], 1, 4)
        delivered = values.later(self.random, shipped, 1, 3) if order["status"] == "completed" else None
        shipment = {
            "order_id": order["id"],
            "carrier": CARRIER,
            "tracking_code": f"PB{self.random.randint(10**9, 10**10 - 1)}",
            "recipient_name": order["name"],
            **{key: order[key] for key in ("street", "postal_code", "city")},
            "announced_to_email": order["email"] if consent else None,
            "shipped_at": shipped,
            "delivered_at": delivered,
        }
        self.rows["shipment"].append(shipment)
        self._hand_over(order, CARRIER, shipped, consent)

    def _hand_over(self, order: dict, recipient: str, sent: datetime, consent: dict | None = None) -> None:
        disclosure = {
            "order_id": order["id"],
            "recipient": recipient,
            "fields": _WITH_EMAIL if consent else _FIELDS[recipient],
            "purpose": PROFILES[recipient].purpose,
            "consent_id": consent["id"] if consent else None,
            "sent_at": sent,
        }
        self.rows["disclosure"].append(disclosure)

    def _notes(self, order: dict) -> None:
        if self.random.random() < 0.08:
            note = {
                "order_id": order["id"],
                "author_role": "support",
                "text": self.random.choice(_NOTES),
                "created_at": min(values.later(self.random, order["placed_at"], 0, 12), self.now),
            }
            self.rows["order_note"].append(note)
