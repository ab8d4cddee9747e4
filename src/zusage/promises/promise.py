"""The promises that follow from a manifest, one by one: each can be kept, broken or undecided on its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal as OneWord

from .condition import Condition, Linked
from .keep_rule import Change as Change
from .keep_rule import Elsewhere as Elsewhere
from .keep_rule import Part as Part
from .keep_rule import Rule as Rule
from .keep_rule import Waits as Waits
from .manifest.website import SiteAspect, TransportAspect
from .period import Period
from .starting_point import StartingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What every promise has."""

    id: str
    #: items of a catalogue that this promise keeps
    refs: tuple[str, ...]
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAtMost(Promise):
    """The data are gone, or changed beyond recognition, when the period is over."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAtLeast(Promise):
    """Nothing goes before the period is over."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(Promise):
    """After the purpose has ended the data are out of the application's reach until their final limit."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Promise):
    """Whoever will soon lose what they have by a rule was told so in time."""

    rule: Rule
    before: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryRow(Promise):
    """Every row of a table fulfils a condition."""

    system: str
    table: str
    condition: Condition
    #: a row need not before this period is over
    once: tuple[StartingPoint, Period] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Groups by some columns."""

    by: tuple[str, ...]
    #: what has none of these left is the remainder
    goes: tuple[str, ...]
    #: what is emptied where a group is too small
    emptied: tuple[str, ...]
    #: what belongs to a row is the same as well; of the last of these the rows no longer belong to it where a group is too small
    linked: tuple[Linked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallestGroup(Promise):
    """Nobody can be told by what remains: rows that are alike in it are of so many people at least (recital 26 GDPR)."""

    system: str
    table: str
    #: what remains; rows that are alike in all of it are one group
    columns: tuple[str, ...]
    #: of these, what remains also where a group is too small, as long as all who are alike in it are enough
    always: tuple[str, ...]
    at_least: int
    #: rows of other tables that stay joined to the rows and by which somebody could be told as well
    linked: tuple[Linked, ...] = ()
    #: the rule that leaves the rows; None: a table of figures
    rule: Rule | None = None
    #: the rule cuts the link to the person, so that every row without one is nobody's, whenever that came to be
    cut: bool = False
    #: of a table of figures: which rows, the column with the number of people whom a row counts, and when a row is settled
    only: Condition | None = None
    counts: str | None = None
    settled: tuple[StartingPoint, Period] | None = None

    @property
    def goes(self) -> tuple[str, ...]:
        """What is emptied where a group is too small."""
        return tuple(column for column in self.columns if column not in self.always)

    @property
    def levels(self) -> tuple[Level, ...]:
        """What is grouped: first all who are alike in what always remains, then within them, then with what belongs to the rows."""
        always = [Level(by=self.always, goes=self.always, emptied=self.columns)] if self.always else []
        within = Level(by=self.columns, goes=self.goes, emptied=self.goes)
        further = range(1, len(self.linked) + 1)
        joined = (Level(by=self.columns, goes=(), emptied=(), linked=self.linked[:number]) for number in further)
        return (*always, within, *joined)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoColumn(Promise):
    """A table has no column of these names."""

    system: str
    table: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted(Promise):
    """Every table and column of a system has a purpose in the manifest."""

    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApart(Promise):
    """No value leads from a person in one system to what another holds, nor back."""

    people: str
    apart: str
    #: (table, column) of the second system: numbers that only count
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLived(Promise):
    """What lies in a folder goes with the process that holds it."""

    folder: str
    alive: str
    within: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesOwned(Promise):
    """Every file that lies where files of rows do belongs to a row that is there."""

    system: str
    table: str
    #: paths with columns of the row in braces
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested(Promise):
    """A named role says so, again within each period."""

    role: str
    every: Period


#: what is promised of the records of consent
Aspect = OneWord["complete", "documented", "kept", "withdrawable"]
#: what is promised of requests
AboutRequests = OneWord["answered", "kept", "sealed", "restricted", "decided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecords(Promise):
    """Every choice that was acknowledged is on record; each says what it must; none stays too long; withdrawing takes one call."""

    aspect: Aspect
    records_kept: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCases(Promise):
    """Requests of people are answered in time; their cases are kept no longer than declared, and stand as they were sealed; what is
    restricted is out of reach."""

    aspect: AboutRequests
    kept: Period
    #: for how long a question of identity stays open
    identity_within: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Rows in which a purpose finds people."""

    system: str
    table: str
    #: the rows that the purpose uses; None: all
    only: Condition | None
    #: the column with the address of the person
    address: str | None
    #: the kind of people whose rows they are, and the column with their key, or the one that leads there
    person: tuple[str, str] | None
    #: where it only leads there: each table on the way, its column that is referred to, and the one that leads on; the last has the key
    above: tuple[tuple[str, str, str], ...] = ()
    #: of a consent: the column with the time at which it was given, and the zone in which a time without an offset is meant
    given: str | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected(Promise):
    """Nobody who objected to a purpose is among those whom it uses (Art. 21 GDPR)."""

    activity: str
    lists: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientsTold(Promise):
    """Whoever received data is told of their erasure, rectification or restriction, or it is said why not (Art. 19 GDPR)."""

    within: Period
    #: how long it is on record who was told
    kept: Period
    #: what was done before this day is not judged
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp(Promise):
    """Backups are made often enough and kept no longer than declared; one was restored for practice; the erased stay erased."""

    #: its key under ``backups``
    backup: str
    aspect: OneWord["made", "kept", "drilled", "erased"]
    #: how often, or how long; None where no period belongs to it
    period: Period | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryFlown(Promise):
    """A synthetic person who came by the front door was told all that they gave, and was erased everywhere (Art. 15, 17 GDPR)."""

    aspect: OneWord["erased", "told", "delivered", "overwritten", "blocked", "used", "uncounted"]
    #: the store that is searched, the files of a database, or a statistic as system.table; empty where it is about none
    store: str
    #: the block of the copy or the condition of the package, such as ``copy/purposes``; empty where it is about none
    part: str = ""
    #: how often one is let fly
    every: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Promise):
    """No consent stands that was withdrawn, and nothing acts on one (Art. 7(3) GDPR)."""

    activity: str
    lists: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSeen(Promise):
    """A web site does in a visitor's browser what is declared, in one respect."""

    system: str
    aspect: SiteAspect


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSeen(Promise):
    """A declared entry is kept in the browser no longer and no otherwise than declared."""

    system: str
    #: its key under ``cookies``
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transported(Promise):
    """Connections to a server are encrypted as declared, in one respect."""

    system: str
    aspect: TransportAspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Encrypted(Promise):
    """The connection to a database is encrypted."""

    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected(Promise):
    """Something never reaches the storage of a log."""

    system: str
    table: str
    #: what every line looks like
    change: Change
    #: lines in which the field may stay
    unless: Condition | None = None
    activity: str


AnyPromise = (
    KeptAtMost
    | KeptAtLeast
    | Blocked
    | Warned
    | EveryRow
    | SmallestGroup
    | NoColumn
    | Accounted
    | KeptApart
    | ShortLived
    | FilesOwned
    | ConsentRecords
    | RequestCases
    | Objected
    | RecipientsTold
    | BackedUp
    | CanaryFlown
    | Withdrawn
    | Attested
    | SiteSeen
    | CookieSeen
    | Transported
    | Encrypted
    | Protected
)
