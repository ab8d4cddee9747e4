"""The record of a choice, and the chain that shows that none was changed, added or lost. Pure.

1. A record's content is canonical JSON with a random salt; its digest is SHA-256 of those bytes.
2. The digest of a record is that of its number, its time, its content's digest and the record before.
3. When its time of keeping is over, the content with its salt goes, and the number, the time and the digests stay: the chain still
   closes, and nobody can guess what the content was.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Literal, get_args

from dateutil.relativedelta import relativedelta

from zusage.promises.period import Period

Answer = Literal["given", "refused", "withdrawn"]
#: by which act: a button of the banner or the settings, a signal of the browser, a choice that could not be recorded when it was
#: made, a form of the application, a confirmed mail, a call of the interface, or a trial by the prover
How = Literal["accept-all", "reject-all", "settings", "withdraw", "gpc", "later", "form", "mail", "api", "trial"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
HOWS: tuple[How, ...] = get_args(How)
#: what the first record is linked to
BEFORE_FIRST = hashlib.sha256(b"zusage consents 1").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody decided, before it is recorded."""

    #: pseudonym of whoever decided
    subject: str
    #: digest of the text that was shown
    text: str
    language: str
    #: the site or application on which it was decided
    site: str
    how: How
    answers: Mapping[str, Answer]
    at: datetime
    #: when it is asked for again
    until: datetime
    #: where a consent was asked for before it was confirmed, as by mail
    requested_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A choice as it stands in the chain."""

    number: int
    #: names the record for whoever holds the receipt
    id: str
    choice: Choice
    content: str
    content_digest: str
    digest: str


def drafted(choices: Sequence[Choice]) -> Iterator[tuple[str, str]]:
    """For each choice a fresh id and the content of its record, with a salt of its own (1); chance is asked for once for all of them."""
    drawn = base64.urlsafe_b64encode(secrets.token_bytes(33 * len(choices))).decode()
    for first, choice in zip(range(0, len(drawn), 44), choices, strict=True):
        name = drawn[first : first + 22]
        yield name, _content(choice, name, salt=drawn[first + 22 : first + 44])


def _content(choice: Choice, name: str, salt: str) -> str:
    before, between, site, after = _around(
        tuple(choice.answers.items()),
        choice.how,
        choice.language,
        choice.site,
        choice.text,
        choice.at,
        choice.until,
        choice.requested_at,
    )
    return f'{before},"id":"{name}",{between},"salt":"{salt}",{site},"subject":{encode_basestring(choice.subject)},{after}'


@lru_cache(256)  # many choices differ by nothing but the id, the salt and the pseudonym
def _around(
    answers: tuple[tuple[str, Answer], ...],
    how: How,
    language: str,
    site: str,
    text: str,
    at: datetime,
    until: datetime,
    requested_at: datetime | None,
) -> tuple[str, str, str, str]:
    """What stands in a content before its id, its salt and its pseudonym, and after them, in the order of canonical JSON."""
    between = {"language": language, **({"requested-at": stamp(requested_at)} if requested_at else {})}
    return (
        _canonical({"at": stamp(at), "choices": dict(answers), "how": how})[:-1],
        _canonical(between)[1:-1],
        _canonical({"site": site})[1:-1],
        _canonical({"text": text, "until": stamp(until), "zusage-consent": 1})[1:],
    )


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def linked(previous: str, number: int, at: datetime, content_digest: str) -> str:
    """The digest of a record that follows the one with digest ``previous`` (2)."""
    return digest_of(f"{previous}\n{number}\n{stamp(at)}\n{content_digest}")


def digest_of(text: str) -> str:
    """SHA-256, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_content(content: str) -> Choice:
    """What a record says; raises ValueError when it is none."""
    found: dict[str, Any] = json.loads(content)
    if not isinstance(found, dict) or found.get("zusage-consent") != 1:
        raise ValueError("this is no record of a consent")
    requested = found.get("requested-at")
    return Choice(
        subject=found["subject"],
        text=found["text"],
        language=found["language"],
        site=found["site"],
        how=found["how"],
        answers=found["choices"],
        at=datetime.fromisoformat(found["at"]),
        until=datetime.fromisoformat(found["until"]),
        requested_at=datetime.fromisoformat(requested) if requested else None,
    )


def pseudonym(key: bytes, kind: Literal["browser", "mail", "account"], name: str) -> str:
    """A keyed code for whoever decides: the same for the same, and nothing that leads back without the key."""
    return hmac.digest(key, f"{kind}\0{name}".encode(), "sha256").hex()


@lru_cache(256)  # many choices share a second
def stamp(at: datetime) -> str:
    """An instant as text, in UTC."""
    return at.astimezone(UTC).isoformat()


@lru_cache(256)
def ends(at: datetime, lasts: Period) -> datetime:
    """When a choice is asked for again; the same instant on the day, so that a cookie lives no longer than was said."""
    return at + relativedelta(years=lasts.years, months=lasts.months, days=lasts.days, minutes=lasts.minutes)
