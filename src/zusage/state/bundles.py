"""Notices of rules that go out in one message, by the key of the message: a statement or two, however many they are.

1. Which notices a message has is noted with the attempt, before it is made, so that a repetition has the same ones under the same key.
2. Whatever a human has ended meanwhile stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from zusage.rights.notification import Notice

from .models import NoticeRow
from .notices import notice_of
from .numbers import key_of

_AT_ONCE = 500


class Bundles:
    """What goes out together. The caller is the only one who sends."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

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

    def fail(self, bundle: str, trouble: str, next_at: datetime) -> tuple[Notice, ...]:
        """The attempt failed; ``trouble`` says why without any value. Returns whom it concerns (2)."""
        self._waiting(bundle).update(in_doubt=False, trouble=trouble, next_at=next_at)
        return self._read(self._waiting(bundle))

    def part(self, ids: Sequence[str], bundle: str) -> None:
        """From now on these go out apart from the others that they were with."""
        numbers = [key_of("N", id) for id in ids]
        for start in range(0, len(numbers), _AT_ONCE):
            self._rows().filter(pk__in=numbers[start : start + _AT_ONCE], state="waiting").update(bundle=bundle)

    def receive(self, bundle: str, receipt: str, at: datetime) -> tuple[Notice, ...]:
        """The recipient has the message; what named the people goes. Returns whom it concerns (2)."""
        told = {"state": "told", "receipt": receipt, "told_at": at, "in_doubt": False, "sealed": None, "trouble": ""}
        self._waiting(bundle).update(**told)
        return self._read(self._rows().filter(bundle=bundle, state="told", by=""))

    def advance(self, bundle: str, progress: str) -> tuple[Notice, ...]:
        """What became of a message that was taken, as others say; none where there is no such message, or a human has seen to all of it."""
        told = self._rows().filter(bundle=bundle, state="told", by="")
        told.update(progress=progress)
        return self._read(told)

    def _waiting(self, bundle: str) -> QuerySet[NoticeRow]:
        return self._rows().filter(bundle=bundle, state="waiting")

    def _read(self, rows: QuerySet[NoticeRow]) -> tuple[Notice, ...]:
        return tuple(notice_of(row, row.occasion) for row in rows.select_related("occasion").order_by("id"))

    def _rows(self) -> QuerySet[NoticeRow]:
        return NoticeRow.objects.using(self._alias)
