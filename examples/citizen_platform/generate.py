"""Fills an empty platform, mailbox and usage database with invented years. The same seed gives the same rows."""

from collections import defaultdict
from datetime import datetime
from random import Random

from sqlalchemy import MetaData, insert

from citizen_platform import schema
from citizen_platform.community.founding import found
from citizen_platform.database import continue_numbering, is_empty, open_engine, utcnow
from citizen_platform.generating import members, others


class NotEmptyError(Exception):
    """The database already has rows; invented rows are never mixed with them."""


def generate(
    platform_url: str,
    mailbox_url: str,
    usage_url: str,
    *,
    members: int = 4_000,
    years: int = 6,
    now: datetime | None = None,
    seed: int = 4711,
) -> None:
    """Writes ``years`` of a community up to ``now`` (naive UTC) into three empty databases. Nothing was ever deleted there."""
    now, random = now or utcnow(), Random(seed)
    engines = {
        name: open_engine(url) for name, url in (("platform", platform_url), ("usage", usage_url), ("mailbox", mailbox_url))
    }
    for name, metadata in schema.ALL.items():
        metadata.create_all(engines[name])
        with engines[name].connect() as connection:
            if not is_empty(connection, metadata):
                raise NotEmptyError(f"{engines[name].url.render_as_string()}: has rows; give an empty database")
    found(engines["platform"], engines["mailbox"], now=now, years=years + 1)
    written = {
        "platform": _community(random, members, now, years),
        "mailbox": _messages(random, max(60, members // 6), now, years),
        "usage": others.usage(random, now, years * 365),
    }
    for name, rows in written.items():
        _write(engines[name], schema.ALL[name], rows)
        engines[name].dispose()


def _community(random: Random, count: int, now: datetime, years: int) -> dict[str, list[dict]]:
    rows: dict[str, list[dict]] = defaultdict(list)
    for number in range(1, count + 1):
        members.member(rows, random, number, now, years)
    for number in range(1, min(31, count)):
        members.child(rows, random, number, now)
    others.contributions(rows, random, rows["account"], max(40, count // 8), now)
    others.around(rows, random, rows["account"], now)
    others.decisions(rows, random, now)
    return rows


def _messages(random: Random, count: int, now: datetime, years: int) -> dict[str, list[dict]]:
    rows: dict[str, list[dict]] = defaultdict(list)
    for number in range(1, count + 1):
        others.contact(rows, random, number, now, years)
    return rows


def _write(engine: object, metadata: MetaData, rows: dict[str, list[dict]]) -> None:
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if rows.get(table.name):
                connection.execute(insert(table), rows[table.name])
        continue_numbering(connection, metadata)
