"""PostgreSQL: every column has a type, and what cannot be compared is refused before it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

from zusage.promises.inventory import ColumnInfo
from zusage.promises.starting_point import midnight

from ...trouble import CannotHandle
from . import postgresql_times as at
from .port import Dialect, Element, Kind, Span, Stored, Times
from .written import FIRST, LAST, read_time

#: what values are compared as; ``wall`` is a time without an offset, ``nothing`` a constant NULL
Family = Literal["number", "text", "day", "wall", "instant", "nothing", "neither"]
_UNKNOWN = sa.cast(sa.null(), sa.Boolean)
_PSEUDONYM = "^psn1:[A-Za-z0-9_-]{43}$"
_TIMES = ("day", "wall", "instant")
#: upper and lower case by the rules of Unicode, as Python has them; the database's own collation may know ASCII only
_UNICODE = "und-x-icu"


class PostgreSQL:
    """PostgreSQL 13 or newer."""

    name = "postgresql"
    loose = False
    holds_itself = False

    def as_keys(self, beside_constants: Sequence[ColumnInfo] | None = None) -> Dialect:
        """As a column compares that has a collation of its own, which may know no case, or is of citext."""
        return _AsKeys(beside_constants)

    def by_letter(self) -> Dialect:
        """Two columns too, where they would compare their own way."""
        return _ByLetter()

    def truth(self, value: bool) -> Element:
        """TRUE and FALSE."""
        return sa.true() if value else sa.false()

    def literal(self, value: Any) -> Element:
        """Numbers are exact: a fraction is what was written."""
        if value is None or isinstance(value, bool):
            return sa.null() if value is None else self.truth(value)
        if isinstance(value, int) and abs(value) < 2**31:
            return sa.literal(value)
        if isinstance(value, int | float):
            return sa.literal(Decimal(repr(value)), sa.Numeric())
        return sa.literal(value)

    def missing(self, declared: str) -> Element:
        """Of its type, or it would become a text."""
        return sa.literal_column(f"CAST(NULL AS {declared.partition(' COLLATE ')[0]})") if declared else sa.null()

    def is_missing(self, term: Element) -> Element:
        """As SQL says it."""
        return term.is_(sa.null())

    def call(self, function: str, arguments: Sequence[Element]) -> Element:
        """On texts, and on what is written like one; ``abs`` only on numbers."""
        first = arguments[0]
        match function:
            case "lower" | "upper":
                change = sa.func.lower if function == "lower" else sa.func.upper
                cased = change(sa.collate(as_text(first), _UNICODE), type_=sa.Text())
                return sa.collate(cased, "C")  # compared like any other text: two collations that are said cannot be compared
            case "length":
                return sa.func.char_length(as_text(first), type_=sa.Integer())
            case "trim":
                return sa.func.btrim(as_text(first), " ", type_=sa.Text())
            case "abs":
                number = sa.cast(_number(first), sa.Numeric) if family(first) == "number" else sa.null()
                return sa.func.abs(sa.cast(number, sa.Numeric), type_=sa.Numeric())
            case _:
                return _coalesce(arguments)

    def of_kind(self, kind: Kind, *terms: Element) -> Element:
        """Known from the types, but for what is not a number among the numbers."""
        if any(family(term) != kind for term in terms):
            return sa.null()
        return sa.and_(sa.true(), *map(_usable, terms))

    def same_kind(self, one: Element, other: Element) -> Element:
        """Both are numbers, texts or times."""
        families = {family(one), family(other)}
        if families == {"wall", "instant"}:
            raise CannotHandle(
                "a condition compares a column of times with an offset with one of times without, and nobody can tell what the second "
                "means beside the first. Compare each with a day, or give both columns one type."
            )
        times = families <= set(_TIMES)
        if not times and (len(families) > 1 or families & {"nothing", "neither"}):
            return sa.null()
        return sa.and_(sa.true(), _usable(one), _usable(other))

    def compared(self, operator: str, one: Element, other: Element) -> Element:
        """Texts by their characters' numbers; unknown where the types have nothing in common."""
        families = {family(one), family(other)}
        if families == {"text"}:
            plain = operator in ("=", "<>") and not _collated(one) and not _collated(other)
            left = as_text(one) if plain else sa.collate(as_text(one), "C")
            return left.op(operator, is_comparison=True)(as_text(other))
        if families == {"number"} and not _both_truths(one, other):
            return _number(one).op(operator, is_comparison=True)(_number(other))
        alike = families == {"number"} or families <= set(_TIMES)
        return one.op(operator, is_comparison=True)(other) if alike else _UNKNOWN

    def among(self, term: Element, values: Sequence[Element]) -> Element:
        """IN, which an index serves."""
        kinds = {family(term), *map(family, values)}
        if kinds == {"text"}:
            text = as_text(term)
            return (sa.collate(text, "C") if _collated(term) else text).in_(values)
        return _number(term).in_(list(map(_number, values))) if kinds == {"number"} else _UNKNOWN

    def linked(self, one: Element, other: Element) -> Element:
        """A plain comparison where both types have one; never true of types that have none."""
        alike = self.same_kind(one, other)
        if isinstance(alike, sa.Null):
            return _as_declared(one, other) if _declared(one) and _declared(one) == _declared(other) else sa.false()
        return _as_declared(one, other) if _declared(one) == _declared(other) else self.compared("=", one, other)

    def like(self, term: Element, pattern: str) -> Element:
        """Without any escape, upper and lower case differing."""
        text = as_text(term)
        return (sa.collate(text, "C") if _collated(term) else text).like(sa.literal(pattern), escape="")

    def before(self, term: Element, info: ColumnInfo, instant: datetime, zone: str, times: Times) -> Element:
        """A day is compared with the day, a time without offset in the system's zone, one with offset as an instant."""
        day = instant.astimezone(ZoneInfo(zone)).date()
        return at.compared("<", term, _sort(info, times), day, instant, times)

    def roughly_before(self, term: Element, info: ColumnInfo, instant: datetime, times: Times) -> Element | None:
        """As the column holds times, with days to spare where the zone counts."""
        return at.roughly_before(term, _sort(info, times), instant, times)

    def compare_day(self, operator: str, term: Element, info: ColumnInfo, day: date, times: Times) -> Element:
        """An instant is compared with the beginning of the day in the system's zone."""
        return at.compared(operator, term, _sort(info, times), day, midnight(day, ZoneInfo(times.zone)), times)

    def placeable(self, term: Element, info: ColumnInfo, earliest: datetime, latest: datetime, times: Times) -> Element:
        """There, readable by Python too, and between the bounds."""
        return sa.func.coalesce(at.between(term, _sort(info, times), earliest, latest, times), sa.false())

    def placed_before(self, term: Element, info: ColumnInfo, span: Span, times: Times) -> Element | None:
        """A range of the column's values, where it holds times as such."""
        return at.inside(term, _sort(info, times), span, times)

    def year(self, term: Element, info: ColumnInfo, times: Times) -> Element:
        """As stored; of an instant, the year that it had in the system's zone."""
        return at.year(term, _sort(info, times), times)

    def is_constant(self, term: Element, value: str | int | None) -> Element:
        """Compared as the column's type reads the constant, and as a text where it cannot."""
        sort = family(term)
        if sort == "number" and not _is_truth(term):
            number = _parsed(Decimal, value)
            return sa.cast(_number(term), sa.Numeric) == sa.literal(number, sa.Numeric()) if number is not None else _no(term)
        if sort in ("day", "wall"):
            moment = _parsed(datetime.fromisoformat, value)
            return term == sa.literal(moment, sa.DateTime()) if moment and not moment.tzinfo else _no(term)
        return sa.collate(as_text(term), "C") == sa.literal(str(value))

    def pseudonym_shape(self, term: Element) -> Element:
        """``psn1:`` and 43 letters of base64url."""
        return as_text(term).op("~", is_comparison=True)(sa.literal(_PSEUDONYM))

    def decode(self, value: object, info: ColumnInfo, times: Times) -> date | datetime | None:
        """Read what the driver gives; what Python has no time for comes as a text."""
        zone = ZoneInfo(times.zone)
        match value:
            case bool() | None:
                return None
            case int() | float() | Decimal() if times.epochs.get(""):
                return at.of_epoch(value, times.epochs[""], zone)
            case _ if times.epochs.get(""):
                return None
            case datetime():
                return at.aware(value, zone)
            case date():
                return value if FIRST <= value.isoformat() <= LAST else None
            case str() if info.kind == "text":
                try:
                    return read_time(value, zone, only_day=False)
                except (ValueError, OverflowError):
                    return None
        return None


class _AsKeys(PostgreSQL):
    """Texts are equal where a key takes them for that; two columns of one type compare so anyway."""

    def __init__(self, beside_constants: Sequence[ColumnInfo] | None) -> None:
        self._columns = beside_constants

    def among(self, term: Element, values: Sequence[Element]) -> Element:
        """IN, as the column compares."""
        if not self._meant(term) or set(map(family, values)) != {"text"}:
            return super().among(term, values)
        return term.in_([_of_type(term, value) for value in values])

    def compared(self, operator: str, one: Element, other: Element) -> Element:
        """A column beside a constant as the column compares; all else by its letters."""
        if operator == "=":
            for term, value in ((one, other), (other, one)):
                if self._meant(term) and isinstance(value, sa.BindParameter) and family(value) == "text":
                    return term.op("=", is_comparison=True)(_of_type(term, value))
        return super().compared(operator, one, other)

    def _meant(self, term: Element) -> bool:
        stored = _info(term)
        if stored is None or stored.kind != "text" or not stored.compares_its_own_way:
            return False
        return self._columns is None or any(one is stored for one in self._columns)  # one that is equal is another


class _ByLetter(PostgreSQL):
    """Texts are equal where each letter is."""

    def linked(self, one: Element, other: Element) -> Element:
        """By the letters, where a column would take others for the same."""
        texts = family(one) == family(other) == "text"
        loose = any(stored and stored.compares_its_own_way for stored in (_info(one), _info(other)))
        return self.compared("=", one, other) if texts and loose else super().linked(one, other)


class Named(UserDefinedType[Any]):
    """A type by its name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """As it is written in a cast."""
        return self.name


def _of_type(term: Element, value: Element) -> Element:
    """A constant beside a column of citext must be one, or both are compared to the letter."""
    stored = _info(term)
    return sa.cast(value, Named(stored.declared.partition(" COLLATE ")[0])) if stored and stored.is_citext else value


def family(term: Element) -> Family:
    """What the values of a term are compared as."""
    stored = _info(term)
    if stored is None:
        kinds: list[tuple[tuple[type[sa.types.TypeEngine[Any]], ...], Family]] = [
            ((sa.Boolean, sa.Integer, sa.Numeric), "number"),
            ((sa.String,), "text"),
            ((sa.DateTime,), "wall"),
            ((sa.Date,), "day"),
        ]
        return next((name for classes, name in kinds if isinstance(term.type, classes)), "nothing")
    match stored.kind:
        case "integer" | "number" | "boolean":
            return "number"
        case "date":
            return "day"
        case "time":
            return "instant" if at.has_offset(stored) else "wall"
        case "binary" | "array":
            return "neither"
        case _:
            return "text"


def as_text(term: Element) -> Element:
    """The term as a text, as it is written; padding of ``char(n)`` is none of it."""
    stored = _info(term)
    if _is_truth(term):
        return sa.case((term, "True"), (sa.not_(term), "False"))
    if stored is None:
        return term if isinstance(term.type, sa.String) else sa.cast(term, sa.Text)
    plain = stored.kind != "array" and stored.declared.startswith(("text", "character varying"))
    return term if plain else sa.cast(term, sa.Text)


def _info(term: Element) -> ColumnInfo | None:
    return term.type.info if isinstance(term.type, Stored) else None


def _declared(term: Element) -> str:
    stored = _info(term)
    return stored.declared if stored else ""


def _is_truth(term: Element) -> bool:
    stored = _info(term)
    return stored.kind == "boolean" if stored else isinstance(term.type, sa.Boolean)


def _both_truths(one: Element, other: Element) -> bool:
    return _is_truth(one) and _is_truth(other)


def _number(term: Element) -> Element:
    """Truth counts as 1 and 0; a short fraction as what it is written as."""
    if _is_truth(term):
        return sa.cast(term, sa.Integer)
    return sa.cast(term, sa.Numeric) if _declared(term) == "real" else term


def _usable(term: Element) -> Element:
    """What is not a number, and times that Python does not have, can be compared with nothing."""
    stored = _info(term)
    if stored and stored.kind == "number":
        return term != sa.literal_column("'NaN'")
    return at.readable(term) if stored and stored.kind in ("date", "time") else sa.true()


def _collated(term: Element) -> bool:
    """A collation of its own may take different letters for equal."""
    return "COLLATE" in _declared(term)


def _as_declared(one: Element, other: Element) -> Element:
    return one.op("=", is_comparison=True)(other)


def _no(term: Element) -> Element:
    """False, unknown where the value is missing."""
    return sa.case((term.is_not(sa.null()), sa.false()))


def _parsed(read_it: Any, value: object) -> Any:
    try:
        return read_it(str(value))
    except (ValueError, ArithmeticError):
        return None


def _coalesce(arguments: Sequence[Element]) -> Element:
    families = {family(argument) for argument in arguments} - {"nothing"}
    if len(families) > 1 or families & {"neither"}:
        raise CannotHandle(
            "a condition says coalesce(…) of values of different kinds, which PostgreSQL refuses. Write a second value of the column's "
            "kind, or say what is meant with IS NULL."
        )
    sort = next(iter(families), "text")
    if sort == "text":
        return sa.func.coalesce(*map(as_text, arguments), type_=sa.Text())
    if sort == "number":
        truths = all(map(_is_truth, arguments))
        plain = arguments if truths else [_number(argument) for argument in arguments]
        return sa.func.coalesce(*plain, type_=sa.Boolean() if truths else sa.Numeric())
    return sa.func.coalesce(*arguments, type_=sa.Date() if sort == "day" else sa.DateTime(timezone=sort == "instant"))


def _sort(info: ColumnInfo, times: Times) -> at.Sort:
    """How a column holds times."""
    if times.epochs.get(""):
        return "epoch" if info.kind in ("integer", "number") else "none"
    match info.kind:
        case "date":
            return "day"
        case "time":
            return "instant" if at.has_offset(info) else "wall"
        case "text":
            return "text"
        case _:
            return "none"
