"""What was seen of backups: days and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """The backups that are there, by their days."""

    count: int
    oldest: date | None
    newest: date | None
    #: the day on which the one in question must be gone, or by which there must be another
    limit: date | None
    today: date
    aspect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A backup was restored for practice, and what was erased taken away from it again."""

    held_on: date
    #: the last day on which it counts, and the day of the look
    counts_until: date
    today: date
    #: the day of the backup
    backup: date
    #: it could be read from beginning to end; else why not
    readable: bool
    why: str = ""
    #: declared tables that are not in it, and those with fewer rows than must be
    missing: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    #: those in which rows of the living system should be, and others are
    strange: tuple[str, ...] = ()
    #: rows of all tables
    rows: int = 0
    #: rows that had been erased and were back, and those that were there still after the register was replayed
    back: int = 0
    left: int = 0
    #: those that are there still because a suspension holds them, or a row that refers to them
    held: int = 0
    #: rows that were taken for erased to see that they go, and those that were there still
    planted: int = 0
    planted_left: int = 0
    #: rows of which nobody could tell
    doubtful: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The living systems, looked through for rows that were erased."""

    #: entries of the register that were looked for, and rows that were compared with them
    entries: int
    compared: int
    #: rows that are back
    back: int
    #: rows that have the key of one that went, and nothing that says whether they are it
    doubtful: int
    #: tables that were looked through
    tables: int
    #: tables of which nobody could tell whether rows came back
    unmarked: tuple[str, ...]
    visible: bool
    how_visible: str
    #: rows that are back and that a suspension holds
    held: int = 0
    #: systems of which most of the rows are missing by which their database is known again
    unlike: tuple[str, ...] = ()
    #: systems and witnesses that are ahead of our own record
    behind: tuple[str, ...] = ()


BackupObservation = Copies | Drill | Stay
