"""Documents of a person: the row and the files go together."""

import re
from secrets import token_urlsafe

from sqlalchemy import Connection, Row, delete, insert, select, update

from expert_pool.pool import Pool
from expert_pool.schema import application_document, document, evidence, share_document
from expert_pool.work import consents
from expert_pool.work.accounts import active
from expert_pool.work.history import note
from plate_shop.database import utcnow

_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # signs that hide what a name says
KINDS = ("cv", "certificate", "course", "reference", "other")


def plain_name(sent: str) -> str:
    """The last part of a file's name as somebody's computer has it, its ending included, without signs that nobody sees."""
    name = _NO_NAME.sub("", sent.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    return name[-120:] or "Dokument"


def upload(
    pool: Pool,
    person_id: int,
    *,
    kind: str,
    file_name: str,
    media_type: str,
    content: bytes,
    special_consent: bool = False,
    special: bool = False,
    language: str = "de",
) -> str:
    """Takes in a document; raises UnfitFile, or NoConsent where it holds special data and none was given for them."""
    digest = pool.files.check(content, media_type)
    if special and not special_consent:
        raise consents.NoConsent("special")
    name, now = token_urlsafe(32), utcnow()
    row = {
        "id": name,
        "person_id": person_id,
        "kind": kind,
        "file_name": file_name,
        "media_type": media_type,
        "size": len(content),
        "sha256": digest,
        "special": special,
        "uploaded_at": now,
    }
    with pool.engine.begin() as connection:
        if special:
            consents.give(pool, connection, person_id, "special", language)
        connection.execute(insert(document).values(row))
        active(connection, person_id)
        note(connection, "document-uploaded", person_id=person_id, detail=kind)
        pool.files.put(name, content, media_type, file_name)
    return name


def mine(connection: Connection, person_id: int) -> list[Row]:
    """The documents of a person, newest first."""
    return list(
        connection.execute(
            select(document).where(document.c.person_id == person_id).order_by(document.c.uploaded_at.desc(), document.c.id)
        )
    )


def find(connection: Connection, name: str, person_id: int | None = None) -> Row | None:
    """A document; of this person only, where one is given."""
    wanted = select(document).where(document.c.id == name)
    return connection.execute(wanted if person_id is None else wanted.where(document.c.person_id == person_id)).first()


def use(connection: Connection, name: str) -> None:
    """The person chose the document for something."""
    connection.execute(update(document).where(document.c.id == name).values(last_used_at=utcnow()))


def remove(pool: Pool, person_id: int, name: str) -> bool:
    """Takes a document away wherever it is used, and then its files."""
    with pool.engine.begin() as connection:
        if find(connection, name, person_id) is None:
            return False
        for table in (application_document, share_document):
            connection.execute(delete(table).where(table.c.document_id == name))
        connection.execute(update(evidence).where(evidence.c.document_id == name).values(document_id=None, state="lapsed"))
        connection.execute(delete(document).where(document.c.id == name))
        active(connection, person_id)
    pool.files.remove(name)
    return True


def sweep(pool: Pool) -> int:
    """Removes the files of documents whose rows are gone; returns how many."""
    with pool.engine.connect() as connection:
        known = set(connection.scalars(select(document.c.id)))
    lost = pool.files.names() - known
    for name in lost:
        pool.files.remove(name)
    return len(lost)
