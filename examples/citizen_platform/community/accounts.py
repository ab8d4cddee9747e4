"""Accounts: registering, confirming, logging in, changing, leaving."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update

from citizen_platform import passwords
from citizen_platform.community import consents, tokens, writing
from citizen_platform.database import utcnow
from citizen_platform.schema import account, guardian_request, web_session
from citizen_platform.settings import Platform

TRIES, PAUSE = 5, timedelta(minutes=15)


class NameTakenError(Exception):
    """Somebody has this public name."""


def find(connection: Connection, account_id: int) -> Row | None:
    """The member of this number."""
    return connection.execute(select(account).where(account.c.id == account_id)).first()


def register(platform: Platform, answers: dict[str, str], *, text: str, language: str, guardian_id: int | None = None) -> None:
    """Makes an account that waits for its confirmation. To the outside a known address looks like an unknown one."""
    passwords.demand_strength(answers["password"], answers["username"], answers["email"])
    with platform.engine.begin() as connection:
        known = connection.execute(select(account).where(account.c.email == answers["email"])).first()
        secret = passwords.hashed(answers["password"])
        if known:
            writing.write(platform, connection, known, "known", "/anmelden")
            return
        demand_free(connection, answers["username"])
        row = _fresh(answers, secret, language, guardian_id)
        key = connection.execute(insert(account).values(row)).inserted_primary_key[0]
        consents.give(connection, key, consents.REGISTRATION, text, language)
        raw = tokens.issue(connection, key, "confirm")
        writing.write(platform, connection, find(connection, key), "confirm", f"/bestaetigen/{raw}")


def _fresh(answers: dict[str, str], secret: str, language: str, guardian_id: int | None) -> dict:
    now = utcnow()
    return {
        "username": answers["username"],
        "email": answers["email"],
        "password_hash": secret,
        "language": language,
        "state": "unconfirmed",
        "registered_at": now,
        "last_seen_on": now.date(),
        "teams_public": False,
        "age_stated": "guardian" if guardian_id else "16-or-older",
        "guardian_request_id": guardian_id,
    }


def demand_free(connection: Connection, username: str) -> None:
    """Raises NameTakenError where somebody has this public name."""
    if connection.scalar(select(account.c.id).where(account.c.username == username)) is not None:
        raise NameTakenError


def confirm(platform: Platform, raw: str) -> None:
    """Ends the waiting of an account or of a new address; raises NoSuchTokenError."""
    with platform.engine.begin() as connection:
        found = tokens.redeem(connection, raw, "confirm", "new-address")
        if found.kind == "confirm":
            values = {"state": "active", "confirmed_at": utcnow()}
        elif connection.scalar(select(account.c.id).where(account.c.email == found.new_email)) is None:
            values = {"email": found.new_email}
        else:
            raise tokens.NoSuchTokenError
        connection.execute(update(account).where(account.c.id == found.account_id).values(values))


class Doorkeeper:
    """Checks passwords; after five wrong ones a name rests for a quarter of an hour. Remembers no connection data."""

    def __init__(self) -> None:
        self._wrong: defaultdict[str, list[datetime]] = defaultdict(list)

    def admit(self, platform: Platform, name: str, password: str) -> Row | None:
        """The confirmed member of this name or address, if the password is right."""
        name = name.lower()
        recent = [moment for moment in self._wrong.get(name, []) if moment > utcnow() - PAUSE]
        with platform.engine.begin() as connection:
            member = _called(connection, name)
            right = passwords.fits(member.password_hash if member else passwords.nobody(), password)
            if len(recent) >= TRIES or not (member and right and member.state != "unconfirmed"):
                self._remember(name, recent)
                return None
            self._wrong.pop(name, None)
            _seen(connection, member, password)
            return member

    def _remember(self, name: str, recent: list[datetime]) -> None:
        self._wrong[name] = [*recent, utcnow()][-TRIES:]
        if len(self._wrong) > 10_000:
            self._wrong.clear()


def _called(connection: Connection, name: str) -> Row | None:
    column = account.c.email if "@" in name else account.c.username
    found = list(connection.execute(select(account).where(column.ilike(name.replace("%", "").replace("_", r"\_"), escape="\\"))))
    return found[0] if len(found) == 1 else None


def _seen(connection: Connection, member: Row, password: str) -> None:
    values = {"last_seen_on": utcnow().date(), "reminded_on": None}
    if passwords.outdated(member.password_hash):
        values["password_hash"] = passwords.hashed(password)
    connection.execute(update(account).where(account.c.id == member.id).values(values))


def ask_for_reset(platform: Platform, email: str) -> None:
    """Mails a link by which a new password is set; nothing tells whether there is such an account."""
    with platform.engine.begin() as connection:
        member = connection.execute(select(account).where(account.c.email == email, account.c.state != "unconfirmed")).first()
        if member:
            raw = tokens.issue(connection, member.id, "reset")
            writing.write(platform, connection, member, "reset", f"/passwort/{raw}")


def reset(platform: Platform, raw: str, password: str) -> None:
    """Sets the new password and ends every session; raises NoSuchTokenError or WeakPasswordError."""
    with platform.engine.begin() as connection:
        member = find(connection, tokens.look_up(connection, raw, "reset").account_id)
        passwords.demand_strength(password, member.username, member.email)
        tokens.redeem(connection, raw, "reset")
        set_password(connection, member.id, password)


def set_password(connection: Connection, account_id: int, password: str) -> None:
    """Stores the hash of a new password; sessions under the old one end."""
    connection.execute(update(account).where(account.c.id == account_id).values(password_hash=passwords.hashed(password)))
    connection.execute(delete(web_session).where(web_session.c.account_id == account_id))


def ask_for_address(platform: Platform, account_id: int, email: str) -> None:
    """Mails the new address for confirmation and tells the old one; until then the old one stays."""
    with platform.engine.begin() as connection:
        member = find(connection, account_id)
        raw = tokens.issue(connection, account_id, "new-address", email)
        writing.write(platform, connection, member, "new-address", f"/bestaetigen/{raw}", to=email)
        writing.write(platform, connection, member, "address-changed", "/konto")


def change(platform: Platform, account_id: int, **values: object) -> None:
    """Changes simple settings of an account; raises NameTakenError."""
    with platform.engine.begin() as connection:
        member = find(connection, account_id)
        if "username" in values and values["username"] != member.username:
            demand_free(connection, values["username"])
        connection.execute(update(account).where(account.c.id == account_id).values(values))


def guardian_of(connection: Connection, raw: str) -> Row | None:
    """The agreement of a parent that this token stands for, as long as no account rests on it."""
    agreed = guardian_request.c.token_digest == tokens.digest(raw), guardian_request.c.agreed_at.is_not(None)
    found = connection.execute(select(guardian_request).where(*agreed)).first()
    taken = found and connection.scalar(select(account.c.id).where(account.c.guardian_request_id == found.id))
    return None if taken else found
