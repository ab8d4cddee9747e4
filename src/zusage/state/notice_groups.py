"""Notices of what the rules of one plan took, for one recipient: looked at and ended by a human all at once, however many they are.

1. What is in a group is asked of the database, and no notice of it is read where it is only counted.
2. A human ends what is open, or was told and came to nothing; what was told stays told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Substr

from zusage.rights.notification import RULE, SHORT, UNDONE, Excuse, Notice, NoticeGroup

from .errors import NoticeEnded, UnknownNotices
from .models import NoticeRow
from .notices import notice_of
from .numbers import named

_UNSEEN = Q(state="told", progress__in=UNDONE)
_OPEN = Q(state="waiting") | _UNSEEN
#: of the digest of a plan
_DIGITS = 64

#: the beginning of a digest by which a plan is found
_PLAN = re.compile(rf"[0-9a-f]{{{SHORT},{_DIGITS}}}")


class NoticeGroups:
    """Groups by the digest of the plan and the recipient."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def all(self, *, ended: bool = False) -> tuple[NoticeGroup, ...]:
        """Those of which something is open or came to nothing, or every one; the oldest first."""
        rows = self._rows().filter(occasion__about__startswith=RULE)
        if not ended:
            of_plan = rows.annotate(plan=Substr("occasion__about", len(RULE) + 1, _DIGITS))
            open_ = of_plan.filter(_OPEN)
            rows = of_plan.filter(plan__in=open_.values("plan")) if open_.exists() else rows.none()
        return _merged(rows, ended=ended)

    def waiting(self) -> tuple[NoticeGroup, ...]:
        """What waits of each group; of what has ended nothing is read, and nothing counted."""
        return _merged(self._rows().filter(occasion__about__startswith=RULE, state="waiting"), ended=False)

    def get(self, plan: str, recipient: str) -> NoticeGroup:
        """A group. Raises UnknownNotices."""
        found = _merged(self._of(plan, recipient), ended=True)
        if not found:
            raise UnknownNotices
        return found[0]

    def named(self, name: str) -> NoticeGroup:
        """The group of a name such as ``3fa9c01b77d2/carrier``, of which the plan may have more digits. Raises UnknownNotices."""
        beginning, _, recipient = name.partition("/")
        if not _PLAN.fullmatch(beginning):
            raise UnknownNotices
        rows = self._rows().filter(recipient=recipient, occasion__about__startswith=f"{RULE}{beginning}")
        found = _merged(rows, ended=True)
        if len(found) != 1:
            raise UnknownNotices
        return found[0]

    def notices(self, plan: str, recipient: str, *, ended: bool = False) -> tuple[Notice, ...]:
        """What of a group a human can still end, or all of it, in order."""
        rows = self._of(plan, recipient) if ended else self._open(plan, recipient)
        return tuple(notice_of(row, row.occasion) for row in rows.select_related("occasion").order_by("id"))

    def sealed(self, plan: str, recipient: str) -> Iterator[tuple[str, str, bytes]]:
        """Of each notice of a group that is open its number, its key, and what names the person."""
        rows = self._open(plan, recipient).exclude(sealed=None).order_by("id").values_list("pk", "key", "sealed")
        return ((named("N", number), key, bytes(sealed)) for number, key, sealed in rows.iterator())

    def receive(self, plan: str, recipient: str, how: str, by: str, at: datetime) -> int:
        """A human told the recipient of all that is open (2); what named the people goes. Returns of how many notices.

        Raises UnknownNotices, or NoticeEnded where nothing is open.
        """
        return self._end(plan, recipient, {"state": "told", "receipt": how, "told_at": at, "by": by, "trouble": ""})

    def excuse(self, plan: str, recipient: str, why: Excuse, because: str, by: str, at: datetime) -> int:
        """A human says why the recipient need not be told of all that is open (2). As ``receive``."""
        return self._end(plan, recipient, {"state": why, "because": because, "told_at": at, "by": by})

    def _end(self, plan: str, recipient: str, changes: dict[str, object]) -> int:
        group = self.get(plan, recipient)
        changed = self._open(plan, recipient).update(**changes, sealed=None, in_doubt=False, progress="")
        if not changed:
            raise NoticeEnded(id=group.name, state="nothing of it is open")
        return changed

    def _open(self, plan: str, recipient: str) -> QuerySet[NoticeRow]:
        return self._of(plan, recipient).filter(_OPEN)

    def _of(self, plan: str, recipient: str) -> QuerySet[NoticeRow]:
        about = f"{RULE}{plan}"
        of_plan = Q(occasion__about=about) | Q(occasion__about__startswith=f"{about}/")
        return self._rows().filter(of_plan, recipient=recipient, occasion__settled_at__isnull=False)

    def _rows(self) -> QuerySet[NoticeRow]:
        return NoticeRow.objects.using(self._alias)


def _merged(rows: QuerySet[NoticeRow], *, ended: bool) -> tuple[NoticeGroup, ...]:
    """One group of the batches of a plan (1)."""
    found: dict[tuple[str, str], NoticeGroup] = {}
    counted = rows.values("occasion__about", "recipient", "state").annotate(
        first=Min("pk"),
        number=Count("pk"),
        undone=Count("pk", filter=_UNSEEN),
        at=Min("occasion__at"),
        next=Min("next_at"),
        most=Max("tries"),
        why=Max("trouble"),
    )
    for one in counted.order_by("first"):
        open_ = one["state"] == "waiting"
        group = NoticeGroup(
            plan=one["occasion__about"].removeprefix(RULE).partition("/")[0],
            recipient=one["recipient"],
            since=one["at"].astimezone(UTC),
            counts={one["state"]: one["number"]},
            undone=one["undone"],
            open_since=one["at"].astimezone(UTC) if open_ else None,
            next_at=one["next"] if open_ else None,
            tries=one["most"] if open_ else 0,
            trouble=one["why"] if open_ else "",
        )
        known = found.get((group.plan, group.recipient))
        found[group.plan, group.recipient] = known.with_(group) if known else group
    return tuple(group for group in found.values() if ended or group.waiting or group.undone)
