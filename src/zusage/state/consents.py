"""The records of consent; fulfils the port ``zusage.consent.desk.Records``.

Written in groups, one transaction for all choices that wait together:

1. The chain goes on from the head that this process wrote last, without a look at the database.
2. The head moves only from there: where another process has written since, nothing is inserted, and the head is read again under its lock.
3. All records go in together, past the object mapper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

from zusage.consent.record import Choice, Record, digest_of, drafted, linked, read_content
from zusage.consent.shown import Shown, read_back

from .errors import ConsentsTorn
from .models import ConsentHead, ConsentRow, ConsentTextRow

# Whoever extends the chain holds its head until the end of the transaction; on SQLite the transaction itself is the only one that writes.
_HEAD = "SELECT records, digest FROM zusage_consent_head WHERE id = 1"
_LOCKED = f"{_HEAD} FOR UPDATE"
_MOVE = "UPDATE zusage_consent_head SET records = ?, digest = ? WHERE id = 1 AND records = ? AND digest = ?"

_INSERT = """
INSERT INTO zusage_consent (number, record, subject, at, until, content, content_digest, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

# On a server each statement is a way there and back: the move and all records go in one that is prepared once, whatever their number. Each
# column is one text: a driver's arrays cost more than everything else together, because they escape every quotation mark of a content.
_BETWEEN = "\x1e"
_TOGETHER = """
WITH moved AS (
    UPDATE zusage_consent_head SET records = %s, digest = %s WHERE id = 1 AND records = %s AND digest = %s RETURNING id
)
INSERT INTO zusage_consent (number, record, subject, at, until, content, content_digest, digest)
SELECT *
  FROM unnest(
           string_to_array(%s::text, chr(30))::bigint[], string_to_array(%s::text, chr(30)), string_to_array(%s::text, chr(30)),
           string_to_array(%s::text, chr(30))::timestamptz[], string_to_array(%s::text, chr(30))::timestamptz[],
           string_to_array(%s::text, chr(30)), string_to_array(%s::text, chr(30)), string_to_array(%s::text, chr(30)))
 WHERE EXISTS (SELECT 1 FROM moved)
"""

# A choice ends when it is asked for again, or when the same person decides anew, whichever is first. What ended before the cutoff goes.
_ERASE = """
UPDATE zusage_consent
   SET record = NULL, subject = NULL, until = NULL, content = NULL, erased_at = %s
 WHERE erased_at IS NULL
   AND at < %s
   AND (until < %s
        OR EXISTS (SELECT 1 FROM zusage_consent AS later
                    WHERE later.subject = zusage_consent.subject AND later.number > zusage_consent.number AND later.at < %s))
"""


#: how many records there are, and the digest of the last
Head = tuple[int, str]


class Consents:
    """The chain of records and the texts that they point to."""

    def __init__(self, alias: str) -> None:
        self._alias = alias
        #: the chain's head as far as this process knows; never believed, only tried (1, 2)
        self._last: Head | None = None

    def append(self, choices: Sequence[Choice]) -> tuple[Record, ...]:
        """Record choices in one transaction; on disk when it returns, all or none. Raises ConsentsTorn."""
        if not choices:
            return ()
        head, self._last = self._last, None  # whatever fails below, nothing is built on it
        made = self._moved(choices, head) if head else ()
        if not made:
            connections[self._alias].close_if_unusable_or_obsolete()  # what failed last may have been the connection
            with transaction.atomic(using=self._alias):
                made = self._moved(choices, self._locked())
        if not made:
            raise ConsentsTorn(why="the row that counts the records does not move")
        self._last = made[-1].number, made[-1].digest
        return made

    def _moved(self, choices: Sequence[Choice], head: Head) -> tuple[Record, ...]:
        """The records in the chain after this head, or none where it ends elsewhere by now."""
        made = tuple(_chained(choices, *head))
        connection, rows = connections[self._alias], self._adapted(made)
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                return made if _in_one(connection.connection, head, rows) else ()
        with connection.wrap_database_errors:
            if connection.in_atomic_block:
                return made if _in_two(connection.connection, head, rows) else ()
            return made if _alone(connection.connection, head, rows) else ()

    def _locked(self) -> Head:
        connection = connections[self._alias]
        with connection.cursor() as cursor:
            cursor.execute(_LOCKED if connection.vendor == "postgresql" else _HEAD)
            found = cursor.fetchone()
        if found is None:
            raise ConsentsTorn(why="the row that counts the records is gone")
        return found[0], found[1]

    def of(self, subject: str) -> tuple[Record, ...]:
        """Every record of a pseudonym, oldest first."""
        return tuple(_value(row) for row in self._rows().filter(subject=subject).order_by("number"))

    def named(self, id: str) -> Record | None:
        """The record with an id; None where there is none, or its time of keeping is over."""
        row = self._rows().filter(record=id).first()
        return _value(row) if row else None

    def all(self) -> Iterator[Record]:
        """Every record that was not erased, oldest first, a few at a time."""
        yield from (_value(row) for row in self._rows().filter(erased_at=None).order_by("number").iterator(1000))

    def keep_text(self, text: Shown, at: datetime) -> None:
        """Keep a text; keeping it again changes nothing."""
        row = ConsentTextRow(digest=text.digest, language=text.language, body=text.body, since=at)
        ConsentTextRow.objects.using(self._alias).bulk_create([row], ignore_conflicts=True)

    def text(self, digest: str) -> Shown | None:
        """A text that was kept."""
        row = ConsentTextRow.objects.using(self._alias).filter(pk=digest).first()
        return read_back(row.body) if row else None

    def head(self) -> Head:
        """How many records there are, the erased ones included, and the digest of the last. Raises ConsentsTorn."""
        head = ConsentHead.objects.using(self._alias).filter(pk=1).first()
        if head is None:
            raise ConsentsTorn(why="the row that counts the records is gone")
        return head.records, head.digest

    def digests(self, number: object) -> tuple[str, str] | None:
        """The digests of a record, which stay when it is emptied: of its content, and of its place in the chain."""
        if not isinstance(number, int):
            return None
        return self._rows().filter(number=number).values_list("content_digest", "digest").first()

    def rows(self, upto: int) -> Iterator[dict[str, Any]]:
        """Every row as it stands, up to a number, in order and a few at a time."""
        yield from self._rows().filter(number__lte=upto).order_by("number").values().iterator(1000)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Digest and body of each text that is kept."""
        yield from ConsentTextRow.objects.using(self._alias).order_by("since").values_list("digest", "body")

    def holds(self, id: str) -> bool:
        """Whether there is a record with this id."""
        return self._rows().filter(record=id).exists()

    def erase(self, cutoff: datetime, at: datetime) -> int:
        """Empty the records of choices that ended before ``cutoff``; returns how many. Doing it twice erases once."""
        with transaction.atomic(using=self._alias), connections[self._alias].cursor() as cursor:
            adapted = connections[self._alias].ops.adapt_datetimefield_value
            cursor.execute(_ERASE, [adapted(at), *([adapted(cutoff)] * 3)])
            return int(cursor.rowcount)

    def _adapted(self, made: Sequence[Record]) -> list[tuple[Any, ...]]:
        times = {time for one in made for time in (one.choice.at, one.choice.until)}
        at = {time: connections[self._alias].ops.adapt_datetimefield_value(time) for time in times}
        return [
            (
                one.number,
                one.id,
                one.choice.subject,
                at[one.choice.at],
                at[one.choice.until],
                one.content,
                one.content_digest,
                one.digest,
            )
            for one in made
        ]

    def _rows(self) -> QuerySet[ConsentRow]:
        return ConsentRow.objects.using(self._alias)


def _in_one(server: Any, head: Head, rows: list[tuple[Any, ...]]) -> int:
    """Past Django's cursor, which writes every value into the statement's text."""
    from psycopg import Cursor

    with Cursor(server) as cursor:
        columns = [_BETWEEN.join(map(str, column)) for column in zip(*rows, strict=True)]
        return cursor.execute(_TOGETHER, [rows[-1][0], rows[-1][-1], *head, *columns], prepare=True).rowcount


def _alone(database: Any, head: Head, rows: list[tuple[Any, ...]]) -> int:
    """In a transaction of its own; Django's, which is made for nesting, costs more than the head's move."""
    database.execute("BEGIN IMMEDIATE")
    try:
        moved = _in_two(database, head, rows)
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    return moved


def _in_two(database: Any, head: Head, rows: list[tuple[Any, ...]]) -> int:
    """Past Django's cursor, which reads and rewrites the statement's text each time."""
    if not database.execute(_MOVE, [rows[-1][0], rows[-1][-1], *head]).rowcount:
        return 0
    return int(database.executemany(_INSERT, rows).rowcount)


def _chained(choices: Sequence[Choice], records: int, digest: str) -> Iterator[Record]:
    for number, (choice, (name, content)) in enumerate(zip(choices, drafted(choices), strict=True), records + 1):
        content_digest = digest_of(content)
        digest = linked(digest, number, choice.at, content_digest)
        yield Record(number=number, id=name, choice=choice, content=content, content_digest=content_digest, digest=digest)


def _value(row: ConsentRow) -> Record:
    if row.record is None or row.content is None or digest_of(row.content) != row.content_digest:
        raise ConsentsTorn(why=f"record {row.number} no longer is what it was")
    choice = read_content(row.content)
    if linked_at(row) != choice.at:
        raise ConsentsTorn(why=f"record {row.number} no longer has its time")
    return Record(
        number=row.number, id=row.record, choice=choice, content=row.content, content_digest=row.content_digest, digest=row.digest
    )


def linked_at(row: ConsentRow) -> datetime:
    """The time of a row, with its zone."""
    return row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
