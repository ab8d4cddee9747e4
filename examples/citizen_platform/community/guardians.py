"""Under 16: a parent agrees first. Until then nothing about the child is stored, only where to ask the parent."""

from secrets import token_urlsafe

from sqlalchemy import insert, update

from citizen_platform.community import tokens
from citizen_platform.database import utcnow
from citizen_platform.mails import compose
from citizen_platform.schema import guardian_request
from citizen_platform.settings import Platform


def ask(platform: Platform, email: str, language: str) -> None:
    """Mails the parent; raises MailError, and then nothing is stored."""
    raw = token_urlsafe(32)
    values = {"link": platform.link(f"/eltern/{raw}")}
    with platform.engine.begin() as connection:
        row = {"token_digest": tokens.digest(raw), "guardian_email": email, "asked_at": utcnow()}
        connection.execute(insert(guardian_request).values(row))
        platform.post.send(compose("guardian", email, language, values))


def agree(platform: Platform, raw: str) -> bool:
    """Notes that the parent agrees."""
    waiting = guardian_request.c.token_digest == tokens.digest(raw), guardian_request.c.agreed_at.is_(None)
    with platform.engine.begin() as connection:
        return bool(connection.execute(update(guardian_request).where(*waiting).values(agreed_at=utcnow())).rowcount)
