"""Objections and withdrawals, by keyed codes."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class ObjectionRow(models.Model):
    """An objection to a purpose (Art. 21 GDPR). It stays as long as nobody takes it back: it is what stops a later import."""

    activity: models.TextField[str, str] = models.TextField()
    marketing: models.BooleanField[bool, bool] = models.BooleanField()
    #: JSON: keyed codes of the person and of their addresses
    codes: models.TextField[str, str] = models.TextField()
    placed_by: models.TextField[str, str] = models.TextField()
    placed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    finding: models.CharField[str, str] = models.CharField(max_length=20, blank=True)
    decided_by: models.TextField[str, str] = models.TextField(blank=True)
    second: models.TextField[str, str] = models.TextField(blank=True)
    decided_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    reasons: models.TextField[str, str] = models.TextField(blank=True)
    ended_by: models.TextField[str, str] = models.TextField(blank=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_because: models.TextField[str, str] = models.TextField(blank=True)

    class Meta:
        """Those against an activity are asked for."""

        db_table = "zusage_objection"
        indexes = (models.Index(fields=["activity"], name="objection_activity"),)


class WithdrawalRow(models.Model):
    """A consent was withdrawn (Art. 7(3) GDPR). It stays, so that a copy from before does not bring the consent back."""

    activity: models.TextField[str, str] = models.TextField()
    #: JSON: keyed codes of the person and of their addresses
    codes: models.TextField[str, str] = models.TextField()
    noted_by: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        """Those of an activity are asked for."""

        db_table = "zusage_withdrawal"
        indexes = (models.Index(fields=["activity"], name="withdrawal_activity"),)
