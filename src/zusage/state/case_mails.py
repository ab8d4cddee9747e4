"""What is mailed about cases: links by which somebody shows that an address is theirs, acknowledgements and reminders."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import QuerySet

from .cases import case_name, case_number
from .models import CaseLinkRow, CaseMailRow, CaseRow
from .sealed_text import SealedText

#: for how long it is known that a word was used, which is good for minutes, and which case was opened with a key
_KEPT = timedelta(days=1)
_DOOR = "asked at the door"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody asked at the door, and it is no case yet."""

    id: int
    at: datetime
    #: right, address, words and language; None where it cannot be opened
    content: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A link that is to be mailed."""

    id: int
    case: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailNote:
    """What is on record of a mail about a case."""

    id: int
    sent_at: datetime | None
    refused_at: datetime | None


class CaseLinks:
    """Links, each for one case and good for one use."""

    def __init__(self, alias: str, texts: SealedText) -> None:
        self._alias = alias
        self._texts = texts

    def ask(self, content: Mapping[str, object], at: datetime) -> None:
        """Somebody asks at the door. The same work whoever it is; on disk when it returns."""
        text = json.dumps(dict(content), ensure_ascii=False, sort_keys=True)
        CaseLinkRow(asked_at=at, content=self._texts.seal(_DOOR, text)).save(using=self._alias, force_insert=True)

    def asked(self) -> tuple[Asked, ...]:
        """Requests from the door that are no cases yet, oldest first."""
        found = self._rows().filter(case=None).order_by("id")
        opened = ((row, self._texts.open(_DOOR, row.content or "")) for row in found)
        return tuple(Asked(id=row.pk, at=row.asked_at, content=json.loads(text) if text else None) for row, text in opened)

    def recent(self, code: str, since: datetime) -> int:
        """How many links were asked for one address since an instant."""
        return self._rows().filter(code=code, asked_at__gte=since).exclude(case=None).count()

    def admitted(self, id: int, case: str, code: str) -> None:
        """It is a case now, and says nothing of anybody any more."""
        self._rows().filter(pk=id).update(case=case_number(case), content=None, code=code)

    def drop(self, id: int) -> None:
        """Forget what was asked."""
        self._rows().filter(pk=id).delete()

    def want(self, case: str, code: str, at: datetime) -> None:
        """The staff wants a link mailed for a case; of several that wait one is enough."""
        if self.waits(case):
            return
        CaseLinkRow(asked_at=at, case=case_number(case), code=code).save(using=self._alias, force_insert=True)

    def waits(self, case: str) -> bool:
        """Whether a link of a case is still to be mailed."""
        return self._rows().filter(case=case_number(case), mailed_at=None, refused_at=None, used_at=None).exists()

    def waiting(self) -> tuple[Waiting, ...]:
        """Links that no mail server has taken or refused, oldest first."""
        found = self._rows().filter(mailed_at=None, refused_at=None, used_at=None).exclude(case=None).order_by("id")
        return tuple(Waiting(id=row.pk, case=_case(row), asked_at=row.asked_at) for row in found)

    def make(self, id: int, until: datetime) -> str:
        """A new secret for a link, shown this once; an older one of the same link is worth nothing from now on."""
        secret = secrets.token_urlsafe(32)
        self._rows().filter(pk=id).update(digest=digest_of(secret), until=until)
        return secret

    def mailed(self, id: int, at: datetime) -> None:
        """A mail server has taken it."""
        self._rows().filter(pk=id).update(mailed_at=at)

    def refused(self, id: int, at: datetime) -> None:
        """A mail server takes nothing for the address."""
        self._rows().filter(pk=id).update(refused_at=at)

    def mark(self, id: int) -> str:
        """By what the mail of a link is known again, which says nothing of the link."""
        return _mark(self._rows().get(pk=id))

    def marks(self) -> Mapping[str, tuple[int, str]]:
        """Links that a mail server has taken and nobody has used, with their cases, by the mark of their mail."""
        found = self._rows().filter(used_at=None, refused_at=None).exclude(mailed_at=None).exclude(digest=None)
        return {_mark(row): (row.pk, _case(row)) for row in found}

    def good(self, secret: str, now: datetime) -> str | None:
        """The case of a link that can be used now. Found by its digest, so that the time it takes tells nothing of any link."""
        row = self._rows().filter(digest=digest_of(secret), used_at=None, until__gt=now).first()
        return _case(row) if row else None

    def use(self, secret: str, now: datetime) -> str | None:
        """Use a link up; its case, or None where it cannot be used. Of two at once one gets it."""
        case = self.good(secret, now)
        used = self._rows().filter(digest=digest_of(secret), used_at=None, until__gt=now).update(used_at=now)
        return case if used else None

    def used_for(self, case: str, code: str) -> bool:
        """Whether a link of a case was used that had gone to this very address."""
        return self._rows().filter(case=case_number(case), code=code).exclude(used_at=None).exists()

    def spend(self, number: str, case: str, at: datetime) -> bool:
        """Use up the number of a word that is good once; False where it was used before."""
        kept = at + _KEPT
        values = {"asked_at": at, "case": case_number(case), "until": kept, "mailed_at": at, "used_at": at}
        return bool(self._rows().get_or_create(digest=digest_of(f"login {number}"), defaults=values)[1])

    def opened(self, key: str, now: datetime) -> str | None:
        """The case that was opened with a key within a day."""
        row = self._rows().filter(digest=digest_of(f"opened {key}"), until__gt=now).first()
        return _case(row) if row else None

    def keep(self, key: str, case: str, at: datetime) -> None:
        """A case was opened with a key: for a day it is known which. A key whose day is over may be used anew."""
        self._spent(at).delete()
        values = {"asked_at": at, "case": case_number(case), "until": at + _KEPT, "mailed_at": at, "used_at": at}
        CaseLinkRow(digest=digest_of(f"opened {key}"), **values).save(using=self._alias, force_insert=True)

    def forget(self, before: datetime, now: datetime) -> None:
        """Drop links that ended before an instant, and words and keys whose day is over.

        A link that was used is known until its case has ended: its answer goes where the link went.
        """
        still = CaseRow.objects.using(self._alias).filter(closed_at=None).values("id")
        shown = self._rows().filter(case__in=still).exclude(code="").exclude(used_at=None).values("id")
        self._rows().filter(until__lt=before).exclude(pk__in=shown).delete()
        self._spent(now).delete()

    def _spent(self, now: datetime) -> QuerySet[CaseLinkRow]:
        """Words and keys whose day is over. Neither goes to anybody's address: what does is known by a code, or is not a case yet."""
        return self._rows().filter(code="", until__lte=now).exclude(used_at=None)

    def _rows(self) -> QuerySet[CaseLinkRow]:
        return CaseLinkRow.objects.using(self._alias)


class CaseMails:
    """Acknowledgements and reminders."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def of_open(self) -> Mapping[tuple[str, str], MailNote]:
        """What is on record of the mails about cases that have not ended, by case and by what they are: with one statement."""
        still = CaseRow.objects.using(self._alias).filter(closed_at=None).values("id")
        return {(case_name(row.case), row.what): _note(row) for row in self._rows().filter(case__in=still)}

    def begin(self, case: str, what: str, at: datetime) -> int:
        """A mail is about to go out; returns a number for what comes of it."""
        row, _ = self._rows().get_or_create(case=case_number(case), what=what, defaults={"begun_at": at})
        return int(row.pk)

    def sent(self, id: int, at: datetime) -> None:
        """A mail server has taken it."""
        self._rows().filter(pk=id).update(sent_at=at, refused_at=None)

    def refused(self, id: int, at: datetime) -> None:
        """A mail server takes nothing for the address."""
        self._rows().filter(pk=id).update(refused_at=at)

    def marks(self) -> tuple[tuple[int, str, str], ...]:
        """What a mail server has taken about cases that have not ended: a number, the case, and what it was."""
        still = CaseRow.objects.using(self._alias).filter(closed_at=None).values("id")
        found = self._rows().filter(case__in=still, refused_at=None).exclude(sent_at=None)
        return tuple((row.pk, case_name(row.case), row.what) for row in found)

    def _rows(self) -> QuerySet[CaseMailRow]:
        return CaseMailRow.objects.using(self._alias)


def _note(row: CaseMailRow) -> MailNote:
    return MailNote(id=row.pk, sent_at=row.sent_at, refused_at=row.refused_at)


def _mark(row: CaseLinkRow) -> str:
    return f"link {row.pk} {row.digest or ''}"


def _case(row: CaseLinkRow) -> str:
    return case_name(cast("int", row.case))


def digest_of(secret: str) -> str:
    """By what a secret is known. 256 random bits need no salt."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
