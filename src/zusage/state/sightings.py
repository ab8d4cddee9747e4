"""What was noted of rows before a rule takes them: keyed codes alone, as few as one look needs to judge the next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC

from django.db import transaction

from zusage.evidence.witness.sighting import Sighting

from .errors import TimeWithoutZone
from .models import SightingRow


class Sightings:
    """What the last look has noted."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def all(self) -> tuple[Sighting, ...]:
        """Everything that is noted, in the order in which it was."""
        return tuple(_value(row) for row in SightingRow.objects.using(self._alias).order_by("id"))

    def note(self, found: Iterable[Sighting]) -> None:
        """Note these in the place of all that was noted; one transaction. Raises TimeWithoutZone."""
        rows = [_row(one) for one in found]
        with transaction.atomic(using=self._alias):
            SightingRow.objects.using(self._alias).all().delete()
            SightingRow.objects.using(self._alias).bulk_create(rows)


def _row(one: Sighting) -> SightingRow:
    if one.at.tzinfo is None:
        raise TimeWithoutZone(what="a sighting")
    codes = json.dumps(sorted(one.codes))
    return SightingRow(rule=one.rule, row=one.row, codes=codes, recipient=one.recipient, at=one.at, missed=one.missed)


def _value(row: SightingRow) -> Sighting:
    return Sighting(
        rule=row.rule,
        row=row.row,
        codes=frozenset(json.loads(row.codes)),
        recipient=row.recipient,
        at=row.at.astimezone(UTC),
        missed=row.missed,
    )
