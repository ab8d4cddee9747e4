"""Requests of people, what happened to them, and who of the staff holds a token."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class CaseRow(models.Model):
    """A request of a person. What it says of the person is in ``content``, which is emptied when the case's time of keeping is over."""

    right: models.CharField[str, str] = models.CharField(max_length=20)
    received_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    content: models.TextField[str | None, str | None] = models.TextField(null=True)
    content_digest: models.CharField[str, str] = models.CharField(max_length=64)
    events: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    #: of the last event, so that a missing end shows
    head: models.CharField[str, str] = models.CharField(max_length=64)
    closed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    erased_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    #: keyed code of whoever it is about, emptied with the content; empty too where an older program opened it
    whose: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """Found by whom it is about."""

        db_table = "zusage_case"
        indexes = (models.Index(fields=["right", "whose"], name="case_whose"),)


class CaseEventRow(models.Model):
    """Something that happened to a case. ``words`` may be about the person and are emptied with the case's content."""

    case: models.ForeignKey[CaseRow, CaseRow] = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="+")
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    kind: models.CharField[str, str] = models.CharField(max_length=20)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    by: models.TextField[str, str] = models.TextField()
    detail: models.TextField[str, str] = models.TextField(blank=True)
    words: models.TextField[str | None, str | None] = models.TextField(null=True)
    words_digest: models.CharField[str, str] = models.CharField(max_length=64)
    #: over this event and the digest of the one before
    digest: models.CharField[str, str] = models.CharField(max_length=64)
    #: what the token of whoever took the step is for; empty: nobody asked for one
    role: models.CharField[str, str] = models.CharField(max_length=10, blank=True)
    #: goes before what is sealed of it in the evidence log, so that the log alone leads to no name
    salt: models.CharField[str, str] = models.CharField(max_length=32, blank=True)
    #: it is in the evidence log
    sealed: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        """A number stands once in a case."""

        db_table = "zusage_case_event"
        constraints = (models.UniqueConstraint(fields=["case", "number"], name="one_case_event_per_number"),)
        indexes = (models.Index(fields=["id"], condition=Q(sealed=False), name="case_event_unsealed"),)


class HolderRow(models.Model):
    """Somebody of the staff who has a token."""

    name: models.TextField[str, str] = models.TextField(unique=True)
    role: models.CharField[str, str] = models.CharField(max_length=10)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    issued_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_holder"
