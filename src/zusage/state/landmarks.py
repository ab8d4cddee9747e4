"""Rows by which a database is known again, by keyed codes alone: after a restore most of them must be there."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zusage.sealing.erased import codes_in

from .errors import TimeWithoutZone
from .models import LandmarkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """Some rows of one table that were there at a time."""

    #: as system.table
    table: str
    #: when rows of this table were first noted, and when these
    since: datetime
    at: datetime
    #: from which the codes were made
    columns: tuple[str, ...]
    codes: frozenset[bytes] = field(repr=False)


class LandmarkBook:
    """One set of rows a table. Each call is one transaction."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def note(self, table: str, at: datetime, columns: Sequence[str], codes: Collection[bytes]) -> None:
        """These rows stand for the table from now on."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="a landmark")
        told = {"at": at, "columns": json.dumps(list(columns)), "codes": b"".join(sorted(codes))}
        rows = LandmarkRow.objects.using(self._alias)
        rows.update_or_create(table=table, defaults=told, create_defaults={**told, "since": at})

    def of(self, systems: Collection[str]) -> tuple[Landmarks, ...]:
        """What stands for the tables of some systems."""
        rows = LandmarkRow.objects.using(self._alias).order_by("table")
        return tuple(_value(row) for row in rows if row.table.split(".", 1)[0] in systems)


def _value(row: LandmarkRow) -> Landmarks:
    columns = tuple(json.loads(row.columns))
    return Landmarks(table=row.table, since=row.since, at=row.at, columns=columns, codes=codes_in(bytes(row.codes)))
