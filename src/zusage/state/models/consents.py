"""Records of consent, the texts that were shown, and how far they go."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class ConsentTextRow(models.Model):
    """A text that people were shown when they chose, word for word."""

    digest: models.CharField[str, str] = models.CharField(max_length=64, primary_key=True)
    language: models.CharField[str, str] = models.CharField(max_length=2)
    body: models.TextField[str, str] = models.TextField()
    since: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_consent_text"


class ConsentRow(models.Model):
    """The record of a choice. Only its erasure changes it: content, id and pseudonym go, number, time and digests stay."""

    number: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    record: models.CharField[str | None, str | None] = models.CharField(max_length=22, null=True, unique=True)
    subject: models.CharField[str | None, str | None] = models.CharField(max_length=64, null=True)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: when it is asked for again
    until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    content: models.TextField[str | None, str | None] = models.TextField(null=True)
    content_digest: models.CharField[str, str] = models.CharField(max_length=64)
    #: over the number, the time, the content's digest and the digest of the record before
    digest: models.CharField[str, str] = models.CharField(max_length=64)
    erased_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """All records of a pseudonym are asked for."""

        db_table = "zusage_consent"
        indexes = (models.Index(fields=["subject", "number"], name="consent_subject_number"),)


class ConsentHead(models.Model):
    """One row: how many records there are and the digest of the last, so that a missing end shows."""

    id: models.SmallIntegerField[int, int] = models.SmallIntegerField(primary_key=True)
    records: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    digest: models.CharField[str, str] = models.CharField(max_length=64)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_consent_head"
