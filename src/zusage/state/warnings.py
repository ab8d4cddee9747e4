"""Who was warned before an end. People and their rows stand there as keyed codes alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .errors import TimeWithoutZone
from .models import WarningRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningNote:
    """What is on record of one warning."""

    id: int
    code: bytes = field(repr=False)
    begun_at: datetime
    #: a mail server has taken it
    sent_at: datetime | None
    #: a mail server refused the address, last at this time
    refused_at: datetime | None


class Warnings:
    """Warnings by rule. Each call is one transaction, on disk when it returns."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def begin(self, rule: str, code: bytes, at: datetime) -> int:
        """Note that somebody is about to be warned; returns a number for what comes of it."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="a warning")
        row, _ = WarningRow.objects.using(self._alias).get_or_create(rule=rule, code=code, defaults={"begun_at": at})
        return int(row.pk)

    def sent(self, id: int, at: datetime) -> None:
        """A mail server has taken it."""
        WarningRow.objects.using(self._alias).filter(pk=id).update(sent_at=at, refused_at=None)

    def refused(self, id: int, at: datetime) -> None:
        """A mail server refused the address, or there is none."""
        WarningRow.objects.using(self._alias).filter(pk=id).update(refused_at=at)

    def of(self, rule: str) -> Mapping[bytes, WarningNote]:
        """All of a rule, by code."""
        return {bytes(row.code): _value(row) for row in WarningRow.objects.using(self._alias).filter(rule=rule)}

    def forget(self, rule: str, before: datetime) -> int:
        """Drop those that were begun before an instant; returns how many."""
        return int(WarningRow.objects.using(self._alias).filter(rule=rule, begun_at__lt=before).delete()[0])


def _value(row: WarningRow) -> WarningNote:
    return WarningNote(id=row.pk, code=bytes(row.code), begun_at=row.begun_at, sent_at=row.sent_at, refused_at=row.refused_at)
