"""The approval loop: one member of staff checks, another decides, both are people, and the person sees the reason.

It is the same for a proof (a course, a language, time abroad) and for a place in a competence field.
"""

from datetime import date

from sqlalchemy import Connection, Row, Table, insert, select, update

from expert_pool.schema import application, application_event, evidence, membership, person
from expert_pool.work.accounts import active, classify
from expert_pool.work.history import count, note
from plate_shop.database import utcnow

EVIDENCE_KINDS = ("course", "language", "abroad", "certificate")


class OutOfTurn(Exception):
    """The step does not follow the one before, or the same person would both check and decide."""


def submit(
    connection: Connection, person_id: int, kind: str, title: str, document_id: str | None, expires_on: date | None
) -> int:
    """A proof to be checked."""
    active(connection, person_id)
    row = {"person_id": person_id, "kind": kind, "title": title, "document_id": document_id, "expires_on": expires_on}
    row |= {"state": "submitted", "submitted_at": utcnow(), "reason": "", "contested": ""}
    return connection.execute(insert(evidence).values(row)).inserted_primary_key[0]


def contest(connection: Connection, person_id: int, evidence_id: int, words: str) -> None:
    """The person disagrees: the loop begins again, with their words."""
    mine = (evidence.c.id == evidence_id, evidence.c.person_id == person_id, evidence.c.state.in_(("rejected", "lapsed")))
    again = {"state": "submitted", "contested": words, "checked_by": None, "decided_by": None, "decided_at": None}
    connection.execute(update(evidence).where(*mine).values(again))
    active(connection, person_id)


def ask_for_field(connection: Connection, person_id: int, field_id: int) -> int:
    """A place in a field, to be decided in the loop; raises OutOfTurn where one is asked for or held already."""
    standing = (membership.c.person_id == person_id, membership.c.field_id == field_id)
    live = select(membership.c.id).where(*standing, membership.c.state.in_(("requested", "in-check", "approved")))
    if connection.scalar(live):
        raise OutOfTurn("the field is asked for or held already")
    row = {"person_id": person_id, "field_id": field_id, "state": "requested", "requested_at": utcnow(), "reason": ""}
    return connection.execute(insert(membership).values(row)).inserted_primary_key[0]


def check(connection: Connection, table: Table, number: int, staff_id: int) -> None:
    """The first pair of eyes."""
    begin = ("submitted",) if table is evidence else ("requested",)
    change = update(table).where(table.c.id == number, table.c.state.in_(begin)).values(state="in-check", checked_by=staff_id)
    if not connection.execute(change).rowcount:
        raise OutOfTurn("nothing to check here")


def decide(connection: Connection, table: Table, number: int, staff_id: int, *, good: bool, reason: str) -> Row:
    """The second pair of eyes, with a reason. Raises OutOfTurn."""
    one = connection.execute(select(table).where(table.c.id == number)).first()
    if one is None or one.state != "in-check" or one.checked_by == staff_id or not reason.strip():
        raise OutOfTurn("somebody else must have checked it first, and a decision has a reason")
    values = {"state": "approved" if good else "rejected", "decided_by": staff_id, "decided_at": utcnow(), "reason": reason}
    connection.execute(update(table).where(table.c.id == number).values(values))
    action = "evidence-decided" if table is evidence else "membership-decided"
    note(connection, action, person_id=one.person_id, staff_id=staff_id, actor="staff", detail=values["state"])
    if table is membership:
        _settle_field(connection, one, staff_id, good=good, reason=reason)
    return one


def _settle_field(connection: Connection, one: Row, staff_id: int, *, good: bool, reason: str) -> None:
    """The application for the field ends with the decision; the first approval makes a member."""
    mine = (application.c.person_id == one.person_id, application.c.field_id == one.field_id, application.c.kind == "field")
    wanted = select(application).where(*mine, application.c.closed_at.is_(None))
    for applied in connection.execute(wanted).all():
        state = "accepted" if good else "rejected"
        values = {"state": state, "closed_at": utcnow()}
        connection.execute(update(application).where(application.c.id == applied.id).values(values))
        event = {"application_id": applied.id, "at": utcnow(), "actor": "staff", "staff_id": staff_id}
        event |= {"from_state": applied.state, "to_state": state, "note": reason}
        connection.execute(insert(application_event).values(event))
        count(connection, f"applications-{state}", "field", about=one.person_id)
    if good:
        connection.execute(update(person).where(person.c.id == one.person_id).values(state="member"))
    classify(connection, one.person_id)


def waiting(connection: Connection, table: Table) -> list[Row]:
    """What waits for a check or a decision, oldest first."""
    since = table.c.submitted_at if table is evidence else table.c.requested_at
    return list(
        connection.execute(select(table).where(table.c.state.in_(("submitted", "requested", "in-check"))).order_by(since))
    )


def lapse(connection: Connection, today: date) -> int:
    """Approved proofs whose day has passed count no longer until they are checked again."""
    over = (evidence.c.state == "approved", evidence.c.expires_on < today)
    return connection.execute(update(evidence).where(*over).values(state="lapsed")).rowcount
