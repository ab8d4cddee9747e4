"""Messages: to the pool, to a field, to one person, to the team, and to people who are no members."""

from collections.abc import Iterable, Mapping
from secrets import token_urlsafe

from sqlalchemy import Connection, Row, exists, insert, select, update

from expert_pool.mails import compose
from expert_pool.pool import Pool
from expert_pool.schema import consent, contact, contact_message, membership, message, message_recipient, person, suppression
from expert_pool.work.accounts import active
from expert_pool.work.history import count, note
from plate_shop.database import utcnow

_INFORMED = (
    "Wir haben Ihre Adresse aus dieser Quelle: {source}. Verantwortlich ist die Fernbrücke gGmbH; alles Weitere (Art. 14 DSGVO) "
    "steht unter {link}. / We have your address from the source named above; all information under Art. 14 GDPR is at {link}."
)


class NoBasisToWrite(Exception):
    """The contact has no recorded basis, or does not want to be written to."""


def to_members(pool: Pool, connection: Connection, staff_id: int, subject: str, body: str, field_id: int | None = None) -> int:
    """One message, delivered to every present member (of the field) who consented; each gets a mail of their own."""
    audience = "field" if field_id else "pool"
    row = {"staff_id": staff_id, "audience": audience, "field_id": field_id, "subject": subject, "body": body}
    number = connection.execute(insert(message).values(**row, sent_at=utcnow())).inserted_primary_key[0]
    for one in connection.execute(_members(field_id)).all():
        if not suppressed(pool, connection, one.email):
            _deliver(pool, connection, number, one, subject, body)
    note(connection, "message-sent", staff_id=staff_id, actor="staff", detail=audience)
    count(connection, "messages", audience)
    return number


def _members(field_id: int | None) -> object:
    joined = person.join(consent, consent.c.person_id == person.c.id)
    here = (person.c.state == "member", person.c.storage_class == "kept", person.c.terminated_by_operator_at.is_(None))
    agreed = (consent.c.purpose == "messages", consent.c.withdrawn_at.is_(None))
    wanted = select(person.c.id, person.c.email, consent.c.id.label("consent_id")).select_from(joined).where(*here, *agreed)
    if field_id:
        held = (membership.c.person_id == person.c.id, membership.c.field_id == field_id, membership.c.state == "approved")
        wanted = wanted.where(exists().where(*held))
    return wanted.distinct()


def _deliver(pool: Pool, connection: Connection, number: int, to: Row, subject: str, body: str) -> None:
    row = {"message_id": number, "person_id": to.id, "consent_id": to.consent_id, "delivered_at": utcnow()}
    connection.execute(insert(message_recipient).values(row))
    text = f"{body}\n\n{pool.link('/ich/nachrichten')}\n{pool.link('/ich/einwilligungen')}"
    pool.post.queue(connection, compose(to.email, subject, text), "message", to.id)


def to_person(pool: Pool, connection: Connection, staff_id: int, person_id: int, subject: str, body: str) -> int:
    """A message of staff about the person's own matter."""
    row = {"staff_id": staff_id, "audience": "person", "subject": subject, "body": body, "sent_at": utcnow()}
    number = connection.execute(insert(message).values(row)).inserted_primary_key[0]
    connection.execute(insert(message_recipient).values(message_id=number, person_id=person_id, delivered_at=utcnow()))
    email = connection.scalar(select(person.c.email).where(person.c.id == person_id))
    pool.post.queue(connection, compose(email, subject, f"{body}\n\n{pool.link('/ich/nachrichten')}"), "message", person_id)
    return number


def from_person(connection: Connection, person_id: int, values: Mapping[str, str], answers: Row | None) -> int:
    """What a person writes: to the team, or to the member whose message they answer."""
    to = answers.person_id if answers is not None and answers.person_id != person_id else None
    row = {"person_id": person_id, "audience": "person" if to else "team", "subject": values["subject"], "body": values["body"]}
    row |= {"answers": answers.id if answers is not None else None, "sent_at": utcnow()}
    number = connection.execute(insert(message).values(row)).inserted_primary_key[0]
    if to:
        connection.execute(insert(message_recipient).values(message_id=number, person_id=to, delivered_at=utcnow()))
    active(connection, person_id)
    return number


def to_colleague(connection: Connection, person_id: int, colleague_id: int, values: Mapping[str, str]) -> int:
    """A member writes to another member of the same field."""
    row = {"person_id": person_id, "audience": "person", "subject": values["subject"], "body": values["body"]}
    number = connection.execute(insert(message).values(**row, sent_at=utcnow())).inserted_primary_key[0]
    connection.execute(insert(message_recipient).values(message_id=number, person_id=colleague_id, delivered_at=utcnow()))
    active(connection, person_id)
    return number


def inbox(connection: Connection, person_id: int) -> list[Row]:
    """What a person received, newest first."""
    joined = message.join(message_recipient, message_recipient.c.message_id == message.c.id)
    wanted = select(message, message_recipient.c.read_at).select_from(joined)
    return list(connection.execute(wanted.where(message_recipient.c.person_id == person_id).order_by(message.c.id.desc())))


def written(connection: Connection, person_id: int) -> list[Row]:
    """What a person wrote, newest first."""
    return list(connection.execute(select(message).where(message.c.person_id == person_id).order_by(message.c.id.desc())))


def read(connection: Connection, person_id: int) -> None:
    """The inbox was looked at."""
    unread = (message_recipient.c.person_id == person_id, message_recipient.c.read_at.is_(None))
    connection.execute(update(message_recipient).where(*unread).values(read_at=utcnow()))


def add_contact(connection: Connection, *, name: str, email: str, basis: str, source: str) -> int:
    """Somebody who is no member; without a source nobody is stored."""
    if not source.strip():
        raise NoBasisToWrite("a contact has a source")
    row = {"name": name, "email": email.lower(), "basis": basis, "source": source, "token": token_urlsafe(32)}
    return connection.execute(insert(contact).values(**row, obtained_at=utcnow())).inserted_primary_key[0]


def to_contacts(pool: Pool, connection: Connection, staff_id: int, numbers: Iterable[int], subject: str, body: str) -> int:
    """Writes to contacts; the first message says where their address is from. Returns how many were written to."""
    sent = 0
    for one in connection.execute(select(contact).where(contact.c.id.in_([*numbers]), contact.c.opted_out_at.is_(None))).all():
        if suppressed(pool, connection, one.email):
            continue
        if one.informed_at is None:
            connection.execute(update(contact).where(contact.c.id == one.id).values(informed_at=utcnow()))
        row = {"contact_id": one.id, "staff_id": staff_id, "subject": subject, "body": body, "sent_at": utcnow()}
        connection.execute(insert(contact_message).values(row))
        text = body + "\n\n" + _INFORMED.format(source=one.source, link=pool.link("/datenschutz"))
        pool.post.queue(connection, compose(one.email, subject, text, stop=pool.link(f"/abbestellen/{one.token}")), "contact")
        sent += 1
    return sent


def opt_out(pool: Pool, connection: Connection, token: str) -> bool:
    """Ends messages to a contact, for good: a keyed code of the address outlives the contact."""
    one = connection.execute(select(contact).where(contact.c.token == token)).first()
    if one is None:
        return False
    connection.execute(update(contact).where(contact.c.id == one.id).values(opted_out_at=utcnow()))
    suppress(pool, connection, one.email)
    return True


def suppress(pool: Pool, connection: Connection, email: str) -> None:
    """Nobody writes to this address any more, whoever brings it."""
    if not suppressed(pool, connection, email):
        connection.execute(insert(suppression).values(digest=pool.digest(email), since=utcnow()))


def suppressed(pool: Pool, connection: Connection, email: str) -> bool:
    """Whether the address wants no messages."""
    return connection.scalar(select(exists().where(suppression.c.digest == pool.digest(email))))
