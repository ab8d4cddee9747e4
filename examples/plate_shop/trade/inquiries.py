"""The inquiry mailbox as the support team works with it."""

from sqlalchemy import Row, insert, select, update

from plate_shop import schema
from plate_shop.database import utcnow
from plate_shop.mails import INQUIRIES, message
from plate_shop.shop import Shop

_thread, _message = schema.inquiry, schema.inquiry_message


class NoSuchInquiryError(LookupError):
    """There is no such inquiry."""


def threads(shop: Shop, state: str) -> list[Row]:
    """The threads in this state, longest unanswered first."""
    wanted = select(_thread).where(_thread.c.state == state).order_by(_thread.c.last_message_at).limit(100)
    with shop.mailbox.connect() as connection:
        return list(connection.execute(wanted))


def thread(shop: Shop, inquiry_id: int) -> tuple[Row, list[Row]]:
    """One thread and its messages."""
    with shop.mailbox.connect() as connection:
        row = connection.execute(select(_thread).where(_thread.c.id == inquiry_id)).first()
        if row is None:
            raise NoSuchInquiryError(inquiry_id)
        messages = select(_message).where(_message.c.inquiry_id == inquiry_id).order_by(_message.c.id)
        return row, list(connection.execute(messages))


def answer(shop: Shop, inquiry_id: int, text: str) -> None:
    """Answers by e-mail and files the answer to its thread."""
    row, _ = thread(shop, inquiry_id)
    subject = f"Re: {row.subject} [#{row.thread_token}]"
    shop.post.send(message(sender=INQUIRIES, to=row.sender_email, subject=subject, body=text))
    now = utcnow()
    sent = {"inquiry_id": row.id, "direction": "out", "sender": INQUIRIES, "body": text, "created_at": now}
    with shop.mailbox.begin() as connection:
        connection.execute(insert(_message).values(sent))
        change = update(_thread).where(_thread.c.id == row.id)
        connection.execute(change.values(state="answered", last_message_at=now))


def close(shop: Shop, inquiry_id: int, kept_for: str | None, reference: str | None) -> None:
    """The inquiry is finally handled. Keeping it for a duty needs the reference that shows the duty."""
    if kept_for and not reference:
        raise ValueError("Eine Ausnahme braucht ein Aktenzeichen.")
    values = {"state": "closed", "closed_at": utcnow(), "kept_for": kept_for, "reference": reference}
    with shop.mailbox.begin() as connection:
        connection.execute(update(_thread).where(_thread.c.id == inquiry_id).values(values))
