"""The register of attestations: what a named role has said, and when."""

from __future__ import annotations

from datetime import datetime

from .errors import TimeWithoutZone
from .models import AttestationRow
from .values import Attestation


class Attestations:
    """Append-only; the newest counts."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def attest(self, promise_id: str, role: str, by_label: str, at: datetime, note_digest: str | None = None) -> Attestation:
        """Note that a role attested a promise."""
        if at.tzinfo is None:
            raise TimeWithoutZone(what="an attestation")
        row = AttestationRow(promise=promise_id, role=role, by=by_label, at=at, note_digest=note_digest)
        row.save(using=self._alias, force_insert=True)
        return _value(row)

    def latest(self, promise_id: str) -> Attestation | None:
        """The newest attestation of a promise; None where there never was one."""
        row = AttestationRow.objects.using(self._alias).filter(promise=promise_id).order_by("at", "id").last()
        return _value(row) if row else None


def _value(row: AttestationRow) -> Attestation:
    return Attestation(promise=row.promise, role=row.role, by=row.by, at=row.at, note_digest=row.note_digest)
