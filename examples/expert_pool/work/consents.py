"""The ledger of consents: one row for one purpose, with the German text that was agreed to."""

from secrets import token_urlsafe

from sqlalchemy import Connection, insert, select, update

from expert_pool import notice
from expert_pool.pool import Pool
from expert_pool.schema import consent, person
from expert_pool.work.history import note
from plate_shop.database import utcnow


class NoConsent(Exception):
    """There is no valid consent of this person for this purpose."""


def give(
    pool: Pool, connection: Connection, person_id: int, purpose: str, shown_in: str, stakeholder_id: int | None = None
) -> str:
    """Writes down a consent; returns its number."""
    number = token_urlsafe(32)
    row = {
        "id": number,
        "person_id": person_id,
        "subject_digest": pool.digest(_email(connection, person_id)),
        "purpose": purpose,
        "stakeholder_id": stakeholder_id,
        "text_version": notice.VERSION,
        "text_digest": notice.text_digest(purpose),
        "shown_in": shown_in,
        "given_at": utcnow(),
    }
    connection.execute(insert(consent).values(row))
    note(connection, "consent-given", person_id=person_id, detail=purpose)
    return number


def valid(connection: Connection, person_id: int, purpose: str, stakeholder_id: int | None = None) -> str | None:
    """The number of the consent that stands, if one does."""
    mine = (consent.c.person_id == person_id, consent.c.purpose == purpose, consent.c.withdrawn_at.is_(None))
    wanted = select(consent.c.id).where(*mine).order_by(consent.c.given_at.desc())
    if stakeholder_id is not None:
        wanted = wanted.where(consent.c.stakeholder_id == stakeholder_id)
    return connection.scalar(wanted.limit(1))


def demand(connection: Connection, person_id: int, purpose: str, stakeholder_id: int | None = None) -> str:
    """The number of the consent that stands; raises NoConsent."""
    number = valid(connection, person_id, purpose, stakeholder_id)
    if number is None:
        raise NoConsent(purpose)
    return number


def withdraw(connection: Connection, person_id: int, purpose: str, stakeholder_id: int | None = None) -> int:
    """Ends every consent of the person for a purpose; what was done before stays lawful."""
    mine = (consent.c.person_id == person_id, consent.c.purpose == purpose, consent.c.withdrawn_at.is_(None))
    change = update(consent).where(*mine).values(withdrawn_at=utcnow())
    if stakeholder_id is not None:
        change = change.where(consent.c.stakeholder_id == stakeholder_id)
    ended = connection.execute(change).rowcount
    if ended:
        note(connection, "consent-withdrawn", person_id=person_id, detail=purpose)
    return ended


def withdraw_one(connection: Connection, number: str) -> None:
    """Ends one consent by its number."""
    standing = (consent.c.id == number, consent.c.withdrawn_at.is_(None))
    connection.execute(update(consent).where(*standing).values(withdrawn_at=utcnow()))


def _email(connection: Connection, person_id: int) -> str:
    return connection.scalar(select(person.c.email).where(person.c.id == person_id))
