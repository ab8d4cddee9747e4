"""The register of erasures: which rows went, by keyed codes alone, so that a backup which brings them back does not bring them far."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zusage.sealing.erased import codes_in

from .errors import TimeWithoutZone
from .models import ErasureRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Rows of one table that one batch took or changed."""

    id: int
    #: as system.table
    table: str
    promise: str
    #: what became of them
    action: str
    at: datetime
    #: they are known to be gone, or changed
    gone: bool
    #: from which the codes were made; the last says when a row came to be
    columns: tuple[str, ...]
    codes: frozenset[bytes] = field(repr=False)


class Erasures:
    """Batches of erased rows. Each call is one transaction, on disk when it returns."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def note(self, table: str, promise: str, action: str, at: datetime, columns: Sequence[str], codes: bytes) -> int:
        """Take down rows that are about to go, by codes made from some columns; returns a number for ``settle``."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="an erasure")
        row = ErasureRow(table=table, promise=promise, action=action, at=at, columns=json.dumps(columns), codes=codes)
        row.save(using=self._alias, force_insert=True)
        return int(row.pk)

    def settle(self, id: int) -> None:
        """They are gone."""
        self._rows().filter(pk=id).update(gone=True)

    def keep(self, id: int, codes: Collection[bytes]) -> None:
        """Of these alone it is true that they went; none of them: the batch never was."""
        with transaction.atomic(using=self._alias):
            if codes:
                self._rows().filter(pk=id).update(gone=True, codes=b"".join(sorted(codes)))
            else:
                self._rows().filter(pk=id).delete()

    def batches(self, systems: Collection[str]) -> Iterator[Erased]:
        """What went from some systems, oldest first."""
        for row in self._rows().order_by("at", "id").iterator():
            if row.table.split(".", 1)[0] in systems:
                yield _value(row)

    def unsettled(self) -> tuple[Erased, ...]:
        """Batches of which nobody knows whether they are gone, because a run was interrupted."""
        return tuple(_value(row) for row in self._rows().filter(gone=False).order_by("id"))

    def any(self) -> bool:
        """Whether anything is on the register."""
        return self._rows().exists()

    def forget(self, table: str, before: datetime) -> int:
        """Drop what went from a table before an instant and is settled; returns how many rows that were."""
        with transaction.atomic(using=self._alias):
            old = self._rows().filter(table=table, at__lt=before, gone=True)
            rows = sum(len(codes_in(bytes(codes))) for codes in old.values_list("codes", flat=True))
            old.delete()
        return rows

    def tables(self) -> frozenset[str]:
        """Each table of which rows are on the register, as system.table."""
        return frozenset(self._rows().values_list("table", flat=True).distinct())

    def _rows(self) -> QuerySet[ErasureRow]:
        return ErasureRow.objects.using(self._alias)


def _value(row: ErasureRow) -> Erased:
    return Erased(
        id=row.pk,
        table=row.table,
        promise=row.promise,
        action=row.action,
        at=row.at,
        gone=row.gone,
        columns=tuple(json.loads(row.columns)),
        codes=codes_in(bytes(row.codes)),
    )
