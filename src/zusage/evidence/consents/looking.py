"""Reads the chain of records as an auditor would: its own reading of the rules, so that a mistake of the writer does not hide here.

1. The note of what was acknowledged is read before the head, and the head before the records: whatever comes meanwhile is no gap.
2. Numbers run from 1 without a gap. A record's digest is SHA-256 over the digest before, its number, its time and its content's digest.
3. The content has its digest, and its columns say what it says. An emptied record has no content, and was as old as records are kept.
4. The record that was last at an earlier look, and the one that was acknowledged last, still have the digests that they had.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from dateutil.relativedelta import relativedelta

from zusage.evidence.observation import Rows, Unseen
from zusage.promises.period import Period

from .observation import Ledger, Papers, Trial

_FIRST = hashlib.sha256(b"zusage consents 1").hexdigest()
_PARTS = {"id", "salt", "subject", "text", "language", "site", "how", "choices", "at", "until"}
_WORDS = ("given", "refused", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the records, as it stands in the database."""

    number: int
    record: str | None
    subject: str | None
    at: datetime
    until: datetime | None
    content: str | None
    content_digest: str
    digest: str
    erased_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a trial of the service gave."""

    done: tuple[str, ...]
    failed: tuple[str, ...]
    #: ids of the records that were acknowledged
    receipts: tuple[str, ...]
    calls_to_give: int
    calls_to_withdraw: int


class ConsentBooks(Protocol):
    """The records of consent, to look at."""

    def acknowledged(self) -> tuple[int, str] | None:
        """The last acknowledged number and its digest, from the note apart from the database."""

    def head(self) -> tuple[int, str] | None:
        """The last number and its digest, by the row that counts; None: there is none."""

    def entries(self, upto: int) -> Iterator[Entry]:
        """Every row up to a number, in order of number."""

    def texts(self) -> Iterable[tuple[str, str]]:
        """Digest and body of each text that is kept."""

    def holds(self, records: Iterable[str]) -> frozenset[str]:
        """Those of these ids that are on record."""

    def trial(self) -> Tried:
        """Try the service out. Raises SystemTrouble where it cannot be reached."""


def look_at_ledger(books: ConsentBooks, before: tuple[int, str] | None, kept: Period, as_of: datetime) -> Ledger | Unseen:
    """Read the chain (1 to 4)."""
    noted, head = books.acknowledged(), books.head()
    if head is None:
        return Unseen(reason="the row that counts the records of consent is gone")
    walk = _Walk(as_of=as_of, kept=kept)
    marks = {one[0]: one[1] for one in (noted, before) if one}
    for entry in books.entries(head[0]):
        walk.take(entry)
        if entry.number in marks and entry.digest != marks[entry.number]:  # 4
            walk.rewritten = True
    return Ledger(
        records=walk.records,
        head=head[0],
        acknowledged=noted[0] if noted else None,
        before=before[0] if before else None,
        gaps=walk.gaps,
        unlinked=walk.unlinked,
        altered=walk.altered,
        too_early=walk.too_early,
        rewritten=walk.rewritten or (walk.records == head[0] and walk.digest != head[1]),
        digest=walk.digest,
    )


@dataclass(slots=True)
class _Walk:
    """The chain as far as it was read."""

    as_of: datetime
    kept: Period
    records: int = 0
    last: int = 0
    digest: str = _FIRST
    gaps: int = 0
    unlinked: int = 0
    altered: int = 0
    too_early: int = 0
    rewritten: bool = field(default=False)

    def take(self, entry: Entry) -> None:
        """The next row (2, 3)."""
        self.records += 1
        self.gaps += entry.number - self.last - 1
        expected = _sha(f"{self.digest}\n{entry.number}\n{_text(entry.at)}\n{entry.content_digest}")
        self.unlinked += entry.number == self.last + 1 and entry.digest != expected
        self.last, self.digest = entry.number, entry.digest
        if entry.erased_at is None:
            self.altered += not _intact(entry)
        else:
            self.altered += entry.content is not None
            self.too_early += _ended(entry.at, self.kept) > max(self.as_of, entry.erased_at)


def look_at_papers(books: ConsentBooks) -> Papers | Unseen:
    """Whether each record says which text was shown, in which version, when, how, and what was decided."""
    head = books.head()
    if head is None:
        return Unseen(reason="the row that counts the records of consent is gone")
    texts = {digest: body for digest, body in books.texts() if _sha(body) == digest}
    versions = {digest: _versions(body) for digest, body in texts.items()}
    counts = dict.fromkeys(_WORDS, 0)
    unclear = untexted = 0
    for entry in books.entries(head[0]):
        if entry.erased_at is not None:
            continue
        said = _content(entry)
        if said is None or not _clear(said, versions.get(said["text"])):
            unclear += said is None or said["text"] in texts
            untexted += said is not None and said["text"] not in texts
            continue
        for answer in said["choices"].values():
            counts[answer] += 1
    return Papers(unclear=unclear, untexted=untexted, texts=len(texts), **counts)


def look_at_keeping(books: ConsentBooks, kept: Period, as_of: datetime) -> Rows | Unseen:
    """Every record, by whether it may still be there: a choice ends when it expires or is replaced, and its record so long after."""
    head = books.head()
    if head is None:
        return Unseen(reason="the row that counts the records of consent is gone")
    found = {"in time": 0, "emptied": 0}
    overdue = unplaceable = total = 0
    open_: dict[str, datetime] = {}
    for entry in books.entries(head[0]):
        total += 1
        if entry.erased_at is not None:
            found["emptied"] += 1
            continue
        if entry.subject is None or entry.until is None:
            unplaceable += 1
            continue
        found["in time"] += 1
        replaced = open_.get(entry.subject)
        if replaced is not None and _ended(min(replaced, entry.at), kept) < as_of:
            overdue += 1
        open_[entry.subject] = entry.until
    overdue += sum(1 for until in open_.values() if _ended(until, kept) < as_of)
    found["in time"] -= overdue
    how = "our own records, read from the first to the last; whether one is missing is a promise of its own"
    return Rows(forbidden=overdue, allowed=found, unplaceable=unplaceable, total=total, visible=True, how_visible=how)


def look_at_trial(books: ConsentBooks) -> Trial:
    """Try the service out, and look by oneself whether what it acknowledged is on record."""
    tried = books.trial()
    missing = set(tried.receipts) - books.holds(tried.receipts)
    failed = (*tried.failed, *([f"{len(missing)} acknowledged choices are not on record"] if missing else []))
    done = (*tried.done, *([] if missing else ["each is on record"]))
    return Trial(done=done, failed=failed, calls_to_give=tried.calls_to_give, calls_to_withdraw=tried.calls_to_withdraw)


def _intact(entry: Entry) -> bool:
    said = _content(entry)
    if said is None or entry.content is None or _sha(entry.content) != entry.content_digest:
        return False
    columns = (entry.record, entry.subject, _text(entry.at), _text(entry.until) if entry.until else None)
    return columns == (said["id"], said["subject"], said["at"], said["until"])


def _content(entry: Entry) -> dict[str, Any] | None:
    try:
        said = json.loads(entry.content or "")
    except ValueError:
        return None
    return said if isinstance(said, dict) and said.keys() >= _PARTS else None


def _clear(said: dict[str, Any], versions: dict[str, str] | None) -> bool:
    """Everything is said, about purposes that the text asked for, each with the version of its text."""
    choices = said["choices"]
    answered = isinstance(choices, dict) and bool(choices) and set(choices.values()) <= set(_WORDS)
    told = all(isinstance(said[part], str) and said[part] for part in ("id", "salt", "subject", "language", "how", "at", "until"))
    return answered and told and versions is not None and all(versions.get(purpose) for purpose in choices)


def _versions(body: str) -> dict[str, str]:
    try:
        return {purpose["name"]: purpose["version"] for purpose in json.loads(body)["purposes"]}
    except (ValueError, KeyError, TypeError):
        return {}


def _ended(at: datetime, kept: Period) -> datetime:
    return at + relativedelta(years=kept.years, months=kept.months, days=kept.days, minutes=kept.minutes)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


Sealed = Callable[[str], tuple[int, str] | None]
