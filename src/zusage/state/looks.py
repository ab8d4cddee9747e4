"""The record of every verification, so that the status can say since when a promise is kept or broken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.db.models import Max, QuerySet

from .errors import TimeWithoutZone
from .models import LookRow
from .values import Look, Verdict


class Looks:
    """Append-only; numbers and verdicts, no personal values."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def record(
        self,
        promise_id: str,
        verdict: Verdict,
        at: datetime,
        log_index: int | None = None,
        census: Mapping[int, int] | None = None,
    ) -> Look:
        """Note what a verification found; ``census`` counts rows by the year in which their period began."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="a verification")
        pairs = sorted((int(year), int(rows)) for year, rows in (census or {}).items())
        row = LookRow(promise=promise_id, verdict=str(verdict), at=at, log_index=log_index, census=pairs)
        row.save(using=self._alias, force_insert=True)
        return _value(row)

    def latest(self, promise_id: str) -> Look | None:
        """The newest look at a promise; None where nobody has looked yet."""
        row = self._of(promise_id).last()
        return _value(row) if row else None

    def latest_of_all(self) -> dict[str, Look]:
        """The newest look at each promise that was ever looked at."""
        rows = LookRow.objects.using(self._alias)
        newest = dict(rows.values_list("promise").annotate(newest=Max("at")))
        found = rows.filter(at__in=set(newest.values())).order_by("id")
        return {row.promise: _value(row) for row in found if row.at == newest[row.promise]}

    def since(self, promise_id: str) -> datetime | None:
        """When the present verdict was first found, without another in between; None where nobody has looked yet."""
        looks = self._of(promise_id)
        newest = looks.last()
        if not newest:
            return None
        other = looks.exclude(verdict=newest.verdict).last()
        same = looks.filter(at__gte=other.at) if other else looks
        first = next(row for row in same if not other or (row.at, row.pk) > (other.at, other.pk))
        return first.at

    def _of(self, promise_id: str) -> QuerySet[LookRow]:
        return LookRow.objects.using(self._alias).filter(promise=promise_id).order_by("at", "id")


def _value(row: LookRow) -> Look:
    census = {int(year): int(rows) for year, rows in row.census}
    return Look(promise=row.promise, verdict=cast(Verdict, row.verdict), at=row.at, log_index=row.log_index, census=census)
