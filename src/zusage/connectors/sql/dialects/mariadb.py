"""MariaDB: columns hold what their types say, and a text is equal to others unless it is asked to the letter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import CHAR
from sqlalchemy.types import UserDefinedType

from zusage.promises.inventory import ColumnInfo

from . import mariadb_times as clock
from .port import Element, Kind, Span, Stored, Times

#: what a term is to a comparison; of two sorts nothing is equal or in any order
Sort = Literal["text", "number", "time", "binary", "other", "none"]

_SORTS: dict[str, Sort] = {
    "text": "text", "json": "text", "uuid": "text", "array": "text", "integer": "number", "number": "number", "boolean": "number",
    "date": "time", "time": "time", "binary": "binary", "other": "other",
}  # fmt: skip
_EXACT = "utf8mb4_nopad_bin"
_CASES = "utf8mb4_unicode_520_ci"
#: letters whose other case MariaDB 10.6 does not know, or not as Python does; in ranges, with some neighbours
_RARE_LOWER = (
    "\\x{149}\\x{1F0}\\x{25C}\\x{261}-\\x{266}\\x{26A}-\\x{26C}\\x{282}-\\x{29E}\\x{390}\\x{3B0}\\x{3F3}\\x{526}-\\x{52F}\\x{587}"
    "\\x{10D0}-\\x{10FF}\\x{13F8}-\\x{13FD}\\x{1C80}-\\x{1C88}\\x{1D8E}\\x{1E96}-\\x{1E9A}\\x{1F50}-\\x{1F56}\\x{1F80}-\\x{1FFC}"
    "\\x{2C5F}\\x{2CF3}\\x{2D27}-\\x{2D2D}\\x{A661}\\x{A699}-\\x{A69B}\\x{A791}-\\x{A7D9}\\x{A7F6}\\x{AB53}-\\x{ABBF}"
    "\\x{FB00}-\\x{FB17}\\x{104D8}-\\x{104FB}\\x{10597}-\\x{105BC}\\x{10CC0}-\\x{10CF2}\\x{118C0}-\\x{118DF}\\x{16E60}-\\x{16E7F}"
    "\\x{1E922}-\\x{1E943}"
)
_RARE_UPPER = (
    "\\x{130}\\x{37F}\\x{3A3}\\x{526}-\\x{52F}\\x{10C7}-\\x{10CD}\\x{13A0}-\\x{13F5}\\x{1C90}-\\x{1CBF}\\x{2C2F}\\x{2CF2}\\x{A660}"
    "\\x{A698}-\\x{A69A}\\x{A78D}-\\x{A7D8}\\x{A7F5}\\x{104B0}-\\x{104D3}\\x{10570}-\\x{10595}\\x{10C80}-\\x{10CB2}"
    "\\x{118A0}-\\x{118BF}\\x{16E40}-\\x{16E5F}\\x{1E900}-\\x{1E921}"
)


class Sorted(UserDefinedType[Any]):
    """The type of a computed term: its sort."""

    cache_ok = True

    def __init__(self, sort: Sort) -> None:
        self.sort = sort


class Choice(UserDefinedType[Any]):
    """The type of the first of several terms that has a value, where they are of several sorts."""

    cache_ok = False

    def __init__(self, terms: Sequence[Element]) -> None:
        self.terms = tuple(terms)


class MariaDB:
    """MariaDB 10.6 or newer."""

    name = "mariadb"
    loose = True
    holds_itself = True

    def as_keys(self, beside_constants: Sequence[ColumnInfo] | None = None) -> MariaDB:
        """As collations have it, which know neither case nor spaces at the end."""
        return _AsKeys(beside_constants)

    def by_letter(self) -> MariaDB:
        """As always."""
        return self

    def truth(self, value: bool) -> Element:
        """MariaDB's true is 1."""
        return sa.literal_column("TRUE" if value else "FALSE", Sorted("number"))

    def literal(self, value: Any) -> Element:
        """A number is sent as it is written: 0.1 is a tenth."""
        if isinstance(value, bool):
            return self.truth(value)
        if isinstance(value, date):
            return sa.literal_column(f"DATE'{value.isoformat()}'", Sorted("time"))
        sort: Sort = "none" if value is None else "text" if isinstance(value, str) else "number"
        return sa.literal(Decimal(repr(value)) if isinstance(value, float) else value, Sorted(sort))

    def missing(self, declared: str) -> Element:
        """A missing value takes the type of what stands under it."""
        return sa.null()

    def is_missing(self, term: Element) -> Element:
        """Of a time that must have a value IS NULL would also be true where it is 0000-00-00, but not everywhere in a statement."""
        known = term.type.info if isinstance(term.type, Stored) else None
        if known is not None and known.kind in ("date", "time") and not known.nullable:
            return term.op("<=>", is_comparison=True)(sa.null())
        return term.is_(sa.null())

    def call(self, function: str, arguments: Sequence[Element]) -> Element:
        """Texts are counted in letters; letters whose other case is not known make lower and upper unknown."""
        if function == "coalesce":
            sorts = {sort_of(argument) for argument in arguments} - {"none"}
            if len(sorts) > 1:
                return sa.func.coalesce(*arguments, type_=Choice(arguments))
            spelt = [exact(argument) if sorts == {"text"} else argument for argument in arguments]
            return sa.func.coalesce(*spelt, type_=Sorted(next(iter(sorts), "none")))
        results: dict[str, tuple[Sort, Callable[[Element], Element]]] = {
            "lower": ("text", _lower),
            "upper": ("text", _upper),
            "trim": ("text", lambda term: sa.func.trim(exact(term))),
            "length": ("number", lambda term: sa.func.char_length(_text(term))),
            "abs": ("number", lambda term: sa.func.abs(term) if sort_of(term) == "number" else sa.null()),
        }
        sort, make = results[function]
        return sa.type_coerce(_each(arguments[0], make), Sorted(sort))

    def of_kind(self, kind: Kind, *terms: Element) -> Element:
        """As their columns say."""
        return _all([_each(term, lambda one: _known(sort_of(one) == kind)) for term in terms])

    def same_kind(self, one: Element, other: Element) -> Element:
        """As their columns say; of times both must be some."""
        return _each(one, lambda left: _each(other, lambda right: _same(left, right)))

    def compared(self, operator: str, one: Element, other: Element) -> Element:
        """Texts by their letters; that they are equal also as the column compares, so that an index can serve it."""

        def compare(left: Element, right: Element) -> Element:
            plain = left.op(operator, is_comparison=True)(right)
            if "text" not in (sort_of(left), sort_of(right)):
                return plain
            letters = _spelt(left, right).op(operator, is_comparison=True)(exact(right))
            return sa.and_(plain, letters) if operator == "=" and _beside_constant(left, right) else letters

        return _each(one, lambda left: _each(other, lambda right: compare(left, right)))

    def among(self, term: Element, values: Sequence[Element]) -> Element:
        """IN; of texts by their letters."""

        def found(one: Element) -> Element:
            if sort_of(one) != "text":
                return one.in_(values)
            letters = exact(one).in_(values)
            return sa.and_(one.in_(values), letters) if _kind(one) == "text" else letters

        return _each(term, found)

    def linked(self, one: Element, other: Element) -> Element:
        """As an index compares, where both compare alike; and by their letters."""
        plain = one.op("=", is_comparison=True)(other)
        if "text" not in (sort_of(one), sort_of(other)):
            return plain
        letters = exact(one).op("=", is_comparison=True)(exact(other))
        if _kind(one) == _kind(other) == "uuid":
            return plain
        return sa.and_(plain, letters) if _kind(one) == _kind(other) and _collation(one) == _collation(other) else letters

    def like(self, term: Element, pattern: str) -> Element:
        """By letters; a backslash is a letter like others."""
        return _each(term, lambda one: exact(one).like(sa.literal(pattern.replace("\\", "\\\\"))))

    def before(self, term: Element, info: ColumnInfo, instant: datetime, zone: str, times: Times) -> Element:
        """See the file on times."""
        return clock.before(term, info, instant, zone, times)

    def roughly_before(self, term: Element, info: ColumnInfo, instant: datetime, times: Times) -> Element | None:
        """See the file on times."""
        return clock.roughly_before(term, info, instant, times)

    def compare_day(self, operator: str, term: Element, info: ColumnInfo, day: date, times: Times) -> Element:
        """See the file on times."""
        return clock.compare_day(operator, term, info, day, times)

    def placeable(self, term: Element, info: ColumnInfo, earliest: datetime, latest: datetime, times: Times) -> Element:
        """See the file on times."""
        return clock.placeable(term, info, earliest, latest, times)

    def placed_before(self, term: Element, info: ColumnInfo, span: Span, times: Times) -> Element | None:
        """See the file on times."""
        return clock.placed_before(term, info, span, times)

    def year(self, term: Element, info: ColumnInfo, times: Times) -> Element:
        """See the file on times."""
        return clock.year(term, info, times)

    def is_constant(self, term: Element, value: str | int | None) -> Element:
        """Written like it, or equal to it as a number."""
        if value is None:
            return sa.null()
        written = exact(term).op("=", is_comparison=True)(sa.literal(str(value)))
        alike = isinstance(value, int) and sort_of(term) == "number"
        return sa.or_(written, term.op("=", is_comparison=True)(sa.literal(value))) if alike else written

    def pseudonym_shape(self, term: Element) -> Element:
        """``psn1:`` and 43 letters of base64url."""
        return exact(term).op("REGEXP", is_comparison=True)(sa.literal("^psn1:[A-Za-z0-9_-]{43}\\z"))

    def decode(self, value: object, info: ColumnInfo, times: Times) -> date | datetime | None:
        """As the driver reads it: what the calendar does not have comes as text."""
        return clock.decode(value, info, times)


class _AsKeys(MariaDB):
    """Texts are equal where a key takes them for that: two columns of one collation, and a column beside a constant."""

    def __init__(self, beside_constants: Sequence[ColumnInfo] | None) -> None:
        self._columns = beside_constants

    def linked(self, one: Element, other: Element) -> Element:
        """As the columns compare, where both do alike."""
        alike = _kind(one) == _kind(other) and _collation(one) == _collation(other)
        return one.op("=", is_comparison=True)(other) if alike else super().linked(one, other)

    def among(self, term: Element, values: Sequence[Element]) -> Element:
        """IN, as the column compares."""
        letters = super().among
        return _each(term, lambda one: one.in_(values) if self._meant(one) else letters(one, values))

    def compared(self, operator: str, one: Element, other: Element) -> Element:
        """A column beside a constant as the column compares; all else by its letters."""
        if operator == "=" and _beside_constant(one, other) and (self._meant(one) or self._meant(other)):
            return one.op("=", is_comparison=True)(other)
        return super().compared(operator, one, other)

    def _meant(self, term: Element) -> bool:
        if self._columns is None:
            return True
        return isinstance(term.type, Stored) and any(
            one is term.type.info for one in self._columns
        )  # one that is equal is another


def sort_of(term: Element) -> Sort:
    """What a term is to a comparison."""
    known = term.type
    if isinstance(known, Stored):
        return _SORTS[known.info.kind]
    return known.sort if isinstance(known, Sorted) else "other"


def exact(term: Element) -> Element:
    """The term as text of which every letter, case and space counts; a constant takes that from the other side."""
    if isinstance(term, sa.BindParameter):
        return term
    return sa.type_coerce(_text(term).op("COLLATE")(sa.literal_column(_EXACT)), Sorted("text"))


def _text(term: Element) -> Element:
    """In the one alphabet that has all letters; a column that is written in it stays as it is."""
    return term if _collation(term).startswith("utf8mb4") else sa.cast(term, CHAR(charset="utf8mb4"))


def _collation(term: Element) -> str:
    """The collation of a column, if its text has one."""
    return term.type.info.declared.rpartition(" collate ")[2] if isinstance(term.type, Stored) else ""


def _lower(term: Element) -> Element:
    return sa.case((_has(term, _RARE_UPPER), sa.null()), else_=sa.func.lower(_cased(term)))


def _upper(term: Element) -> Element:
    """Of the letters that become two, only one is common."""
    return sa.case((_has(term, _RARE_LOWER), sa.null()), else_=sa.func.upper(sa.func.replace(_cased(term), "ß", "SS")))


def _has(term: Element, letters: str) -> Element:
    return exact(term).op("REGEXP", is_comparison=True)(sa.literal(f"[{letters}]"))


def _cased(term: Element) -> Element:
    return _text(term).op("COLLATE")(sa.literal_column(_CASES))


def _each(term: Element, make: Callable[[Element], Element]) -> Element:
    """What is made of a term; of the first of several that has a value, what is made of that one."""
    if not isinstance(term.type, Choice):
        return make(term)
    *cases, last = [(one.is_not(sa.null()), make(one)) for one in term.type.terms]
    return sa.case(*cases, else_=last[1])


def _known(value: bool) -> Element:
    return sa.true() if value else sa.null()


def _all(parts: Sequence[Element]) -> Element:
    if all(isinstance(part, sa.True_) for part in parts):
        return sa.true()
    return sa.null() if any(isinstance(part, sa.Null) for part in parts) else sa.and_(*parts)


def _same(one: Element, other: Element) -> Element:
    sorts = {sort_of(one), sort_of(other)}
    if len(sorts) > 1 or "none" in sorts:
        return sa.null()
    if sorts == {"time"}:
        return sa.and_(clock.is_day(one), clock.is_day(other))
    return _known(sorts != {"other"} or _declared(one) == _declared(other))


def _declared(term: Element) -> str:
    return term.type.info.declared if isinstance(term.type, Stored) else ""


def _kind(term: Element) -> str:
    return term.type.info.kind if isinstance(term.type, Stored) else ""


def _beside_constant(one: Element, other: Element) -> bool:
    """A column of texts beside a constant."""
    bound = [isinstance(term, sa.BindParameter) for term in (one, other)]
    return bound in ([False, True], [True, False]) and "text" in (_kind(one), _kind(other))


def _spelt(term: Element, other: Element) -> Element:
    """Exact; of two constants the first must say so for both."""
    both = isinstance(term, sa.BindParameter) and isinstance(other, sa.BindParameter)
    return term.op("COLLATE")(sa.literal_column(_EXACT)) if both else exact(term)
