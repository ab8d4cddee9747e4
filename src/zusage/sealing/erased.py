"""The keyed code of a row that was erased: it finds the row again in a backup, and without the key it says nothing of anybody."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

#: bytes of a code: two rows in 10^12 pairs of rows and entries share one by chance with odds below 10^-26
WIDTH = 16


def row_code(key: bytes, table: str, values: Sequence[object]) -> bytes:
    """HMAC-SHA-256 over system.table and some values of a row, cut to ``WIDTH`` bytes.

    The values are told by what they mean, so that another driver, or another zone of the session, gives the same code.
    """
    text = json.dumps([table, *map(_told, values)], ensure_ascii=False)
    return hmac.digest(key, text.encode(errors="surrogatepass"), "sha256")[:WIDTH]


def codes_in(joined: bytes) -> frozenset[bytes]:
    """The codes that stand one behind the other."""
    return frozenset(joined[at : at + WIDTH] for at in range(0, len(joined), WIDTH))


def _told(value: object) -> str | None:
    kind = type(value)
    if kind is str or value is None:
        return value  # type: ignore[return-value]
    if kind is int or kind is bool:
        return str(int(value))  # type: ignore[call-overload]
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)
