"""The steps of cases as they stand in the register, and which of them are sealed in the evidence log."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from .cases import case_name
from .models import CaseEventRow, CaseRow
from .snapshot import snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """A step of a case."""

    #: its key in the register
    id: int
    number: int
    kind: str
    at: datetime
    by: str
    role: str
    detail: str
    words_digest: str
    digest: str
    #: goes before what is sealed of it, so that the log alone leads to no name
    salt: str
    sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRecord:
    """A case as its row and its steps stand there, whether or not they fit each other."""

    case: str
    right: str
    content_digest: str
    events: int
    head: str
    steps: tuple[StepRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealed:
    """A step that is not noted as sealed."""

    case: str
    step: StepRecord
    #: the salt of its case's first step
    first: str


class CaseSteps:
    """Steps by the order in which they were taken."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def waiting(self) -> bool:
        """Whether any step is not noted as sealed."""
        return self._rows().filter(sealed=False).exists()

    def unsealed(self) -> tuple[Unsealed, ...]:
        """Steps that are not noted as sealed, oldest first. One from before there was any sealing is given its salt here."""
        with transaction.atomic(using=self._alias):
            rows = list(self._rows().filter(sealed=False).order_by("id"))
            cases = {row.case_id for row in rows}  # type: ignore[attr-defined]
            for row in self._rows().filter(case__in=cases, salt=""):
                self._rows().filter(pk=row.pk, salt="").update(salt=secrets.token_hex(16))
            first = dict(self._rows().filter(case__in=cases, number=1).values_list("case", "salt"))
            found = self._rows().filter(pk__in=[row.pk for row in rows]).select_related("case").order_by("id")
            return tuple(
                Unsealed(case=case_name(row.case.pk), step=_value(row), first=first.get(row.case.pk, "")) for row in found
            )

    def sealed(self, steps: Iterable[int]) -> None:
        """These are in the log. May be repeated."""
        self._rows().filter(pk__in=list(steps)).update(sealed=True)

    def chains(self) -> Iterator[ChainRecord]:
        """Every case with its steps, oldest first."""
        with snapshot(self._alias):
            steps = defaultdict[int, list[StepRecord]](list)
            for row in self._rows().order_by("case", "number"):
                steps[row.case_id].append(_value(row))  # type: ignore[attr-defined]
            cases = list(CaseRow.objects.using(self._alias).order_by("id"))
        for case in cases:
            yield ChainRecord(
                case=case_name(case.pk),
                right=case.right,
                content_digest=case.content_digest,
                events=case.events,
                head=case.head,
                steps=tuple(steps[case.pk]),
            )

    def _rows(self) -> QuerySet[CaseEventRow]:
        return CaseEventRow.objects.using(self._alias)


def _value(row: CaseEventRow) -> StepRecord:
    return StepRecord(
        id=row.pk,
        number=row.number,
        kind=row.kind,
        at=row.at,
        by=row.by,
        role=row.role,
        detail=row.detail,
        words_digest=row.words_digest,
        digest=row.digest,
        salt=row.salt,
        sealed=row.sealed,
    )
