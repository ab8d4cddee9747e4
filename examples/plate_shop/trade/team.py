"""Staff: who may log in, and what each role may do."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, Row, insert, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from plate_shop import schema
from plate_shop.database import utcnow

#: What a role needs for its tasks, and nothing else.
RIGHTS = {
    "orders": frozenset({"see-orders", "dispatch", "complete", "cancel", "note"}),
    "support": frozenset({"see-orders", "note", "dispute", "consent", "inquiries"}),
    "accounts": frozenset({"see-invoices", "check-payment"}),
}
TRIES, PAUSE = 5, timedelta(minutes=15)
_NOBODY = generate_password_hash("nobody")  # so that an unknown login takes as long as a known one


class Doorkeeper:
    """Checks passwords; after five wrong ones a login rests for a quarter of an hour."""

    def __init__(self) -> None:
        self._wrong: defaultdict[str, list[datetime]] = defaultdict(list)

    def admit(self, engine: Engine, login: str, password: str) -> Row | None:
        """The member of staff, if the password is right, briefing and secrecy are on file, and they have not left."""
        recent = [moment for moment in self._wrong.get(login, []) if moment > utcnow() - PAUSE]
        member = _find(engine, login)
        right = check_password_hash(member.password_hash if member else _NOBODY, password)
        if len(recent) >= TRIES or not (member and right and _briefed(member)):
            if member:
                self._wrong[login] = [*recent, utcnow()][-TRIES:]
            return None
        self._wrong.pop(login, None)
        return member


def _find(engine: Engine, login: str) -> Row | None:
    with engine.connect() as connection:
        return connection.execute(select(schema.staff).where(schema.staff.c.login == login)).first()


def _briefed(member: Row) -> bool:
    today = utcnow().date()
    dates = (member.instructed_on, member.bound_to_secrecy_on)
    here = member.left_on is None or member.left_on > today
    return here and all(day is not None and day <= today for day in dates)


def set_password(engine: Engine, login: str, password: str) -> None:
    """Gives an account a password."""
    change = update(schema.staff).where(schema.staff.c.login == login)
    with engine.begin() as connection:
        connection.execute(change.values(password_hash=generate_password_hash(password)))


def hire(engine: Engine, login: str, role: str, password: str, *, briefed: bool = True, left_on: date | None = None) -> None:
    """Adds an account; without briefing, or after leaving, it cannot log in."""
    today = utcnow().date() if briefed else None
    row = {"login": login, "role": role, "password_hash": generate_password_hash(password), "left_on": left_on}
    with engine.begin() as connection:
        connection.execute(insert(schema.staff).values(**row, instructed_on=today, bound_to_secrecy_on=today))
