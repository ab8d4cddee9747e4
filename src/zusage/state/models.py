"""The tables. Rows leave this room only as frozen values."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Q

from .answer_models import CaseAnswerRow
from .case_mail_models import CaseLinkRow, CaseMailRow
from .notice_models import DisclosureRow, NoticeRow, OccasionRow

__all__ = [
    "AttestationRow",
    "CaseAnswerRow",
    "CaseEventRow",
    "CaseLinkRow",
    "CaseMailRow",
    "CaseRow",
    "ConsentHead",
    "ConsentRow",
    "ConsentTextRow",
    "DisclosureRow",
    "HoldRow",
    "HolderRow",
    "JournalLine",
    "NoticeRow",
    "OccasionRow",
    "RestrictionRow",
    "Run",
    "SuspensionRow",
    "WarningRow",
]


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


class SuspensionRow(models.Model):
    """A suspension. ``digest`` covers what it holds, so that a lost or changed hold shows."""

    reason: models.TextField[str, str] = models.TextField()
    review_on: models.DateField[date, date] = models.DateField()
    person_digest: models.TextField[str | None, str | None] = models.TextField(null=True)
    placed_by: models.TextField[str, str] = models.TextField()
    placed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    lifted_by: models.TextField[str, str] = models.TextField(blank=True)
    lifted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    lift_reason: models.TextField[str, str] = models.TextField(blank=True)
    #: JSON: each review, oldest first, as time, who, why it still holds, and the day on which it was to be reviewed
    reviews: models.TextField[str, str] = models.TextField(default="[]")
    digest: models.CharField[str, str] = models.CharField(max_length=64)

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_suspension"


class HoldRow(models.Model):
    """Rows of one table that a suspension holds: a condition as SQL, which may name a person."""

    suspension: models.ForeignKey[SuspensionRow, SuspensionRow] = models.ForeignKey(
        SuspensionRow, on_delete=models.PROTECT, related_name="+"
    )
    table: models.TextField[str, str] = models.TextField()
    condition: models.TextField[str, str] = models.TextField()

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_hold"


class AttestationRow(models.Model):
    """Who attested a promise, and when."""

    promise: models.TextField[str, str] = models.TextField()
    role: models.TextField[str, str] = models.TextField()
    by: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    note_digest: models.TextField[str | None, str | None] = models.TextField(null=True)

    class Meta:
        """The newest of a promise is asked for."""

        db_table = "zusage_attestation"
        indexes = (models.Index(fields=["promise", "at"], name="attestation_promise_at"),)


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


class WarningRow(models.Model):
    """Somebody was warned before an end; ``code`` is keyed and covers the row and when its period began."""

    rule: models.TextField[str, str] = models.TextField()
    code: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=16)
    begun_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    sent_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    refused_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """Nobody is warned twice of one end."""

        db_table = "zusage_warning"
        constraints = (models.UniqueConstraint(fields=["rule", "code"], name="one_warning_of_an_end"),)


class HolderRow(models.Model):
    """Somebody of the staff who has a token."""

    name: models.TextField[str, str] = models.TextField(unique=True)
    role: models.CharField[str, str] = models.CharField(max_length=10)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    issued_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        """The table's name says what it holds."""

        db_table = "zusage_holder"
