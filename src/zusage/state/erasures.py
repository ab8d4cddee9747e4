"""The register of erasures: which rows went, by keyed codes alone, so that a backup which brings them back does not bring them far.

Files that go with rows are on it as well, by codes of where they lay: they may be restored without their rows.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zusage.sealing.erased import codes_in

from .errors import TimeWithoutZone
from .models import ErasureRow

#: what became of files that went with rows, in the place of what became of rows
FILES = "files"


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

    def note_files(self, table: str, pattern: str, at: datetime, codes: bytes) -> None:
        """Take down files that are about to go after their rows went, by codes of where they lay."""
        self.settle(self.note(table, "", FILES, at, (pattern,), codes))

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
        """Rows that went from some systems, oldest first."""
        for row in self._rows().exclude(action=FILES).order_by("at", "id").iterator():
            if row.table.split(".", 1)[0] in systems:
                yield _value(row)

    def files(self, table: str, pattern: str) -> Mapping[bytes, datetime]:
        """By the code of where it lay, when a file of erased rows went last."""
        rows = self._rows().filter(action=FILES, table=table, columns=json.dumps([pattern])).order_by("at", "id")
        return {code: row.at for row in rows.iterator() for code in codes_in(bytes(row.codes))}

    def unsettled(self) -> tuple[Erased, ...]:
        """Batches of rows of which nobody knows whether they are gone, because a run was interrupted."""
        return tuple(_value(row) for row in self._rows().exclude(action=FILES).filter(gone=False).order_by("id"))

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
