"""Restrictions, and uses of what is restricted."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class RestrictionRow(models.Model):
    """A restriction of one person's data (Art. 18 GDPR), who is known by a keyed code."""

    code: models.TextField[str, str] = models.TextField()
    ground: models.CharField[str, str] = models.CharField(max_length=1)
    placed_by: models.TextField[str, str] = models.TextField()
    placed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    suspension: models.TextField[str, str] = models.TextField()
    #: JSON: ids of the vault's entries of this person that were there before
    earlier: models.TextField[str, str] = models.TextField(default="[]")
    told_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    told_by: models.TextField[str, str] = models.TextField(blank=True)
    told_how: models.TextField[str, str] = models.TextField(blank=True)
    lifted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    lifted_by: models.TextField[str, str] = models.TextField(blank=True)
    #: JSON: the decision under § 35 BDSG, where it stands in the place of an erasure
    instead: models.TextField[str, str] = models.TextField(blank=True)

    class Meta:
        """One in force for a person."""

        db_table = "zusage_restriction"
        constraints = (
            models.UniqueConstraint(fields=["code"], condition=Q(lifted_at__isnull=True), name="one_restriction_of_a_person"),
        )


class RestrictedUseRow(models.Model):
    """A use of restricted data (Art. 18(2) GDPR). What was read is in no table."""

    restriction: models.TextField[str, str] = models.TextField()
    use: models.CharField[str, str] = models.CharField(max_length=20)
    opened_by: models.TextField[str, str] = models.TextField()
    second: models.TextField[str, str] = models.TextField()
    reasons: models.TextField[str, str] = models.TextField()
    opened_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    until: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    closed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_restricted_use"
