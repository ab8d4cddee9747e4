"""How times stand in PostgreSQL, and how they are spoilt; what each means was worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from .bench import Spelling
from .sqlite_spellings import SPELLINGS as WRITTEN

_BERLIN = "Europe/Berlin"
_INSTANT = "timestamp with time zone"


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def _texts() -> tuple[Spelling, ...]:
    """What SQLite holds in any column, PostgreSQL holds in a text: it is read alike."""
    found = (one for one in WRITTEN if isinstance(one.stored, str) and not one.epoch and one.kind != "date")
    return tuple(Spelling("text", one.stored, one.means, one.zone) for one in found)


SPELLINGS: tuple[Spelling, ...] = (
    # days
    Spelling("date", "2024-02-29", date(2024, 2, 29)),
    Spelling("date", "2023-12-31", date(2023, 12, 31)),
    Spelling("date", "0001-01-02", date(1, 1, 2)),
    Spelling("date", "9999-12-30", date(9999, 12, 30)),
    Spelling("date", "0001-01-01", None),
    Spelling("date", "9999-12-31", None),
    Spelling("date", "10000-01-01", None),
    Spelling("date", "5874897-12-31", None),
    Spelling("date", "0044-03-15 BC", None),
    Spelling("date", "infinity", None),
    Spelling("date", "-infinity", None),
    Spelling("date", None, None),
    # clocks without a zone, with their fractions
    Spelling("time", "2024-02-29 12:00:00", _utc(2024, 2, 29, 12)),
    Spelling("time", "2024-02-29 12:00:00.5", _utc(2024, 2, 29, 12, 0, 0, 500000)),
    Spelling("time", "2023-12-31 23:59:59.999999", _utc(2023, 12, 31, 23, 59, 59, 999999)),
    Spelling("time", "2024-02-29 24:00:00", _utc(2024, 3, 1)),
    Spelling("time", "9999-12-28 23:59:59", _utc(9999, 12, 28, 23, 59, 59)),
    Spelling("time", "10000-01-01 00:00:00", None),
    Spelling("time", "0044-03-15 12:00:00 BC", None),
    Spelling("time", "infinity", None),
    Spelling("time", "-infinity", None),
    Spelling("time", None, None),
    # a zone of their own, on both nights of the year in which clocks are changed
    Spelling("time", "2024-07-01 00:30:00", _utc(2024, 6, 30, 22, 30), zone=_BERLIN),
    Spelling("time", "2024-01-01 00:00:00", _utc(2023, 12, 31, 23), zone=_BERLIN),
    Spelling("time", "2024-03-31 01:59:59.999999", _utc(2024, 3, 31, 0, 59, 59, 999999), zone=_BERLIN),
    Spelling("time", "2024-03-31 02:30:00", _utc(2024, 3, 31, 1), zone=_BERLIN),
    Spelling("time", "2024-03-31 03:00:00", _utc(2024, 3, 31, 1), zone=_BERLIN),
    Spelling("time", "2024-10-27 01:59:59", _utc(2024, 10, 26, 23, 59, 59), zone=_BERLIN),
    Spelling("time", "2024-10-27 02:30:00", _utc(2024, 10, 27, 1, 30), zone=_BERLIN),
    Spelling("time", "2024-10-27 03:00:00", _utc(2024, 10, 27, 2), zone=_BERLIN),
    # instants
    Spelling("time", "2024-02-29 12:00:00+02", _utc(2024, 2, 29, 10), declared=_INSTANT),
    Spelling("time", "2024-01-01 00:30:00+01", _utc(2023, 12, 31, 23, 30), declared=_INSTANT),
    Spelling("time", "2024-10-27 02:30:00+02", _utc(2024, 10, 27, 0, 30), zone=_BERLIN, declared=_INSTANT),
    Spelling("time", "2024-10-27 02:30:00+01", _utc(2024, 10, 27, 1, 30), zone=_BERLIN, declared=_INSTANT),
    Spelling("time", "2024-03-31 01:00:00Z", _utc(2024, 3, 31, 1), zone=_BERLIN, declared=_INSTANT),
    Spelling("time", "infinity", None, declared=_INSTANT),
    Spelling("time", "0044-03-15 12:00:00+00 BC", None, declared=_INSTANT),
    Spelling("time", None, None, declared=_INSTANT),
    # numbers
    Spelling("integer", 1709208000, _utc(2024, 2, 29, 12), epoch="seconds", declared="bigint"),
    Spelling("integer", 1709208000000, _utc(2024, 2, 29, 12), epoch="milliseconds", declared="bigint"),
    Spelling("integer", 0, _utc(1970, 1, 1), epoch="seconds"),
    Spelling("integer", -1, _utc(1969, 12, 31, 23, 59, 59), epoch="seconds"),
    Spelling("integer", 9223372036854775807, None, epoch="seconds", declared="bigint"),
    Spelling("number", 1709208000.5, _utc(2024, 2, 29, 12, 0, 0, 500000), epoch="seconds"),
    Spelling("number", 1709208000.5, _utc(2024, 2, 29, 12, 0, 0, 500000), epoch="seconds", declared="double precision"),
    Spelling("number", "NaN", None, epoch="seconds"),
    Spelling("integer", None, None, epoch="seconds"),
    Spelling("text", "1709208000", None, epoch="seconds"),
    # texts
    *_texts(),
)
