"""The only way by which data of a person leave the pool, and by which recipients are told what became of them.

A hand-over goes through four gates: the recipient's basis is known, the consent stands, the fields are declared, and the ledger
has the transfer before it is made.
"""

from collections.abc import Mapping
from secrets import token_urlsafe

import httpx
from sqlalchemy import Connection, Row, insert, select, update

from expert_pool.pool import Pool
from expert_pool.schema import disclosure, recipient_notice
from expert_pool.work import consents
from plate_shop.database import utcnow
from plate_shop.recipients import EEA, field_list

PARTNER_FIELDS = frozenset({"given_name", "family_name", "email"})
PROFILE_FIELDS = ("name", "headline", "about", "competences", "languages", "experience")


class NotReached(Exception):
    """The recipient did not answer."""


class NoBasis(Exception):
    """Data may not go to this country without an adequacy decision, a safeguard or an exception of Art. 49 GDPR."""


def has_basis(body: Row) -> bool:
    """Whether data may go to a body at all: people are not asked to agree to what must not happen."""
    try:
        demand_basis(body.country, body.international, body.transfer_basis)
    except NoBasis:
        return False
    return True


def demand_basis(country: str, international: bool, basis: str) -> None:
    """Raises NoBasis for a third country or an international organisation without one."""
    if (country not in EEA or international) and not basis.strip():
        raise NoBasis(country)


def hand_to_partner(pool: Pool, person_id: int, partner: Row, values: Mapping[str, object]) -> None:
    """Name and address to the partner that holds a training."""
    demand_basis(partner.country, False, "")
    if set(values) - PARTNER_FIELDS:
        raise NoBasis("a field that no partner may receive")
    with pool.engine.begin() as connection:
        consent = consents.demand(connection, person_id, "partner")
        enter(connection, person_id, partner.name, "partner", partner.country, "", field_list(values), "training", consent)
    _post(pool, "partner", "/registrations", dict(values))


def enter(
    connection: Connection,
    person_id: int,
    recipient: str,
    kind: str,
    country: str,
    basis: str,
    fields: str,
    purpose: str,
    consent: str,
) -> None:
    """One line of the ledger of disclosures."""
    row = {"person_id": person_id, "recipient": recipient, "kind": kind, "country": country, "transfer_basis": basis}
    row |= {"fields": fields, "purpose": purpose, "consent_id": consent, "sent_at": utcnow()}
    connection.execute(insert(disclosure).values(row))


def tell_all(pool: Pool, person_id: int, reference: str, what: str) -> int:
    """Tells every recipient of the ledger under Art. 19 GDPR, by the reference that they were given; returns how many."""
    with pool.engine.connect() as connection:
        ledger = select(disclosure.c.recipient, disclosure.c.kind).where(disclosure.c.person_id == person_id).distinct()
        recipients = list(connection.execute(ledger))
    for recipient in recipients:
        _tell(pool, recipient.recipient, recipient.kind, reference, what)
    return len(recipients)


def _tell(pool: Pool, recipient: str, kind: str, reference: str, what: str) -> None:
    number = token_urlsafe(32)
    row = {"id": number, "recipient": recipient, "what": what, "reference": reference, "sent_at": utcnow()}
    with pool.engine.begin() as connection:
        connection.execute(insert(recipient_notice).values(row))
    try:
        _post(pool, kind, "/notices", {"recipient": recipient, "what": what, "reference": reference})
    except NotReached:
        return  # the notice stays unacknowledged, and is sent again by remind()
    _acknowledge(pool, number)


def remind(pool: Pool) -> int:
    """Sends again what nobody acknowledged; returns what is still open."""
    with pool.engine.connect() as connection:
        waiting = list(connection.execute(select(recipient_notice).where(recipient_notice.c.acknowledged_at.is_(None))))
    left = 0
    for one in waiting:
        try:
            _post(pool, "stakeholder", "/notices", {"recipient": one.recipient, "what": one.what, "reference": one.reference})
            _acknowledge(pool, one.id)
        except NotReached:
            left += 1
    return left


def _acknowledge(pool: Pool, number: str) -> None:
    with pool.engine.begin() as connection:
        change = update(recipient_notice).where(recipient_notice.c.id == number).values(acknowledged_at=utcnow())
        connection.execute(change)


def _post(pool: Pool, service: str, path: str, body: dict) -> None:
    try:
        with httpx.Client(timeout=10, trust_env=False) as client:
            client.post(pool.settings.services[service] + path, json=body).raise_for_status()
    except (httpx.HTTPError, KeyError) as error:
        raise NotReached(f"{service}: {type(error).__name__}") from None
