"""The register of cases. Each event is one transaction; what a case says of a person can be emptied without breaking its record."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django.db import transaction

from zusage.rights.case import Case, Event, Kind, Right, told
from zusage.rights.roles import Stamp
from zusage.vault.errors import VaultError

from .errors import CaseTorn, UnknownCase
from .models import CaseEventRow, CaseRow
from .numbers import key_of, named
from .sealed_text import PREFIX, SealedText
from .snapshot import snapshot

#: goes into each digest and is emptied with what it covers, so that nobody can try out what stood there
_SALT = "salt"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Filed:
    """A case as it stands in the register."""

    #: None: its record is not whole
    case: Case | None
    #: when it was answered, withdrawn or closed
    ended_at: datetime | None
    #: it still says something of the person
    speaks: bool
    right: Right
    #: of each event whether words were noted with it, also after they were emptied
    said: tuple[bool, ...]


class Cases:
    """Cases by number, such as ``C-0001``."""

    def __init__(self, alias: str, texts: SealedText) -> None:
        self._alias = alias
        self._texts = texts

    def open(self, right: Right, received: Event, content: Mapping[str, object]) -> Case:
        """A new case; ``content`` is what it says of the person. On disk when it returns."""
        body = json.dumps({**content, _SALT: secrets.token_hex(16)}, ensure_ascii=False, sort_keys=True)
        with transaction.atomic(using=self._alias):
            row = CaseRow(right=right, received_at=received.at, content=None, content_digest=_sha(body), head="")
            row.whose = self._whose_is(content)
            row.save(using=self._alias, force_insert=True)
            row.content = self._texts.seal(_content_of(row.pk), body)
            row.head = _sha(json.dumps(["zusage case 1", row.pk, right, row.content_digest]))
            self._write(row, received, "")
        return self.get(case_name(row.pk))

    def add(self, id: str, event: Event, words: str, check: Callable[[Case], Case]) -> Case:
        """One more event, if ``check``, which sees the case as it is at that moment, does not raise. Raises UnknownCase or CaseTorn."""
        with transaction.atomic(using=self._alias):
            row = CaseRow.objects.using(self._alias).select_for_update().filter(pk=case_number(id)).first()
            if row is None:
                raise UnknownCase(id=id)
            check(_case(row, self._events(row.pk)[row.pk]))
            self._write(row, event, words)
        return self.get(id)

    def get(self, id: str) -> Case:
        """A case. Raises UnknownCase, or CaseTorn where its record is not whole."""
        try:
            return self._get(id)
        except CaseTorn:  # or somebody took a step between the two statements
            with snapshot(self._alias):
                return self._get(id)

    def _get(self, id: str) -> Case:
        row = CaseRow.objects.using(self._alias).filter(pk=case_number(id)).first()
        if row is None:
            raise UnknownCase(id=id)
        return _case(row, self._events(row.pk)[row.pk])

    def all(self, *, ended: bool = True) -> tuple[Case, ...]:
        """Every case, oldest first; without those that have ended none of them is read. Raises CaseTorn."""
        found = CaseRow.objects.using(self._alias).order_by("id")
        with snapshot(self._alias):
            rows, events = list(found if ended else found.filter(closed_at=None)), self._events(unanswered=not ended)
        return tuple(_case(row, events[row.pk]) for row in rows)

    def unanswered(self) -> tuple[Case, ...]:
        """Every case that has not ended, oldest first, but for those whose record is not whole: the proof finds them."""
        with snapshot(self._alias):
            rows = list(CaseRow.objects.using(self._alias).filter(closed_at=None).order_by("id"))
            events = self._events(unanswered=True)
        found = []
        for row in rows:
            with suppress(CaseTorn):
                found.append(_case(row, events[row.pk]))
        return tuple(found)

    def ended(self, offset: int, limit: int) -> tuple[Case, ...]:
        """So many cases that have ended behind the newest ``offset`` of them, newest first; no other is read. Raises CaseTorn."""
        with snapshot(self._alias):
            found = CaseRow.objects.using(self._alias).exclude(closed_at=None).order_by("-id")
            rows = list(found[offset : offset + limit])
            events = self._events_of([row.pk for row in rows])
        return tuple(_case(row, events[row.pk]) for row in rows)

    @property
    def empty(self) -> bool:
        """Whether no case was ever opened."""
        return not CaseRow.objects.using(self._alias).exists()

    def about(
        self, right: Right, people: Collection[str], meant: Callable[[Mapping[str, Any]], bool] = lambda _: True
    ) -> Iterator[tuple[Case, Mapping[str, Any]]]:
        """The cases of one right about these people, such as ``customer=7``, with what they say, oldest first, where that is ``meant``.

        No other case is opened, but for those that an older program opened and no sweep has indexed since. One that was emptied says
        nothing any more. Raises CaseTorn where the record of one of these is not whole.
        """
        codes = ["", *{self._whose(name) for name in people}]
        with snapshot(self._alias):
            found = CaseRow.objects.using(self._alias).filter(right=right, whose__in=codes).exclude(content=None)
            rows = list(found.order_by("id"))
            events = self._events_of([row.pk for row in rows])
        for row in rows:
            try:
                content = _without_salt(self._body(row))
            except ValueError:
                raise CaseTorn(id=case_name(row.pk), why="what it says of the person was changed") from None
            content = {**content, **_named_in(events[row.pk])}
            if self._whose_is(content) in codes and meant(content):
                self._said(row, events[row.pk])
                yield _case(row, events[row.pk]), content

    def content(self, id: str) -> Mapping[str, Any] | None:
        """What a case says of the person; None once it was emptied. Raises UnknownCase or CaseTorn."""
        try:
            return self._content(id)
        except CaseTorn:  # or somebody named the person between the two statements
            with snapshot(self._alias):
                return self._content(id)

    def _content(self, id: str) -> Mapping[str, Any] | None:
        row = CaseRow.objects.using(self._alias).filter(pk=case_number(id)).first()
        if row is None:
            raise UnknownCase(id=id)
        return self._said(row)

    def contents(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """What cases say of people, many with one statement; nothing of those that were emptied or are not whole. Raises UnknownCase."""
        numbers = [case_number(id) for id in ids]
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            with snapshot(self._alias):
                rows, events = list(CaseRow.objects.using(self._alias).filter(pk__in=some)), self._events_of(some)
            for row in rows:
                with suppress(CaseTorn):
                    found[case_name(row.pk)] = self._said(row, events[row.pk]) or {}
        return found

    def _said(self, row: CaseRow, events: Sequence[CaseEventRow] | None = None) -> Mapping[str, Any] | None:
        if row.content is None:
            return None
        body = self._body(row)
        if _sha(body) != row.content_digest:  # before it is read: whatever took its place need not be JSON
            raise CaseTorn(id=case_name(row.pk), why="what it says of the person was changed")
        content = {**_without_salt(body), **_named_in(self._events(row.pk)[row.pk] if events is None else events)}
        if row.whose and row.whose != self._whose_is(content):
            raise CaseTorn(id=case_name(row.pk), why="the code of whom it is about was changed")
        return content

    def _body(self, row: CaseRow) -> str:
        body = self._texts.open(_content_of(row.pk), row.content or "")
        if body is None:
            raise CaseTorn(id=case_name(row.pk), why="what it says of the person was changed, or sealed with another key")
        return body

    def words(self, id: str) -> tuple[str | None, ...]:
        """The words of each event; None once they were emptied. Raises UnknownCase."""
        number = case_number(id)
        return tuple(row.words.partition("\n")[2] if row.words else row.words for row in self._events(number)[number])

    def filed(self) -> Iterator[Filed]:
        """Every case as it stands, oldest first; one whose record is not whole has none."""
        with snapshot(self._alias):
            rows, events = list(CaseRow.objects.using(self._alias).order_by("id")), self._events()
        for row in rows:
            speaks = row.content is not None or any(found.words for found in events[row.pk])
            try:
                self._said(row, events[row.pk])
                case = _case(row, events[row.pk])
            except (CaseTorn, VaultError):
                case = None
            said = tuple(found.words_digest != _sha("") for found in events[row.pk])
            yield Filed(case, row.closed_at, speaks, cast("Right", row.right), said)

    def erase(self, before: datetime, at: datetime, held: Collection[str] = ()) -> int:
        """Empty cases that ended before an instant, but for those that are held; what happened when and by whom stays.

        Returns how many; may be repeated.
        """
        with transaction.atomic(using=self._alias):
            due = list(
                CaseRow.objects.using(self._alias)
                .filter(erased_at=None, closed_at__lt=before)
                .exclude(pk__in=[case_number(id) for id in held])
                .values_list("pk", flat=True)
            )
            CaseEventRow.objects.using(self._alias).filter(case__in=due).update(words=None)
            CaseRow.objects.using(self._alias).filter(pk__in=due).update(content=None, whose="", erased_at=at)
        return len(due)

    def index(self) -> int:
        """Make the cases of an older program quick to find, but for those that are not whole; returns how many. Raises VaultError."""
        indexed = 0
        for row in CaseRow.objects.using(self._alias).filter(whose="").exclude(content=None):
            with suppress(CaseTorn):
                whose = self._whose_is(self._said(row) or {})
                indexed += CaseRow.objects.using(self._alias).filter(pk=row.pk, content=row.content).update(whose=whose)
        return indexed

    def seal_what_lies_open(self) -> int:
        """Seal what an older program stored as it was; returns how many texts. May be repeated. Raises VaultError."""
        sealed = 0
        for row in CaseRow.objects.using(self._alias).exclude(content=None).exclude(content__startswith=PREFIX):
            text = self._texts.seal(_content_of(row.pk), row.content or "")
            sealed += CaseRow.objects.using(self._alias).filter(pk=row.pk, content=row.content).update(content=text)
        for event in (
            CaseEventRow.objects.using(self._alias).exclude(words=None).exclude(words="").exclude(words__startswith=PREFIX)
        ):
            text = self._texts.seal(_words_of(event.case_id, event.number), event.words or "")  # type: ignore[attr-defined]
            sealed += CaseEventRow.objects.using(self._alias).filter(pk=event.pk, words=event.words).update(words=text)
        return sealed

    def _events(self, case: int | None = None, *, unanswered: bool = False) -> Mapping[int, list[CaseEventRow]]:
        """The events of one case, of all that have not ended, or of all, in order, with one statement."""
        found = CaseEventRow.objects.using(self._alias).order_by("case", "number")
        if unanswered:
            found = found.filter(case__closed_at=None)
        events = defaultdict[int, list[CaseEventRow]](list)
        for row in found if case is None else found.filter(case=case):
            row.words = self._opened(row)
            events[row.case_id].append(row)  # type: ignore[attr-defined]
        return events

    def _events_of(self, cases: Sequence[int]) -> Mapping[int, list[CaseEventRow]]:
        """The events of some cases, so many at once as a statement can name."""
        events = defaultdict[int, list[CaseEventRow]](list)
        for start in range(0, len(cases), _AT_ONCE):
            found = CaseEventRow.objects.using(self._alias).filter(case__in=cases[start : start + _AT_ONCE])
            for row in found.order_by("case", "number"):
                row.words = self._opened(row)
                events[row.case_id].append(row)  # type: ignore[attr-defined]
        return events

    def _whose_is(self, content: Mapping[str, object]) -> str:
        return self._whose(str(content.get("person") or ""))

    def _whose(self, person: str) -> str:
        """The code of a person however the number of their key is spelt; also of nobody, so that what is not indexed yet stands out."""
        people, equals, key = person.partition("=")
        number = key.isascii() and key.isdigit()
        return self._texts.code(f"case {people}{equals}{key.lstrip('0') if number else key}")

    def _opened(self, row: CaseEventRow) -> str | None:
        """The words as they were given; where they cannot be opened, what fits no digest."""
        if not row.words:
            return row.words
        try:
            words = self._texts.open(_words_of(row.case_id, row.number), row.words)  # type: ignore[attr-defined]
        except VaultError:
            words = None
        return "?" if words is None else words

    def _write(self, row: CaseRow, event: Event, words: str) -> None:
        if event.kind == "person named":
            row.whose = self._whose(words)
        words = f"{secrets.token_hex(16)}\n{words}" if words else ""
        row.events += 1
        row.head = _linked(row.head, row.events, event, _sha(words))
        CaseEventRow(
            case=row,
            number=row.events,
            kind=event.kind,
            at=event.at,
            by=event.by,
            detail=event.detail,
            role=event.role,
            salt=secrets.token_hex(16),
            words=self._texts.seal(_words_of(row.pk, row.events), words) if words else "",
            words_digest=_sha(words),
            digest=row.head,
        ).save(using=self._alias, force_insert=True)
        if event.kind in ("answered", "withdrawn", "closed") and row.closed_at is None:
            row.closed_at = event.at  # the time of keeping runs from the end, whether or not anybody closes the case
        if event.kind == "not delivered":
            row.closed_at = None
        row.save(using=self._alias, force_update=True)


def _without_salt(body: str) -> Mapping[str, Any]:
    return {key: value for key, value in json.loads(body).items() if key != _SALT}


def _named_in(events: Sequence[CaseEventRow]) -> Mapping[str, str]:
    """Whom a case is about, where somebody has said so since it was opened."""
    words = next((row.words for row in events if row.kind == "person named" and row.words), None)
    return {"person": words.partition("\n")[2]} if words else {}


def _content_of(case: int) -> str:
    return f"case {case}"


def _words_of(case: int, number: int) -> str:
    return f"case {case} step {number}"


def _case(row: CaseRow, found: Sequence[CaseEventRow]) -> Case:
    digest = _sha(json.dumps(["zusage case 1", row.pk, row.right, row.content_digest]))
    events: list[Event] = []
    for one in found:
        event = Event(kind=cast("Kind", one.kind), at=one.at, by=one.by, detail=one.detail, role=cast("Stamp", one.role))
        digest = _linked(digest, len(events) + 1, event, one.words_digest)
        altered = one.words is not None and _sha(one.words) != one.words_digest
        if one.number != len(events) + 1 or digest != one.digest or altered:
            raise CaseTorn(id=case_name(row.pk), why=f"its event {len(events) + 1} was changed or lost")
        events.append(event)
    if len(events) != row.events or digest != row.head:
        raise CaseTorn(id=case_name(row.pk), why="its last event was lost")
    return told(case_name(row.pk), cast("Right", row.right), events)


def _linked(previous: str, number: int, event: Event, words: str) -> str:
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [previous, number, event.kind, at, event.by, event.detail, words]
    return _sha(json.dumps([*said, event.role] if event.role else said))  # nobody had a role before there were tokens


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def case_name(number: int) -> str:
    """Its number as people say it, such as ``C-0001``."""
    return named("C", number)


def case_number(id: str) -> int:
    """The key of a case in the register. Raises UnknownCase."""
    number = key_of("C", id)
    if number is None:
        raise UnknownCase(id=id)
    return number
