"""What a person is told who objected (Art. 21 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue, Language, catalogue, closed
from .lengths import day_in_words
from .remedies import remedies


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An objection and what became of it."""

    activity: str
    marketing: bool
    #: what a human found; None while nobody has decided
    finding: str | None
    reasons: str
    #: from which day on the purpose is not to use the data
    since: date
    #: something of theirs is restricted until they were told
    restricted: bool = False
    #: the purpose still finds the person somewhere, or nothing has stopped it
    left: bool = False
    #: the day on which they took it back
    taken_back: date | None = None


def objected(manifest: Manifest, language: Language, answer: Answer) -> tuple[str, ...]:
    """The paragraphs of the answer: what ends, or why it goes on, and where to turn."""
    say = catalogue(language)
    return (*what_ends(manifest, say, answer), *remedies(manifest, say))


def what_ends(manifest: Manifest, say: Catalogue, answer: Answer) -> Iterator[str]:
    """What ends and since when, or why it goes on."""
    declared = manifest.activities.get(answer.activity)
    yield say("objected.intro", title=say.quoted(say.of(declared.title) if declared else answer.activity))
    if answer.taken_back:
        yield say("objected.taken_back", day=day_in_words(answer.taken_back, say))
        return
    yield from _found(say, answer)
    if answer.reasons and answer.finding:
        yield say("objected.reasons", reasons=closed(answer.reasons.strip()))
    if answer.restricted and answer.finding in ("compelling-grounds", "legal-claims"):
        yield say("objected.lifting")
    if answer.left:
        yield say("objected.left")
    if answer.marketing:
        yield say("objected.code")
    elif answer.finding == "upheld":
        yield say("objected.erasable")


def _found(say: Catalogue, answer: Answer) -> Iterator[str]:
    """Since when is said only where nothing is left."""
    day = day_in_words(answer.since, say)
    key = "marketing" if answer.marketing else answer.finding or "open"
    if key in ("marketing", "upheld"):
        yield say(f"objected.{key}_begun") if answer.left else say(f"objected.{key}", day=day)
        return
    yield say(f"objected.{key}")
    if key == "open" and not answer.left:
        yield say("objected.resting", day=day)
