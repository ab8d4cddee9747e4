"""Files a mail to the operator into the mailbox: a new thread, or the thread that its subject names."""

import re
from email.message import EmailMessage
from email.utils import parseaddr
from secrets import token_urlsafe

from sqlalchemy import Connection, Engine, insert, select, update

from citizen_platform import schema
from citizen_platform.database import utcnow

_THREAD = re.compile(r"\[#([A-Za-z0-9_-]{20,43})\]")


def file_contact(mailbox: Engine, mail: EmailMessage) -> None:
    """Subject, sender and text; neither the route of the mail nor the program that sent it is kept."""
    name, address = parseaddr(str(mail["Reply-To"] or mail["From"]))
    body = mail.get_body(("plain",))
    text = body.get_content().replace("\r\n", "\n").strip() if body else ""
    with mailbox.begin() as connection:
        contact_id = _thread(connection, str(mail["Subject"] or ""), name, address)
        message = {"contact_id": contact_id, "direction": "in", "body": text, "created_at": utcnow()}
        connection.execute(insert(schema.contact_message).values(message))


def _thread(connection: Connection, subject: str, name: str, address: str) -> int:
    table = schema.contact
    named = _THREAD.search(subject)
    known = named and connection.scalar(select(table.c.id).where(table.c.thread_token == named[1]))
    if known is None:
        return _open(connection, subject, name, address)
    again = {"state": "open", "last_message_at": utcnow(), "done_at": None, "held_for": None, "held_until": None}
    connection.execute(update(table).where(table.c.id == known).values(again))
    return known


def _open(connection: Connection, subject: str, name: str, address: str) -> int:
    row = {
        "thread_token": token_urlsafe(32),
        "subject": subject[:160] or "(ohne Betreff)",
        "state": "open",
        "received_at": utcnow(),
        "last_message_at": utcnow(),
        "sender_email": address[:190],
        "sender_name": name[:120],
    }
    return connection.execute(insert(schema.contact).values(row)).inserted_primary_key[0]
