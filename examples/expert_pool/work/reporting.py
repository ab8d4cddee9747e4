"""Reports: figures only, and no figure so small that it says something about one person."""

from sqlalchemy import Connection, func, select

from expert_pool.schema import competence_field, membership, person, statistic

SMALLEST = 5


def figures(connection: Connection, months: int = 12) -> dict[str, dict[str, int | None]]:
    """The sums of the last months by measure and category; small ones are withheld (None)."""
    latest = select(statistic.c.month).distinct().order_by(statistic.c.month.desc()).limit(months).subquery()
    wanted = (
        select(statistic.c.measure, statistic.c.category, func.sum(statistic.c.number))
        .where(statistic.c.month.in_(select(latest.c.month)), statistic.c.measure.is_not(None))
        .group_by(statistic.c.measure, statistic.c.category)
        .order_by(statistic.c.measure, statistic.c.category)
    )
    found: dict[str, dict[str, int]] = {}
    for measure, category, number in connection.execute(wanted):
        found.setdefault(measure, {})[category or "others"] = int(number)
    return {measure: _withheld(rows) for measure, rows in found.items()}


def standing(connection: Connection) -> dict[str, int | None]:
    """How many people there are now, by state, and members by field."""
    people = connection.execute(select(person.c.state, func.count()).group_by(person.c.state).order_by(person.c.state))
    found = {state: _told(number) for state, number in people}
    fields = (
        select(competence_field.c.name_de, func.count())
        .join(membership, membership.c.field_id == competence_field.c.id)
        .where(membership.c.state == "approved")
        .group_by(competence_field.c.name_de)
        .order_by(competence_field.c.name_de)
    )
    return found | {name: _told(number) for name, number in connection.execute(fields)}


def _withheld(rows: dict[str, int]) -> dict[str, int | None]:
    """Without small numbers; where just one is small the next goes as well, or it would follow from the sum."""
    hidden = {name for name, number in rows.items() if number < SMALLEST}
    others = sorted((number, name) for name, number in rows.items() if name not in hidden)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return {name: None if name in hidden else number for name, number in rows.items()}


def _told(number: int) -> int | None:
    return number if number >= SMALLEST else None
