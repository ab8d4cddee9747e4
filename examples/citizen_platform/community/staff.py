"""Staff: who may log in, what each role may do, and that every decision and every look is on record."""

from datetime import date

from sqlalchemy import Connection, Engine, Row, insert, select, update

from citizen_platform import passwords
from citizen_platform.community.leaving import GONE, leave, remove_suggestion
from citizen_platform.community.teams import TABLES
from citizen_platform.database import utcnow
from citizen_platform.schema import access_record, account, comment, moderation, staff, suggestion
from citizen_platform.settings import Platform

RIGHTS = {"support": frozenset({"mailbox"}), "moderation": frozenset({"contributions"})}


def admit(engine: Engine, login: str, password: str) -> Row | None:
    """The member of staff, if the password is right, secrecy is on file, and they have not left."""
    with engine.connect() as connection:
        member = connection.execute(select(staff).where(staff.c.login == login)).first()
    right = passwords.fits(member.password_hash if member else passwords.nobody(), password)
    today = utcnow().date()
    here = member and (member.left_on is None or member.left_on > today) and member.bound_to_secrecy_on
    return member if right and here else None


def set_password(engine: Engine, login: str, password: str) -> None:
    """Gives a staff account a password."""
    with engine.begin() as connection:
        connection.execute(update(staff).where(staff.c.login == login).values(password_hash=passwords.hashed(password)))


def hire(engine: Engine, login: str, role: str, password: str, left_on: date | None = None) -> None:
    """Adds a staff account."""
    row = {"login": login, "role": role, "password_hash": passwords.hashed(password), "left_on": left_on}
    with engine.begin() as connection:
        connection.execute(insert(staff).values(**row, bound_to_secrecy_on=utcnow().date()))


def record_look(engine: Engine, staff_id: int, seen: str, reason: str) -> None:
    """Notes that somebody of the staff looked, before they see it."""
    row = {"staff_id": staff_id, "seen": seen, "reason": reason, "seen_at": utcnow()}
    with engine.begin() as connection:
        connection.execute(insert(access_record).values(row))


def contributions(connection: Connection) -> list[dict]:
    """What waits for review, then the newest; with the public name, never more of a person."""
    found = []
    for kind, table in TABLES.items():
        wanted = select(table, account.c.username).join(account, isouter=True).where(table.c.shown != "hidden")
        found += [{"kind": kind, **row._asdict()} for row in connection.execute(wanted.order_by(table.c.id.desc()).limit(40))]
    found.sort(key=lambda one: one["created_at"], reverse=True)
    return sorted(found, key=lambda one: one["shown"] != "review")[:60]


def decide(platform: Platform, staff_id: int, kind: str, target: str, number: int, reason: str) -> None:
    """Hides, redacts or removes a contribution, releases it, or ends an account of a child: with a human and a reason."""
    with platform.engine.begin() as connection:
        if kind == "under-age":
            leave(connection, _author(connection, target, number), with_contributions=True)
            target, number = "account", 0  # the number of somebody who is gone is kept nowhere
        elif kind == "release":
            connection.execute(_change(target, number, shown="visible"))
            return
        else:
            _apply(connection, kind, target, number)
        row = {"kind": kind, "target": target, "target_id": number, "staff_id": staff_id, "reason": reason}
        connection.execute(insert(moderation).values(**row, decided_at=utcnow()))


def _apply(connection: Connection, kind: str, target: str, number: int) -> None:
    if kind == "hide":
        connection.execute(_change(target, number, shown="hidden"))
    elif kind == "redact":
        words = {"text": GONE} | ({"title": GONE} if target == "suggestion" else {})
        connection.execute(_change(target, number, **words, shown="visible"))
    elif target == "suggestion":
        remove_suggestion(connection, number)
    else:
        connection.execute(comment.delete().where(comment.c.id == number))


def _change(target: str, number: int, **values: str) -> object:
    table = TABLES[target]
    return update(table).where(table.c.id == number).values(values)


def _author(connection: Connection, target: str, number: int) -> int:
    table = suggestion if target == "suggestion" else comment
    return connection.scalar(select(table.c.account_id).where(table.c.id == number)) or 0
