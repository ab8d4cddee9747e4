"""What a person is told who wanted their package sent straight to another controller (Art. 20(2), 12(4) GDPR)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue, Language, catalogue, closed
from .lengths import day_in_words
from .remedies import remedies


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A package that another controller has, or is to have."""

    #: as the manifest names it
    recipient: str
    #: the day of the receipt; None: it is tried still
    on: date | None
    digest: str
    #: bytes, and files in the archive
    size: int
    files: int
    #: the receiver has named the digest
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFeasible:
    """A transfer that is not possible."""

    #: as the manifest or the person names it
    controller: str
    reasons: str = field(repr=False)


def transferred(manifest: Manifest, language: Language, one: Sent | NotFeasible) -> tuple[str, ...]:
    """The paragraphs: to whom, when, and how much, or the reasons why not, what is left, and where to turn."""
    say = catalogue(language)
    if isinstance(one, NotFeasible):
        name = _title(manifest, say, one.controller)
        reasons = (say("transferred.refused", controller=name), closed(one.reasons), say("transferred.still"))
        return (*reasons, *remedies(manifest, say))
    name = _title(manifest, say, one.recipient)
    if one.on is None:
        return (say("transferred.waiting", controller=name),)
    files = say("transferred.file") if one.files == 1 else say("transferred.files", count=str(one.files))
    return (
        say("transferred.sent", day=day_in_words(one.on, say), controller=name, files=files, size=str(one.size)),
        say("transferred.confirmed" if one.confirmed else "transferred.received", controller=name),
        say("transferred.digest", digest=one.digest),
        say("transferred.theirs", controller=name),
    )


def _title(manifest: Manifest, say: Catalogue, name: str) -> str:
    recipient = manifest.recipients.get(name)
    return say.of(recipient.title) if recipient else name
