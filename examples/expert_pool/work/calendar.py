"""Follow-ups of staff, and appointments with an invitation for the calendar (RFC 5545)."""

from datetime import date, datetime
from secrets import token_hex

from sqlalchemy import Connection, Row, insert, select, update

from expert_pool.mails import DOMAIN, compose
from expert_pool.pool import Pool
from expert_pool.schema import appointment, follow_up, person, profile
from plate_shop.database import utcnow

_EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//{domain}//expert pool//DE
METHOD:REQUEST
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{now:%Y%m%dT%H%M%SZ}
DTSTART:{start:%Y%m%dT%H%M%SZ}
DTEND:{end:%Y%m%dT%H%M%SZ}
SUMMARY:{subject}
LOCATION:{place}
ORGANIZER:mailto:pool@{domain}
END:VEVENT
END:VCALENDAR
"""


def remember(connection: Connection, person_id: int, staff_id: int, due_on: date, purpose: str, words: str) -> int:
    """A follow-up on a person."""
    row = {"person_id": person_id, "staff_id": staff_id, "due_on": due_on, "purpose": purpose, "note": words}
    return connection.execute(insert(follow_up).values(**row, created_at=utcnow())).inserted_primary_key[0]


def done(connection: Connection, number: int) -> None:
    """The follow-up is settled."""
    connection.execute(update(follow_up).where(follow_up.c.id == number).values(done_at=utcnow()))


def due(connection: Connection) -> list[Row]:
    """Open follow-ups, the most urgent first."""
    joined = follow_up.join(profile, profile.c.person_id == follow_up.c.person_id)
    wanted = select(follow_up, profile.c.given_name, profile.c.family_name).select_from(joined)
    return list(connection.execute(wanted.where(follow_up.c.done_at.is_(None)).order_by(follow_up.c.due_on).limit(200)))


def appoint(
    pool: Pool, connection: Connection, person_id: int, staff_id: int, subject: str, place: str, start: datetime, end: datetime
) -> str:
    """Invites one person to one appointment; the invitation holds nothing of an application and no other participant."""
    uid = f"{token_hex(12)}@{DOMAIN}"
    row = {"person_id": person_id, "staff_id": staff_id, "uid": uid, "subject": subject, "place": place}
    connection.execute(insert(appointment).values(**row, starts_at=start, ends_at=end, sent_at=utcnow()))
    email = connection.scalar(select(person.c.email).where(person.c.id == person_id))
    entry = _EVENT.format(
        domain=DOMAIN, uid=uid, now=utcnow(), start=start, end=end, subject=_text(subject), place=_text(place)
    ).replace("\n", "\r\n")
    body = f"{subject}\n{start:%d.%m.%Y %H:%M} UTC\n{place}"
    pool.post.queue(connection, compose(email, f"Terminvorschlag: {subject}", body, calendar=entry), "appointment", person_id)
    return uid


def _text(value: str) -> str:
    for sign in "\\;,":
        value = value.replace(sign, "\\" + sign)
    return value.replace("\n", "\\n")


def of_person(connection: Connection, person_id: int) -> list[Row]:
    """Appointments to come."""
    mine = (appointment.c.person_id == person_id, appointment.c.ends_at >= utcnow(), appointment.c.cancelled_at.is_(None))
    return list(connection.execute(select(appointment).where(*mine).order_by(appointment.c.starts_at)))
