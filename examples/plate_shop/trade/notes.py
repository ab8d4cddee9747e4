"""Notes filed to an order; also where a hand-over that failed is left for a human."""

from collections.abc import Callable

from sqlalchemy import insert

from plate_shop import schema
from plate_shop.database import utcnow
from plate_shop.gateway import GatewayError
from plate_shop.mails import MailError
from plate_shop.shop import Shop


def file(shop: Shop, order_id: int, author_role: str, text: str) -> None:
    """Files a note to its order, whose purpose and deletion date it shares."""
    row = {"order_id": order_id, "author_role": author_role, "text": text, "created_at": utcnow()}
    with shop.engine.begin() as connection:
        connection.execute(insert(schema.order_note).values(row))


def attempt(shop: Shop, order_id: int, what: str, act: Callable[[], object]) -> bool:
    """Does it, or files that it failed: a recipient that is down must not undo an order."""
    try:
        act()
    except (GatewayError, MailError) as error:
        file(shop, order_id, "system", f"{what} gescheitert: {type(error).__name__}")
        return False
    return True
