"""Answers on their way to a person: mailed as a link that can be used once, or lying ready for whoever is logged in."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import QuerySet

from zusage.rights.case import Way

from .case_mails import digest_of
from .cases import case_name, case_number
from .models import CaseAnswerRow
from .sealed_text import SealedText


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItsWay:
    """An answer that a person has not fetched yet."""

    id: int
    case: str
    way: Way
    #: of the sealed file; nothing of the person
    file: str
    ready_at: datetime
    #: until when it lies ready
    until: datetime


class CaseAnswers:
    """Answers, at most one for each case."""

    def __init__(self, alias: str, texts: SealedText) -> None:
        self._alias = alias
        self._texts = texts

    def remember(self, case: str, address: str) -> None:
        """Where the person is written to, from before their record goes. Raises VaultError."""
        sealed = self._texts.seal(_about(case), address)
        self._rows().update_or_create(case=case_number(case), defaults={"address": sealed})

    def address(self, case: str) -> str:
        """Where the person is written to; empty where nothing was remembered, or it was mailed. Raises VaultError."""
        row = self._rows().filter(case=case_number(case)).first()
        return (self._texts.open(_about(case), row.address) or "") if row and row.address else ""

    def begin(self, case: str, file: str) -> None:
        """A sealed file is about to be written; what was made for the case before is worth nothing from now on."""
        values = {
            "file": file,
            "digest": None,
            "ready_at": None,
            "until": None,
            "mailed_at": None,
            "refused_at": None,
            "used_at": None,
        }
        self._rows().update_or_create(case=case_number(case), defaults=values)

    def ready(self, case: str, way: Way, person: str, at: datetime, until: datetime) -> None:
        """What was begun is on disk and is to be handed over."""
        values = {"way": way, "whose": self._whose(person), "ready_at": at, "until": until}
        self._rows().filter(case=case_number(case)).update(**values)

    def waiting(self, now: datetime) -> tuple[OnItsWay, ...]:
        """Answers of which no mail server has taken or refused the word, oldest first; one that is kept for a hold alone waits no more."""
        found = self._ready().filter(mailed_at=None, refused_at=None, until__gt=now)
        return tuple(map(_value, found.order_by("id")))

    def of(self, person: str, now: datetime) -> tuple[OnItsWay, ...]:
        """What lies ready for somebody who is logged in, such as ``customer=7``; it may be fetched as often as they like."""
        found = self._ready().filter(whose=self._whose(person), way="login", until__gt=now)
        return tuple(map(_value, found.order_by("id"))) if person else ()

    def make(self, id: int) -> str:
        """A new secret for an answer, shown this once; an older one is worth nothing from now on."""
        secret = secrets.token_urlsafe(32)
        self._rows().filter(pk=id).update(digest=digest_of(secret))
        return secret

    def mark(self, id: int) -> str:
        """By what the mail of an answer is known again: another for each link, for two mails that are alike may be taken for one."""
        return _mark(self._rows().get(pk=id))

    def marks(self) -> Mapping[str, str]:
        """The cases whose answer a mail server has taken and nobody has fetched, by the mark of its mail: what was fetched has arrived."""
        return {_mark(row): case_name(row.case) for row in self._rows().filter(used_at=None).exclude(mailed_at=None)}

    def mailed(self, id: int, at: datetime) -> None:
        """A mail server has taken the word of it; nobody need know the address any more."""
        self._rows().filter(pk=id).update(mailed_at=at, address=None)

    def refused(self, id: int, at: datetime) -> None:
        """A mail server takes nothing for the address."""
        self._rows().filter(pk=id).update(refused_at=at)

    def good(self, secret: str, now: datetime) -> OnItsWay | None:
        """What a link leads to now. Found by its digest, so that the time it takes tells nothing of any link."""
        row = self._ready().filter(digest=digest_of(secret), until__gt=now).first()
        return _value(row) if row else None

    def use(self, secret: str, now: datetime) -> bool:
        """Use a link up; False where it cannot be used. Of two at once one gets it."""
        return bool(self._rows().filter(digest=digest_of(secret), until__gt=now).update(digest=None, used_at=now))

    def drop(self, case: str) -> None:
        """The answer takes another way, or none."""
        self._rows().filter(case=case_number(case)).delete()

    def stop(self, case: str, now: datetime) -> None:
        """Nobody is told of the answer or handed it any more; what lies sealed stays until it is dropped."""
        self._rows().filter(case=case_number(case), until__gt=now).update(digest=None, until=now)

    def forget(self, now: datetime, held: Collection[str] = ()) -> None:
        """Drop what lay ready for long enough, and what was fetched by a mailed link, but not of cases that are held."""
        loose = self._rows().exclude(case__in=[case_number(id) for id in held])
        loose.filter(until__lte=now).delete()
        loose.filter(way="mailed-link").exclude(used_at=None).delete()

    def files(self) -> Collection[str]:
        """The sealed files that are needed."""
        return set(self._rows().exclude(file="").values_list("file", flat=True))

    def cases(self) -> tuple[str, ...]:
        """The cases of which something is on record here."""
        return tuple(case_name(number) for number in self._rows().values_list("case", flat=True))

    def _whose(self, person: str) -> str:
        """The code of a person however the number of their key is spelt."""
        people, equals, key = person.partition("=")
        number = key.isascii() and key.isdigit()
        return self._texts.code(f"answer {people}{equals}{key.lstrip('0') if number else key}") if person else ""

    def _ready(self) -> QuerySet[CaseAnswerRow]:
        return self._rows().exclude(ready_at=None)

    def _rows(self) -> QuerySet[CaseAnswerRow]:
        return CaseAnswerRow.objects.using(self._alias)


def _mark(row: CaseAnswerRow) -> str:
    return f"answer {row.file} {row.digest or ''}" if row.way == "mailed-link" else f"answer {row.file}"


def _about(case: str) -> str:
    return f"answer to {case}"


def _value(row: CaseAnswerRow) -> OnItsWay:
    return OnItsWay(
        id=row.pk,
        case=case_name(row.case),
        way=cast("Way", row.way),
        file=row.file,
        ready_at=cast("datetime", row.ready_at),
        until=cast("datetime", row.until),
    )
