"""The closed union of what a condition can say.

Conditions are three-valued, as in SQL: a comparison with a missing value is unknown. ``Surely`` and ``Possibly``
turn unknown into false and true; whoever changes data asks ``Surely`` before acting and ``Possibly`` before an exception
is ruled out, so that doubt always keeps a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal as OneWord

Operator = OneWord["=", "<>", "<", "<=", ">", ">="]
Shape = OneWord["pseudonym", "truncated", "constant", "unique", "json", "multiple", "beginning"]
#: how many hexadecimal digits make a value that no two rows share
RANDOM_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``table`` is given where it is not the table the condition is about."""

    name: str
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant.

    People write texts, numbers and days. A key of a row that is looked for again may also be a time without an offset, a decimal number or bytes:
    these are equal to what the database holds as it holds it.
    """

    value: str | int | float | bool | date | Decimal | bytes | None


@dataclass(frozen=True, slots=True)
class Call:
    """One of the few functions that every supported system has; see ``surface.FUNCTIONS``."""

    function: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two terms compared."""

    operator: Operator
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether a term has no value; never unknown."""

    term: Term


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a term is one of some constants."""

    term: Term
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """Whether a text matches a pattern with ``%`` and ``_``; upper and lower case differ."""

    term: Term
    pattern: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Exists:
    """Some row of another table of the same system fulfils ``where``; columns of the row in question carry its table's name."""

    table: str
    where: Condition
    #: how its rows are called inside, where a row of the same table is in sight already under the table's name
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Under:
    """In a table whose rows refer to rows of the same table, some row under this one fulfils ``where``; never unknown.

    Under it are the rows that refer to it, ``columns`` of theirs to ``referred`` of it, and those under them. ``where`` is about the
    row below alone.
    """

    table: str
    columns: tuple[str, ...]
    referred: tuple[str, ...]
    where: Condition
    #: only references of rows that fulfil this one count, as if all others were empty; None: all do
    through: Condition | None = None


#: a column by its name, or a constant that stands in its place
Key = str | Literal


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false of every row."""

    value: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """Rows of another table of the same system that belong to a row, as far as the row can be told by them.

    Two rows are alike in them where as many belong to each with the same values in ``columns``, in whatever order. What is empty is a
    value as well, and a row to which none belongs is alike to others without any. Rows that belong to several say so to each.
    """

    table: str
    #: by what they can be told; what belongs to them again in ``within`` besides
    columns: tuple[str, ...]
    #: which of their columns refer to ``referred`` of the row; a constant where they belong to it only with that value
    by: tuple[str, ...]
    referred: tuple[Key, ...]
    within: tuple[Linked, ...] = ()
    #: only rows that fulfil this belong
    where: Condition = Truth(True)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each column with the one that it refers to."""
        return tuple((one, other) for one, other in zip(self.by, self.referred, strict=True) if isinstance(other, str))

    @property
    def fixed(self) -> Condition:
        """What a row must have beside, whatever it refers to."""
        pairs = zip(self.by, self.referred, strict=True)
        return all_of(*(Compare("=", Column(one), other) for one, other in pairs if isinstance(other, Literal)))


@dataclass(frozen=True, slots=True)
class Rare:
    """The row is one of a group of too few people, or of one that has to go with such groups; never unknown.

    Rows of ``table`` that fulfil ``where`` and are alike in ``columns`` are one group; those in which nothing of ``goes`` is left are
    the remainder. Of groups that are alike in what else there is of ``columns`` those of fewer than ``at_least`` people go, and after them
    the next smallest, as long as what goes and the remainder do not come to as many together. With ``linked`` groups are alike in that
    too, and it is the rows of the last of these that go: nothing is left where none belongs to the row. Rows of which cannot be told what
    belongs to them are of no group.
    """

    table: str
    where: Condition
    columns: tuple[str, ...]
    goes: tuple[str, ...]
    at_least: int
    #: the column with the number of people whom a row counts; None: each row is one
    counts: str | None = None
    #: of so many of their first characters these columns are
    first: tuple[tuple[str, int], ...] = ()
    #: these columns are taken as the multiple of so much below them, or as the first day of their month, year or decade
    less: tuple[tuple[str, int | str], ...] = ()
    linked: tuple[Linked, ...] = ()
    #: in rows of these sets these columns are taken as empty
    emptied: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """A time column lies before an instant; for a calendar day, before the day on which the instant falls in ``zone``."""

    column: Column
    instant: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Placeable:
    """A time column is set, readable and inside plausible bounds; never unknown."""

    column: Column
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Shaped:
    """A column already has the shape that an anonymisation or pseudonymisation gives it; unknown where it is missing."""

    column: Column
    shape: Shape
    #: the constant, the number of characters that may remain, of what a whole number is a multiple, of what a day is the first (month, year, decade), a text with a star for random digits, or a path with dots in a JSON
    #: document at which nothing lies
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class Among:
    """The row is one of a set that has a name and is told beside the condition; never unknown. It stands in no text and no plan."""

    set: str


@dataclass(frozen=True, slots=True)
class Surely:
    """The part is true; unknown counts as false."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Possibly:
    """The part is not false; unknown counts as true."""

    part: Condition


Term = Column | Literal | Call
Condition = (
    Compare
    | IsNull
    | OneOf
    | Like
    | And
    | Or
    | Not
    | Exists
    | Under
    | Rare
    | Truth
    | Before
    | Placeable
    | Shaped
    | Among
    | Surely
    | Possibly
)
ALWAYS = Truth(True)
NEVER = Truth(False)


def beginning(day: date, of: str) -> date:
    """The first day of its month, year or decade."""
    year = day.year - day.year % 10 if of == "decade" else day.year
    return date(max(year, 1), day.month if of == "month" else 1, 1)


def around_random(pattern: str) -> tuple[str, str]:
    """What stands before and after the random digits: they take the place of a star, or follow."""
    before, _, after = pattern.partition("*")
    return before, after


def all_of(*parts: Condition) -> Condition:
    """Every part holds; no part at all is true."""
    left = tuple(part for part in parts if part != ALWAYS)
    if NEVER in left:
        return NEVER
    return left[0] if len(left) == 1 else And(left) if left else ALWAYS


def any_of(*parts: Condition) -> Condition:
    """Some part holds; no part at all is false."""
    left = tuple(part for part in parts if part != NEVER)
    if ALWAYS in left:
        return ALWAYS
    return left[0] if len(left) == 1 else Or(left) if left else NEVER


def joined(columns: Sequence[Key], table: str | None, referred: Sequence[Key], of: str | None) -> Condition:
    """``columns`` of ``table`` refer to ``referred`` of ``of``; None is the row that the condition is about, innermost."""
    pairs = zip(columns, referred, strict=True)
    return all_of(*(Compare("=", _keyed(column, table), _keyed(other, of)) for column, other in pairs))


def _keyed(key: Key, table: str | None) -> Term:
    return Column(key, table) if isinstance(key, str) else key


def exists_beside(table: str, beside: str, where: Condition) -> Exists:
    """``Exists`` inside a condition about ``beside``, which ``where`` may name even if it is the same table."""
    return Exists(table, where, f"other {table}" if table == beside else None)


def columns_of(node: Condition | Term, table: str) -> Iterator[tuple[str, str]]:
    """Each (table, column) that a condition about ``table`` names."""
    match node:
        case Column(name, of):
            yield of or table, name
        case Literal() | Truth() | Among():
            return
        case Call(_, arguments):
            for argument in arguments:
                yield from columns_of(argument, table)
        case Compare(_, left, right):
            yield from columns_of(left, table)
            yield from columns_of(right, table)
        case IsNull(term) | OneOf(term, _) | Like(term, _):
            yield from columns_of(term, table)
        case And(parts) | Or(parts):
            for part in parts:
                yield from columns_of(part, table)
        case Not(part) | Surely(part) | Possibly(part):
            yield from columns_of(part, table)
        case Exists(inner, where, name):
            for of, column in columns_of(where, name or inner):
                yield inner if of == name else of, column
        case Under(inner, columns, referred, where, through):
            yield from ((inner, column) for column in (*columns, *referred))
            yield from columns_of(where, inner)
            yield from columns_of(through, inner) if through else ()
        case Rare(inner, where, columns, _, _, counts):
            yield from ((inner, column) for column in (*columns, *([counts] if counts else [])))
            yield from columns_of(where, inner)
            for one in node.linked:
                yield from _of_linked(one, inner)
        case Before(column) | Placeable(column) | Shaped(column):
            yield from columns_of(column, table)


def _of_linked(node: Linked, of: str) -> Iterator[tuple[str, str]]:
    yield from ((node.table, column) for column in (*node.columns, *node.by))
    yield from ((of, column) for _, column in node.pairs)
    yield from columns_of(node.where, node.table)
    for one in node.within:
        yield from _of_linked(one, node.table)
