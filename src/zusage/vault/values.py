"""What goes into the vault and comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

Scalar = None | bool | int | float | str | bytes | Decimal | date | datetime | time | timedelta | UUID
Value = Scalar | list["Value"] | dict[str, "Value"]
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A row with everything that lives and dies with it."""

    system: str
    #: the row's own table
    table: str
    #: the values of its primary key
    key: tuple[Value, ...] = field(repr=False)
    #: the keep rule that blocks it
    rule: str
    #: the day from which its period counts
    started_on: date
    #: the first day on which it must be gone
    delete_from: date
    row: Row = field(repr=False)
    #: rows of other tables that go with it, by table, in the order in which they are put back
    parts: tuple[tuple[str, tuple[Row, ...]], ...] = field(default=(), repr=False)
    #: by ``VaultWriter.person_digest``; None where no person is known
    person_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands in clear beside an entry, and what its seal is bound to."""

    id: str
    system: str
    table: str
    rule: str
    started_on: str
    delete_from: str
    #: JSON: table → rows
    parts: str
    person_digest: str | None
    sealed_at: str
