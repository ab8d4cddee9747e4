"""What a person is told who withdrew a consent (Art. 7(3) GDPR)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zusage.promises.law import legal_basis
from zusage.promises.manifest import CONSENT, Manifest

from .catalogue import Catalogue, Language, catalogue
from .erased import Outcome, counted, went
from .lengths import day_in_words
from .remedies import remedies


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A consent that was withdrawn, and what that did to the data."""

    activity: str
    #: None while nobody has erased yet what rested on the consent alone
    outcomes: Sequence[Outcome] | None = None
    #: rows that stay on another basis, by activity
    stays: Mapping[str, int] = field(default_factory=dict)
    #: rows that only the withdrawn purpose holds still
    left: int = 0
    #: from which day on the consent is at an end; None where no withdrawal is on record
    since: date | None = None
    #: a consent of theirs to this purpose still stands somewhere
    standing: bool = False


def withdrawn(manifest: Manifest, language: Language, one: Withdrawn) -> tuple[str, ...]:
    """The paragraphs of the answer: what ends, what was erased, and what stays on which other basis, and where to turn."""
    say = catalogue(language)
    return (*what_has_ended(manifest, say, one), *remedies(manifest, say))


def what_has_ended(manifest: Manifest, say: Catalogue, one: Withdrawn) -> Iterator[str]:
    """Which consent is at an end and since when, and what that did to the data."""
    yield say("withdrawal.intro", title=say.quoted(say.of(manifest.activities[one.activity].title)))
    if one.standing:
        yield say("withdrawal.begun")
    else:
        yield say("withdrawal.since", day=day_in_words(one.since, say)) if one.since else say("withdrawal.ends")
    yield from went(manifest, say, one.outcomes or ())
    if one.left:
        waits = say("erased.left", rows=counted(one.left, say))
        yield say("withdrawal.pending") if one.outcomes is None else waits
    yield from _rest(manifest, say, one.stays)


def _rest(manifest: Manifest, say: Catalogue, stays: Mapping[str, int]) -> Iterator[str]:
    for name, rows in stays.items():
        declared = manifest.activities[name]
        entry, title = legal_basis(declared.legal_basis), say.quoted(say.of(declared.title))
        if declared.legal_basis in CONSENT:
            yield say("withdrawal.stays_consent", title=title, rows=counted(rows, say), cite=say.of(entry.cite))
            continue
        yield say("withdrawal.stays", title=title, rows=counted(rows, say), basis=say.of(entry.title), cite=say.of(entry.cite))
