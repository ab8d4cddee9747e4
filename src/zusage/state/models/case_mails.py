"""The tables of what is mailed about cases: links that show whose an address is, acknowledgements and reminders."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class CaseLinkRow(models.Model):
    """Somebody asked at the public door, or the staff wants to know who asks. The link itself is known by its digest alone."""

    asked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: JSON: right, address, words and language of somebody at the door; emptied once it is a case
    content: models.TextField[str | None, str | None] = models.TextField(null=True)
    #: keyed code of the address to which it goes
    code: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    #: number of the case; None: it is not one yet
    case: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    digest: models.CharField[str | None, str | None] = models.CharField(max_length=64, null=True, unique=True)
    until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    mailed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    refused_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """What waits is asked for again and again."""

        db_table = "zusage_case_link"
        indexes = (
            models.Index(fields=["id"], condition=models.Q(mailed_at=None, refused_at=None), name="case_link_waiting"),
            models.Index(fields=["code", "asked_at"], name="case_link_code"),
        )


class CaseMailRow(models.Model):
    """One mail about a case: an acknowledgement, or a reminder of one day."""

    case: models.BigIntegerField[int, int] = models.BigIntegerField()
    what: models.CharField[str, str] = models.CharField(max_length=60)
    begun_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    sent_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    refused_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """Each goes out once."""

        db_table = "zusage_case_mail"
        constraints = (models.UniqueConstraint(fields=["case", "what"], name="one_mail_of_a_kind_about_a_case"),)
