"""The ledger of what went to whom, where no table of the service says so. It knows people by keyed codes alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from .errors import TimeWithoutZone
from .models import DisclosureRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Data of a person went to a recipient."""

    recipient: str
    what: tuple[str, ...]
    at: datetime


class Disclosures:
    """Append-only, until the time of keeping is over."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def record(self, code: str, recipient: str, what: Iterable[str], at: datetime, reference: str | None = None) -> bool:
        """Note a hand-over, on disk when it returns; False where one with this reference is noted already. Raises TimeWithoutZone."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="a disclosure")
        digest = hashlib.sha256(f"{code}\n{recipient}\n{reference}".encode()).hexdigest() if reference else None
        row = DisclosureRow(code=code, recipient=recipient, what=json.dumps(sorted(what)), at=at, reference_digest=digest)
        try:
            with transaction.atomic(using=self._alias):
                row.save(using=self._alias, force_insert=True)
        except IntegrityError:
            return False
        return True

    def of(self, code: str) -> tuple[Disclosure, ...]:
        """What went to whom of a person, oldest first."""
        return self.of_each([code]).get(code, ())

    def of_each(self, codes: Iterable[str]) -> Mapping[str, tuple[Disclosure, ...]]:
        """What went to whom of some people, by code, where anything did: oldest first, so many at once as a statement can name."""
        wanted, found = list(dict.fromkeys(codes)), dict[str, list[Disclosure]]()
        for start in range(0, len(wanted), _AT_ONCE):
            some = DisclosureRow.objects.using(self._alias).filter(code__in=wanted[start : start + _AT_ONCE])
            for row in some.order_by("at", "id"):
                line = Disclosure(recipient=row.recipient, what=tuple(json.loads(row.what)), at=row.at.astimezone(UTC))
                found.setdefault(row.code, []).append(line)
        return {code: tuple(lines) for code, lines in found.items()}

    def erase(self, before: datetime) -> int:
        """Forget what went out before an instant; returns how many lines."""
        gone, _ = DisclosureRow.objects.using(self._alias).filter(at__lt=before).delete()
        return int(gone)
