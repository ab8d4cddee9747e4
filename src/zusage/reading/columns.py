"""What a column may hold, by its name and type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zusage.promises.checking.copies import FLAG
from zusage.promises.inventory import ColumnInfo, TableInfo

from .hints import is_document, is_vector
from .vocabulary import vocabulary, words_of

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
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    return tuple(_guess(column, column.name in keys) for column in table.columns)


def _guess(column: ColumnInfo, is_key: bool) -> ColumnGuess:
    words = vocabulary()
    spoken = words_of(column.name)
    if is_key:
        return _as(column, "key", "part of a key")
    if words.structure.fullmatch(spoken):
        return _as(column, "structure", f"{spoken!r} holds the row together")
    if is_document(column):
        return _as(column, "maybe", f"{column.kind}: whatever the application puts into it", "content")
    if is_vector(column):
        return _as(column, "maybe", "other columns seem to stand in it once more, to be searched", "content")
    event = _event(column, spoken)
    for one in words.classes:
        if one.sure.fullmatch(spoken) and not (event and one.name == "content" and column.kind in {"date", "time"}):
            reason = f"the name says {spoken!r}" + (f"; {one.note}" if one.note else "")
            return _as(column, "personal", reason, one.name)
    if event:
        kind = column.kind if column.kind in {"date", "time"} else f"{column.kind} that sounds like a time"
        return _as(column, "time", f"a {kind}: {_EVENTS[event]}", event=event)
    for one in words.classes:
        if one.weak.fullmatch(spoken):
            return _as(column, "maybe", f"{spoken!r} may be about a person", one.name)
    return _as(column, "details", f"{column.kind}; nothing in the name says what it holds")


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
