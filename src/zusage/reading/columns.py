"""What a column may hold, by its name and type."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Literal

from zusage.promises.checking.copies import FLAG
from zusage.promises.inventory import ColumnInfo, TableInfo

from .hints import is_document, is_vector
from .vocabulary import DataClass, singular, vocabulary, words_of

Role = Literal["personal", "maybe", "time", "structure", "key", "details"]


_EVENTS = {
    "ended": "when something ended",
    "last": "when something last happened",
    "issued": "when something was issued, sent or paid",
    "begun": "when something began",
    "changed": "when something was last changed",
    "future": "until when something holds",
    "marked": "when the application marked the row as deleted",
}
#: how names of files are called
_FILE = re.compile(r"(\w+ )*(file ?(name|path)?|dateiname|dateipfad|datei)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGuess:
    """A column, what it is taken for, and why."""

    name: str
    role: Role
    #: the class of data
    data_class: str = "details"
    #: what has happened when this time is set
    event: str | None = None
    nullable: bool = True
    reason: str


def guess_columns(table: TableInfo) -> tuple[ColumnGuess, ...]:
    """A guess for each column, in the table's order."""
    named = {name for name in table.primary_key if len(table.primary_key) > 1 and _names_a_file(table.column(name))}
    times = {column.name for column in table.columns if column.kind in ("date", "time")} if len(table.primary_key) > 1 else set()
    keys = {*table.primary_key} - times - named | {name for key in table.foreign_keys for name in key.columns}
    nouns = singular((words_of(table.bare).split() or [""])[-1])
    return tuple(_guess(column, column.name in keys, nouns) for column in table.columns)


def _guess(column: ColumnInfo, is_key: bool, nouns: Set[str] = frozenset()) -> ColumnGuess:
    """``nouns`` are what the table is called: its ``user_login`` is a ``login``."""
    words = vocabulary()
    spoken = words_of(column.name)
    about, _, rest = spoken.partition(" ")
    names = (spoken, rest) if about in nouns and rest else (spoken,)
    if is_key:
        return _as(column, "key", "part of a key")
    if words.structure.fullmatch(spoken):
        return _as(column, "structure", f"{spoken!r} holds the row together")
    if _names_a_file(column) and not column.nullable:
        return _as(
            column, "maybe", "the name of a file, which may tell of a person and whose file must go with the row", "content"
        )
    if is_document(column):
        return _as(column, "maybe", f"{column.kind}: whatever the application puts into it", "content")
    if is_vector(column):
        return _as(column, "maybe", "other columns seem to stand in it once more, to be searched", "content")
    event = _event(column, spoken)
    sure = None if words.plain.fullmatch(spoken) or column.kind == "boolean" else _class(names, lambda one: one.sure)
    if sure and not (event and sure[0].name == "content" and column.kind in {"date", "time"}):
        one, said = sure
        return _as(column, "personal", f"the name says {said!r}" + (f"; {one.note}" if one.note else ""), one.name)
    if event:
        kind = column.kind if column.kind in {"date", "time"} else f"{column.kind} that sounds like a time"
        return _as(column, "time", f"a {kind}: {_EVENTS[event]}", event=event)
    weak = None if words.plain.fullmatch(spoken) else _class(names, lambda one: one.weak)
    if weak:
        return _as(column, "maybe", f"{weak[1]!r} may be about a person", weak[0].name)
    return _as(column, "details", f"{column.kind}; nothing in the name says what it holds")


def _names_a_file(column: ColumnInfo | None) -> bool:
    """A text that is called as names of files are."""
    return column is not None and column.kind == "text" and _FILE.fullmatch(words_of(column.name)) is not None


def _class(names: tuple[str, ...], pattern: Callable[[DataClass], re.Pattern[str]]) -> tuple[DataClass, str] | None:
    """The first class that one of the names speaks for, and which."""
    return next(((one, name) for name in names for one in vocabulary().classes if pattern(one).fullmatch(name)), None)


def _as(column: ColumnInfo, role: Role, reason: str, data_class: str = "details", event: str | None = None) -> ColumnGuess:
    return ColumnGuess(name=column.name, role=role, data_class=data_class, event=event, nullable=column.nullable, reason=reason)


def _event(column: ColumnInfo, spoken: str) -> str | None:
    """What a time stands for; None where the column is no time, or one that SQL cannot count from."""
    words = vocabulary()
    parts = spoken.split() or [""]
    named = (
        parts[-1] in words.time_endings
        or words.time_names.fullmatch(spoken)
        or any(part.endswith(("datum", "date", "zeit")) for part in parts)
    )
    if column.kind not in {"date", "time"}:
        lasts = column.kind == "integer" and parts[-1] in {"time", "zeit"}  # a length of time, such as lead_time
        if not named or lasts or column.kind not in {"text", "integer"} or spoken in {"on", "am", "at"}:
            return None
    if FLAG.fullmatch(column.name):
        return "marked"
    for order in ("future", "last", "ended", "issued", "changed", "begun"):
        kind = next(one for one in words.events if one.name == order)
        if any(kind.words.fullmatch(part) for part in parts):
            return order
    return "begun" if column.kind in {"date", "time"} else None
