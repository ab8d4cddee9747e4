"""Teams: joining, leaving, suggestions and comments. In public stands the chosen name of their author and nothing else."""

import re

from sqlalchemy import Connection, Row, delete, insert, select, update

from citizen_platform.community import writing
from citizen_platform.community.leaving import remove_suggestion
from citizen_platform.database import utcnow
from citizen_platform.schema import account, comment, membership, suggestion, team
from citizen_platform.settings import Platform

TABLES = {"suggestion": suggestion, "comment": comment}
#: What looks like an e-mail address or a telephone number.
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}|(?<![\w/])\+?\d[\d ()/-]{6,}\d(?!\w)")


class PersonalDataError(Exception):
    """The text seems to hold an e-mail address or a telephone number."""


class NotYoursError(Exception):
    """Only the author may change a contribution."""


def all_teams(connection: Connection) -> list[Row]:
    """Every team, by its name."""
    return list(connection.execute(select(team).order_by(team.c.name_de)))


def find_team(connection: Connection, slug: str) -> Row | None:
    """The team of this short name."""
    return connection.execute(select(team).where(team.c.slug == slug)).first()


def suggestions(connection: Connection, team_id: int, reader: int | None) -> list[Row]:
    """What was suggested, newest first; what waits for review is seen by its author alone."""
    wanted = select(suggestion, account.c.username).join(account, isouter=True).where(suggestion.c.team_id == team_id)
    return list(connection.execute(wanted.where(_may_see(suggestion, reader)).order_by(suggestion.c.id.desc())))


def comments(connection: Connection, suggestion_id: int, reader: int | None) -> list[Row]:
    """What was said about it, oldest first."""
    wanted = select(comment, account.c.username).join(account, isouter=True).where(comment.c.suggestion_id == suggestion_id)
    return list(connection.execute(wanted.where(_may_see(comment, reader)).order_by(comment.c.id)))


def _may_see(table: object, reader: int | None) -> object:
    return (table.c.shown == "visible") | (table.c.account_id == reader if reader else False)


def find_suggestion(connection: Connection, number: int, reader: int | None) -> Row | None:
    """One suggestion with its team and its author's public name."""
    wanted = (
        select(suggestion, account.c.username, team.c.slug, team.c.name_de, team.c.name_en)
        .join(account, isouter=True)
        .join(team, team.c.id == suggestion.c.team_id)
    )
    return connection.execute(wanted.where(suggestion.c.id == number, _may_see(suggestion, reader))).first()


def membership_of(connection: Connection, team_id: int, account_id: int) -> Row | None:
    """Whether and how somebody belongs to a team."""
    theirs = membership.c.team_id == team_id, membership.c.account_id == account_id
    return connection.execute(select(membership).where(*theirs)).first()


def public_members(connection: Connection, team_id: int) -> list[str]:
    """The public names of those who want to be seen here."""
    wanted = select(account.c.username).join(membership, membership.c.account_id == account.c.id)
    shown = wanted.where(membership.c.team_id == team_id, account.c.teams_public, account.c.state == "active")
    return list(connection.scalars(shown.order_by(account.c.username)))


def join(platform: Platform, team_id: int, account_id: int) -> None:
    """Joins, without notifications until they are switched on."""
    with platform.engine.begin() as connection:
        if membership_of(connection, team_id, account_id) is None:
            row = {"team_id": team_id, "account_id": account_id, "joined_on": utcnow().date(), "notify": False}
            connection.execute(insert(membership).values(row))


def leave(platform: Platform, team_id: int, account_id: int) -> None:
    """Leaves; no trace of the membership stays."""
    with platform.engine.begin() as connection:
        theirs = membership.c.team_id == team_id, membership.c.account_id == account_id
        connection.execute(delete(membership).where(*theirs))


def notify(platform: Platform, membership_id: int, wanted: bool) -> None:
    """Switches notifications of one team on or off."""
    with platform.engine.begin() as connection:
        connection.execute(update(membership).where(membership.c.id == membership_id).values(notify=wanted))


def suggest(platform: Platform, team_row: Row, account_id: int, title: str, text: str, *, meant: bool) -> int:
    """Files a suggestion; what may hold personal data waits for moderation. Raises PersonalDataError until it is meant."""
    shown = _checked(f"{title}\n{text}", meant)
    row = {"team_id": team_row.id, "account_id": account_id, "title": title, "text": text, "shown": shown}
    with platform.engine.begin() as connection:
        number = connection.execute(insert(suggestion).values(**row, created_at=utcnow())).inserted_primary_key[0]
    if shown == "visible":
        writing.tell_team(platform, team_row.id, account_id, title, f"/vorschlaege/{number}")
    return number


def say(platform: Platform, found: Row, account_id: int, text: str, *, meant: bool) -> None:
    """Files a comment, in the same way."""
    shown = _checked(text, meant)
    row = {"suggestion_id": found.id, "account_id": account_id, "text": text, "shown": shown, "created_at": utcnow()}
    with platform.engine.begin() as connection:
        connection.execute(insert(comment).values(row))
    if shown == "visible":
        writing.tell_team(platform, found.team_id, account_id, found.title, f"/vorschlaege/{found.id}")


def _checked(text: str, meant: bool) -> str:
    if not _PERSONAL.search(text):
        return "visible"
    if not meant:
        raise PersonalDataError
    return "review"


def edit(platform: Platform, kind: str, number: int, account_id: int, **values: str) -> None:
    """Overwrites a contribution of one's own: the old words are gone. Raises NotYoursError."""
    table = TABLES[kind]
    shown = _checked("\n".join(values.values()), meant=True)
    with platform.engine.begin() as connection:
        mine = table.c.id == number, table.c.account_id == account_id
        if not connection.execute(update(table).where(*mine).values(**values, shown=shown)).rowcount:
            raise NotYoursError


def remove(platform: Platform, kind: str, number: int, account_id: int) -> None:
    """Deletes a contribution of one's own. Raises NotYoursError."""
    table = TABLES[kind]
    with platform.engine.begin() as connection:
        mine = connection.scalar(select(table.c.id).where(table.c.id == number, table.c.account_id == account_id))
        if mine is None:
            raise NotYoursError
        if kind == "suggestion":
            remove_suggestion(connection, number)
        else:
            connection.execute(delete(comment).where(comment.c.id == number))
