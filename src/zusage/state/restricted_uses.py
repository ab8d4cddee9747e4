"""The register of uses of restricted data (Art. 18(2) GDPR)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zusage.rights.restriction import USES, Opened, Use

from .errors import UnknownUse
from .models import RestrictedUseRow
from .numbers import key_of, named


class RestrictedUses:
    """Uses by number, such as ``U-0001``."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def note(self, restriction: str, use: Use, by: str, second: str, reasons: str, at: datetime, until: datetime) -> Opened:
        """Note a use before anything is opened; on disk when it returns."""
        row = RestrictedUseRow(
            restriction=restriction, use=use, opened_by=by, second=second, reasons=reasons, opened_at=at, until=until
        )
        row.save(using=self._alias, force_insert=True)
        return _value(row)

    def all(self) -> tuple[Opened, ...]:
        """Every use, in order."""
        return tuple(_value(row) for row in RestrictedUseRow.objects.using(self._alias).order_by("id"))

    def close(self, id: str, at: datetime) -> Opened:
        """Note that nothing is open any more; the first time counts. Raises UnknownUse."""
        with transaction.atomic(using=self._alias):
            row = RestrictedUseRow.objects.using(self._alias).select_for_update().filter(pk=key_of("U", id)).first()
            if row is None:
                raise UnknownUse(id=id)
            if row.closed_at is None:
                row.closed_at = at
                row.save(using=self._alias, force_update=True)
        return _value(row)


def _value(row: RestrictedUseRow) -> Opened:
    return Opened(
        id=named("U", row.pk),
        restriction=row.restriction,
        use=next(use for use in USES if use == row.use),
        by=row.opened_by,
        second=row.second,
        reasons=row.reasons,
        since=row.opened_at,
        until=row.until,
        closed_at=row.closed_at,
    )
