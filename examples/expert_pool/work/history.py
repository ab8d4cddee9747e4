"""Who did what, and how often things happen: the audit trail, and the figures that say nothing about anybody."""

from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from expert_pool.schema import audit, person, statistic
from plate_shop.database import utcnow

#: everything that is noted; looking at vacancies and trainings is not among it
ACTIONS = (
    "registered",
    "logged-in",
    "profile-changed",
    "profile-viewed",
    "document-uploaded",
    "document-opened",
    "applied",
    "application-moved",
    "evidence-decided",
    "membership-decided",
    "shared",
    "share-opened",
    "message-sent",
    "access-changed",
    "consent-given",
    "consent-withdrawn",
)


def note(
    connection: Connection,
    action: str,
    *,
    person_id: int | None = None,
    staff_id: int | None = None,
    actor: str = "person",
    detail: str | None = None,
) -> None:
    """One line of the audit trail."""
    row = {"at": utcnow(), "actor": actor, "staff_id": staff_id, "person_id": person_id, "action": action, "detail": detail}
    connection.execute(insert(audit).values(row))


def is_trial(email: str) -> bool:
    """Whether an address is one that nobody has (RFC 2606): a trial of the pool stays out of its figures."""
    return email.endswith(".invalid")


def count(
    connection: Connection, measure: str, category: str = "all", at: datetime | None = None, about: int | None = None
) -> None:
    """Adds one to a figure of this month; not where whoever it is ``about`` is a trial."""
    if about is not None and is_trial(connection.scalar(select(person.c.email).where(person.c.id == about)) or ""):
        return
    month = (at or utcnow()).strftime("%Y-%m")
    mine = (statistic.c.month == month, statistic.c.measure == measure, statistic.c.category == category)
    if not connection.execute(update(statistic).where(*mine).values(number=statistic.c.number + 1)).rowcount:
        connection.execute(
            insert(statistic).values(month=month, measure=measure, category=category, number=1, closed_on=closed_on(month))
        )


def closed_on(month: str) -> date:
    """The first day after a month such as 2026-11."""
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1)
