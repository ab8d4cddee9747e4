"""Mails about a request: the link that shows who asks, the acknowledgement, and what reminds the staff. German, English or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from zusage.promises.manifest import Manifest

from .catalogue import LANGUAGES, Catalogue, Language, catalogue, tidy
from .lengths import day_in_words
from .requested import OTHERWISE, Requested, requested

Said = Callable[[Catalogue], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mail:
    """Subject and text."""

    subject: str
    text: str


def link(manifest: Manifest, languages: Sequence[Language], right: str, received: date, url: str, until: datetime) -> Mail:
    """The mail with the link; ``until`` is in the manifest's time zone. It says nothing about whether anything is stored."""

    def said(say: Catalogue) -> tuple[str, ...]:
        day = day_in_words(received, say)
        return (
            *greeted(
                say,
                "greeting",
                say("door.mail.asked", right=say(f"requested.rights.{right}"), day=day, controller=manifest.controller.name),
            ),
            say("door.mail.open", until=f"{day_in_words(until.date(), say)}, {until:%H:%M}"),
            url,
            say("door.mail.ignore"),
        )

    return _mail(manifest, languages, "door.mail.subject", said)


def acknowledgement(manifest: Manifest, languages: Sequence[Language], case: str, one: Requested) -> Mail:
    """That a request has arrived, and by when it is answered."""
    by_authority = one.through is not None

    def said(say: Catalogue) -> tuple[str, ...]:
        number = say("door.mail.reference" if by_authority else "door.mail.case", case=case)
        words = requested(manifest, say.language, "acknowledged", "", one)
        return (*greeted(say, "greeting_authority" if by_authority else "greeting", words[0]), *words[1:], number)

    return _mail(manifest, languages, "door.mail.arrived" if by_authority else "door.mail.acknowledged", said)


def answer(
    manifest: Manifest, languages: Sequence[Language], right: str, received: date, until: datetime, url: str | None
) -> Mail:
    """That the answer lies ready: behind a link, or without one behind the login. It holds nothing of the answer, and no number of a case."""

    def said(say: Catalogue) -> tuple[str, ...]:
        controller, day = manifest.controller, day_in_words(received, say)
        last = f"{day_in_words(until.date(), say)}, {until:%H:%M}"
        return (
            say("door.mail.answer", right=say(f"requested.rights.{right}"), day=day, controller=controller.name),
            *((say("door.mail.answer_open", until=last), url) if url else (say("door.mail.answer_login", until=last),)),
            say("door.mail.answer_lost", email=controller.email or controller.name),
        )

    return _mail(manifest, languages, "door.mail.answer_subject", said)


def greeted(say: Catalogue, greeting: str, first: str) -> tuple[str, str]:
    """A greeting and what comes first after its comma, where German goes on small."""
    word, _, rest = first.partition(" ")
    return say(f"letter.{greeting}"), f"{word.lower()} {rest}" if word in str(say.entry("letter.lowered")).split() else first


def reminder(manifest: Manifest, case: str, right: str, due: date, *, overdue: bool, by_authority: bool = False) -> Mail:
    """What the staff is reminded of; nothing of the person. ``by_authority``: a supervisory authority set the day."""
    word = f"{'overdue' if overdue else 'due'}{'_authority' if by_authority else ''}"

    def said(say: Catalogue) -> tuple[str, ...]:
        law = {} if by_authority else {"law": "" if right in OTHERWISE else say("door.reminder.law")}
        what, day = say(f"requested.rights.{right}"), day_in_words(due, say)
        return (
            say(f"door.reminder.{word}", case=case, right=what, day=day, **law),
            say("door.reminder.look", case=case),
        )

    subject = f"door.reminder.{'overdue' if overdue else 'due'}_subject"
    subjects = (catalogue(language)(subject, case=case) for language in LANGUAGES)
    return Mail(" / ".join(subjects), _joined(LANGUAGES, said))


def _mail(manifest: Manifest, languages: Sequence[Language], subject: str, said: Said) -> Mail:
    subjects = (catalogue(language)(subject, controller=manifest.controller.name) for language in languages)
    closing = manifest.controller.name + (f"\n{manifest.controller.email}" if manifest.controller.email else "")
    return Mail(" / ".join(subjects), f"{_joined(languages, said)}\n\n{closing}\n")


def _joined(languages: Sequence[Language], said: Said) -> str:
    return "\n\n\n".join("\n\n".join(tidy(part) for part in said(catalogue(language))) for language in languages)
