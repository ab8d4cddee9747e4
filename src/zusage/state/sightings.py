"""What was noted of rows before a rule takes them: keyed codes alone, as few as one look needs to judge the next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from django.db import transaction

from zusage.evidence.witness.sighting import Sighting

from .errors import TimeWithoutZone
from .models import SightingRow
from .silences import Silences
from .snapshot import snapshot


class Sightings:
    """What the last look has noted."""

    def __init__(self, alias: str) -> None:
        self._alias, self._silences = alias, Silences(alias)

    def all(self) -> tuple[Sighting, ...]:
        """Everything that is noted, in the order in which it was, and who answers for what was missed."""
        with snapshot(self._alias):
            answers = self._silences.answers()
            found = [_value(row) for row in SightingRow.objects.using(self._alias).order_by("id")]
        return tuple(replace(one, answer=answers.get(_named(one))) if one.missed else one for one in found)

    def note(self, found: Iterable[Sighting]) -> None:
        """Note these in the place of all that was noted; one transaction. Raises TimeWithoutZone."""
        noted = tuple(found)
        rows = [_row(one) for one in noted]
        with transaction.atomic(using=self._alias):
            SightingRow.objects.using(self._alias).all().delete()
            SightingRow.objects.using(self._alias).bulk_create(rows)
            self._silences.forget(but={_named(one) for one in noted if one.missed})


def _named(one: Sighting) -> tuple[str, str, str, datetime]:
    return one.rule, one.recipient, one.row, one.at.astimezone(UTC)


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
