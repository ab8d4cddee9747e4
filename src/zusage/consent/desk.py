"""Where choices arrive: checked against the text that was shown, drafted, and handed to whoever records them.

The desk knows no database and no network. ``Records`` is what it needs of one; ``bootstrap`` gives it the real one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal, Protocol

from .errors import Malformed, NothingChosen, UnknownField, UnknownPurpose, UnknownReceipt, UnknownSubject, UnknownText
from .mail import Wish
from .offer import Offer
from .record import ANSWERS, HOWS, Answer, Choice, How, Record, ends, pseudonym
from .shown import Shown, shown
from .standing import Standing, standing
from .words import LANGUAGES, Language

_SUBJECT = re.compile(r"[A-Za-z0-9_-]{22}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: what a choice has
_FIELDS = frozenset({"subject", "text", "language", "how", "choices"})


class Records(Protocol):
    """The records of choices. Append-only: nothing here changes or takes away a record under its time of keeping."""

    def append(self, choices: Sequence[Choice]) -> tuple[Record, ...]:
        """Record choices, in order; durable on disk when it returns, all or none."""

    def of(self, subject: str) -> Iterable[Record]:
        """Every record of a pseudonym, oldest first."""

    def named(self, id: str) -> Record | None:
        """The record with an id."""

    def keep_text(self, text: Shown, at: datetime) -> None:
        """Keep a text; keeping it again changes nothing."""

    def text(self, digest: str) -> Shown | None:
        """A text that was kept."""


@dataclass(frozen=True)
class Desk:
    """Takes choices for an offer."""

    offer: Offer
    records: Records
    #: secret with which pseudonyms are made
    key: bytes
    clock: Callable[[], datetime]

    @cached_property
    def texts(self) -> dict[str, Shown]:
        """The texts of today by digest, kept before anybody can refer to them."""
        made = {one.digest: one for one in (shown(self.offer, language) for language in LANGUAGES)}
        for text in made.values():
            self.records.keep_text(text, self.clock())
        return made

    @cached_property
    def _asked(self) -> dict[str, frozenset[str]]:
        return {}

    def open(self) -> None:
        """Keep the texts of today and know what they ask, so that no choice about them waits for a look at the records."""
        for digest, text in self.texts.items():
            self._asked[digest] = text.answerable

    def knows(self, text: object) -> bool:
        """Whether a choice about this text can be checked without a look at the records."""
        return isinstance(text, str) and text in self._asked

    def text_of(self, language: Language) -> Shown:
        """The text of today in a language."""
        return next(text for text in self.texts.values() if text.language == language)

    def text(self, digest: str) -> Shown:
        """A text that is or was shown here. Raises UnknownText."""
        found = self.texts.get(digest) or self.records.text(digest)
        if found is None:
            raise UnknownText
        return found

    def choice(self, told: Mapping[str, Any], site: str) -> Choice:
        """Check what a browser sent; raises ChoiceRefused. A page that was opened before a change may answer the text that it showed."""
        if not told.keys() <= _FIELDS:
            raise UnknownField
        subject = pseudonym(self.key, "browser", _matching(told, "subject", _SUBJECT, "a random number of 22 characters"))
        text = _matching(told, "text", _DIGEST, "the digest of a text")
        language, how = _one_of(told, "language", LANGUAGES), _one_of(told, "how", HOWS)
        return self.draft(subject, text, language, site, how, self._answers(told.get("choices"), text))

    def draft(
        self,
        subject: str,
        text: str,
        language: str,
        site: str,
        how: How,
        answers: Mapping[str, Answer],
        requested_at: datetime | None = None,
    ) -> Choice:
        """A choice as of now."""
        now = self.clock()
        until = ends(now, self.offer.consents.lasts)
        return Choice(
            subject=subject,
            text=text,
            language=language,
            site=site,
            how=how,
            answers=answers,
            at=now,
            until=until,
            requested_at=requested_at,
        )

    def confirmed(self, wish: Wish) -> Choice:
        """The consent that a link of a mail stands for."""
        answers: dict[str, Answer] = dict.fromkeys(wish.purposes, "given")
        requested = datetime.fromtimestamp(wish.requested, UTC)
        return self.draft(wish.subject, wish.text, wish.language, wish.site, "mail", answers, requested)

    def withdrawal(self, subject: str, site: str, how: How = "withdraw", purposes: Iterable[str] = ()) -> Choice:
        """Withdraw these purposes, or all, of a pseudonym; raises UnknownSubject where it never decided anything."""
        past = list(self.records.of(subject))
        if not past:
            raise UnknownSubject
        last: dict[str, Answer] = {}
        for record in past:
            last |= record.choice.answers
        wanted = tuple(purposes) or tuple(last)
        if not set(wanted) <= last.keys():
            raise UnknownPurpose
        answers: dict[str, Answer] = {name: "refused" if last[name] == "refused" else "withdrawn" for name in wanted}
        newest = past[-1].choice
        return self.draft(subject, newest.text, newest.language, site, how, answers)

    def standing(self, subject: str) -> tuple[Standing, ...]:
        """How each purpose stands for a pseudonym."""
        choices = [record.choice for record in self.records.of(subject)]
        reaches = {digest: self.text(digest).reaches for digest in {choice.text for choice in choices}}
        return standing(self.offer, choices, reaches, self.clock())

    def named(self, id: str) -> Record:
        """The record with an id. Raises UnknownReceipt."""
        found = self.records.named(id)
        if found is None:
            raise UnknownReceipt
        return found

    def browser(self, subject: object) -> str:
        """The pseudonym of a browser's random number. Raises Malformed."""
        return pseudonym(
            self.key, "browser", _matching({"subject": subject}, "subject", _SUBJECT, "a random number of 22 characters")
        )

    def person(self, kind: Literal["mail", "account"], name: str) -> str:
        """The pseudonym of a mail address, in whatever case it is written, or of an account."""
        return pseudonym(self.key, kind, name.strip().casefold() if kind == "mail" else name)

    def _answers(self, told: object, text: str) -> dict[str, Answer]:
        if not isinstance(told, dict) or not told:
            raise NothingChosen
        asked = self._asked.get(text)
        if asked is None:
            asked = self._asked[text] = self.text(text).answerable
        if not told.keys() <= asked:
            raise UnknownPurpose
        return {name: _one_of(told, name, ANSWERS) for name in told}


def _matching(told: Mapping[str, Any], part: str, pattern: re.Pattern[str], expected: str) -> str:
    value = told.get(part)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(part, expected)
    return value


def _one_of(told: Mapping[str, Any], part: str, known: tuple[Any, ...]) -> Any:
    value = told.get(part)
    if value not in known:
        raise Malformed(part if part in ("language", "how") else "an answer", f"one of {', '.join(known)}")
    return value
