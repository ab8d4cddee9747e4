"""Mails to members: from the closed list, one person a mail, each noted by its template."""

import hmac
import logging
from hashlib import sha256

from sqlalchemy import Connection, Row, insert, select

from citizen_platform.database import utcnow
from citizen_platform.mails import MailError, compose
from citizen_platform.schema import account, mail_log, membership, team
from citizen_platform.settings import Platform

_log = logging.getLogger("citizen_platform")


def write(platform: Platform, connection: Connection, member: Row, template: str, path: str, to: str = "") -> None:
    """Sends one mail of the closed list; raises MailError."""
    values = {"username": member.username, "link": platform.link(path)}
    platform.post.send(compose(template, to or member.email, member.language, values))
    note(connection, member.id, template)


def note(connection: Connection, account_id: int, template: str) -> None:
    """Notes that a mail of this template went out."""
    connection.execute(insert(mail_log).values(account_id=account_id, template=template, sent_at=utcnow()))


def tell_team(platform: Platform, team_id: int, author_id: int, title: str, path: str) -> None:
    """Tells the members who chose it; who has left or switched it off by now gets nothing."""
    for member in _listeners(platform, team_id, author_id):
        link = platform.link(path)
        unsubscribe = platform.link(f"/abbestellen/{member.membership}/{off_switch(platform, member.membership)}")
        values = {"username": member.username, "team": member.team, "title": title, "link": link, "unsubscribe": unsubscribe}
        try:
            platform.post.send(compose("activity", member.email, member.language, values, unsubscribe))
        except MailError as error:
            _log.warning("activity mail not sent: %s", error)
            continue
        with platform.engine.begin() as connection:
            note(connection, member.id, "activity")


def _listeners(platform: Platform, team_id: int, author_id: int) -> list[Row]:
    name = team.c.name_de.label("team")
    wanted = (
        select(account.c.id, account.c.username, account.c.email, account.c.language, membership.c.id.label("membership"), name)
        .join(membership, membership.c.account_id == account.c.id)
        .join(team, team.c.id == membership.c.team_id)
        .where(membership.c.team_id == team_id, membership.c.notify, account.c.state == "active", account.c.id != author_id)
    )
    with platform.engine.connect() as connection:
        return list(connection.execute(wanted))


def off_switch(platform: Platform, membership_id: int) -> str:
    """Proves that a link to switch notifications off came from us; nothing is stored for it."""
    return hmac.new(platform.settings.secret, f"membership {membership_id}".encode(), sha256).hexdigest()[:32]
