"""How times stand in SQLite files, and how they are spoilt; what each means was worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from .bench import Spelling

_BERLIN = "Europe/Berlin"


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


SPELLINGS: tuple[Spelling, ...] = (
    # days
    Spelling("date", "2024-02-29", date(2024, 2, 29)),
    Spelling("date", "2023-12-31", date(2023, 12, 31)),
    Spelling("date", "2024-02-29 23:59:59", date(2024, 2, 29)),
    Spelling("date", "2023-02-29", None),
    Spelling("date", "2024-02-30", None),
    Spelling("date", "2024-2-9", None),
    Spelling("date", "2024-02-29x", None),
    Spelling("date", "0000-00-00", None),
    Spelling("date", "0000-01-01", None),
    Spelling("date", "", None),
    Spelling("date", None, None),
    Spelling("date", 20240229, None),
    Spelling("date", 2024.0, None),
    Spelling("time", "2024-02-29", date(2024, 2, 29)),
    Spelling("text", "2024-02-29", date(2024, 2, 29)),
    # instants
    Spelling("time", "2024-02-29 12:00:00", _utc(2024, 2, 29, 12)),
    Spelling("time", "2024-02-29T12:00:00", _utc(2024, 2, 29, 12)),
    Spelling("time", "2024-02-29 12:00", _utc(2024, 2, 29, 12)),
    Spelling("time", "2024-02-29 12:00:00.5", _utc(2024, 2, 29, 12)),
    Spelling("time", "2023-12-31 23:59:59.999999", _utc(2023, 12, 31, 23, 59, 59)),
    Spelling("time", "2023-12-31T23:59:59.999999Z", _utc(2023, 12, 31, 23, 59, 59)),
    Spelling("time", "2023-12-31T23:59:59.999999+01:00", _utc(2023, 12, 31, 22, 59, 59)),
    Spelling("time", "2024-02-29T12:00:00Z", _utc(2024, 2, 29, 12)),
    Spelling("time", "2024-02-29T12:00:00z", _utc(2024, 2, 29, 12)),
    Spelling("time", "2024-02-29T12:00:00+02:00", _utc(2024, 2, 29, 10)),
    Spelling("time", "2024-02-29 12:00:00 -05:30", _utc(2024, 2, 29, 17, 30)),
    Spelling("time", "2024-01-01T00:30:00+01:00", _utc(2023, 12, 31, 23, 30)),
    Spelling("text", "2024-02-29T12:00:00Z", _utc(2024, 2, 29, 12)),
    Spelling("time", "9999-12-28 23:59:59", _utc(9999, 12, 28, 23, 59, 59)),
    # a zone of their own, on both nights of the year in which clocks are changed
    Spelling("time", "2024-07-01 00:30:00", _utc(2024, 6, 30, 22, 30), zone=_BERLIN),
    Spelling("time", "2024-01-01 00:00:00", _utc(2023, 12, 31, 23), zone=_BERLIN),
    Spelling("time", "2024-03-31 01:59:59", _utc(2024, 3, 31, 0, 59, 59), zone=_BERLIN),
    Spelling("time", "2024-03-31 02:30:00", _utc(2024, 3, 31, 1), zone=_BERLIN),
    Spelling("time", "2024-03-31 03:00:00", _utc(2024, 3, 31, 1), zone=_BERLIN),
    Spelling("time", "2024-10-27 01:59:59", _utc(2024, 10, 26, 23, 59, 59), zone=_BERLIN),
    Spelling("time", "2024-10-27 02:30:00", _utc(2024, 10, 27, 1, 30), zone=_BERLIN),
    Spelling("time", "2024-10-27 03:00:00", _utc(2024, 10, 27, 2), zone=_BERLIN),
    Spelling("time", "2024-10-27T02:30:00+02:00", _utc(2024, 10, 27, 0, 30), zone=_BERLIN),
    # numbers
    Spelling("integer", 1709208000, _utc(2024, 2, 29, 12), epoch="seconds"),
    Spelling("integer", 1709208000000, _utc(2024, 2, 29, 12), epoch="milliseconds"),
    Spelling("integer", 0, _utc(1970, 1, 1), epoch="seconds"),
    Spelling("integer", -1, _utc(1969, 12, 31, 23, 59, 59), epoch="seconds"),
    Spelling("number", 1709208000.0, _utc(2024, 2, 29, 12), epoch="seconds"),
    Spelling("integer", None, None, epoch="seconds"),
    Spelling("integer", "never", None, epoch="seconds"),
    Spelling("integer", "2024-02-29", None, epoch="seconds"),
    # neither
    Spelling("time", "0000-00-00 00:00:00", None),
    Spelling("time", "2024-02-30 12:00:00", None),
    Spelling("time", "2024-02-29 24:00:00", None),
    Spelling("time", "2024-02-29 12:60:00", None),
    Spelling("time", "2024-02-29 12:00:60", None),
    Spelling("time", "2024-02-29 12", None),
    Spelling("time", "2024-02-29 12:00:00+0200", None),
    Spelling("time", "2024-02-29 12:00:00+15:00", None),
    Spelling("time", "2024-02-29 12:00:00.xZ", None),
    Spelling("time", "2024-02-29 12:00:00 ", None),
    Spelling("time", "2024-02-29TT12:00:00", None),
    Spelling("time", " 2024-02-29 12:00:00", None),
    Spelling("time", "2024-W09-4", None),
    Spelling("time", "20240229", None),
    Spelling("time", "12:00:00", None),
    Spelling("time", "2460370.0", None),
    Spelling("time", "now", None),
    Spelling("time", "29.02.2024 12:00", None),
    Spelling("time", "next Tuesday", None),
    Spelling("time", "", None),
    Spelling("time", None, None),
    Spelling("time", b"2024-02-29 12:00:00", None),
    Spelling("time", 1709208000, None),
)
