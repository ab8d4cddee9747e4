"""Recipients that were noted with rows and are on no list since these went, and who answers for that.

An answer is for those that somebody saw, and for no other: it names their rows by keyed codes, with the time at which each was last seen. It stays
on record as long as they do.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import transaction

from zusage.evidence.witness.sighting import Answer

from .errors import OthersSilent, TimeWithoutZone
from .models import SightingRow, SilenceRow
from .numbers import named
from .snapshot import snapshot

#: the keyed code of a row, and when it was last seen
Seen = tuple[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A recipient was noted with rows that a rule took, and is on no list."""

    rule: str
    recipient: str
    #: how many rows, and when the first and the last of them were last seen
    number: int
    first: datetime
    last: datetime
    #: the number of the answer, who answers, in what words and when; empty where nobody does
    id: str = ""
    by: str = ""
    because: str = ""
    at: datetime | None = None


class Silences:
    """Each call is one transaction."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def open(self) -> tuple[Silence, ...]:
        """Those for whom nobody answers, by rule and recipient."""
        return tuple(_summed(rule, recipient, seen) for (rule, recipient), seen in sorted(self._unanswered().items()))

    def answered(self) -> tuple[Silence, ...]:
        """Those for whom somebody answers, by number."""
        return tuple(
            _summed(row.rule, row.recipient, _rows(row), row) for row in SilenceRow.objects.using(self._alias).order_by("id")
        )

    def answer(self, rule: str, recipient: str, number: int, by: str, because: str, at: datetime) -> Silence:
        """Somebody answers for all that are silent now; ``number``: how many they have seen. Raises OthersSilent or TimeWithoutZone."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="an answer")
        with transaction.atomic(using=self._alias):
            seen = self._unanswered().get((rule, recipient), [])
            if len(seen) != number or not seen:
                raise OthersSilent(given=number, number=len(seen))
            rows = json.dumps([(code, when.isoformat()) for code, when in seen])
            told = {"by": by, "because": because, "at": at, "salt": secrets.token_hex(16)}
            row = SilenceRow(rule=rule, recipient=recipient, rows=rows, **told)
            row.save(using=self._alias, force_insert=True)
        return _summed(rule, recipient, seen, row)

    def answers(self) -> Mapping[tuple[str, str, str, datetime], Answer]:
        """By rule, recipient, code and time of a row, who answers."""
        return {
            (row.rule, row.recipient, code, when): Answer(named("AN", row.pk), row.at.astimezone(UTC), _digest(row))
            for row in SilenceRow.objects.using(self._alias).order_by("id")
            for code, when in _rows(row)
        }

    def forget(self, but: Collection[tuple[str, str, str, datetime]]) -> None:
        """Forget answers for rows of which none is noted any more."""
        for row in SilenceRow.objects.using(self._alias).all():
            if not any((row.rule, row.recipient, code, when) in but for code, when in _rows(row)):
                row.delete(using=self._alias)

    def _unanswered(self) -> Mapping[tuple[str, str], list[Seen]]:
        found = defaultdict[tuple[str, str], list[Seen]](list)
        with snapshot(self._alias):
            answers = self.answers()
            for row in SightingRow.objects.using(self._alias).filter(missed=True).order_by("id"):
                when = row.at.astimezone(UTC)
                if (row.rule, row.recipient, row.row, when) not in answers:
                    found[row.rule, row.recipient].append((row.row, when))
        return found


def _summed(rule: str, recipient: str, seen: Collection[Seen], row: SilenceRow | None = None) -> Silence:
    times = [when for _, when in seen]
    found = Silence(rule=rule, recipient=recipient, number=len(times), first=min(times), last=max(times))
    return replace(found, id=named("AN", row.pk), by=row.by, because=row.because, at=row.at.astimezone(UTC)) if row else found


def _rows(row: SilenceRow) -> list[Seen]:
    return [(code, datetime.fromisoformat(when)) for code, when in json.loads(row.rows)]


def _digest(row: SilenceRow) -> str:
    """Of what was said, so that it cannot be altered unseen: it is sealed with each verdict."""
    said = [row.salt, row.rule, row.recipient, row.rows, row.by, row.because, row.at.astimezone(UTC).isoformat()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
