"""Accounts that nobody uses: a reminder after 23 months; after two years their contributions lose the author.

The account itself is deleted by a plan of Zusage. While contributions refer to it, no plan may delete it.
"""

from datetime import date, timedelta

from sqlalchemy import select, update

from citizen_platform.community import writing
from citizen_platform.database import utcnow
from citizen_platform.mails import MailError
from citizen_platform.schema import account, comment, suggestion
from citizen_platform.settings import Platform

REMIND, RETIRE = timedelta(days=700), timedelta(days=730)


def remind(platform: Platform, today: date | None = None) -> int:
    """Writes once to everybody who was not here for 23 months; returns to how many."""
    today = today or utcnow().date()
    idle = account.c.state == "active", account.c.last_seen_on < today - REMIND, account.c.reminded_on.is_(None)
    sent = 0
    with platform.engine.begin() as connection:
        for member in list(connection.execute(select(account).where(*idle))):
            try:
                writing.write(platform, connection, member, "inactive", "/anmelden")
            except MailError:
                continue
            connection.execute(update(account).where(account.c.id == member.id).values(reminded_on=today))
            sent += 1
    return sent


def detach(engine: object, today: date | None = None) -> int:
    """Takes the author away from contributions of accounts that will be deleted; returns from how many."""
    gone = select(account.c.id).where(account.c.last_seen_on < (today or utcnow().date()) - RETIRE)
    with engine.begin() as connection:
        changes = (update(t).where(t.c.account_id.in_(gone)).values(account_id=None) for t in (suggestion, comment))
        return sum(connection.execute(change).rowcount for change in changes)
