"""Complete deletion by the person: every store, at once, without anybody's approval. What remains are counts.

1. Links to the profile die, recipients are told by a reference that is not a person.
2. What others answered or received stays, without its author and without their words.
3. The ledger of consents keeps grants and withdrawals under a keyed code.
4. Every row that refers to the person goes, what refers to those rows first; then what staff wrote to them alone, files and queued mail.
5. The register of deletions notes a keyed code, the time and the names of the tables.
"""

from secrets import token_urlsafe

from sqlalchemy import Connection, Select, Table, delete, insert, select, update

from expert_pool import schema
from expert_pool.pool import Pool
from expert_pool.schema import audit, comment, consent, document, legal_hold, message, message_recipient, outbox, person
from expert_pool.work import messaging, sharing, telling
from expert_pool.work.history import count
from plate_shop.database import utcnow

GONE = "–"
#: rows that let go of a person instead of going with them
_DETACHED = {message: {"subject": GONE, "body": GONE}, comment: {"text": GONE}, audit: {"detail": None}}


class Held(Exception):
    """A legal hold keeps the data: they are locked, and deleted when it ends."""


def delete_person(pool: Pool, person_id: int, cause: str = "self") -> None:
    """Forgets a person; raises Held while a court or an authority needs the data."""
    with pool.engine.begin() as connection:
        one = connection.execute(select(person).where(person.c.id == person_id)).one()
        sharing.revoke(pool, connection, person_id)
        opted_out = messaging.suppressed(pool, connection, one.email)
        held = _lock_if_held(connection, person_id)
    if held:
        raise Held
    telling.tell_all(pool, person_id, token_urlsafe(24), "erased")  # 1
    with pool.engine.begin() as connection:
        count(connection, "deletions", cause, about=person_id)
        files = list(connection.scalars(select(document.c.id).where(document.c.person_id == person_id)))
        mails = list(connection.scalars(select(outbox.c.id).where(outbox.c.person_id == person_id)))
        for table, values in _DETACHED.items():  # 2
            connection.execute(update(table).where(table.c.person_id == person_id).values(person_id=None, **values))
        letters = list(connection.scalars(_letters(person_id)))
        _keep_ledger(connection, person_id)  # 3
        scope = _delete_rows(connection, person_id)  # 4
        connection.execute(delete(message).where(message.c.id.in_(letters)))
        row = {"id": token_urlsafe(32), "subject_digest": pool.digest(one.email), "at": utcnow(), "cause": cause}
        connection.execute(insert(schema.deletion_register).values(**row, scope=",".join(scope)))  # 5
        if opted_out:
            messaging.suppress(pool, connection, one.email)
    for name in files:
        pool.files.remove(name)
    pool.post.drop(mails)


def _lock_if_held(connection: Connection, person_id: int) -> bool:
    """Takes a held person out of everybody's reach; the rows go when the hold ends."""
    standing = (legal_hold.c.person_id == person_id, legal_hold.c.closed_on.is_(None))
    held = connection.scalar(select(legal_hold.c.id).where(*standing).limit(1)) is not None
    if held:
        values = {"consent_withdrawn_at": utcnow(), "storage_class": "leaving"}
        connection.execute(update(person).where(person.c.id == person_id).values(values))
        connection.execute(delete(schema.web_session).where(schema.web_session.c.person_id == person_id))
    return held


def _letters(person_id: int) -> Select:
    """What staff wrote about the person's own matter; nobody else received it."""
    joined = message.join(message_recipient, message_recipient.c.message_id == message.c.id)
    theirs = (message_recipient.c.person_id == person_id, message.c.audience == "person", message.c.staff_id.is_not(None))
    return select(message.c.id).select_from(joined).where(*theirs)


def _keep_ledger(connection: Connection, person_id: int) -> None:
    """Consents end now where they still stood, and are known by their code alone."""
    mine = consent.c.person_id == person_id
    connection.execute(update(consent).where(mine, consent.c.withdrawn_at.is_(None)).values(withdrawn_at=utcnow()))
    _delete_rows_of(connection, person_id)
    connection.execute(update(consent).where(mine).values(person_id=None, stakeholder_id=None))


def _delete_rows(connection: Connection, person_id: int) -> list[str]:
    connection.execute(delete(schema.web_session).where(schema.web_session.c.person_id == person_id))
    connection.execute(delete(person).where(person.c.id == person_id))
    return [table.name for table in schema.pool.sorted_tables if _owner(table) is not None]


def _delete_rows_of(connection: Connection, person_id: int) -> None:
    """Rows of the person, children before parents, found by the foreign keys alone."""
    for table in reversed(schema.pool.sorted_tables):
        owner = _owner(table)
        if owner is not None and table is not person:
            connection.execute(delete(table).where(owner(person_id)))


def _owner(table: Table) -> object:
    """How a row of the table is found to be a person's: directly, or through the row it belongs to."""
    if table in _DETACHED or table is consent:
        return None
    if table is person:
        return lambda number: person.c.id == number
    if "person_id" in table.c and table.c.person_id.foreign_keys:
        return lambda number: table.c.person_id == number
    for column in table.columns:
        for key in column.foreign_keys:
            above = _above(key.column.table)
            if above is not None:
                return lambda number, column=column, above=above: column.in_(above(number))
    return None


def _above(table: Table) -> object:
    if table in (*_DETACHED, consent, person) or "person_id" not in table.c or not table.c.person_id.foreign_keys:
        return None
    return lambda number: select(table.c.id).where(table.c.person_id == number)
