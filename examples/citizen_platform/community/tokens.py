"""Single-use tokens that are mailed: the mail holds the token, the database its digest."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, Row, delete, insert, select

from citizen_platform.database import utcnow
from citizen_platform.schema import token

LIFE = {"confirm": timedelta(days=3), "new-address": timedelta(days=3), "reset": timedelta(hours=1)}


class NoSuchTokenError(Exception):
    """The token is unknown, used up or too old."""


def digest(raw: str) -> str:
    """What the database knows of a token."""
    return sha256(raw.encode()).hexdigest()


def issue(connection: Connection, account_id: int, kind: str, new_email: str | None = None) -> str:
    """A fresh token; an older one of the same kind is void from now on."""
    connection.execute(delete(token).where(token.c.account_id == account_id, token.c.kind == kind))
    raw, now = token_urlsafe(32), utcnow()
    row = {"digest": digest(raw), "account_id": account_id, "kind": kind, "new_email": new_email}
    connection.execute(insert(token).values(**row, issued_at=now, expires_at=now + LIFE[kind]))
    return raw


def look_up(connection: Connection, raw: str, *kinds: str) -> Row:
    """The token, if it still counts."""
    valid = token.c.digest == digest(raw), token.c.kind.in_(kinds), token.c.expires_at >= utcnow()
    found = connection.execute(select(token).where(*valid)).first()
    if found is None:
        raise NoSuchTokenError
    return found


def redeem(connection: Connection, raw: str, *kinds: str) -> Row:
    """Uses the token up."""
    found = look_up(connection, raw, *kinds)
    connection.execute(delete(token).where(token.c.digest == found.digest))
    return found
