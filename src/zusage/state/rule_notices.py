"""Notices of what ends by a rule (Art. 19, 17(1) GDPR): the same lists as those of demands, written for many people with few statements.

1. Who is to be told of a batch is written, sealed, before any of its rows goes; until it is certain that they went there is no notice.
2. Once it is certain, the lists and their notices come to be at once, and what was sealed goes.
3. Each batch is an occasion of its own for each person: ``rule``, the digest of the plan, and the number of the batch.
4. How many lists a batch has is counted with them, so that one which is lost shows: the journal knows plans and not people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zusage.rights.notification import RULE

from .models import NoticeRow, OccasionRow, RuleListsRow
from .notices import Draft, digest_of

_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A batch of which nobody has noted yet whether its rows went."""

    about: str
    at: datetime
    #: keyed code of the person, or of the row where nobody says whose it is → what was sealed
    sealed: Mapping[str, bytes] = field(repr=False)


class RuleNotices:
    """The lists of what rules took."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def last(self, digest: str) -> int:
        """How many batches of a plan were written down."""
        abouts = self._occasions().filter(about__startswith=f"{RULE}{digest}/").values_list("about", flat=True).distinct()
        return max((int(one.rpartition("/")[2]) for one in abouts), default=0)

    def prepare(self, about: str, at: datetime, sealed: Mapping[str, bytes]) -> None:
        """Write who is to be told of a batch (1); durable on return. May be repeated: what is there is replaced."""
        with transaction.atomic(using=self._alias):
            self._occasions().filter(about=about, settled_at=None).delete()
            rows = [OccasionRow(kind="erased", about=about, code=code, at=at, sealed=one) for code, one in sealed.items()]
            for row in rows:
                row.digest = digest_of(row)
            self._occasions().bulk_create(rows, batch_size=_AT_ONCE)

    def waiting(self, only: str | None = None) -> Iterator[Waiting]:
        """What nobody has settled, a batch at a time, in the order in which it was written; a batch may be settled meanwhile.

        ``only``: of what is about this, and nothing else.
        """
        about_rules = {"about__startswith": RULE} if only is None else {"about": only}
        open_ = self._occasions().filter(settled_at=None, **about_rules)
        for about in list(open_.values("about").annotate(first=Min("id")).order_by("first").values_list("about", flat=True)):
            found = list(self._occasions().filter(about=about, settled_at=None).order_by("id"))
            if not found:
                continue
            sealed = {row.code: bytes(row.sealed) for row in found if row.sealed is not None}
            yield Waiting(about=about, at=found[0].at.astimezone(UTC), sealed=sealed)

    def settle(self, about: str, at: datetime, gone: Mapping[str, Sequence[Draft]]) -> int:
        """The rows of these went: their notices may be sent now; of whoever is not among them nothing went, and nothing stays (2).

        Returns how many notices may be sent. May be repeated.
        """
        with transaction.atomic(using=self._alias):
            rows = list(self._occasions().select_for_update().filter(about=about, settled_at=None).order_by("id"))
            self._occasions().filter(about=about, settled_at=None).delete()
            went = [_settled(row, gone[row.code], at) for row in rows if gone.get(row.code)]
            self._occasions().bulk_create(went, batch_size=_AT_ONCE)
            if went:
                self._count(about, went[0].at, len(went))
            notices = [_notice(row, draft, at) for row in went for draft in gone[row.code]]
            NoticeRow.objects.using(self._alias).bulk_create(notices, batch_size=_AT_ONCE)
        return len(notices)

    def lost(self) -> tuple[tuple[datetime, int], ...]:
        """Of each batch of which lists are lost, when it was written down, and how many are (4)."""
        found = self._occasions().filter(about=OuterRef("about"), settled_at__isnull=False).order_by().values("about")
        there = Coalesce(Subquery(found.annotate(number=Count("pk")).values("number")), 0)
        less = self._counts().annotate(there=there).filter(there__lt=F("lists")).order_by("id")
        return tuple((at.astimezone(UTC), lists - known) for at, lists, known in less.values_list("at", "lists", "there"))

    def _count(self, about: str, at: datetime, lists: int) -> None:
        row, new = self._counts().get_or_create(about=about, defaults={"at": at, "lists": lists})
        if not new:
            row.lists += lists
            row.save(using=self._alias, update_fields=["lists"])

    def _counts(self) -> QuerySet[RuleListsRow]:
        return RuleListsRow.objects.using(self._alias)

    def _occasions(self) -> QuerySet[OccasionRow]:
        return OccasionRow.objects.using(self._alias)


def _settled(row: OccasionRow, drafts: Sequence[Draft], at: datetime) -> OccasionRow:
    """The same occasion, with its list. Written anew: rows of which each gets other values are not changed with one statement."""
    names = json.dumps([draft.recipient for draft in drafts])
    found = OccasionRow(kind=row.kind, about=row.about, code=row.code, at=row.at, settled_at=at, recipients=names)
    found.digest = digest_of(found)
    return found


def _notice(occasion: OccasionRow, draft: Draft, at: datetime) -> NoticeRow:
    fields = {"recipient": draft.recipient, "key": draft.key, "upto": draft.upto, "sealed": draft.sealed}
    return NoticeRow(occasion=occasion, **fields, next_at=at)
