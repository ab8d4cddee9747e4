"""Members of a field see each other by their given names, and can write to each other."""

from sqlalchemy import Connection, Row, select

from expert_pool.schema import competence_field, membership, person, profile


def fields(connection: Connection, person_id: int) -> list[Row]:
    """Every field, with how the person stands to it."""
    mine = membership.c.person_id == person_id
    joined = competence_field.outerjoin(membership, (membership.c.field_id == competence_field.c.id) & mine)
    wanted = select(competence_field, membership.c.state, membership.c.reason).select_from(joined)
    return list(connection.execute(wanted.order_by(competence_field.c.id, membership.c.id)))


def of_field(connection: Connection, person_id: int, field_id: int) -> list[Row] | None:
    """The other members; nothing for somebody who is none of them."""
    approved = (membership.c.field_id == field_id, membership.c.state == "approved")
    if connection.scalar(select(membership.c.id).where(*approved, membership.c.person_id == person_id)) is None:
        return None
    joined = membership.join(profile, profile.c.person_id == membership.c.person_id)
    joined = joined.join(person, person.c.id == membership.c.person_id)
    wanted = select(profile.c.person_id, profile.c.given_name, profile.c.headline).select_from(joined)
    others = (profile.c.person_id != person_id, person.c.storage_class == "kept")
    return list(connection.execute(wanted.where(*approved, *others).order_by(profile.c.given_name)))
