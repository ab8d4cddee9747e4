"""The optional profile: nothing must be given, nothing is preselected, everything can be emptied; shown to nobody else."""

from datetime import date

from sqlalchemy import Connection, Row, delete, insert, select, update

from citizen_platform.community import consents
from citizen_platform.database import utcnow
from citizen_platform.schema import account, profile
from citizen_platform.settings import Platform

FIELDS = tuple(column.name for column in profile.columns if column.name not in ("account_id", "project_ends_on"))
#: when the research project ends, for which the values may be used
PROJECT_ENDS = date(2028, 12, 31)
AGE = 16


class ConsentMissingError(Exception):
    """Values were given without the consent that they need; carries the purpose."""


class AgeUnclearError(Exception):
    """The year of birth leaves open whether the member is 16 already."""


def find(connection: Connection, account_id: int) -> Row | None:
    """What the member has given."""
    return connection.execute(select(profile).where(profile.c.account_id == account_id)).first()


def save(platform: Platform, account_id: int, values: dict[str, str], *, says_16: bool) -> bool:
    """Replaces the profile; returns whether the account is paused now, because a parent has to agree first.

    Raises ConsentMissingError or AgeUnclearError; then nothing is changed.
    """
    given = {name: value for name, value in values.items() if value}
    with platform.engine.begin() as connection:
        _demand_consent(connection, account_id, given)
        paused = _check_age(connection, account_id, int(given.get("birth_year", 0)), says_16)
        connection.execute(delete(profile).where(profile.c.account_id == account_id))
        if given and not paused:
            row = {name: given.get(name) for name in FIELDS} | {"project_ends_on": PROJECT_ENDS}
            row["birth_year"] = int(given["birth_year"]) if "birth_year" in given else None
            connection.execute(insert(profile).values(account_id=account_id, **row))
        return paused


def _demand_consent(connection: Connection, account_id: int, given: dict[str, str]) -> None:
    standing = consents.standing(connection, account_id)
    if given and consents.PROFILE not in standing:
        raise ConsentMissingError(consents.PROFILE)
    if "study_group" in given and consents.STUDY_GROUP not in standing:
        raise ConsentMissingError(consents.STUDY_GROUP)


def _check_age(connection: Connection, account_id: int, birth_year: int, says_16: bool) -> bool:
    """Whether the year makes the member younger than 16 for certain while no parent has agreed; then the account is paused."""
    age = utcnow().year - birth_year
    mine = account.c.id == account_id
    if not birth_year or age > AGE or connection.scalar(select(account.c.age_stated).where(mine)) == "guardian":
        return False
    if age == AGE:
        if not says_16:
            raise AgeUnclearError
        return False
    connection.execute(update(account).where(mine).values(state="paused"))
    return True
