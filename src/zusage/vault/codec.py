"""Rows to JSON and back, so that each value comes out with the type it went in."""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from .errors import CannotSeal
from .values import Document, Row, Value

# In this order: a datetime is also a date.
_WRITERS: tuple[tuple[type | tuple[type, ...], str, Callable[[Any], Any]], ...] = (
    (datetime, "datetime", datetime.isoformat),
    (date, "date", date.isoformat),
    (time, "time", time.isoformat),
    (timedelta, "duration", lambda value: [value.days, value.seconds, value.microseconds]),
    (Decimal, "decimal", str),
    (UUID, "uuid", str),
    ((bytes, bytearray, memoryview), "bytes", lambda value: b64encode(bytes(value)).decode()),
    (float, "float", repr),
    ((list, tuple), "list", lambda value: [encode(item) for item in value]),
    (dict, "object", lambda value: [[str(key), encode(item)] for key, item in value.items()]),
)
_READERS: dict[str, Callable[[Any], Value]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "duration": lambda value: timedelta(*value),
    "decimal": Decimal,
    "uuid": UUID,
    "bytes": b64decode,
    "float": float,
    "list": lambda value: [decode(item) for item in value],
    "object": lambda value: {key: decode(item) for key, item in value},
}


def encode(value: Any) -> Any:
    """A value as JSON; raises TypeError for a type that could not come back."""
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    for kind, name, write in _WRITERS:
        if isinstance(value, kind):
            return {name: write(value)}
    raise TypeError(type(value).__name__)


def decode(value: Any) -> Value:
    """JSON back to the value."""
    if not isinstance(value, dict):
        plain: Value = value
        return plain
    ((name, inner),) = value.items()
    return _READERS[name](inner)


def to_bytes(document: Document) -> bytes:
    """What is sealed of a document; raises CannotSeal."""
    content = {
        "key": [encode(value) for value in document.key],
        "row": _row(document.table, document.row),
        "parts": [[table, [_row(table, row) for row in rows]] for table, rows in document.parts],
    }
    return json.dumps(content, separators=(",", ":")).encode()


_COMPACT = json.JSONEncoder(separators=(",", ":")).encode


def key_text(key: tuple[Value, ...]) -> str:
    """The values of a primary key as one text, different for different keys."""
    return _COMPACT([encode(value) for value in key])


def from_bytes(content: bytes) -> tuple[tuple[Value, ...], Row, tuple[tuple[str, tuple[Row, ...]], ...]]:
    """Key, row and parts of what was sealed."""
    read = json.loads(content)
    parts = tuple((table, tuple(_values(row) for row in rows)) for table, rows in read["parts"])
    return tuple(decode(value) for value in read["key"]), _values(read["row"]), parts


def _row(table: str, row: Row) -> dict[str, Any]:
    encoded = {}
    for column, value in row.items():
        try:
            encoded[column] = encode(value)
        except TypeError as error:
            raise CannotSeal(table=table, column=column, type=error) from None
    return encoded


def _values(row: dict[str, Any]) -> Row:
    return {column: decode(value) for column, value in row.items()}
