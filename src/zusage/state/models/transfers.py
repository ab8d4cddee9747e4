"""The table of packages on their way to other controllers. Nothing of a person stands here."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class TransferRow(models.Model):
    """A package that was sealed in a case for a recipient, and what became of it."""

    case: models.BigIntegerField[int, int] = models.BigIntegerField()
    #: of the event with which it was ordered last
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    recipient: models.TextField[str, str] = models.TextField()
    key: models.CharField[str, str] = models.CharField(max_length=36, unique=True)
    #: SHA-256 of the package; empty while it is not sealed
    digest: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    size: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    files: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    #: JSON: names of the columns in it, never values
    what: models.TextField[str, str] = models.TextField(default="[]")
    tries: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    #: when it is tried again by itself; None: a human must look, or nothing is left to do
    next_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    trouble: models.TextField[str, str] = models.TextField(blank=True, default="")
    received_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    status: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    confirmed: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        """One of a case for a recipient."""

        db_table = "zusage_transfer"
        constraints = (models.UniqueConstraint(fields=["case", "recipient"], name="one_transfer_to_a_recipient"),)
