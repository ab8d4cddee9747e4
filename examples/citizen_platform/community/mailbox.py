"""The operator's mailbox: read, answered, done; done means that it goes, unless a statute holds it."""

from datetime import date

from sqlalchemy import Row, insert, select, update

from citizen_platform.database import utcnow
from citizen_platform.mails import CONTACT, message
from citizen_platform.schema import contact, contact_message
from citizen_platform.settings import Platform


class NoSuchThreadError(Exception):
    """There is no thread of this number that staff may read."""


def threads(platform: Platform, state: str) -> list[Row]:
    """The threads in one state; what only a statute holds is out of daily sight."""
    wanted = select(contact).where(contact.c.state == state, contact.c.held_for.is_(None))
    with platform.mailbox.connect() as connection:
        return list(connection.execute(wanted.order_by(contact.c.last_message_at.desc()).limit(100)))


def thread(platform: Platform, number: int) -> tuple[Row, list[Row]]:
    """One thread with its messages."""
    with platform.mailbox.connect() as connection:
        found = connection.execute(select(contact).where(contact.c.id == number, contact.c.held_for.is_(None))).first()
        if found is None:
            raise NoSuchThreadError
        wanted = select(contact_message).where(contact_message.c.contact_id == number).order_by(contact_message.c.id)
        return found, list(connection.execute(wanted))


def answer(platform: Platform, number: int, text: str) -> None:
    """Answers by mail, without quoting what was written."""
    found, _ = thread(platform, number)
    subject = f"Re: {found.subject} [#{found.thread_token}]"
    platform.post.send(message(sender=CONTACT, to=found.sender_email, subject=subject, body=text))
    with platform.mailbox.begin() as connection:
        row = {"contact_id": number, "direction": "out", "body": text, "created_at": utcnow()}
        connection.execute(insert(contact_message).values(row))
        connection.execute(update(contact).where(contact.c.id == number).values(last_message_at=utcnow()))


def finish(platform: Platform, number: int, held_for: str | None = None, held_until: date | None = None) -> None:
    """The matter is done. What a statute holds needs its name and an end."""
    thread(platform, number)
    values = {"state": "done", "done_at": utcnow(), "held_for": held_for, "held_until": held_until}
    with platform.mailbox.begin() as connection:
        connection.execute(update(contact).where(contact.c.id == number).values(values))


def mark_sensitive(platform: Platform, number: int) -> None:
    """Sensitive matters are seen as such; they go sooner."""
    with platform.mailbox.begin() as connection:
        connection.execute(update(contact).where(contact.c.id == number).values(sensitive=True))
