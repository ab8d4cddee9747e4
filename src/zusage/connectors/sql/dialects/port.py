"""What a database must be told in its own words."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

from zusage.promises.inventory import ColumnInfo

Element = sa.ColumnElement[Any]
Unit = Literal["seconds", "milliseconds"]
Kind = Literal["text", "number"]


@dataclass(frozen=True, slots=True)
class Times:
    """How a system stores times: the zone of those without an offset, and columns that count from 1970."""

    zone: str = "UTC"
    #: table.column → unit; for a single column the key is empty
    epochs: Mapping[str, Unit] = field(default_factory=dict)
    #: table.column → zone, where it is another
    zones: Mapping[str, str] = field(default_factory=dict)

    def of(self, column: str) -> Times:
        """How one column, as table.column, stores times."""
        epoch = self.epochs.get(column)
        return Times(self.zones.get(column, self.zone), {"": epoch} if epoch else {})


@dataclass(frozen=True, slots=True)
class Span:
    """From the earliest to the latest time that is believed, and before an instant; of a day, before the day of it in ``zone``."""

    earliest: datetime
    latest: datetime
    instant: datetime
    zone: str

    @property
    def day(self) -> date:
        """The day before which a day must lie."""
        return self.instant.astimezone(ZoneInfo(self.zone)).date()


class Stored(UserDefinedType[Any]):
    """The type of a column in a statement: what the inventory knows of it. Values pass through it as they are."""

    cache_ok = True

    def __init__(self, info: ColumnInfo) -> None:
        self.info = info


class Single(Stored):
    """A number of single precision, which MariaDB writes with six digits only: it is fetched whole, and told by as few digits as name it."""

    cache_ok = True

    def column_expression(self, colexpr: Element) -> Element:
        """What is fetched in the column's place."""
        return _Whole(self, colexpr)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Of other databases it comes whole."""
        return _shortest if dialect.name in ("mysql", "mariadb") else None


class _Whole(FunctionElement[Any]):
    """A number as it is, with all its digits."""

    inherit_cache = True

    def __init__(self, type_: Single, column: Element) -> None:
        self.type = type_
        super().__init__(column)


@compiles(_Whole)
def _whole(element: _Whole, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(_Whole, "mysql")
@compiles(_Whole, "mariadb")
def _whole_on_mariadb(element: _Whole, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS DOUBLE)"


def _shortest(value: Any) -> Any:
    """0.1 for 0.10000000149011612: of the numbers that single precision keeps as this one, that with the fewest digits."""
    if not isinstance(value, float):
        return value
    kept = struct.pack("f", value)
    return next(near for digits in range(6, 10) if struct.pack("f", near := float(f"{value:.{digits}g}")) == kept)


class Dialect(Protocol):
    """How one kind of database says what conditions mean."""

    name: str
    #: texts that differ in case or spaces are equal to a plain comparison, and so to a foreign key
    loose: bool
    #: a row that refers to itself cannot be deleted before it no longer does
    holds_itself: bool

    def as_keys(self, beside_constants: Sequence[ColumnInfo] | None = None) -> Dialect:
        """The same, but texts are equal where the database takes them for one key; itself where that is to the letter anyway.

        So are two columns that are linked, and a column beside a constant where it is one of these, or any where nothing is given.
        """

    def by_letter(self) -> Dialect:
        """The same, but two columns that are linked are equal only where each letter is; itself where they are compared so anyway."""

    def truth(self, value: bool) -> Element:
        """True or false."""

    def literal(self, value: Any) -> Element:
        """A constant."""

    def missing(self, declared: str) -> Element:
        """A missing value of a type as the database names it."""

    def is_missing(self, term: Element) -> Element:
        """Nothing stands there; a day that no calendar has is something."""

    def call(self, function: str, arguments: Sequence[Element]) -> Element:
        """One of the functions that conditions may use."""

    def of_kind(self, kind: Kind, *terms: Element) -> Element:
        """Every one of the terms is a text, or a number; false or unknown of anything else.

        ``sa.true()`` or ``sa.null()`` where their columns say so for every row.
        """

    def same_kind(self, one: Element, other: Element) -> Element:
        """Two terms that can be compared; false or unknown of others. ``sa.true()`` or ``sa.null()`` as above."""

    def compared(self, operator: str, one: Element, other: Element) -> Element:
        """Two terms of one kind compared; of texts every letter, case and space counts."""

    def among(self, term: Element, values: Sequence[Element]) -> Element:
        """A term of the kind of the constants is one of them."""

    def linked(self, one: Element, other: Element) -> Element:
        """Two columns are equal, said so that an index can serve it."""

    def like(self, term: Element, pattern: str) -> Element:
        """A pattern in which upper and lower case differ."""

    def before(self, term: Element, info: ColumnInfo, instant: datetime, zone: str, times: Times) -> Element:
        """The time lies before the instant; unknown where it is missing or unreadable."""

    def roughly_before(self, term: Element, info: ColumnInfo, instant: datetime, times: Times) -> Element | None:
        """A comparison that an index can serve and that holds of every time before the instant; None where there is none."""

    def compare_day(self, operator: str, term: Element, info: ColumnInfo, day: date, times: Times) -> Element:
        """The time compared with a day of the calendar; unknown where it is missing or unreadable."""

    def placeable(self, term: Element, info: ColumnInfo, earliest: datetime, latest: datetime, times: Times) -> Element:
        """The time is there, readable and between the bounds; never unknown."""

    def placed_before(self, term: Element, info: ColumnInfo, span: Span, times: Times) -> Element | None:
        """``placeable`` and ``before`` in one, true where both are, so that an index can serve it; None where that is no shorter."""

    def year(self, term: Element, info: ColumnInfo, times: Times) -> Element:
        """The calendar year as stored."""

    def is_constant(self, term: Element, value: str | int | None) -> Element:
        """The value is the constant, or is written like it; unknown where it is missing."""

    def pseudonym_shape(self, term: Element) -> Element:
        """The value is a pseudonym of ours."""

    def decode(self, value: object, info: ColumnInfo, times: Times) -> date | datetime | None:
        """A stored time as Python understands it: a day, an aware instant, or None where it cannot be read."""
