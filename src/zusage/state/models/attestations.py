"""What named roles have attested."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class AttestationRow(models.Model):
    """Who attested a promise, and when."""

    promise: models.TextField[str, str] = models.TextField()
    role: models.TextField[str, str] = models.TextField()
    by: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    note_digest: models.TextField[str | None, str | None] = models.TextField(null=True)

    class Meta:
        """The newest of a promise is asked for."""

        db_table = "zusage_attestation"
        indexes = (models.Index(fields=["promise", "at"], name="attestation_promise_at"),)
