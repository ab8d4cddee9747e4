"""The table of answers that are on their way to a person."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class CaseAnswerRow(models.Model):
    """The answer to one case: where it goes, and the link by which it is fetched, known by its digest alone."""

    case: models.BigIntegerField[int, int] = models.BigIntegerField(unique=True)
    #: keyed code of the person, by whom a login finds what lies ready; empty where the case names nobody
    whose: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    #: where the person is written to once their record is gone; emptied when the answer was mailed
    address: models.TextField[str | None, str | None] = models.TextField(null=True)
    way: models.CharField[str, str] = models.CharField(max_length=20, blank=True, default="")
    #: name of the sealed file with what is handed over; empty while nothing is
    file: models.CharField[str, str] = models.CharField(max_length=80, blank=True, default="")
    digest: models.CharField[str | None, str | None] = models.CharField(max_length=64, null=True, unique=True)
    ready_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    mailed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    refused_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """What is mailed or fetched is asked for again and again."""

        db_table = "zusage_case_answer"
        indexes = (models.Index(fields=["whose"], name="case_answer_whose"),)
