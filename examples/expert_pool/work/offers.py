"""Vacancies and trainings: published in chosen channels, some for members only, taken down on their day."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Row, Table, insert, or_, select, update

from expert_pool.schema import training, training_posting, vacancy, vacancy_posting
from expert_pool.schema.offers import CHANNELS
from plate_shop.database import utcnow

POSTINGS = {"vacancy": (vacancy, vacancy_posting), "training": (training, training_posting)}


def publish(connection: Connection, kind: str, values: Mapping[str, object], channels: Iterable[str]) -> int:
    """A new vacancy or training in its channels; what is for members only is posted nowhere else."""
    table, posting = POSTINGS[kind]
    now = utcnow()
    number = connection.execute(insert(table).values({**values, "published_at": now})).inserted_primary_key[0]
    chosen = ["members"] if values["members_only"] else [*dict.fromkeys(channels)]
    rows = [{f"{kind}_id": number, "channel": channel, "posted_at": now} for channel in chosen]
    connection.execute(insert(posting), rows)
    return number


def visible(
    connection: Connection, kind: str, channel: str | None, *, member: bool = False, number: int | None = None
) -> list[Row]:
    """What a channel shows today, or any of them; members see the members' channel as well."""
    table, posting = POSTINGS[kind]
    public = [channel] if channel else [one for one in CHANNELS if one != "members"]
    channels = [*public, "members"] if member else public
    shown = (posting.c[f"{kind}_id"] == table.c.id, posting.c.channel.in_(channels), posting.c.taken_down_at.is_(None))
    wanted = select(table).where(select(posting.c.id).where(*shown).exists(), _end(kind, table) >= utcnow().date())
    if not member:
        wanted = wanted.where(table.c.members_only.is_(False))
    if number is not None:
        wanted = wanted.where(table.c.id == number)
    return list(connection.execute(wanted.order_by(table.c.published_at.desc(), table.c.id.desc())))


def _end(kind: str, table: Table) -> object:
    return table.c.closes_on if kind == "vacancy" else table.c.starts_on


def take_down(connection: Connection, today: date) -> int:
    """Ends the postings of what has closed."""
    gone = 0
    for kind, (table, posting) in POSTINGS.items():
        closed = select(table.c.id).where(_end(kind, table) < today)
        over = (posting.c[f"{kind}_id"].in_(closed), posting.c.taken_down_at.is_(None))
        gone += connection.execute(update(posting).where(*over).values(taken_down_at=utcnow())).rowcount
    return gone


def newest(connection: Connection, kind: str, limit: int = 200) -> list[Row]:
    """For staff: everything, open or over."""
    table = POSTINGS[kind][0]
    return list(connection.execute(select(table).where(or_(table.c.id > 0)).order_by(table.c.id.desc()).limit(limit)))
