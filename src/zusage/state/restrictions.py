"""The register of restrictions (Art. 18 GDPR). It knows people by keyed codes alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zusage.rights.restriction import GROUNDS, Ground, Instead, Restriction

from .errors import NotTold, RestrictedOtherwise, UnknownRestriction
from .models import RestrictionRow
from .numbers import key_of, named


class Restrictions:
    """Restrictions by number; a person has at most one in force."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def place(
        self,
        code: str,
        ground: Ground,
        by: str,
        at: datetime,
        suspension: str,
        earlier: Iterable[str],
        instead: Instead | None = None,
    ) -> Restriction:
        """Note a restriction before anything is restricted, so that it can be taken up again. Raises RestrictedOtherwise."""
        with transaction.atomic(using=self._alias):
            if there := self.of(code):
                raise RestrictedOtherwise(id=there.id)
            row = RestrictionRow(
                code=code,
                ground=ground,
                placed_by=by,
                placed_at=at,
                suspension=suspension,
                earlier=json.dumps(sorted(earlier)),
                instead=json.dumps(asdict(instead)) if instead else "",
            )
            row.save(using=self._alias, force_insert=True)
        return _value(row)

    def stand_instead(self, id: str, instead: Instead) -> Restriction:
        """Note that a restriction that is in force takes the place of an erasure from now on; the first time counts. Raises UnknownRestriction."""
        with transaction.atomic(using=self._alias):
            row = _there(self._rows().select_for_update(), id)
            if not row.instead:
                row.instead = json.dumps(asdict(instead))
                row.save(using=self._alias, force_update=True)
        return _value(row)

    def of(self, code: str) -> Restriction | None:
        """The restriction of a person that is in force."""
        row = self._rows().filter(code=code, lifted_at=None).first()
        return _value(row) if row else None

    def get(self, id: str) -> Restriction:
        """A restriction, lifted or not; raises UnknownRestriction."""
        return _value(_there(self._rows(), id))

    def all(self) -> tuple[Restriction, ...]:
        """Every restriction that was ever placed, in order."""
        return tuple(_value(row) for row in self._rows().order_by("id"))

    def told(self, id: str, by: str, how: str, at: datetime) -> Restriction:
        """Note that the person was told that the restriction will be lifted; the first time counts. Raises UnknownRestriction."""
        with transaction.atomic(using=self._alias):
            row = _there(self._rows().select_for_update(), id)
            if row.told_at is None:
                row.told_at, row.told_by, row.told_how = at, by, how
                row.save(using=self._alias, force_update=True)
        return _value(row)

    def lift(self, id: str, by: str, at: datetime) -> Restriction:
        """Note that it is lifted. Raises UnknownRestriction or NotTold."""
        with transaction.atomic(using=self._alias):
            row = _there(self._rows().select_for_update(), id)
            if row.told_at is None:
                raise NotTold(id=id)
            if row.lifted_at is None:
                row.lifted_at, row.lifted_by = at, by
                row.save(using=self._alias, force_update=True)
        return _value(row)

    def _rows(self) -> QuerySet[RestrictionRow]:
        return RestrictionRow.objects.using(self._alias)


def _there(rows: QuerySet[RestrictionRow], id: str) -> RestrictionRow:
    row = rows.filter(pk=key_of("R", id)).first()
    if row is None:
        raise UnknownRestriction(id=id)
    return row


def _value(row: RestrictionRow) -> Restriction:
    return Restriction(
        id=named("R", row.pk),
        code=row.code,
        ground=next(ground for ground in GROUNDS if ground == row.ground),
        by=row.placed_by,
        since=row.placed_at,
        suspension=row.suspension,
        earlier=frozenset(json.loads(row.earlier)),
        told_at=row.told_at,
        instead=Instead(**json.loads(row.instead)) if row.instead else None,
        lifted_at=row.lifted_at,
    )
