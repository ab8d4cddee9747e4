"""Consents: given with the very text that was shown, looked up when used, withdrawn at once."""

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, insert, select, update

from plate_shop import schema, versions
from plate_shop.database import utcnow
from plate_shop.recipients import CARRIER_CONSENT, CARRIER_NOTICE, PORTAL
from plate_shop.shop import Shop

_table = schema.consent


def give(connection: Connection, order_id: int, text: str, language: str, now: datetime) -> str:
    """Records that this order's customer consented to this text; returns the consent's random number."""
    consent = {
        "id": token_urlsafe(32),
        "order_id": order_id,
        "purpose": CARRIER_CONSENT,
        "text_version": f"{versions.CARRIER_CONSENT}/{language}",
        "text_digest": sha256(text.encode()).hexdigest(),
        "given_at": now,
    }
    connection.execute(insert(_table).values(consent))
    return consent["id"]


def give_for_comparison(shop: Shop, language: str) -> None:
    """Records that somebody consented, and neither who nor to what data."""
    row = {
        "id": token_urlsafe(32),
        "text_version": f"{versions.COMPARISON_CONSENT}/{language}",
        "portal": PORTAL,
        "consented_at": utcnow(),
    }
    with shop.engine.begin() as connection:
        connection.execute(insert(schema.comparison_consent).values(row))


def stands(connection: Connection, order_id: int) -> bool:
    """Whether the carrier may learn this order's e-mail address now."""
    valid = select(_table.c.id).where(
        _table.c.order_id == order_id,
        _table.c.purpose == CARRIER_CONSENT,
        _table.c.withdrawn_at.is_(None),
    )
    return connection.scalar(valid.limit(1)) is not None


def known(shop: Shop, consent_id: str) -> bool:
    """Whether this consent exists and was not withdrawn."""
    with shop.engine.connect() as connection:
        standing = select(_table.c.id).where(_table.c.id == consent_id, _table.c.withdrawn_at.is_(None))
        return connection.scalar(standing) is not None


def withdraw(shop: Shop, consent_id: str) -> None:
    """Stops further transfers first, then has the carrier forget the address; again is harmless."""
    with shop.engine.begin() as connection:
        open_ = _table.c.withdrawn_at.is_(None)
        connection.execute(update(_table).where(_table.c.id == consent_id, open_).values(withdrawn_at=utcnow()))
        order_id = connection.scalar(select(_table.c.order_id).where(_table.c.id == consent_id))
        announced = connection.execute(_announced(order_id)).all()
    for shipment in announced:
        values = {"tracking_code": shipment.tracking_code, "erase": "announcement_email"}
        shop.gateway.hand_over(CARRIER_NOTICE, values, order_id=order_id)
        with shop.engine.begin() as connection:
            forget = update(schema.shipment).where(schema.shipment.c.id == shipment.id)
            connection.execute(forget.values(announced_to_email=None))


def _announced(order_id: int | None) -> object:
    table = schema.shipment
    return select(table.c.id, table.c.tracking_code).where(table.c.order_id == order_id, table.c.announced_to_email.is_not(None))
