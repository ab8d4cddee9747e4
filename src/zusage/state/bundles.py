"""Notices of rules that go out in one message, by the key of the message: a statement or two, however many they are.

1. Which notices a message has is noted with the attempt, before it is made, so that a repetition has the same ones under the same key.
2. Whatever a human has ended meanwhile stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Min, QuerySet

from zusage.rights.notification import RULE, Notice

from .models import NoticeRow
from .notices import notice_of
from .numbers import key_of

_AT_ONCE = 500


class Bundles:
    """What goes out together. The caller is the only one who sends."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def recipients(self, now: datetime) -> tuple[str, ...]:
        """Whoever is to be told of what rules took, in the order of their names."""
        return tuple(self._due(now).order_by("recipient").values_list("recipient", flat=True).distinct())

    def new(self, recipient: str, now: datetime, after: str, limit: int) -> tuple[Notice, ...]:
        """So many notices that are due and were in no message yet, behind one, in order."""
        found = self._due(now).filter(recipient=recipient, bundle=None, pk__gt=key_of("N", after) or 0)
        return self._read(found, limit)

    def known(self, recipient: str, now: datetime) -> tuple[str, ...]:
        """The keys of messages that did not arrive, or of which nobody knows it, and that are due; the longest waiting first."""
        found = self._due(now).filter(recipient=recipient).exclude(bundle=None)
        return tuple(
            str(one["bundle"]) for one in found.values("bundle").annotate(first=Min("next_at")).order_by("first", "bundle")
        )

    def of(self, bundle: str) -> tuple[Notice, ...]:
        """What waits of a message, in order."""
        return self._read(self._waiting(bundle))

    def begin(self, ids: Sequence[str], bundle: str) -> bool:
        """Note an attempt to send some notices that are due in one message (1); False, and nothing is noted, where one has ended meanwhile."""
        numbers = [key_of("N", id) for id in ids]
        with transaction.atomic(using=self._alias):
            begun = 0
            for start in range(0, len(numbers), _AT_ONCE):
                mine = self._rows().filter(pk__in=numbers[start : start + _AT_ONCE], state="waiting")
                begun += mine.update(bundle=bundle, tries=F("tries") + 1, in_doubt=True)
            if begun != len(numbers):
                transaction.set_rollback(True, using=self._alias)
            return begun == len(numbers)

    def fail(self, bundle: str, trouble: str, next_at: datetime) -> Mapping[str, int]:
        """The attempt failed; ``trouble`` says why without any value. Returns by the digest of the plan of how many notices (2)."""
        self._waiting(bundle).update(in_doubt=False, trouble=trouble, next_at=next_at)
        return _counted(self._waiting(bundle))

    def part(self, bundle: str, other: str, next_at: datetime) -> None:
        """From now on the second half of a message goes out apart from the first, under another key; neither was tried."""
        with transaction.atomic(using=self._alias):
            numbers = list(self._waiting(bundle).order_by("id").values_list("pk", flat=True))
            self._waiting(bundle).update(tries=0, in_doubt=False, next_at=next_at)
            if half := numbers[len(numbers) // 2 :]:
                self._waiting(bundle).filter(pk__gte=half[0]).update(bundle=other)

    def receive(self, bundle: str, receipt: str, at: datetime) -> Mapping[str, int]:
        """The recipient has the message; what named the people goes. Returns as ``fail``."""
        told = {"state": "told", "receipt": receipt, "told_at": at, "in_doubt": False, "sealed": None, "trouble": ""}
        self._waiting(bundle).update(**told)
        return _counted(self._rows().filter(bundle=bundle, state="told", by=""))

    def advance(self, bundle: str, progress: str) -> tuple[Notice, ...]:
        """What became of a message that was taken, as others say; none where there is no such message, or a human has seen to all of it."""
        told = self._rows().filter(bundle=bundle, state="told", by="")
        told.update(progress=progress)
        return self._read(told)

    def _waiting(self, bundle: str) -> QuerySet[NoticeRow]:
        return self._rows().filter(bundle=bundle, state="waiting")

    def _due(self, now: datetime) -> QuerySet[NoticeRow]:
        due = self._rows().filter(state="waiting", next_at__lte=now, occasion__settled_at__isnull=False)
        return due.filter(occasion__about__startswith=RULE)

    def _read(self, rows: QuerySet[NoticeRow], limit: int | None = None) -> tuple[Notice, ...]:
        return tuple(notice_of(row, row.occasion) for row in rows.select_related("occasion").order_by("id")[:limit])

    def _rows(self) -> QuerySet[NoticeRow]:
        return NoticeRow.objects.using(self._alias)


def _counted(rows: QuerySet[NoticeRow]) -> Mapping[str, int]:
    found = Counter[str]()
    for about, number in rows.values_list("occasion__about").annotate(Count("pk")):
        found[about.removeprefix(RULE).partition("/")[0]] += number
    return found
