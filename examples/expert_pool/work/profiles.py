"""What a person says of themselves, and what was said to them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, Integer, Row, Table, delete, insert, select, update

from expert_pool.pool import Pool
from expert_pool.schema import attendance, person, profile, share, training, training_invitation
from expert_pool.work import consents, sharing, telling
from expert_pool.work.accounts import active
from expert_pool.work.history import note
from plate_shop.database import utcnow


def of(connection: Connection, person_id: int) -> Row:
    """The profile."""
    return connection.execute(select(profile).where(profile.c.person_id == person_id)).one()


def save(pool: Pool, person_id: int, values: Mapping[str, str]) -> None:
    """Changes the profile; recipients who hold it are told under Art. 19 GDPR."""
    new = {**values, "birth_year": int(values["birth_year"]) if values["birth_year"] else None, "updated_at": utcnow()}
    with pool.engine.begin() as connection:
        connection.execute(update(profile).where(profile.c.person_id == person_id).values(new))
        active(connection, person_id)
        note(connection, "profile-changed", person_id=person_id)
        mine = select(share.c.token_digest).where(share.c.person_id == person_id).order_by(share.c.id.desc())
        reference = connection.scalar(mine.limit(1))
    if reference:
        telling.tell_all(pool, person_id, reference[:43], "corrected")


def listed(connection: Connection, person_id: int, table: Table) -> list[Row]:
    """The entries of one list."""
    return list(connection.execute(select(table).where(table.c.person_id == person_id).order_by(table.c.id)))


def add(pool: Pool, person_id: int, table: Table, values: Mapping[str, str]) -> None:
    """One entry of a list, its values as the columns want them."""
    row = {name: _typed(table, name, value) for name, value in values.items()}
    when = "entered_at" if "entered_at" in table.c else "added_at"
    with pool.engine.begin() as connection:
        connection.execute(insert(table).values({**row, "person_id": person_id, when: utcnow()}))
        active(connection, person_id)
        note(connection, "profile-changed", person_id=person_id, detail=table.name)


def _typed(table: Table, name: str, value: str) -> object:
    column = table.c[name]
    if not value and column.nullable:
        return None
    if isinstance(column.type, Integer):
        return int(value)
    return date.fromisoformat(value) if column.type.python_type is date else value


def remove(pool: Pool, person_id: int, table: Table, number: int) -> None:
    """Takes away an entry of one's own."""
    with pool.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.id == number, table.c.person_id == person_id))
        active(connection, person_id)


def invitations(connection: Connection, person_id: int) -> list[Row]:
    """Invitations to trainings, newest first."""
    joined = training_invitation.join(training, training.c.id == training_invitation.c.training_id)
    wanted = select(training_invitation, training.c.title_de, training.c.title_en, training.c.starts_on).select_from(joined)
    mine = wanted.where(training_invitation.c.person_id == person_id)
    return list(connection.execute(mine.order_by(training_invitation.c.id.desc())))


def seats(connection: Connection, person_id: int) -> list[Row]:
    """Trainings with a seat of one's own."""
    joined = attendance.join(training, training.c.id == attendance.c.training_id)
    wanted = select(attendance, training.c.title_de, training.c.title_en).select_from(joined)
    return list(connection.execute(wanted.where(attendance.c.person_id == person_id).order_by(attendance.c.id.desc())))


def agree(pool: Pool, who: Row, purpose: str, to: int | None, language: str, *, give: bool) -> None:
    """Gives or withdraws a consent for one purpose; a withdrawal ends what rests on it."""
    with pool.engine.begin() as connection:
        if give:
            consents.give(pool, connection, who.id, purpose, language, to)
        else:
            consents.withdraw(connection, who.id, purpose, to)
            if purpose == "sharing":
                sharing.revoke(pool, connection, who.id, to)
            if purpose == "origin":
                connection.execute(update(person).where(person.c.id == who.id).values(origin=None))
        active(connection, who.id)
