"""What a person put in, to take along: structured, and without anybody else's data."""

from datetime import date, datetime

from sqlalchemy import Connection, select

from expert_pool import schema

#: what the person provided; figures, decisions and notes of staff are for the answer under Art. 15, not for this
_PROVIDED = (
    schema.profile,
    schema.competence,
    schema.language_skill,
    schema.experience,
    schema.referee,
    schema.availability,
    schema.document,
    schema.evidence,
    schema.application,
    schema.alert,
    schema.message,
    schema.comment,
)
_NOT_TOLD = frozenset({"person_id", "token", "checked_by", "decided_by", "staff_id", "consent_id"})


def of(connection: Connection, person_id: int) -> dict:
    """By table, the rows of the person."""
    account = connection.execute(select(schema.person).where(schema.person.c.id == person_id)).one()
    found: dict = {
        "account": {"email": account.email, "language": account.language, "registered_at": _plain(account.registered_at)}
    }
    for table in _PROVIDED:
        rows = connection.execute(select(table).where(table.c.person_id == person_id)).mappings()
        found[table.name] = [{name: _plain(value) for name, value in row.items() if name not in _NOT_TOLD} for row in rows]
    return found


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
