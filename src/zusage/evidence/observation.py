"""What was seen. Counts and names of tables, never a value of a row; the verdict follows from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from .backups.observation import BackupObservation
from .browsing.observation import SiteObservation
from .consents.observation import ConsentObservation
from .residue.observation import CanaryObservation
from .steps.observation import Steps
from .transport.observation import TransportObservation

#: how rows are called that may still be there because their people could not be warned before; the last day follows
UNTIL_LATELY = "suspended until lately, to go after a warning by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Every row of a table, sorted into what may and what must not be."""

    #: rows that must not be there
    forbidden: int
    #: rows that may be there, by reason
    allowed: Mapping[str, int]
    #: rows of which nobody can tell
    unplaceable: int
    #: rows of the table, counted by themselves
    total: int
    #: no row is hidden from the reader
    visible: bool
    how_visible: str
    #: blocked rows of this rule, and those past their last day
    blocked: int = 0
    blocked_overdue: int = 0
    #: among those of which nobody can tell, by their table: what should belong to a row and belongs to none, and no rule of its own is about it
    strays: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Rows by the year in which their period began, now and at an earlier sealed look."""

    now: Mapping[int, int]
    #: None: nobody has looked before
    before: Mapping[int, int] | None
    #: the years whose rows must all still be there, and those of which only the later rows must, which years cannot tell
    protected: tuple[int, ...]
    partly: tuple[int, ...]
    visible: bool
    how_visible: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Data whose purpose has ended, as the application finds them."""

    #: rows in the application's table that should have been blocked, by the prover's own reading
    left: int
    #: of these, rows that the application can read, and rows that it can change
    readable: int
    changeable: int
    #: rows of the table that the application can read: shows that the probe can see at all
    application_sees: int
    #: rows of the table that the prover sees, counted by themselves, and those that its cases account for
    total: int
    sorted_rows: int
    unplaceable: int
    #: no row is hidden from the prover
    visible: bool
    how_visible: str
    #: None: there is no vault
    blocked: int | None
    #: of a sample of blocked rows, those that are not sealed; None: could not look
    unsealed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Tables and columns that must not be, by name."""

    forbidden: tuple[str, ...]
    #: tables that were looked at
    looked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Two stores, compared value by value in both directions."""

    #: pair of columns → values by which one leads to the other
    joins: Mapping[str, int]
    #: pairs of columns that were compared
    pairs: int
    #: different values that tell people apart, and different values of the other store
    people_values: int
    other_values: int
    #: values that were put among the others in every form, to see that they are found, and those that were
    planted: int
    found: int
    visible: bool
    how_visible: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A folder whose entries live only as long as a process holds them."""

    held: int
    #: not held any more, but not for longer than is allowed
    pending: int
    left: int
    #: nobody could look
    unreadable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedFiles:
    """What lies where files of rows do."""

    #: a row names them
    owned: int
    #: no row names them, but they are so new that theirs may not be committed
    young: int
    #: no row names them
    left: int
    #: nobody can tell whose they are
    unclear: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a named role has said, and until when that holds."""

    said_on: date | None
    #: the last day of the period
    holds_until: date | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Data of people whose processing is restricted (Art. 18 GDPR), as the application finds them."""

    #: restrictions in force, and those of them that hide something
    restrictions: int
    hiding: int
    #: rows that they hide
    rows: int
    #: of rows that must be hidden, those that the application can read, and those that it can change
    readable: int
    changeable: int
    #: tables at which nobody could look with the application's eyes
    unseen: int
    #: files with restricted data that lie open although no use permits it now (Art. 18(2))
    left_open: int = 0
    #: restrictions that were lifted before the person was told (Art. 18(3))
    untold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """Everybody whom a purpose uses, compared with those who must not be among them."""

    #: codes of those who must not be
    objections: int
    #: rows of theirs that are used
    forbidden: int
    #: rows of which nobody can tell whose they are
    unplaceable: int
    #: rows of others
    others: int
    #: rows that are used, counted by themselves
    total: int
    #: rows that were taken as if their people must not be there, and those of them that were found
    planted: int
    found: int
    visible: bool
    how_visible: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """Erasures, rectifications and restrictions, and whether everybody who had received the data was told of them (Art. 19 GDPR)."""

    #: what was done, by the registers of what was done
    operations: int
    #: of these, those of which nobody wrote down who is to be told
    unlisted: int
    #: recipients who are to be told, each once for each occasion
    recipients: int
    #: of these, by what became of it; they add up
    told: int
    told_late: int
    #: a human said why it is impossible or disproportionate
    excused: int
    #: still in time, and past it
    waiting: int
    late: int
    #: occasions whose list of recipients is not whole, or lost
    torn: int
    #: recipients of whom the ledger or the manifest says that they had received data of the person, and who are on no list
    omitted: int
    #: rules of which recipients are told; of these, those at whose rows nobody could look, and those whose rows cannot be noted
    rules: int = 0
    unseen: int = 0
    blind: int = 0
    #: rows that were noted at an earlier look and are there still, or blocked
    there: int = 0
    #: recipients that were noted with rows which have gone since, and those of them who are on no list
    witnessed: int = 0
    silent: int = 0
    #: number and day of an answer → others on no list for whom somebody answers; and → a digest of who does, and in what words
    answered: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    #: rows that were noted and have gone otherwise than by Zusage
    otherwise: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """What remains of people, as groups of those who are alike in it; sizes of groups that are too small, and no value of any."""

    #: of so many people each group must be at least
    at_least: int
    #: groups at all levels on which they are counted, and the people in them and in what was taken out of groups that were too small
    groups: int
    people: int
    #: groups that are too small, the people in them, and how many the smallest of them has
    small: int
    small_people: int
    smallest: int
    #: groups that are too small and that a suspension or another purpose holds as they are
    held: int
    #: what was taken out of groups that were too small is too little by itself: who is in it follows by subtraction
    remainders: int
    #: rows that are grouped, rows that are not by reason, rows of which nobody can tell, and all rows, counted by themselves
    rows: int
    others: Mapping[str, int]
    unplaceable: int
    total: int
    #: no row is hidden from the reader
    visible: bool
    how_visible: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Nobody could look."""

    reason: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Every line of a log, sorted by whether it holds what should never have been stored."""

    #: lines that hold it
    forbidden: int
    #: lines that do not, by reason
    allowed: Mapping[str, int]
    #: lines of which nobody can tell
    unplaceable: int
    #: lines of all files, counted by themselves
    total: int
    #: lines in which something was found that is as it should be: shows that it would be found; None where there need be none
    control: int | None
    #: every file could be read whole
    visible: bool
    how_visible: str


Observation = (
    Rows
    | Census
    | Reach
    | Names
    | Apart
    | Held
    | Hidden
    | OwnedFiles
    | Avoided
    | Recipients
    | Steps
    | Groups
    | Statement
    | Lines
    | Unseen
    | SiteObservation
    | TransportObservation
    | ConsentObservation
    | BackupObservation
    | CanaryObservation
)
