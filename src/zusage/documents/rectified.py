"""What a person is told whose data were corrected or completed (Art. 16 GDPR): which they are, never a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue
from .columns import column_in_words, table_in_words
from .lengths import day_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectified:
    """One value that was corrected."""

    #: as system.table
    table: str
    column: str
    on: date
    #: nothing is right there
    emptied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement that is kept beside rows of a table, as system.table."""

    table: str
    on: date


def rectified(manifest: Manifest, say: Catalogue, done: Sequence[Rectified], stated: Sequence[Stated] = ()) -> Iterator[str]:
    """The paragraphs: which data were corrected and when, and on what a statement was taken in."""
    if done:
        yield "\n".join((say("rectified.done"), *(f"– {_corrected(manifest, say, one)}" for one in done)))
    for statement in stated:
        table = table_in_words(manifest, say, statement.table)
        yield say("rectified.stated", table=table, day=day_in_words(statement.on, say))


def _corrected(manifest: Manifest, say: Catalogue, one: Rectified) -> str:
    key = "rectified.emptied" if one.emptied else "rectified.corrected"
    return say(key, what=_what(manifest, say, one), day=day_in_words(one.on, say))


def _what(manifest: Manifest, say: Catalogue, one: Rectified) -> str:
    column = column_in_words(manifest, say, one.table, one.column)
    return say("rectified.within", column=column, table=table_in_words(manifest, say, one.table))
