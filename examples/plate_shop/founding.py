"""What stands in the books on the first day: tables, contracts with recipients, staff accounts."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select

from plate_shop import schema
from plate_shop.recipients import PROFILES

LOCKED = "!"  # no password verifies against it
TEAM = {"auftrag": "orders", "betreuung": "support", "buchhaltung": "accounts"}


def found(shop: Engine, mailbox: Engine, *, now: datetime, years: int = 1) -> None:
    """Creates the tables, and on an empty shop the contracts and the (locked) staff accounts."""
    schema.shop.create_all(shop)
    schema.mailbox.create_all(mailbox)
    since = (now - timedelta(days=366 * years)).date()
    with shop.begin() as connection:
        if connection.scalar(select(schema.recipient_contract.c.recipient).limit(1)) is None:
            sign_contracts(connection, since=since, until=now.date() + timedelta(days=5 * 365))
            connection.execute(insert(schema.staff), [_account(login, role, since) for login, role in TEAM.items()])


def sign_contracts(connection: Connection, *, since: date, until: date) -> None:
    """A contract with every recipient that the shop knows."""
    rows = [
        {"recipient": p.recipient, "role": p.role, "country": "DE", "signed_on": since, "valid_until": until}
        for p in PROFILES.values()
    ]
    connection.execute(insert(schema.recipient_contract), rows)


def _account(login: str, role: str, since: date) -> dict:
    return {
        "login": login,
        "password_hash": LOCKED,
        "role": role,
        "instructed_on": since,
        "bound_to_secrecy_on": since,
    }
