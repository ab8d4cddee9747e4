"""The queue of notices to recipients. What names a person lies here sealed, and only until the recipient has been told.

1. An occasion and its notices are written before what they tell of is done, and are *settled* when it is done: only then is anything sent.
2. An attempt is noted before it is made. One whose end nobody noted is *in doubt*; it is repeated under the same key.
3. The list of recipients is digested into the occasion, so that a notice that is lost shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import cast

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from zusage.rights.notification import RULE, UNDER_WAY, UNDONE, Excuse, Kind, Notice, Occasion, State

from .errors import NoticeEnded, NoticesTorn, UnknownNotice
from .models import NoticeRow, OccasionRow, RuleListsRow
from .numbers import key_of, named
from .snapshot import snapshot

_AT_ONCE = 500
_CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice before it is queued."""

    recipient: str
    #: a UUID, the same at every attempt
    key: str
    upto: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """An occasion as it is on record."""

    occasion: Occasion
    #: when it was certain that it happened
    settled: datetime | None
    #: None: the list was changed or a notice was lost
    notices: tuple[Notice, ...] | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An occasion, and what became of whoever is on its list."""

    occasion: Occasion
    settled: datetime | None
    #: recipient, state, and when it was told; None: the list was changed or a notice was lost
    whom: tuple[tuple[str, State, datetime | None], ...] | None


class Notices:
    """Notices by number, such as ``N-0001``."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def prepare(self, occasion: Occasion, drafts: Sequence[Draft], sealed: bytes | None = None) -> None:
        """Write an occasion with its notices (1). May be repeated: who is there already stays, and once it is settled nothing changes."""
        with transaction.atomic(using=self._alias):
            row = self._occasions().select_for_update().filter(about=occasion.about, code=occasion.code).first()
            if row is None:
                row = OccasionRow(kind=occasion.kind, about=occasion.about, code=occasion.code, at=occasion.at, sealed=sealed)
                row.digest = digest_of(row)
                row.save(using=self._alias, force_insert=True)
            if row.settled_at is not None:
                return  # it has happened: whoever was to be told stands there
            known = json.loads(row.recipients)
            for draft in drafts:
                if draft.recipient in known:
                    continue
                known.append(draft.recipient)
                fields = {"recipient": draft.recipient, "key": draft.key, "upto": draft.upto, "sealed": draft.sealed}
                NoticeRow(occasion=row, **fields).save(using=self._alias, force_insert=True)
            row.recipients = json.dumps(known)
            row.digest = digest_of(row)
            row.save(using=self._alias, force_update=True)

    def add(self, occasion: Occasion, draft: Draft, at: datetime) -> None:
        """One more recipient of something that has happened, of whom it was learnt afterwards."""
        with transaction.atomic(using=self._alias):
            row = self._occasions().select_for_update().get(about=occasion.about, code=occasion.code)
            known = json.loads(row.recipients)
            if draft.recipient not in known:
                fields = {"recipient": draft.recipient, "key": draft.key, "upto": draft.upto, "sealed": draft.sealed}
                NoticeRow(occasion=row, **fields, next_at=at).save(using=self._alias, force_insert=True)
                row.recipients = json.dumps([*known, draft.recipient])
                row.digest = digest_of(row)
                row.save(using=self._alias, force_update=True)

    def settle(self, about: str, at: datetime, kind: Callable[[str], Kind | None] | None = None) -> int:
        """What the occasions tell of has happened, as ``kind`` says by the person's code; where it says None it has not, and nobody is told.

        Returns how many notices may be sent now. May be repeated.
        """
        queued = 0
        with transaction.atomic(using=self._alias):
            for row in self._occasions().select_for_update().filter(about=about, settled_at=None):
                found = kind(row.code) if kind else cast("Kind", row.kind)
                if found is None:
                    self._empty(row)
                row.kind, row.settled_at, row.sealed = found or row.kind, at, None
                row.digest = digest_of(row)
                row.save(using=self._alias, force_update=True)
                queued += self._rows().filter(occasion=row).update(next_at=at)
        return queued

    def drop(self, about: str) -> None:
        """What the occasions tell of has not begun: they are written anew when it does. Settled ones stay."""
        with transaction.atomic(using=self._alias):
            for row in self._occasions().select_for_update().filter(about=about, settled_at=None):
                self._empty(row)
                row.delete(using=self._alias)

    def unsettled(self) -> tuple[tuple[Occasion, bytes | None], ...]:
        """Occasions of which it is not noted whether they happened, each with what was sealed to find it out; of rules see ``rule_notices``."""
        found = self._occasions().filter(settled_at=None).exclude(about__startswith=RULE).order_by("id")
        return tuple((_occasion(row), bytes(row.sealed) if row.sealed else None) for row in found)

    def due(self, now: datetime) -> tuple[Notice, ...]:
        """What is to be sent now of what was demanded, the longest waiting first; of what rules took ``Bundles`` says it."""
        found = self._rows().filter(state="waiting", occasion__settled_at__isnull=False, next_at__lte=now)
        found = found.exclude(occasion__about__startswith=RULE)
        return tuple(notice_of(row, row.occasion) for row in found.select_related("occasion").order_by("next_at", "id"))

    def sealed(self, id: str) -> bytes | None:
        """What names the person to the recipient; None once they were told. Raises UnknownNotice."""
        row = self._row(id)
        return bytes(row.sealed) if row.sealed is not None else None

    def begin(self, id: str) -> Notice:
        """Note an attempt before it is made (2). Raises UnknownNotice or NoticeEnded."""
        return self._change(id, lambda row: {"tries": row.tries + 1, "in_doubt": True})

    def fail(self, id: str, trouble: str, next_at: datetime) -> Notice:
        """The attempt failed; ``trouble`` says why without any value."""
        return self._change(id, lambda _: {"in_doubt": False, "trouble": trouble, "next_at": next_at})

    def postpone(self, recipient: str, next_at: datetime) -> int:
        """Whatever else waits for a recipient that cannot be reached waits as long; returns how many notices."""
        waiting = self._rows().filter(recipient=recipient, state="waiting", next_at__lt=next_at)
        return waiting.update(next_at=next_at)

    def tries(self, recipient: str) -> int:
        """How often a recipient was tried in vain, over everything that waits for it; what went out together was tried together."""
        waiting = self._rows().filter(recipient=recipient, state="waiting", tries__gt=0)
        alone: int = sum(waiting.filter(bundle=None).values_list("tries", flat=True))
        together: int = sum(one["most"] for one in waiting.exclude(bundle=None).values("bundle").annotate(most=Max("tries")))
        return alone + together

    def receive(self, id: str, receipt: str, at: datetime, *, by: str = "", progress: str = "") -> Notice:
        """The recipient was told, after all or for the first time; what named the person goes. Raises UnknownNotice or NoticeEnded."""
        changes = {"state": "told", "receipt": receipt, "told_at": at, "by": by, "progress": progress}
        return self._change(id, lambda _: {**changes, "in_doubt": False, "sealed": None, "trouble": ""}, undone=True)

    def advance(self, key: str, progress: str) -> Notice | None:
        """How far what we have told has come, as others say; None where none has this key, or a human has told it by now."""
        row = self._rows().filter(key=key, state="told", by="").first()
        if row is None:
            return None
        row.progress = progress
        row.save(using=self._alias, update_fields=["progress"])
        return notice_of(row, row.occasion)

    def rename(self, id: str, sealed: bytes, by: str, at: datetime) -> Notice:
        """Something else names the person to the recipient, to whom it can be sent now. Raises UnknownNotice or NoticeEnded."""
        changes = {"sealed": sealed, "next_at": at, "trouble": "", "named_by": by, "named_at": at, "bundle": None}
        return self._change(id, lambda _: changes)

    def excuse(self, id: str, why: Excuse, because: str, by: str, at: datetime) -> Notice:
        """A human says why the recipient need not be told; what named the person goes. Raises UnknownNotice or NoticeEnded."""
        changes = {"state": why, "because": because, "by": by, "told_at": at, "sealed": None, "in_doubt": False}
        return self._change(id, lambda _: {**changes, "progress": ""}, undone=True)

    def get(self, id: str) -> Notice:
        """A notice. Raises UnknownNotice."""
        row = self._row(id)
        return notice_of(row, row.occasion)

    def all(self, code: str | None = None) -> tuple[Notice, ...]:
        """Every notice, or those of one person, in order."""
        found = self._rows().select_related("occasion").order_by("id")
        return tuple(notice_of(row, row.occasion) for row in (found if code is None else found.filter(occasion__code=code)))

    def of_demands(self, *, ended: bool) -> tuple[Notice, ...]:
        """Notices of what was demanded, in order; without those that have ended none of them is read, but for those that came to nothing.

        What rules took is looked at in groups.
        """
        found = self._rows().exclude(occasion__about__startswith=RULE).select_related("occasion").order_by("id")
        if not ended:
            found = found.filter(Q(state="waiting") | Q(progress__in=UNDONE))
        return tuple(notice_of(row, row.occasion) for row in found)

    def in_progress(self) -> tuple[Notice, ...]:
        """What was told and is being done, as far as the recipient has said."""
        found = self._rows().filter(progress__in=UNDER_WAY).select_related("occasion").order_by("id")
        return tuple(notice_of(row, row.occasion) for row in found)

    def in_progress_as(self, key: str) -> Notice | None:
        """What was told under a key, where the recipient has said how far it is."""
        row = self._rows().filter(key=key).exclude(progress="").select_related("occasion").first()
        return notice_of(row, row.occasion) if row else None

    def sealed_of(self, ids: Sequence[str]) -> dict[str, bytes | None]:
        """What names the people in many notices, sealed, by number; so many at once as a statement can name."""
        numbers, found = [number for id in ids if (number := key_of("N", id)) is not None], dict[str, bytes | None]()
        for start in range(0, len(numbers), _AT_ONCE):
            rows = self._rows().filter(pk__in=numbers[start : start + _AT_ONCE]).values_list("pk", "sealed")
            found |= {named("N", pk): bytes(sealed) if sealed is not None else None for pk, sealed in rows}
        return found

    def some(self, after: str = "", limit: int | None = None, *, ended: bool = True) -> tuple[Notice, ...]:
        """So many notices behind one, in order; without those that have ended none of them is read. Raises UnknownNotice."""
        found = self._rows().select_related("occasion").order_by("id")
        if not ended:
            found = found.filter(state="waiting")
        if after:
            number = key_of("N", after)
            if number is None:
                raise UnknownNotice(id=after)
            found = found.filter(pk__gt=number)
        return tuple(notice_of(row, row.occasion) for row in (found if limit is None else found[:limit]))

    def earlier(self, code: str) -> dict[str, str]:
        """Recipients that are told, or wait to be told, of an erasure of this person: up to when the data went that it covers.

        What a rule took was some of their rows, and covers nothing of the others.
        """
        whole = self._rows().filter(occasion__code=code, occasion__kind="erased").exclude(occasion__about__startswith=RULE)
        found = whole.values_list("recipient", "upto")
        known: dict[str, str] = {}
        for recipient, upto in found:
            known[recipient] = max(known.get(recipient, ""), upto)
        return known

    def covering(self, codes: Collection[str]) -> Iterator[tuple[str, str]]:
        """Whose erasure some recipient was told of when they demanded it, or is still to be told of; a statement for many codes."""
        wanted = sorted(codes)
        for start in range(0, len(wanted), _AT_ONCE):
            found = self._rows().filter(occasion__kind="erased", occasion__code__in=wanted[start : start + _AT_ONCE])
            told_of_rule = Q(occasion__about__startswith=RULE) & ~Q(state="waiting")
            yield from found.exclude(told_of_rule).values_list("occasion__code", "recipient").distinct()

    def told(self, code: str | None = None) -> Iterator[Told]:
        """Every occasion, or those of one person, oldest first; one whose list or notices are not whole has none."""
        every, rows = self._occasions().order_by("id"), self._rows().order_by("id")
        if code is not None:
            every, rows = every.filter(code=code), rows.filter(occasion__code=code)
        with snapshot(self._alias):
            occasions = list(every)
            notices: dict[int, list[NoticeRow]] = {row.pk: [] for row in occasions}
            for row in rows:
                notices.setdefault(row.occasion_id, []).append(row)  # type: ignore[attr-defined]
        for occasion in occasions:
            mine = notices[occasion.pk]
            whole = occasion.digest == digest_of(occasion) and [row.recipient for row in mine] == json.loads(occasion.recipients)
            found = tuple(notice_of(row, occasion) for row in mine) if whole else None
            yield Told(_occasion(occasion), occasion.settled_at, found)

    def lists(self) -> Iterator[Listed]:
        """The same, with no more of each notice than what became of it; to be gone through at once, and never held as a whole: they may be millions."""
        fields = ("pk", "kind", "about", "code", "at", "settled_at", "recipients", "digest")
        with snapshot(self._alias):
            rows = self._rows().order_by("occasion_id", "id").values_list("occasion_id", "recipient", "state", "told_at")
            by_occasion = groupby(rows.iterator(_CHUNK), key=itemgetter(0))
            ahead, none = next(by_occasion, None), (0, iter(()))
            for pk, kind, about, code, at, settled, recipients, digest in (
                self._occasions().order_by("id").values_list(*fields).iterator(_CHUNK)
            ):
                mine, of = [], none
                while ahead is not None and ahead[0] <= pk:
                    of, mine = ahead, [(name, state, told_at) for _, name, state, told_at in ahead[1]]
                    ahead = next(by_occasion, None)
                mine = mine if of[0] == pk else []
                whole = digest == _digest(kind, about, code, at, recipients) and [one[0] for one in mine] == json.loads(
                    recipients
                )
                occasion = Occasion(kind=kind, about=about, code=code, at=at.astimezone(UTC))
                yield Listed(occasion, settled, tuple(mine) if whole else None)

    def highest(self, letters: str) -> int:
        """The highest number behind these letters that an occasion is about, such as 7 of ``RC-0007``; 0 where there is none."""
        found = self._occasions().filter(about__startswith=letters).values_list("about", flat=True)
        return max((int(about.removeprefix(letters)) for about in found), default=0)

    def erase(self, before: datetime) -> int:
        """Forget occasions from before an instant of which everybody was told; returns how many. May be repeated."""
        with transaction.atomic(using=self._alias):
            open_ = self._rows().filter(state="waiting").values("occasion")
            old = self._occasions().filter(at__lt=before, settled_at__isnull=False).exclude(pk__in=open_)
            forgotten = old.count()
            self._count_less(old, before)
            self._rows().filter(
                occasion__in=old.values("pk")
            ).delete()  # of these none is open, so that the same ones are old afterwards
            old.delete()
        return forgotten

    def _count_less(self, old: QuerySet[OccasionRow], before: datetime) -> None:
        """What goes of the lists of a batch is not among those that it is to have; with its last one the batch is forgotten."""
        counts = RuleListsRow.objects.using(self._alias)
        for about, number in old.filter(about__startswith=RULE).values_list("about").annotate(Count("pk")).order_by():
            counts.filter(about=about).update(lists=Greatest(F("lists") - number, 0))
        stays = self._occasions().filter(about=OuterRef("about")).exclude(pk__in=old.values("pk"))
        counts.filter(~Exists(stays), at__lt=before).delete()

    def _change(self, id: str, changes: Callable[[NoticeRow], dict[str, object]], *, undone: bool = False) -> Notice:
        """``undone``: also where it was told, and that came to nothing."""
        with transaction.atomic(using=self._alias):
            row = self._rows().select_for_update().filter(pk=key_of("N", id)).first()
            if row is None:
                raise UnknownNotice(id=id)
            if row.state != "waiting" and not (undone and row.state == "told" and row.progress in UNDONE):
                raise NoticeEnded(id=id, state=row.state)
            if row.occasion.settled_at is None:
                raise NoticesTorn(id=id, why="nobody has noted yet that what it tells of has happened")
            for name, value in changes(row).items():
                setattr(row, name, value)
            row.save(using=self._alias, force_update=True)
        return notice_of(row, row.occasion)

    def _empty(self, row: OccasionRow) -> None:
        self._rows().filter(occasion=row).delete()
        row.recipients = "[]"

    def _row(self, id: str) -> NoticeRow:
        row = self._rows().select_related("occasion").filter(pk=key_of("N", id)).first()
        if row is None:
            raise UnknownNotice(id=id)
        return row

    def _rows(self) -> QuerySet[NoticeRow]:
        return NoticeRow.objects.using(self._alias)

    def _occasions(self) -> QuerySet[OccasionRow]:
        return OccasionRow.objects.using(self._alias)


def _occasion(row: OccasionRow) -> Occasion:
    return Occasion(kind=cast("Kind", row.kind), about=row.about, code=row.code, at=row.at.astimezone(UTC))


def notice_of(row: NoticeRow, occasion: OccasionRow) -> Notice:
    """A row as a value."""
    return Notice(
        id=named("N", row.pk),
        occasion=_occasion(occasion),
        settled=occasion.settled_at is not None,
        recipient=row.recipient,
        key=row.key,
        state=cast("State", row.state),
        tries=row.tries,
        in_doubt=row.in_doubt,
        next_at=row.next_at,
        trouble=row.trouble,
        told_at=row.told_at,
        receipt=row.receipt,
        progress=row.progress,
        because=row.because,
        by=row.by,
        named_by=row.named_by,
        named_at=row.named_at,
        bundle=row.bundle or "",
    )


def digest_of(row: OccasionRow) -> str:
    """What covers an occasion and who is on its list."""
    return _digest(row.kind, row.about, row.code, row.at, row.recipients)


def _digest(kind: str, about: str, code: str, at: datetime, recipients: str) -> str:
    content = ["zusage occasion 1", kind, about, code, at.astimezone(UTC).isoformat(), recipients]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
