"""The rows that must survive a limit: each holds one circumstance that forbids a deletion which is due."""

from datetime import datetime, timedelta
from random import Random

from plate_shop.generating.orders import Rows

FOUR_YEARS = timedelta(days=4 * 366)


def dispute_orders(rows: Rows, random: Random, orders: list[dict], now: datetime) -> None:
    """A few disputes in every part of the shop's life: open on old orders, open on young ones, closed."""
    old = [order for order in orders if order["completed_at"] and order["completed_at"] < now - FOUR_YEARS]
    young = [order for order in orders if order["completed_at"] and order["completed_at"] >= now - FOUR_YEARS]
    for order in _some(random, old, 0.01):
        rows["dispute"].append(_dispute(random, order, now, closed=False))
    for order in _some(random, old, 0.005) + _some(random, young, 0.005):
        rows["dispute"].append(_dispute(random, order, now, closed=True))
    for order in _some(random, young, 0.002):
        rows["dispute"].append(_dispute(random, order, now, closed=False))


def keep_assessments_open(random: Random, invoices: list[dict], now: datetime) -> None:
    """Marks a few invoices past the eighth year end whose tax assessment is still open, and a few younger."""
    past = [invoice for invoice in invoices if invoice["issued_on"].year < now.year - 8]
    younger = [invoice for invoice in invoices if invoice["issued_on"].year >= now.year - 8]
    for invoice in _some(random, past, 0.02) + _some(random, younger, 0.005):
        invoice["assessment_open"] = True


def _some(random: Random, rows: list[dict], share: float) -> list[dict]:
    return random.sample(rows, min(len(rows), max(3, int(len(rows) * share))))


def _dispute(random: Random, order: dict, now: datetime, *, closed: bool) -> dict:
    opened = min(order["completed_at"] + timedelta(days=random.randint(1, 300)), now)
    ended = min(opened + timedelta(days=random.randint(20, 200)), now)
    return {
        "order_id": order["id"],
        "reference": f"S-{opened.year}-{order['id']:05d}",
        "reason": random.choice(("Mängelrüge", "Rückzahlung gefordert", "Zahlung bestritten")),
        "opened_at": opened,
        "review_on": (ended if closed else now + timedelta(days=random.randint(10, 180))).date(),
        "closed_at": ended if closed else None,
    }
