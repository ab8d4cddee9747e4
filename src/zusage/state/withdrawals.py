"""The register of withdrawn consents (Art. 7(3) GDPR). It knows people and their addresses by keyed codes alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from zusage.rights.withdrawal import Withdrawal

from .models import WithdrawalRow
from .numbers import named


class Withdrawals:
    """Withdrawals by number, such as ``W-0001``."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def note(self, activity: str, codes: Iterable[str], by: str, at: datetime, since: datetime | None = None) -> Withdrawal:
        """Note a withdrawal; on disk when it returns. One of the same person that the same clerk has noted ``since`` is taken up."""
        codes = frozenset(codes)
        mine = WithdrawalRow.objects.using(self._alias).filter(activity=activity, noted_by=by, at__gte=since) if since else ()
        if taken_up := next((one for one in map(_value, mine) if one.codes & codes), None):
            return taken_up
        row = WithdrawalRow(activity=activity, codes=json.dumps(sorted(codes)), noted_by=by, at=at)
        row.save(using=self._alias, force_insert=True)
        return _value(row)

    def all(self) -> tuple[Withdrawal, ...]:
        """Every withdrawal, in order."""
        return tuple(_value(row) for row in WithdrawalRow.objects.using(self._alias).order_by("id"))

    def of(self, activity: str) -> Mapping[str, datetime]:
        """The codes of everybody who withdrew their consent, and when they last did."""
        found: dict[str, datetime] = {}
        for row in WithdrawalRow.objects.using(self._alias).filter(activity=activity).order_by("at", "id"):
            found |= dict.fromkeys(json.loads(row.codes), row.at)
        return found


def _value(row: WithdrawalRow) -> Withdrawal:
    codes = frozenset(json.loads(row.codes))
    return Withdrawal(id=named("W", row.pk), activity=row.activity, codes=codes, by=row.noted_by, at=row.at)
