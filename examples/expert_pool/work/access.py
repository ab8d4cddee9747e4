"""Another password at once, another address once whoever reads its mail has said yes.

What a new address is stands in the mailed link alone, encrypted: no row knows an address that nobody has confirmed. Whether an address
belongs to somebody here is told to nobody but its owner.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import IntegrityError

from expert_pool.mails import compose
from expert_pool.passwords import fits, hashed
from expert_pool.pool import Pool
from expert_pool.schema import person
from expert_pool.work.accounts import active, owner
from expert_pool.work.history import note

A_DAY = 24 * 3600  #: seconds that the mailed link is good for
_CHANGED = "Ihre Zugangsdaten wurden geändert. / Your login data were changed."
_NAMED = "Für Ihr Profil wurde eine andere Adresse genannt. / Another address was named for your profile."
_KNOWN = "Zu dieser Adresse gibt es schon ein Profil. / There is a profile with this address already."
_ASKED = "Bitte bestätigen Sie Ihre neue Adresse / Please confirm your new address:\n{link}"


def change(pool: Pool, person_id: int, *, email: str, password: str, now_password: str) -> bool:
    """Changes the password and asks the new address, after the present password; the present address is told."""
    with pool.engine.begin() as connection:
        one = connection.execute(select(person).where(person.c.id == person_id)).one()
        if not fits(now_password, one.password_hash):
            return False
        if password:
            connection.execute(update(person).where(person.c.id == person_id).values(password_hash=hashed(password)))
            _tell(pool, connection, one, _CHANGED)
        if email and email.lower() != one.email:
            _tell(pool, connection, one, _NAMED)
            _ask(pool, connection, one, email.lower())
        active(connection, person_id)
        note(connection, "access-changed", person_id=person_id)
    return True


def _tell(pool: Pool, connection: Connection, one: Row, words: str) -> None:
    pool.post.queue(connection, compose(one.email, "Zugangsdaten / login data", words), "access", one.id)


def _ask(pool: Pool, connection: Connection, one: Row, email: str) -> None:
    if owner(connection, email) is None:
        token = _box(pool).encrypt(json.dumps([one.id, one.email, email]).encode()).decode()
        words = _ASKED.format(link=pool.link(f"/adresse/{token}"))
    else:
        words = _KNOWN
    pool.post.queue(connection, compose(email, "Neue Adresse / new address", words), "access", one.id)


def move(pool: Pool, token: str) -> int | None:
    """The link was followed: the profile has the new address; returns whose it is. Each link works once, for a day."""
    try:
        person_id, old, new = json.loads(_box(pool).decrypt(token.encode(), ttl=A_DAY))
        with pool.engine.begin() as connection:
            mine = (person.c.id == person_id, person.c.email == old)
            one = connection.execute(select(person).where(*mine)).first()
            if one is None:
                return None
            connection.execute(update(person).where(*mine).values(email=new))
            _tell(pool, connection, one, _CHANGED)
            active(connection, person_id)
            note(connection, "access-changed", person_id=person_id)
    except (InvalidToken, IntegrityError):
        return None
    return person_id


def _box(pool: Pool) -> Fernet:
    return Fernet(urlsafe_b64encode(hmac.new(pool.key, b"new address", sha256).digest()))
