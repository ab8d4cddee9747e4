"""What the database does by itself: the same rows, the same indexes, as durable, in groups of one size, without anything of ours."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TABLE = """
CREATE TABLE raw_consent (
    number bigint PRIMARY KEY, record varchar(22) UNIQUE, subject varchar(64), at {time} NOT NULL, until {time},
    content text, content_digest varchar(64) NOT NULL, digest varchar(64) NOT NULL, erased_at {time})
"""
INDEX = "CREATE INDEX raw_consent_subject ON raw_consent (subject, number)"
#: bytes of a content, as long as one of ours for the choice that the benchmark makes
CONTENT = 434
COLUMNS = "number, record, subject, at, until, content, content_digest, digest"
#: what no value holds
SIGN = "\x1e"
_TEXTS = "string_to_array(%s::text, chr(30))"
_TIMES = f"{_TEXTS}::timestamptz[]"
TOGETHER = f"""
INSERT INTO raw_consent ({COLUMNS})
SELECT * FROM unnest({_TEXTS}::bigint[], {_TEXTS}, {_TEXTS}, {_TIMES}, {_TIMES}, {_TEXTS}, {_TEXTS}, {_TEXTS})
"""


Row = tuple[Any, ...]
#: groups of rows as one statement and what is bound to it for each group
Prepared = Callable[[list[list[Row]]], tuple[str, list[list[Any]]]]


def rows(first: int, size: int) -> list[Row]:
    """Rows as long as ours, made before the clock runs."""
    return [
        (
            number,
            secrets.token_urlsafe(16),
            secrets.token_hex(32),
            "2026-11-27 12:00:00",
            "2027-05-27 12:00:00",
            secrets.token_hex(CONTENT // 2),
            hashlib.sha256(b"%d" % number).hexdigest(),
            hashlib.sha256(b"!%d" % number).hexdigest(),
        )
        for number in range(first, first + size)
    ]


def on_sqlite(folder: Path, total: int, group: int) -> float:
    """Rows a second."""
    database = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("PRAGMA secure_delete=ON")
    database.execute(TABLE.format(time="text"))
    database.execute(INDEX)
    groups = [rows(first, group) for first in range(1, total + 1, group)]
    begun = time.perf_counter()
    for some in groups:
        database.execute("BEGIN IMMEDIATE")
        database.executemany(f"INSERT INTO raw_consent ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?)", some)
        database.execute("COMMIT")
    took = time.perf_counter() - begun
    database.close()
    return len(groups) * group / took


def on_postgresql(url: str, total: int, group: int) -> tuple[float, float]:
    """Rows a second: by one statement with many values for each group, and by the quickest of the ways that were tried by hand,
    one text for each column (COPY takes 1.2 times as long).
    """
    return _on_postgresql(url, total, group, _many_values), _on_postgresql(url, total, group, _as_texts)


def _on_postgresql(url: str, total: int, group: int, prepared: Prepared) -> float:
    import psycopg

    with psycopg.connect(url, autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS raw_consent")
        database.execute(TABLE.format(time="timestamptz"))
        database.execute(INDEX)
        statement, groups = prepared([rows(first, group) for first in range(1, total + 1, group)])
        begun = time.perf_counter()
        for values in groups:
            database.execute(statement, values, prepare=True)
        took = time.perf_counter() - begun
        database.execute("DROP TABLE raw_consent")
    return len(groups) * group / took


def _many_values(groups: list[list[Row]]) -> tuple[str, list[list[Any]]]:
    one = f"({', '.join(['%s'] * len(COLUMNS.split(',')))})"
    statement = f"INSERT INTO raw_consent ({COLUMNS}) VALUES {', '.join([one] * len(groups[0]))}"
    return statement, [[value for row in some for value in row] for some in groups]


def _as_texts(groups: list[list[Row]]) -> tuple[str, list[list[Any]]]:
    return TOGETHER, [[SIGN.join(map(str, column)) for column in zip(*some, strict=True)] for some in groups]
