"""Invitations to trainings, answers, attendance, and the talk among participants."""

from datetime import date

from sqlalchemy import Connection, Row, func, insert, select, update

from expert_pool.mails import compose
from expert_pool.pool import Pool
from expert_pool.schema import attendance, comment, organisation, person, profile, training, training_invitation
from expert_pool.work import consents, telling
from expert_pool.work.accounts import active
from expert_pool.work.history import count
from plate_shop.database import utcnow


class NotTakingPart(Exception):
    """Only participants talk about a training."""


class NoSuchComment(Exception):
    """What is answered was said about the same training."""


def invite(pool: Pool, connection: Connection, training_id: int, person_id: int) -> int:
    """Invites one person once, by a mail of their own; raises NoConsent."""
    consent = consents.demand(connection, person_id, "messages")
    known = (training_invitation.c.training_id == training_id, training_invitation.c.person_id == person_id)
    before = connection.scalar(select(training_invitation.c.id).where(*known).limit(1))
    if before is not None:
        return before
    row = {"training_id": training_id, "person_id": person_id, "consent_id": consent, "sent_at": utcnow(), "answer": ""}
    number = connection.execute(insert(training_invitation).values(row)).inserted_primary_key[0]
    one = connection.execute(select(training).where(training.c.id == training_id)).one()
    email = connection.scalar(select(person.c.email).where(person.c.id == person_id))
    body = f"{one.title_de}\n{one.title_en}\n\n{one.starts_on:%d.%m.%Y}\n\n{pool.link('/ich/trainings')}"
    pool.post.queue(connection, compose(email, f"Einladung: {one.title_de}", body), "invitation", person_id)
    return number


def answer(connection: Connection, person_id: int, number: int, word: str) -> None:
    """Yes takes a seat, or a place on the waiting list once all are taken: by the order of the answers and nothing else."""
    mine = (training_invitation.c.id == number, training_invitation.c.person_id == person_id, training_invitation.c.answer == "")
    one = connection.execute(select(training_invitation).where(*mine)).first()
    if one is None or word not in ("yes", "no"):
        return
    connection.execute(update(training_invitation).where(*mine).values(answer=word, answered_at=utcnow()))
    if word == "yes":
        state = "registered" if _free(connection, one.training_id) > 0 else "waiting"
        seat = {"training_id": one.training_id, "person_id": person_id, "state": state, "registered_at": utcnow()}
        connection.execute(insert(attendance).values(seat))
    active(connection, person_id)


def _free(connection: Connection, training_id: int) -> int:
    """How many seats nobody has."""
    taken = (attendance.c.training_id == training_id, attendance.c.state != "waiting")
    places = connection.scalar(select(training.c.places).where(training.c.id == training_id))
    return places - connection.scalar(select(func.count()).select_from(attendance).where(*taken))


def record(connection: Connection, number: int, state: str, on: date) -> None:
    """Who was there, and who completed it."""
    completed = on if state == "completed" else None
    connection.execute(update(attendance).where(attendance.c.id == number).values(state=state, completed_on=completed))
    if state == "completed":
        whose = connection.scalar(select(attendance.c.person_id).where(attendance.c.id == number))
        count(connection, "trainings-completed", about=whose)


def register_with_partner(pool: Pool, person_id: int, training_id: int) -> None:
    """Hands name and address to the partner that holds the training; raises NoConsent, NotReached."""
    with pool.engine.connect() as connection:
        holder = holder_of(connection, training_id)
        values = connection.execute(
            select(profile.c.given_name, profile.c.family_name, person.c.email)
            .join(person, person.c.id == profile.c.person_id)
            .where(profile.c.person_id == person_id)
        ).one()
    if holder.role == "partner":
        telling.hand_to_partner(pool, person_id, holder, dict(values._mapping))


def holder_of(connection: Connection, training_id: int) -> Row:
    joined = organisation.join(training, training.c.organisation_id == organisation.c.id)
    return connection.execute(select(organisation).select_from(joined).where(training.c.id == training_id)).one()


def talk(connection: Connection, person_id: int, training_id: int, text: str, answers: int | None) -> int:
    """A comment of a participant. Raises NotTakingPart, NoSuchComment."""
    if not takes_part(connection, person_id, training_id):
        raise NotTakingPart
    if answers is not None:
        said = (comment.c.id == answers, comment.c.training_id == training_id)
        if connection.scalar(select(comment.c.id).where(*said)) is None:
            raise NoSuchComment
    row = {"training_id": training_id, "person_id": person_id, "answers": answers, "text": text, "at": utcnow()}
    active(connection, person_id)
    return connection.execute(insert(comment).values(row)).inserted_primary_key[0]


def takes_part(connection: Connection, person_id: int, training_id: int) -> bool:
    """Whether somebody has a seat in a training."""
    mine = (attendance.c.person_id == person_id, attendance.c.training_id == training_id, attendance.c.state != "waiting")
    return connection.scalar(select(attendance.c.id).where(*mine).limit(1)) is not None


def conversation(connection: Connection, training_id: int) -> list[Row]:
    """What was said, with given names only; who is gone has none."""
    joined = comment.outerjoin(profile, profile.c.person_id == comment.c.person_id)
    wanted = select(comment, profile.c.given_name).select_from(joined).where(comment.c.training_id == training_id)
    return list(connection.execute(wanted.order_by(comment.c.at, comment.c.id)))


def participants(connection: Connection, training_id: int) -> list[Row]:
    """For training staff: who has a seat, and what became of it."""
    joined = attendance.join(profile, profile.c.person_id == attendance.c.person_id)
    wanted = select(attendance, profile.c.given_name, profile.c.family_name).select_from(joined)
    return list(connection.execute(wanted.where(attendance.c.training_id == training_id).order_by(attendance.c.id)))
