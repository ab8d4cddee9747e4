"""Files a mail to the operator into the inquiry mailbox: a new thread, or the thread that its subject names."""

import re
from email.message import EmailMessage
from email.utils import parseaddr
from secrets import token_urlsafe

from sqlalchemy import Connection, Engine, insert, select, update

from plate_shop import schema
from plate_shop.database import utcnow

_THREAD = re.compile(r"\[#([A-Za-z0-9_-]{20,43})\]")


def file_inquiry(mailbox: Engine, mail: EmailMessage) -> None:
    """Subject, sender and text; no other header is kept."""
    name, address = parseaddr(str(mail["Reply-To"] or mail["From"]))
    body = mail.get_body(("plain",))
    text = body.get_content().replace("\r\n", "\n").strip() if body else ""
    with mailbox.begin() as connection:
        inquiry_id = _thread(connection, str(mail["Subject"] or ""), name, address)
        message = {"inquiry_id": inquiry_id, "direction": "in", "sender": address, "body": text}
        connection.execute(insert(schema.inquiry_message).values(**message, created_at=utcnow()))


def _thread(connection: Connection, subject: str, name: str, address: str) -> int:
    table = schema.inquiry
    named = _THREAD.search(subject)
    known = named and connection.scalar(select(table.c.id).where(table.c.thread_token == named[1]))
    if known is None:
        return _open(connection, subject, name, address)
    again = {"state": "open", "last_message_at": utcnow(), "closed_at": None, "kept_for": None}
    connection.execute(update(table).where(table.c.id == known).values(**again, reference=None))
    return known


def _open(connection: Connection, subject: str, name: str, address: str) -> int:
    row = {
        "thread_token": token_urlsafe(32),
        "subject": subject[:160] or "(ohne Betreff)",
        "state": "open",
        "opened_at": utcnow(),
        "last_message_at": utcnow(),
        "sender_email": address[:190],
        "sender_name": name[:120],
    }
    return connection.execute(insert(schema.inquiry).values(row)).inserted_primary_key[0]
