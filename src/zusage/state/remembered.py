"""What was found of rows before the first step of a plan, because an earlier step takes it from under a later one.

1. It is added in portions; until it is whole nothing of it is relied upon, and whoever begins anew begins with nothing.
2. It is asked for by the codes of some rows, so that it is never in memory all at once.
3. It goes with its plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet

from .models import RememberedPlanRow, RememberedRow

_AT_ONCE = 500


class Remembered:
    """What is remembered, by the digest of the plan."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def begin(self, digest: str, at: datetime) -> None:
        """Begin anew (1)."""
        with transaction.atomic(using=self._alias):
            self.drop(digest)
            self._plans().create(digest=digest, at=at)

    def add(self, digest: str, sealed: Mapping[str, bytes]) -> None:
        """Some rows, by their codes; durable on return. What is there already stays."""
        rows = [RememberedRow(digest=digest, code=code, sealed=one) for code, one in sealed.items()]
        self._rows().bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)

    def end(self, digest: str) -> None:
        """All was added (1)."""
        self._plans().filter(digest=digest).update(whole=True)

    def whole(self, digest: str) -> bool:
        """Whether all was added that there was (1)."""
        return self._plans().filter(digest=digest, whole=True).exists()

    def of(self, digest: str, codes: Collection[str]) -> Mapping[str, bytes]:
        """What is remembered of the rows with these codes (2); no more than some hundred are asked for with one statement."""
        asked, found = list(codes), dict[str, bytes]()
        for start in range(0, len(asked), _AT_ONCE):
            rows = self._rows().filter(digest=digest, code__in=asked[start : start + _AT_ONCE])
            found |= {code: bytes(sealed) for code, sealed in rows.values_list("code", "sealed")}
        return found

    def plans(self) -> Iterator[tuple[str, datetime]]:
        """The digest of each plan, and when it was begun."""
        for digest, at in list(self._plans().order_by("id").values_list("digest", "at")):
            yield digest, at.astimezone(UTC)

    def drop(self, digest: str) -> None:
        """Nothing of a plan is needed any more (3)."""
        with transaction.atomic(using=self._alias):
            self._rows().filter(digest=digest).delete()
            self._plans().filter(digest=digest).delete()

    def _rows(self) -> QuerySet[RememberedRow]:
        return RememberedRow.objects.using(self._alias)

    def _plans(self) -> QuerySet[RememberedPlanRow]:
        return RememberedPlanRow.objects.using(self._alias)
