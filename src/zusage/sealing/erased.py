"""The keyed code of a row that was erased: it finds the row again in a backup, and without the key it says nothing of anybody."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal

#: bytes of a code: two rows in 10^12 pairs of rows and entries share one by chance with odds below 10^-26
WIDTH = 16


def row_code(key: bytes, table: str, values: Iterable[object]) -> bytes:
    """HMAC-SHA-256 over system.table and some values of a row, cut to ``WIDTH`` bytes.

    The values are told by what they mean, so that another driver, or another zone of the session, gives the same code.
    """
    text = "\0".join((table, *map(_told, values)))
    return hmac.digest(key, text.encode(errors="surrogatepass"), "sha256")[:WIDTH]


def codes_in(joined: bytes) -> frozenset[bytes]:
    """The codes that stand one behind the other."""
    return frozenset(joined[at : at + WIDTH] for at in range(0, len(joined), WIDTH))


def _told(value: object) -> str:
    """The value as text; nothing is told from an empty text, and no text reaches into the next value."""
    if isinstance(value, str):
        return "=" + (value if "\0" not in value else value.replace("\0", "\0\0"))
    if isinstance(value, int):
        return f"={int(value)}"
    return "" if value is None else f"={_as_text(value)}"


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)
