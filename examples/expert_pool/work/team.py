"""Staff: who may log in, what each role may do, and in which unit."""

from datetime import date, timedelta

from sqlalchemy import Connection, Engine, Row, insert, select, update

from expert_pool.passwords import LOCKED, fits, hashed
from expert_pool.schema import staff
from plate_shop.database import utcnow

#: What a role needs for its tasks, and nothing else.
RIGHTS = {
    "recruiting": frozenset({"people", "applications", "offers", "share", "follow-ups"}),
    "training": frozenset({"trainings", "offers"}),
    "pool": frozenset({"people", "messages", "contacts", "follow-ups"}),
    "approval": frozenset({"approvals"}),
    "legal": frozenset({"people", "holds"}),
    "reporting": frozenset({"reports"}),
}
TEAM = {
    "auswahl": ("recruiting", "elections"),
    "training": ("training", "office"),
    "pool": ("pool", "office"),
    "pruefung-1": ("approval", "peace"),
    "pruefung-2": ("approval", "elections"),
    "recht": ("legal", "office"),
    "auswertung": ("reporting", "office"),
}


def admit(connection: Connection, login: str, password: str) -> Row | None:
    """The member of staff, if the password is right, briefing, secrecy and grant are on file, and they have not left."""
    member = connection.execute(select(staff).where(staff.c.login == login)).first()
    right = fits(password, member.password_hash if member else None)
    return member if member and right and _may_work(member) else None


def _may_work(member: Row) -> bool:
    today = utcnow().date()
    briefed = all(day is not None and day <= today for day in (member.instructed_on, member.bound_to_secrecy_on))
    return briefed and member.granted_until >= today and (member.left_on is None or member.left_on > today)


def hire(
    connection: Connection, login: str, role: str, unit: str, *, password_hash: str = LOCKED, since: date | None = None
) -> int:
    """Adds an account, briefed and granted for a year."""
    since = since or utcnow().date()
    row = {"login": login, "name": login, "role": role, "unit": unit, "instructed_on": since, "bound_to_secrecy_on": since}
    row |= {"password_hash": password_hash, "granted_until": utcnow().date() + timedelta(days=365)}
    return connection.execute(insert(staff).values(row)).inserted_primary_key[0]


def set_password(engine: Engine, login: str, password: str) -> None:
    """Gives an account a password."""
    with engine.begin() as connection:
        change = update(staff).where(staff.c.login == login)
        connection.execute(change.values(password_hash=hashed(password)))
