"""Who was warned before an end."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class WarningRow(models.Model):
    """Somebody was warned before an end; ``code`` is keyed and covers the row and when its period began."""

    rule: models.TextField[str, str] = models.TextField()
    code: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=16)
    begun_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    sent_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    refused_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """Nobody is warned twice of one end."""

        db_table = "zusage_warning"
        constraints = (models.UniqueConstraint(fields=["rule", "code"], name="one_warning_of_an_end"),)
