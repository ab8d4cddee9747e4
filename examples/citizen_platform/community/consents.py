"""Consents: one for each purpose, with the very text that was shown; withdrawn at once and with effect."""

from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, delete, insert, select, update

from citizen_platform import versions
from citizen_platform.database import utcnow
from citizen_platform.schema import consent, profile

REGISTRATION, PROFILE, STUDY_GROUP, TEAMS = "registration", "profile-research", "study-group", "team-research"
#: What a member can give and withdraw beside the registration itself, and the words for it.
OPTIONAL = {
    PROFILE: "Ich willige ein, dass meine freiwilligen Profilangaben innerhalb des Projekts Mitforschen wissenschaftlich "
    "ausgewertet werden, ausschließlich zusammengefasst über viele Mitglieder.",
    STUDY_GROUP: "Ich willige ausdrücklich ein, dass auch meine Teilnahme an einer Untersuchungsgruppe gespeichert und so "
    "ausgewertet wird, obwohl sie etwas über meine Gesundheit aussagen kann.",
    TEAMS: "Ich willige ein, dass meine Beiträge in den Teams ohne meinen Namen wissenschaftlich ausgewertet werden.",
}


def give(connection: Connection, account_id: int, purpose: str, text: str, language: str) -> None:
    """Records who consented, when, to what and in which words; a consent that stands stays as it is."""
    if purpose in standing(connection, account_id):
        return
    row = {
        "id": token_urlsafe(32),
        "account_id": account_id,
        "purpose": purpose,
        "text_version": f"{versions.CONSENT}/{language}",
        "text_digest": sha256(text.encode()).hexdigest(),
        "given_at": utcnow(),
    }
    connection.execute(insert(consent).values(row))


def standing(connection: Connection, account_id: int) -> set[str]:
    """The purposes to which this member consents now."""
    valid = consent.c.account_id == account_id, consent.c.withdrawn_at.is_(None)
    return set(connection.scalars(select(consent.c.purpose).where(*valid)))


def withdraw(connection: Connection, account_id: int, purpose: str) -> None:
    """Ends a consent and deletes what rests on it alone."""
    theirs = consent.c.account_id == account_id, consent.c.purpose == purpose, consent.c.withdrawn_at.is_(None)
    connection.execute(update(consent).where(*theirs).values(withdrawn_at=utcnow()))
    if purpose == PROFILE:
        connection.execute(delete(profile).where(profile.c.account_id == account_id))
        withdraw(connection, account_id, STUDY_GROUP)
    if purpose == STUDY_GROUP:
        change = update(profile).where(profile.c.account_id == account_id)
        connection.execute(change.values(study_group=None))
