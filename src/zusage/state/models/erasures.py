"""The register of erasures, and what shows that it is the newest, of the databases that it speaks of."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class ErasureRow(models.Model):
    """Rows of one table that went, or were changed, in one batch: keyed codes alone, in ``codes`` one behind the other."""

    table: models.TextField[str, str] = models.TextField()
    promise: models.TextField[str, str] = models.TextField()
    #: what became of them, so that it can be done again
    action: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    #: they are gone for good; until then nobody knows
    gone: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    #: JSON: the columns from which the codes were made; the last says when a row came to be
    columns: models.TextField[str, str] = models.TextField(default="[]")
    codes: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_erasure"


class LandmarkRow(models.Model):
    """Some rows of one table by which its database is known again: keyed codes alone, as those of an erasure."""

    table: models.TextField[str, str] = models.TextField(unique=True)
    #: when rows of this table were first taken for it, and when these
    since: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: JSON: the columns from which the codes were made
    columns: models.TextField[str, str] = models.TextField()
    codes: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_landmark"


class GapRow(models.Model):
    """A time of which our own record may know nothing."""

    #: the system whose rows are newer than our record, or the witness that remembers more
    of: models.TextField[str, str] = models.TextField()
    since: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    until: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: how many entries of the evidence a witness remembers
    entries: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    #: when somebody said that nothing newer is there
    settled_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_gap"
