"""The tables of what went to whom, and of who was told what. People stand there as keyed codes alone."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class DisclosureRow(models.Model):
    """Data of a person went to a recipient, where no table of the service says so."""

    code: models.TextField[str, str] = models.TextField()
    recipient: models.TextField[str, str] = models.TextField()
    #: JSON: names of fields and classes, never values
    what: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: of whatever the service calls the hand-over, so that telling it twice notes it once
    reference_digest: models.CharField[str | None, str | None] = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        """All of a person are asked for."""

        db_table = "zusage_disclosure"
        indexes = (models.Index(fields=["code"], name="disclosure_code"),)


class OccasionRow(models.Model):
    """Something of which recipients are told; ``digest`` covers who they are, so that a lost notice shows."""

    kind: models.CharField[str, str] = models.CharField(max_length=12)
    about: models.TextField[str, str] = models.TextField()
    code: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    settled_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    #: JSON: the recipients, in order
    recipients: models.TextField[str, str] = models.TextField(default="[]")
    digest: models.CharField[str, str] = models.CharField(max_length=64)
    #: sealed: by what it can be told, after a crash, whether it happened
    sealed: models.BinaryField[bytes | None, bytes | None] = models.BinaryField(null=True)

    class Meta:
        """One of a kind for a person."""

        db_table = "zusage_occasion"
        constraints = (models.UniqueConstraint(fields=["about", "code"], name="one_occasion_of_a_person"),)
        indexes = (models.Index(fields=["code"], name="occasion_code"),)


class NoticeRow(models.Model):
    """One recipient, one occasion. ``sealed`` is what names the person to the recipient; it goes with the receipt."""

    occasion: models.ForeignKey[OccasionRow, OccasionRow] = models.ForeignKey(
        OccasionRow, on_delete=models.PROTECT, related_name="+"
    )
    recipient: models.TextField[str, str] = models.TextField()
    key: models.CharField[str, str] = models.CharField(max_length=36, unique=True)
    upto: models.TextField[str, str] = models.TextField(blank=True)
    sealed: models.BinaryField[bytes | None, bytes | None] = models.BinaryField(null=True)
    state: models.CharField[str, str] = models.CharField(max_length=16, default="waiting")
    tries: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    in_doubt: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    next_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    trouble: models.TextField[str, str] = models.TextField(blank=True)
    told_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    receipt: models.TextField[str, str] = models.TextField(blank=True)
    progress: models.TextField[str, str] = models.TextField(blank=True)
    because: models.TextField[str, str] = models.TextField(blank=True)
    by: models.TextField[str, str] = models.TextField(blank=True)
    #: who said by what the recipient knows the person, and when
    named_by: models.TextField[str, str] = models.TextField(blank=True, default="")
    named_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    #: the key of the message in which it goes out with others
    bundle: models.CharField[str | None, str | None] = models.CharField(max_length=36, null=True)

    class Meta:
        """A recipient is told of an occasion once."""

        db_table = "zusage_notice"
        constraints = (models.UniqueConstraint(fields=["occasion", "recipient"], name="one_notice_to_a_recipient"),)
        indexes = (
            models.Index(fields=["state", "next_at"], name="notice_state_next"),
            models.Index(fields=["bundle"], name="notice_bundle"),
            models.Index(fields=["progress"], name="notice_progress"),
        )


class RuleListsRow(models.Model):
    """How many lists of a batch there are to be, so that one which is lost shows: no other register knows of them one by one."""

    #: as the occasions of the batch say it
    about: models.TextField[str, str] = models.TextField(unique=True)
    #: when the batch was written down
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    lists: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()

    class Meta:
        """A batch is counted once."""

        db_table = "zusage_rule_lists"


class RememberedPlanRow(models.Model):
    """A plan before whose first step something was found that an earlier step takes from under a later one."""

    #: of the plan
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: all was found; until then nothing of it may be relied upon
    whole: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_remembered_plan"


class RememberedRow(models.Model):
    """What was found of a row; it goes with its plan."""

    digest: models.CharField[str, str] = models.CharField(max_length=64)
    #: keyed code of the row and the step that takes it
    code: models.CharField[str, str] = models.CharField(max_length=64)
    sealed: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        """A row is remembered once for a step."""

        db_table = "zusage_remembered"
        constraints = (models.UniqueConstraint(fields=["digest", "code"], name="one_memory_of_a_row"),)


class SightingRow(models.Model):
    """A row that a rule will take, and somebody who had received its data, noted before it goes: by keyed codes alone."""

    rule: models.TextField[str, str] = models.TextField()
    row: models.CharField[str, str] = models.CharField(max_length=64)
    #: JSON: under which a notice can be about it
    codes: models.TextField[str, str] = models.TextField()
    recipient: models.TextField[str, str] = models.TextField()
    #: when the row was last seen
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: it had gone, and the recipient was not told
    missed: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_sighting"


class SilenceRow(models.Model):
    """Somebody answers for recipients that were noted with rows and are on no list."""

    rule: models.TextField[str, str] = models.TextField()
    recipient: models.TextField[str, str] = models.TextField()
    #: JSON: the code of each row and when it was last seen
    rows: models.TextField[str, str] = models.TextField()
    by: models.TextField[str, str] = models.TextField()
    because: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    #: what goes into the digest that is sealed, so that nobody guesses who it was
    salt: models.CharField[str, str] = models.CharField(max_length=32)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_silence"
