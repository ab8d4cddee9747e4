"""Leaving: an account and everything that belongs to it goes at once; what stays of contributions has no author."""

from sqlalchemy import Connection, delete, select, update

from citizen_platform.schema import (
    account,
    comment,
    consent,
    guardian_request,
    mail_log,
    membership,
    profile,
    suggestion,
    token,
    web_session,
)

GONE = "–"
_OWN = (token, web_session, membership, mail_log, profile, consent)


def leave(connection: Connection, account_id: int, *, with_contributions: bool) -> None:
    """Deletes the account. Contributions lose their author, or go too, as the person wants it."""
    if with_contributions:
        _remove_contributions(connection, account_id)
    for table in (suggestion, comment):
        connection.execute(update(table).where(table.c.account_id == account_id).values(account_id=None))
    for table in _OWN:
        connection.execute(delete(table).where(table.c.account_id == account_id))
    guardian = connection.scalar(select(account.c.guardian_request_id).where(account.c.id == account_id))
    connection.execute(delete(account).where(account.c.id == account_id))
    if guardian is not None:
        connection.execute(delete(guardian_request).where(guardian_request.c.id == guardian))


def _remove_contributions(connection: Connection, account_id: int) -> None:
    connection.execute(delete(comment).where(comment.c.account_id == account_id))
    own = select(suggestion.c.id).where(suggestion.c.account_id == account_id)
    for number in list(connection.scalars(own)):
        remove_suggestion(connection, number)


def remove_suggestion(connection: Connection, number: int) -> None:
    """Removes a suggestion; where others have commented on it, its place stays without a word of its author."""
    if connection.scalar(select(comment.c.id).where(comment.c.suggestion_id == number).limit(1)) is None:
        connection.execute(delete(suggestion).where(suggestion.c.id == number))
        return
    change = update(suggestion).where(suggestion.c.id == number)
    connection.execute(change.values(title=GONE, text=GONE, account_id=None))
