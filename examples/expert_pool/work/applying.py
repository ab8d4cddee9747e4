"""Applications for a vacancy, a training or a field, with their history. Only people decide."""

from collections.abc import Iterable

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from expert_pool.schema import (
    application,
    application_document,
    application_event,
    attendance,
    competence_field,
    document,
    membership,
    profile,
    training,
    vacancy,
)
from expert_pool.work import approvals, documents
from expert_pool.work.accounts import active, classify
from expert_pool.work.history import count, note
from plate_shop.database import utcnow

TARGETS = {"vacancy": "vacancy_id", "training": "training_id", "field": "field_id"}
NEXT = {
    "submitted": ("in-review", "rejected"),
    "in-review": ("shortlisted", "accepted", "rejected"),
    "shortlisted": ("accepted", "rejected"),
}


class NoSuchStep(Exception):
    """The application cannot go there from where it is."""


class AlreadyOpen(Exception):
    """The person's application for the same is still open."""

    def __init__(self, number: int) -> None:
        super().__init__("one open application for one thing")
        self.number = number


def apply(connection: Connection, person_id: int, kind: str, target: int, letter: str, document_ids: Iterable[str]) -> int:
    """A new application, with the chosen documents and no others. Raises AlreadyOpen, for a field OutOfTurn."""
    if kind == "field":
        approvals.ask_for_field(connection, person_id, target)
    same = (application.c.person_id == person_id, application.c[TARGETS[kind]] == target, application.c.closed_at.is_(None))
    standing = connection.scalar(select(application.c.id).where(*same))
    if standing is not None:
        raise AlreadyOpen(standing)
    row = {"person_id": person_id, "kind": kind, TARGETS[kind]: target, "state": "submitted", "letter": letter}
    number = connection.execute(insert(application).values(**row, submitted_at=utcnow())).inserted_primary_key[0]
    owned = select(document.c.id).where(document.c.person_id == person_id, document.c.id.in_([*document_ids]))
    for name in connection.scalars(owned).all():
        connection.execute(insert(application_document).values(application_id=number, document_id=name))
        documents.use(connection, name)
    _event(connection, number, "person", None, "", "submitted", "")
    active(connection, person_id)
    note(connection, "applied", person_id=person_id, detail=kind)
    count(connection, "applications", kind, about=person_id)
    count(connection, "applications-by-gender", _gender(connection, person_id), about=person_id)
    return number


def move(connection: Connection, number: int, to: str, staff_id: int, words: str) -> None:
    """A person of the staff decides the next step. Raises NoSuchStep."""
    one = connection.execute(select(application).where(application.c.id == number)).first()
    if one is None or to not in NEXT.get(one.state, ()) or (to in ("accepted", "rejected") and not words.strip()):
        raise NoSuchStep("a decision follows the steps and has a reason")
    ends = {"closed_at": utcnow()} if to in ("accepted", "rejected") else {}
    connection.execute(update(application).where(application.c.id == number).values(state=to, **ends))
    _event(connection, number, "staff", staff_id, one.state, to, words)
    note(connection, "application-moved", person_id=one.person_id, staff_id=staff_id, actor="staff", detail=to)
    if ends:
        count(connection, f"applications-{to}", one.kind, about=one.person_id)
        classify(connection, one.person_id)
    if to == "accepted" and one.training_id:
        seat = {"training_id": one.training_id, "person_id": one.person_id, "state": "registered", "registered_at": utcnow()}
        connection.execute(insert(attendance).values(seat))


def withdraw(connection: Connection, person_id: int, number: int) -> None:
    """The person takes an application back: its letter and its documents go from there at once."""
    mine = (application.c.id == number, application.c.person_id == person_id, application.c.closed_at.is_(None))
    one = connection.execute(select(application).where(*mine)).first()
    if one is None:
        raise NoSuchStep("only an open application of one's own")
    connection.execute(
        update(application).where(application.c.id == number).values(state="withdrawn", letter="", closed_at=utcnow())
    )
    connection.execute(delete(application_document).where(application_document.c.application_id == number))
    if one.field_id:
        asked = (membership.c.person_id == person_id, membership.c.field_id == one.field_id, membership.c.decided_at.is_(None))
        connection.execute(update(membership).where(*asked).values(state="left"))
    _event(connection, number, "person", None, one.state, "withdrawn", "")
    active(connection, person_id)


def history(connection: Connection, number: int) -> list[Row]:
    """Every step of an application, in order."""
    events = application_event
    return list(connection.execute(select(events).where(events.c.application_id == number).order_by(events.c.at, events.c.id)))


def of_person(connection: Connection, person_id: int) -> list[Row]:
    """The applications of a person, newest first."""
    mine = titled().where(application.c.person_id == person_id)
    return list(connection.execute(mine.order_by(application.c.id.desc())))


def titled() -> Select:
    """Applications with the title of what they are for, in both languages."""
    joined = (
        application.outerjoin(vacancy)
        .outerjoin(training)
        .outerjoin(competence_field, competence_field.c.id == application.c.field_id)
    )
    titles = (
        func.coalesce(vacancy.c[f"title_{code}"], training.c[f"title_{code}"], competence_field.c[f"name_{code}"]).label(
            f"title_{code}"
        )
        for code in ("de", "en")
    )
    return select(application, *titles).select_from(joined)


def _event(connection: Connection, number: int, actor: str, staff_id: int | None, old: str, new: str, words: str) -> None:
    row = {"application_id": number, "at": utcnow(), "actor": actor, "staff_id": staff_id}
    connection.execute(insert(application_event).values(**row, from_state=old, to_state=new, note=words))


def _gender(connection: Connection, person_id: int) -> str:
    return connection.scalar(select(profile.c.gender).where(profile.c.person_id == person_id)) or "unstated"
