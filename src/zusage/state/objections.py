"""The register of objections (Art. 21 GDPR). It knows people and their addresses by keyed codes alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zusage.rights.objection import FINDINGS, Finding, Objection

from .errors import UnknownObjection
from .models import ObjectionRow
from .numbers import key_of, named


class Objections:
    """Objections by number, such as ``O-0001``."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def place(self, activity: str, codes: Iterable[str], by: str, at: datetime, *, marketing: bool) -> Objection:
        """Note an objection; one of the same person to the same purpose that still stops it is taken up, with what is new."""
        with transaction.atomic(using=self._alias):
            wanted, row = set(codes), None
            for one in self._rows().select_for_update().filter(activity=activity, ended_at=None):
                known = set(json.loads(one.codes))
                if known & wanted and _value(one).stops:
                    row, wanted = one, wanted | known
            row = row or ObjectionRow(activity=activity, marketing=marketing, placed_by=by, placed_at=at)
            row.codes = json.dumps(sorted(wanted))
            row.save(using=self._alias)
        return _value(row)

    def get(self, id: str) -> Objection:
        """An objection, ended or not; raises UnknownObjection."""
        return _value(_there(self._rows(), id))

    def all(self) -> tuple[Objection, ...]:
        """Every objection that was ever placed, in order."""
        return tuple(_value(row) for row in self._rows().order_by("id"))

    def against(self, activity: str) -> frozenset[str]:
        """The codes of everybody whose data the purpose may not use."""
        found = (_value(row) for row in self._rows().filter(activity=activity, ended_at=None))
        return frozenset(code for one in found if one.stops for code in one.codes)

    def decide(
        self, id: str, finding: Finding, by: str, second: str, reasons: str, at: datetime, check: Callable[[Objection], None]
    ) -> Objection:
        """Note what was decided, if ``check`` does not raise. Raises UnknownObjection."""
        with transaction.atomic(using=self._alias):
            row = _there(self._rows().select_for_update(), id)
            check(_value(row))
            row.finding, row.decided_by, row.second, row.reasons, row.decided_at = finding, by, second, reasons, at
            row.save(using=self._alias, force_update=True)
        return _value(row)

    def end(self, id: str, by: str, because: str, at: datetime) -> Objection:
        """The person takes it back, such as by a new consent; the first time counts. Raises UnknownObjection."""
        with transaction.atomic(using=self._alias):
            row = _there(self._rows().select_for_update(), id)
            if row.ended_at is None:
                row.ended_by, row.ended_because, row.ended_at = by, because, at
                row.save(using=self._alias, force_update=True)
        return _value(row)

    def _rows(self) -> QuerySet[ObjectionRow]:
        return ObjectionRow.objects.using(self._alias)


def _there(rows: QuerySet[ObjectionRow], id: str) -> ObjectionRow:
    row = rows.filter(pk=key_of("O", id)).first()
    if row is None:
        raise UnknownObjection(id=id)
    return row


def _value(row: ObjectionRow) -> Objection:
    return Objection(
        id=named("O", row.pk),
        activity=row.activity,
        marketing=row.marketing,
        codes=frozenset(json.loads(row.codes)),
        by=row.placed_by,
        since=row.placed_at,
        finding=next((finding for finding in FINDINGS if finding == row.finding), None),
        decided_by=row.decided_by,
        second=row.second,
        decided_at=row.decided_at,
        reasons=row.reasons,
        ended_at=row.ended_at,
    )
