"""How times stand in MariaDB, and how they are spoilt; what each means was worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from .bench import Spelling
from .sqlite_spellings import SPELLINGS as AS_TEXT

_BERLIN = "Europe/Berlin"


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


#: a text is read like a text elsewhere; what is neither text nor fits the column is not to be had here
_TEXTS = tuple(
    Spelling("text", spelling.stored, spelling.means, spelling.zone)
    for spelling in AS_TEXT
    if spelling.kind != "date" and not spelling.epoch and isinstance(spelling.stored, str | None)
)
SPELLINGS: tuple[Spelling, ...] = (
    # days
    Spelling("date", "2024-02-29", date(2024, 2, 29)),
    Spelling("date", "2023-12-31", date(2023, 12, 31)),
    Spelling("date", "9999-12-28", date(9999, 12, 28)),
    Spelling("date", "9999-12-31", None),
    Spelling("date", "0000-00-00", None),
    Spelling("date", "2024-00-00", None),
    Spelling("date", "2024-05-00", None),
    Spelling("date", "2023-02-30", None),
    Spelling("date", "0000-01-01", None),
    Spelling("date", None, None),
    # times without an offset
    Spelling("time", "2024-02-29 12:00:00", _utc(2024, 2, 29, 12)),
    Spelling("time", "2024-02-29 00:00:00", _utc(2024, 2, 29)),
    Spelling("time", "2024-02-29 12:00:00.5", _utc(2024, 2, 29, 12)),
    Spelling("time", "2023-12-31 23:59:59.999999", _utc(2023, 12, 31, 23, 59, 59)),
    Spelling("time", "2023-12-31 23:59:59", _utc(2023, 12, 31, 23, 59, 59), declared="datetime"),
    Spelling("time", "9999-12-28 23:59:59", _utc(9999, 12, 28, 23, 59, 59)),
    Spelling("time", "0000-00-00 00:00:00", None),
    Spelling("time", "2024-00-00 12:00:00", None),
    Spelling("time", "2023-02-30 12:00:00", None),
    Spelling("time", None, None),
    Spelling("time", "2024-07-01 00:30:00", _utc(2024, 6, 30, 22, 30), zone=_BERLIN),
    Spelling("time", "2024-01-01 00:00:00", _utc(2023, 12, 31, 23), zone=_BERLIN),
    Spelling("time", "2024-03-31 01:59:59", _utc(2024, 3, 31, 0, 59, 59), zone=_BERLIN),
    Spelling("time", "2024-03-31 02:30:00", _utc(2024, 3, 31, 1), zone=_BERLIN),
    Spelling("time", "2024-03-31 03:00:00", _utc(2024, 3, 31, 1), zone=_BERLIN),
    Spelling("time", "2024-10-27 01:59:59", _utc(2024, 10, 26, 23, 59, 59), zone=_BERLIN),
    Spelling("time", "2024-10-27 02:30:00", _utc(2024, 10, 27, 1, 30), zone=_BERLIN),
    Spelling("time", "2024-10-27 03:00:00", _utc(2024, 10, 27, 2), zone=_BERLIN),
    # instants, whatever the zone in which the others are meant
    Spelling("time", "2024-10-27 00:30:00", _utc(2024, 10, 27, 0, 30), zone=_BERLIN, declared="timestamp"),
    Spelling("time", "2024-10-27 01:30:00", _utc(2024, 10, 27, 1, 30), zone=_BERLIN, declared="timestamp"),
    Spelling("time", "2024-03-31 00:59:59.25", _utc(2024, 3, 31, 0, 59, 59), zone=_BERLIN, declared="timestamp(6)"),
    Spelling("time", "2024-03-31 01:00:00", _utc(2024, 3, 31, 1), declared="timestamp"),
    Spelling("time", "0000-00-00 00:00:00", None, declared="timestamp"),
    Spelling("time", "2038-01-19 03:14:07", _utc(2038, 1, 19, 3, 14, 7), declared="timestamp"),
    # numbers
    Spelling("integer", 1709208000, _utc(2024, 2, 29, 12), epoch="seconds"),
    Spelling("integer", 1709208000000, _utc(2024, 2, 29, 12), epoch="milliseconds"),
    Spelling("integer", 0, _utc(1970, 1, 1), epoch="seconds"),
    Spelling("integer", -1, _utc(1969, 12, 31, 23, 59, 59), epoch="seconds"),
    Spelling("number", 1709208000.0, _utc(2024, 2, 29, 12), epoch="seconds"),
    Spelling("number", 1709208000.0, _utc(2024, 2, 29, 12), epoch="seconds", declared="double"),
    Spelling("integer", None, None, epoch="seconds"),
    Spelling("text", "2024-02-29", None, epoch="seconds"),
    # what is no time
    Spelling("binary", b"2024-02-29 12:00:00", None),
    Spelling("integer", 20240229, None),
    *_TEXTS,
)
