"""The journal of runs: what was begun, and each line of it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class Run(models.Model):
    """One run of a plan, with the number and digest of its last line, so that a missing end shows."""

    plan: models.CharField[str, str] = models.CharField(max_length=64)
    lines: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    head: models.CharField[str, str] = models.CharField(max_length=64, default="")
    ended: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        """At most one run of a plan is unfinished."""

        constraints = (models.UniqueConstraint(fields=["plan"], condition=Q(ended=False), name="one_unfinished_run"),)


class JournalLine(models.Model):
    """One line of the journal. It has no personal value and no key of a row."""

    run: models.ForeignKey[Run, Run] = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    kind: models.CharField[str, str] = models.CharField(max_length=20)
    step: models.TextField[str, str] = models.TextField(blank=True)
    rows: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    reason: models.TextField[str, str] = models.TextField(blank=True)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: over this line and the digest of the one before
    digest: models.CharField[str, str] = models.CharField(max_length=64)

    class Meta:
        """A number stands once in a run."""

        constraints = (models.UniqueConstraint(fields=["run", "number"], name="one_line_per_number"),)
