"""The small values that manifests are made of."""

from __future__ import annotations

import re
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints, WithJsonSchema

from ..condition import ALWAYS, And, Column, Compare, Condition, ConditionError, Key, Literal, parse, to_text
from ..period import Period
from ..starting_point import StartingPoint


class Part(BaseModel):
    """A part of the manifest: frozen, and a key that it does not know is an error.

    What reads it is made where a manifest is first read: commands that read none would spend a fifth of their time on that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


def _text(parse_one: Any, kind: type) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError(f"expected text, found {_kind(value)}")
        return parse_one(value)

    return BeforeValidator(read)


def _kind(value: object) -> str:
    """What a value is, as people who write YAML call it."""
    names = {dict: "a mapping", list: "a list", bool: "true or false", int: "a number", float: "a number", type(None): "nothing"}
    return names.get(type(value), f"a {type(value).__name__}")


def _condition(value: object) -> object:
    if isinstance(value, get_args(Condition)):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a condition in SQL, found {_kind(value)}")
    try:
        return parse(value)
    except ConditionError as error:
        raise ValueError(f"{error} [at {error.offset}]") from None


#: the shapes of periods and starting points for editors; a little wider than what is read, in the words that JSON Schema has
_PERIOD = r"^P(?=.)(\d{1,4}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?(T(?=.)(\d{1,5}H)?(\d{1,5}M)?)?$"
_START = r"^\s*((end_of_year|end_of_month)\s*\(\s*)?(latest\s*\([^()]+,[^()]+\)|[^\s(),]+)\s*\)?\s*$"

PeriodText = Annotated[
    Period,
    _text(Period.parse, Period),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": _PERIOD, "examples": ["P4Y", "P6M", "P14D", "PT30M"]}),
]
StartingPointText = Annotated[
    StartingPoint,
    _text(StartingPoint.parse, StartingPoint),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": _START, "examples": ["completed_at", "end_of_year(issued_on)", "latest(a, b)"]}),
]
ConditionText = Annotated[
    Condition,
    BeforeValidator(_condition),
    PlainSerializer(to_text),
    WithJsonSchema({"type": "string", "description": "an SQL condition on the row", "examples": ["status = 'closed'"]}),
]
#: a name of our own: lower case, digits and hyphens
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
#: a line of text
Line = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
#: a public key as C2SP verifier key: name, eight hex digits and base64, joined by plus
VerifierKeyText = Annotated[str, StringConstraints(pattern=r"^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$")]
#: a two-letter country of ISO 3166-1
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
#: system.table, or system.schema.table where a table lies in another schema than the connection's own
TableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[^\s.()]+( +[^\s.()]+)*){1,2}$")]
_LINK = re.compile(
    r"(?P<target>[^()]+?)\s*(?P<referred>\([^()]+\))?\s+via\s+(?P<columns>\([^()]+\)|[^(),]+?)(?:\s+where\s+(?P<fixed>.+))?"
)


class Texts(Part):
    """One text in German and English."""

    de: Line
    en: Line

    def in_language(self, language: str) -> str:
        """The text in ``de`` or ``en``."""
        return self.de if language == "de" else self.en


class Link(Part):
    """From a row to the one it belongs to: ``table via column``, where the column refers to ``id`` there.

    What else is referred to stands in brackets, as in SQL: ``shop.order(number) via order_number``. A key of several columns is
    ``shop.order(year, number) via (order_year, order_number)``. In ``waits_for`` the rows of the target are the ones that refer,
    and what stands in brackets are the columns here that they refer to. Where a table refers to several others by a type and a
    number, the type is said too: ``shop.order via subject_id where subject_type = 'order'``.
    """

    #: system.table, or a kind of people
    target: str
    columns: tuple[str, ...]
    #: as many as ``columns``; none where it is not said
    referred: tuple[str, ...] = ()
    #: columns that must have a value beside, such as the type of what is referred to
    fixed: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Link:
        """Read ``shop.order via order_id`` or ``customer via customer_id``; ValueError otherwise."""
        found = _LINK.fullmatch(text.strip())
        if not found:
            raise ValueError(f"{text!r} is not a link; write: table via column")
        columns, referred = _names(found["columns"]), _names(found["referred"] or "")
        if len(columns) != len(referred or ("id",)):
            raise ValueError(f"{text!r} names unequal numbers of columns; write: table(a, b) via (c, d)")
        return cls(target=found["target"], columns=columns, referred=referred, fixed=_fixed(found["fixed"]))

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns, and those that must have a value."""
        return self.columns + tuple(name for name, _ in self.fixed)

    def to(self, key: str = "id") -> tuple[Key, ...]:
        """To what ``keys`` refer; ``key`` where no column is said."""
        return (*(self.referred or (key,)), *(Literal(value) for _, value in self.fixed))

    @property
    def table(self) -> str:
        """The target, where it is a table."""
        return self.target

    @property
    def column(self) -> str:
        """The first column; the only one of a link to people."""
        return self.columns[0]

    def __str__(self) -> str:
        referred = f"({', '.join(self.referred)})" if self.referred else ""
        columns = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        fixed = " and ".join(to_text(Compare("=", Column(name), Literal(value))) for name, value in self.fixed)
        return f"{self.target}{referred} via {columns}" + (f" where {fixed}" if fixed else "")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.strip("()").split(",") if name.strip())


def _fixed(text: str | None) -> tuple[tuple[str, str | int], ...]:
    """``type = 'order' and part = 1`` as pairs; ValueError otherwise."""
    said = parse(text) if text else ALWAYS
    parts = said.parts if isinstance(said, And) else () if said == ALWAYS else (said,)
    found: list[tuple[str, str | int]] = []
    for part in parts:
        match part:
            case Compare("=", Column(name, None), Literal(str() | int() as value)):
                found.append((name, value))
            case _:
                raise ValueError(f"{text!r} is more than a link can say; write: where column = 'value'")
    return tuple(found)


LinkText = Annotated[
    Link,
    _text(Link.parse, Link),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^\S.* via \S.*$", "examples": ["shop.order via order_id"]}),
]
