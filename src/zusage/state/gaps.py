"""Gaps: times of which our own record may know nothing, because it came from an old copy, until a human says that nothing newer is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from .errors import TimeWithoutZone
from .models import GapRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something outside is ahead of our own record."""

    #: the system whose rows are, or the witness that remembers more
    of: str
    #: the newest entry of ours before it, and when it was found
    since: datetime | None
    until: datetime
    #: how many entries of the evidence a witness remembers; 0 for a system
    entries: int = 0


class Gaps:
    """Each once. Each call is one transaction."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def note(self, gap: Gap) -> None:
        """It is found. The same one again, or one that was settled, changes nothing."""
        if gap.until.tzinfo is None or (gap.since and gap.since.tzinfo is None):
            raise TimeWithoutZone(what="a gap")
        told = {"since": gap.since, "until": gap.until}
        with transaction.atomic(using=self._alias):
            same = self._rows().filter(of=gap.of, entries=gap.entries)
            known = same if gap.entries else same.filter(since=gap.since) | same.filter(settled_at=None)
            if not known.exists():
                GapRow(of=gap.of, entries=gap.entries, **told).save(using=self._alias, force_insert=True)

    def open(self) -> tuple[Gap, ...]:
        """Those of which nobody has said that nothing newer is there."""
        found = self._rows().filter(settled_at=None).order_by("id")
        return tuple(Gap(of=row.of, since=row.since, until=row.until, entries=row.entries) for row in found)

    def settle(self, at: datetime) -> None:
        """A human says of all that nothing newer is there."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="a word on a gap")
        self._rows().filter(settled_at=None).update(settled_at=at)

    def longest(self, of: str) -> timedelta:
        """The longest that turned out to be none: so long a pause is usual there."""
        settled = self._rows().filter(of=of, entries=0).exclude(settled_at=None).exclude(since=None)
        return max((row.until - row.since for row in settled if row.since), default=timedelta())

    def _rows(self) -> QuerySet[GapRow]:
        return GapRow.objects.using(self._alias)
