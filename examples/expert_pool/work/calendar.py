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
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
SEQUENCE:{sequence}
STATUS:{status}
DTSTAMP:{now:%Y%m%dT%H%M%SZ}
DTSTART:{start:%Y%m%dT%H%M%SZ}
DTEND:{end:%Y%m%dT%H%M%SZ}
SUMMARY:{subject}
LOCATION:{place}
ORGANIZER:mailto:pool@{domain}
ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{email}
END:VEVENT
END:VCALENDAR
"""
_TASK = """BEGIN:VTODO
UID:follow-up-{number}@{domain}
DTSTAMP:{now:%Y%m%dT%H%M%SZ}
DUE;VALUE=DATE:{due:%Y%m%d}
SUMMARY:{purpose}
URL:{link}
END:VTODO
"""
_OCTETS = 75  # of a line, before it is folded


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


def tasks(pool: Pool, rows: list[Row]) -> str:
    """Open follow-ups for the calendar of staff: when and what for. About whom is told in the pool alone."""
    link, now = pool.link("/intern/wiedervorlagen"), utcnow()
    found = (
        _TASK.format(number=one.id, domain=DOMAIN, now=now, due=one.due_on, purpose=_text(one.purpose), link=link) for one in rows
    )
    return _lines(f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//{DOMAIN}//expert pool//DE\n{''.join(found)}END:VCALENDAR\n")


def appoint(
    pool: Pool, connection: Connection, person_id: int, staff_id: int, subject: str, place: str, start: datetime, end: datetime
) -> str:
    """Invites one person to one appointment; the invitation holds nothing of an application and no other participant."""
    uid = f"{token_hex(12)}@{DOMAIN}"
    row = {"person_id": person_id, "staff_id": staff_id, "uid": uid, "subject": subject, "place": place}
    connection.execute(insert(appointment).values(**row, starts_at=start, ends_at=end, sent_at=utcnow()))
    email = connection.scalar(select(person.c.email).where(person.c.id == person_id))
    entry = _event(email, uid, subject, place, start, end)
    body = f"{subject}\n{start:%d.%m.%Y %H:%M} UTC\n{place}"
    mail = compose(email, f"Termin / appointment: {subject}", body, calendar=entry)
    pool.post.queue(connection, mail, "appointment", person_id)
    return uid


def cancel(pool: Pool, connection: Connection, number: int) -> int | None:
    """Takes an appointment back, in the person's calendar too; returns whose it was, if it was still to come."""
    open_one = (appointment.c.id == number, appointment.c.cancelled_at.is_(None))
    one = connection.execute(select(appointment).where(*open_one)).first()
    if one is None:
        return None
    connection.execute(update(appointment).where(*open_one).values(cancelled_at=utcnow()))
    email = connection.scalar(select(person.c.email).where(person.c.id == one.person_id))
    entry = _event(email, one.uid, one.subject, one.place, one.starts_at, one.ends_at, cancelled=True)
    mail = compose(
        email, f"Abgesagt / cancelled: {one.subject}", f"{one.subject}\n{one.starts_at:%d.%m.%Y %H:%M} UTC", calendar=entry
    )
    pool.post.queue(connection, mail, "appointment", one.person_id)
    return one.person_id


def _event(email: str, uid: str, subject: str, place: str, start: datetime, end: datetime, *, cancelled: bool = False) -> str:
    """An entry, or that it is cancelled (RFC 5546): the same one, a step later."""
    words = (
        {"method": "CANCEL", "status": "CANCELLED", "sequence": 1}
        if cancelled
        else {"method": "REQUEST", "status": "CONFIRMED", "sequence": 0}
    )
    values = {"email": email, "uid": uid, "subject": _text(subject), "place": _text(place), "start": start, "end": end}
    return _lines(_EVENT.format(domain=DOMAIN, now=utcnow(), **values, **words))


def _lines(text: str) -> str:
    """As RFC 5545 wants it: lines that end with CR LF and are folded before they grow too long."""
    return "".join(f"{_folded(line)}\r\n" for line in text.split("\n") if line)


def _folded(line: str) -> str:
    parts, now = [], ""
    for sign in line:
        if len((now + sign).encode()) > _OCTETS - 1:
            parts.append(now)
            now = ""
        now += sign
    return "\r\n ".join([*parts, now])


def _text(value: str) -> str:
    for sign in "\\;,":
        value = value.replace(sign, "\\" + sign)
    return "\\n".join(value.splitlines())


def of_person(connection: Connection, person_id: int) -> list[Row]:
    """Appointments to come."""
    mine = (appointment.c.person_id == person_id, appointment.c.ends_at >= utcnow(), appointment.c.cancelled_at.is_(None))
    return list(connection.execute(select(appointment).where(*mine).order_by(appointment.c.starts_at)))
