"""Suspensions and the rows that they hold."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models


class SuspensionRow(models.Model):
    """A suspension. ``digest`` covers what it holds, so that a lost or changed hold shows."""

    reason: models.TextField[str, str] = models.TextField()
    review_on: models.DateField[date, date] = models.DateField()
    person_digest: models.TextField[str | None, str | None] = models.TextField(null=True)
    placed_by: models.TextField[str, str] = models.TextField()
    placed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    lifted_by: models.TextField[str, str] = models.TextField(blank=True)
    lifted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    lift_reason: models.TextField[str, str] = models.TextField(blank=True)
    #: JSON: each review, oldest first, as time, who, why it still holds, and the day on which it was to be reviewed
    reviews: models.TextField[str, str] = models.TextField(default="[]")
    digest: models.CharField[str, str] = models.CharField(max_length=64)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_suspension"


class HoldRow(models.Model):
    """Rows of one table that a suspension holds: a condition as SQL, which may name a person."""

    suspension: models.ForeignKey[SuspensionRow, SuspensionRow] = models.ForeignKey(
        SuspensionRow, on_delete=models.PROTECT, related_name="+"
    )
    table: models.TextField[str, str] = models.TextField()
    condition: models.TextField[str, str] = models.TextField()

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_hold"
