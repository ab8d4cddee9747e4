"""The contracts between the product and foreign systems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar, runtime_checkable

from zusage.planning.places import Place
from zusage.planning.plan import Selection, Step, Weight
from zusage.promises.condition import Condition, Linked
from zusage.promises.inventory import Inventory
from zusage.promises.promise import Part
from zusage.promises.starting_point import StartingPoint

#: what one look of a probe shows
Looked = TypeVar("Looked", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which system was looked at, as what, and through which program."""

    system: str
    dialect: str
    version: str
    #: a digest of where the data lie, which tells two databases apart without naming a path
    database: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """How the connection to a system is encrypted."""

    #: None: that cannot be seen
    encrypted: bool | None
    #: nothing goes over a network: a file, or a socket of this machine
    local: bool
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """How many rows fall into each of several cases, each row into the first that holds."""

    counts: Mapping[str, int]
    #: rows of the table, counted by themselves
    total: int
    #: the statement that was run, without values
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Which rows of a table are counted as groups, and by what."""

    table: str
    #: the rows that are grouped
    where: Condition
    #: rows that are alike in all of these are one group
    columns: tuple[str, ...]
    #: of these, those that are empty where a group was too small: what has none of them is the remainder
    goes: tuple[str, ...]
    #: a group of fewer people is too small
    at_least: int
    #: the column with the number of people whom a row stands for; None: each row is one
    counts: str | None
    #: rows that may not be changed
    held: Condition
    #: rows are alike in these as well; with any, it is the rows of the last that go where a group is too small, and no column
    linked: tuple[Linked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """How large groups are; no value of them."""

    #: groups of at least one person, the remainder not counted
    groups: int
    #: people in all groups and in the remainder
    people: int
    #: groups that are too small and of which something may be changed, the people in them, and how many the smallest has
    small: int
    small_people: int
    smallest: int
    #: groups that are too small and held whole
    held: int
    #: remainders that are too small although there are groups which could be added to them
    remainders: int
    #: people of whom cannot be told whole what belongs to them; they are in none of the other numbers
    untold: int = 0
    #: the statement that was run, without values
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What stands in a column. The values are for comparing in memory alone: nobody writes them anywhere."""

    #: rows in which the column is set
    filled: int
    #: how many different values it has there
    different: int
    #: each different value once, to be gone through within the snapshot
    each: Iterator[object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something in a folder, and whether a living process holds it."""

    #: None: nobody could look
    held: bool | None
    #: when anything in it was last changed
    touched: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """How it was established that no row of the table is hidden from the reader."""

    shown: bool
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedRow:
    """A row on its way out of the application's reach, with everything that belongs to it."""

    system: str
    table: str
    rule: str
    key: tuple[object, ...]
    values: Mapping[str, object]
    #: table → rows that belong to it
    parts: Mapping[str, Sequence[Mapping[str, object]]]
    started_on: date
    #: the first day on which it may no longer be kept
    delete_from: date
    #: whose row it is, as people:key; None where the manifest does not say
    person: str | None = None


#: one row as its driver has it
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the rows of people in one place."""

    place: Place
    columns: tuple[str, ...]
    #: the keys of people are numbers at the top of the links
    numbers: bool


class Finder(Protocol):
    """Finds the rows of people in several places of one system, for an answer to them and for nothing else."""

    def find(self, keys: Sequence[str]) -> Iterator[tuple[int, Sequence[Row]]]:
        """By the number of each place that has some, the rows of the people with these keys, as the values of its columns.

        Where several keys are asked about, the key of the person stands behind them; a row of several people is there for each.
        To be gone through within the snapshot. Nobody may write a value into a log, an error or the evidence.
        """


class Batch(int):
    """How many rows a batch changed; it also tells how many of other tables went or changed with them."""

    #: table → rows of it
    parts: Mapping[str, int]

    def __new__(cls, rows: int, parts: Mapping[str, int]) -> Batch:
        """The number of rows, and by table of those that belong to them."""
        batch = super().__new__(cls, rows)
        batch.parts = {table: number for table, number in parts.items() if number}
        return batch


class Sealer(Protocol):
    """Takes blocked rows. What it has taken is durable when it returns; taking a row again that never went keeps the later one."""

    def __call__(self, rows: Sequence[BlockedRow]) -> Callable[[], None] | None:
        """Take the rows; what it returns is called when they are gone from their system for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFiles:
    """Files of some rows that go: a path with columns in braces, and the values of these columns."""

    system: str
    table: str
    path: str
    columns: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]


#: of each, whether a row of a table has these values still
StillThere = Callable[[str, Sequence[Mapping[str, object]]], Sequence[bool]]


class Remover(Protocol):
    """Removes files whose rows have gone, and none that a row still names."""

    def __call__(self, files: Sequence[RowFiles], there: StillThere) -> Callable[[], None]:
        """Take down the files, durably; what it returns removes them, and is called when the rows are gone for good.

        A run that is killed between leaves the note, so that the next one ends what was begun.
        """


class Registrar(Protocol):
    """Takes down which rows go or change, before they do, so that they are known again should a backup bring them back."""

    def columns(self, step: Step) -> tuple[str, ...]:
        """The columns by which a row of the step's table is known again; none where nothing is taken down."""

    def __call__(self, step: Step, rows: Iterable[Sequence[object]]) -> Callable[[], None]:
        """Take down rows by the values of these columns; durable on return. Call what is returned when they are gone for good."""


@runtime_checkable
class Spelling(Protocol):
    """A Reader of a database, which may take two texts for one key that differ in their letters, such as ``a`` and ``A``."""

    def spelt_otherwise(self, selection: Selection, known: Condition) -> int:
        """How many rows more the selection would have if texts were compared as the database compares its keys, and not to the letter.

        Those of which ``known`` is true to the letter are not counted.
        """


class Reader(Protocol):
    """Looks. Opened with rights that cannot write; every call may be retried."""

    system: str

    def identity(self) -> Identity:
        """Which system this is."""

    def survey(self) -> Inventory:
        """All tables and columns."""

    def snapshot(self) -> AbstractContextManager[None]:
        """All looks inside see one state of the system."""

    def count(self, selection: Selection) -> int:
        """How many rows the selection has."""

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Rows of the selection, rows of its parts that belong to them, and how many of them fulfil each of the marks.

        The selection is evaluated once, however many parts and marks there are. ``sets`` tells what ``Among`` means: each is a
        selection of the same system, and may name those before it.
        """

    def partition(self, table: str, cases: Sequence[tuple[str, Condition]]) -> Partition:
        """Sort all rows of a table into the first case that holds for them; what none takes is ``rest``."""

    def census(self, table: str, start: StartingPoint, where: Condition) -> Mapping[int, int]:
        """Rows by the calendar year, as stored, of the starting point."""

    def groups(self, grouping: Grouping) -> Grouped:
        """How large groups of rows are. One statement in which the system counts; no value leaves it. Raises CannotHandle."""

    def values(self, table: str, column: str) -> Values:
        """The different values of a column."""

    def rows(self, selection: Selection, columns: Sequence[str], most: int | None = None) -> Iterator[tuple[object, ...]]:
        """The rows of a selection, each as the values of some columns: for an answer to the person, and for nothing else.

        One statement, to be gone through within the snapshot; ``most``: so many of them at most, whichever come first. Nobody may write a value into a log, an error or the evidence.
        """

    def portions(self, selection: Selection, key: Sequence[str], most: int) -> Iterator[Sequence[tuple[object, ...]]]:
        """The keys of the rows of a selection, at most so many at once, however many rows there are; no key has an empty column.

        Each portion is a look of its own, so that others may come between. A row that is there all the time and whose key stays is in
        exactly one; where several rows have one key, one at least of them is.
        """

    def led(
        self, selection: Selection, columns: Sequence[str], above: Sequence[tuple[str, str, str]]
    ) -> Iterator[tuple[object, ...]]:
        """The same, and behind the columns the key to which the last of them leads; None where it leads nowhere.

        ``above`` names for each table on the way the column that is referred to and the one that leads on; empty where the column
        is the key. Read bit by bit, however many rows there are: nothing else is asked until all have been gone through.
        """

    def finder(self, asked: Sequence[Asked]) -> Finder:
        """What finds people in these places, again and again. Raises CannotHandle for a place that there is not."""

    def visibility(self, table: str) -> Visibility:
        """Whether an empty result would mean that there is nothing."""

    def encryption(self) -> Encryption:
        """How this connection is encrypted."""

    def close(self) -> None:
        """Let go of the system."""


class Probe(Protocol[Looked]):
    """Looks from outside, as anybody can who has the address. Never speaks to what the manifest does not declare."""

    system: str

    def identity(self) -> Identity:
        """Which system this is, and what it was looked at with."""

    def look(self) -> Looked:
        """One look, made when it is first asked for and the same for every promise about the system. Raises SystemTrouble."""

    def close(self) -> None:
        """Let go of what was opened to look with."""


class Writer(Protocol):
    """Changes. Applying one step twice changes the world once."""

    system: str

    def survey(self) -> Inventory:
        """All tables and columns as the writer sees them."""

    def lacking(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """Rights that the steps need and that the writer's role is known not to have, each with its table and columns; asked at once.

        Whatever cannot be known beforehand, such as what a trigger needs, is not among them. Raises Interrupted.
        """

    def carry_out(self, step: Step, free: Condition, limit: int, batch: int) -> Iterator[int]:
        """Carry out a step on rows that fulfil its condition and ``free``, in batches of at most ``batch`` rows.

        Each batch is one transaction that checks its rows again; its number of rows is yielded after it is committed, as a
        ``Batch`` where rows of other tables went or changed with them. Never
        changes more than ``limit`` rows in all, nor deletes more rows of a part than the step counted. Raises MoreThanPlanned,
        StillReferred, CannotHandle or Interrupted; the batch in which that happens is rolled back. Idempotent: may be called
        again after any failure.
        """

    def close(self) -> None:
        """Let go of the system."""


class Restrictor(Protocol):
    """Hides rows from the application's role where they are (Art. 18 GDPR), and shows them again unchanged. May be repeated."""

    system: str

    def refuse_unprepared(self, tables: Sequence[str]) -> None:
        """Before anything is changed. Raises CannotHandle where the system was not prepared for it, or rows of a table cannot be hidden."""

    def refuse_lacking(self) -> None:
        """Before anything is changed. Raises CannotHandle where the role may not note what is hidden, or take a note back."""

    def restrict(self, selection: Selection, reference: str) -> int:
        """Restrict the rows of a selection under a reference; returns how many were not restricted under it before."""

    def lift(self, table: str, reference: str) -> int:
        """Lift what was restricted under a reference; what another reference restricts stays so."""

    def restricted(self, table: str) -> int:
        """Rows of the table that are restricted, under whatever reference."""

    def close(self) -> None:
        """Let go of the system."""


class Application(Protocol):
    """Looks with the application's own role: what it can reach is not blocked."""

    def reachable(self, selection: Selection) -> int:
        """Rows of the selection that the application can read."""

    def changeable(self, selection: Selection, sample: int) -> int:
        """Of at most ``sample`` rows of the selection, those that the application could change.

        Tried with an update that changes nothing, in a transaction that is always rolled back.
        """

    def around(self, table: str) -> tuple[str, ...]:
        """Every way by which the role comes to rows of the table that a row policy should hide, in words; empty where there is none."""

    def close(self) -> None:
        """Let go of the system."""
