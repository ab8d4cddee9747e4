"""Pseudonyms computed by MariaDB: HMAC with SHA-256 (RFC 2104), written out because MariaDB has none."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import CHAR

_BLOCK = 64


def pads(key: bytes) -> tuple[bytes, bytes]:
    """The key, as the inner and as the outer hash begin with it."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def pseudonymised(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """``psn1:`` and the code in base64url, equal to what is computed elsewhere; NULL where there is no value.

    The key stands in two variables of the session, never in the statement: servers keep statements in their logs.
    """
    text = sa.cast(sa.cast(column, CHAR(charset="utf8mb4")), sa.BINARY)
    inner = _hash(sa.func.concat(sa.literal_column("@zusage_inner"), text))
    code = sa.func.to_base64(_hash(sa.func.concat(sa.literal_column("@zusage_outer"), inner)))
    safe = sa.func.replace(sa.func.replace(sa.func.replace(code, "+", "-"), "/", "_"), "=", "")
    return sa.func.concat("psn1:", safe)


def _hash(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.unhex(sa.func.sha2(value, sa.literal_column("256")))
