"""Accounts: registration, confirmation, login, and which storage class somebody is in."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from expert_pool.passwords import fits, hashed
from expert_pool.pool import Pool
from expert_pool.schema import application, person, profile
from expert_pool.work import consents
from expert_pool.work.history import count, note
from plate_shop.database import utcnow

TRIES, PAUSE = 5, timedelta(minutes=15)


class AddressTaken(Exception):
    """There is an account with this address; nobody is told so on a page."""


def register(pool: Pool, values: Mapping[str, str], language: str, *, origin: str | None = None) -> int:
    """An account that waits for its confirmation, with the consent it rests on. Raises AddressTaken."""
    now = utcnow()
    row = {
        "email": values["email"].lower(),
        "password_hash": hashed(values["password"]),
        "state": "applicant",
        "storage_class": "unconfirmed",
        "language": language,
        "registered_at": now,
        "last_active_at": now,
        "origin": origin,
    }
    try:
        with pool.engine.begin() as connection:
            number = connection.execute(insert(person).values(row)).inserted_primary_key[0]
            connection.execute(insert(profile).values(_profile(number, values, now)))
            for purpose in ("profile", *(["messages"] if values.get("messages") else []), *(["origin"] if origin else [])):
                consents.give(pool, connection, number, purpose, language)
            note(connection, "registered", person_id=number)
            count(connection, "registrations", about=number)
    except IntegrityError:
        raise AddressTaken from None
    return number


def owner(connection: Connection, email: str) -> int | None:
    """Whose an address is."""
    return connection.scalar(select(person.c.id).where(person.c.email == email.lower()))


def _profile(number: int, values: Mapping[str, str], now: datetime) -> dict:
    empty = dict.fromkeys(("phone", "street", "postal_code", "city", "headline", "about", "gender"), "")
    known = {"given_name": values["given_name"], "family_name": values["family_name"], "country": values["country"]}
    return {**empty, **known, "person_id": number, "source": "self", "updated_at": now}


def confirm(connection: Connection, person_id: int) -> bool:
    """The mailed link was followed: the account lives."""
    waiting = (person.c.id == person_id, person.c.storage_class == "unconfirmed")
    values = {"storage_class": "other", "confirmed_at": utcnow(), "last_active_at": utcnow()}
    return connection.execute(update(person).where(*waiting).values(values)).rowcount == 1


class Doorkeeper:
    """Checks passwords; after five wrong ones an address rests for a quarter of an hour."""

    def __init__(self) -> None:
        self._wrong: defaultdict[str, list[datetime]] = defaultdict(list)

    def admit(self, connection: Connection, email: str, password: str) -> Row | None:
        """The person, if the password is right and the account is confirmed and not terminated."""
        email = email.strip().lower()
        known = connection.execute(select(person).where(person.c.email == email)).first()
        recent = [moment for moment in self._wrong.get(email, []) if moment > utcnow() - PAUSE]
        right = fits(password, known.password_hash if known else None)
        if len(recent) >= TRIES or not (known and right and _may_enter(known)):
            if known:
                self._wrong[email] = [*recent, utcnow()][-TRIES:]
            return None
        self._wrong.pop(email, None)
        return known


def _may_enter(known: Row) -> bool:
    return known.storage_class in ("other", "kept") and known.terminated_by_operator_at is None


def active(connection: Connection, person_id: int) -> None:
    """The person did something themselves: the time of inactivity begins anew, so that a warning is about an end that never comes."""
    connection.execute(update(person).where(person.c.id == person_id).values(last_active_at=utcnow()))


def classify(connection: Connection, person_id: int) -> str:
    """Puts a person into the one storage class that is theirs; called whenever something changes that decides it."""
    one = connection.execute(select(person).where(person.c.id == person_id)).one()
    both = one.terminated_by_person_at is not None and one.terminated_by_operator_at is not None
    succeeded = select(exists().where(application.c.person_id == person_id, application.c.state == "accepted"))
    if one.consent_withdrawn_at is not None or both:
        storage_class = "leaving"
    elif one.confirmed_at is None:
        storage_class = "unconfirmed"
    else:
        storage_class = "kept" if connection.scalar(succeeded) else "other"
    connection.execute(update(person).where(person.c.id == person_id).values(storage_class=storage_class))
    return storage_class
