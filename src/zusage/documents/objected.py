"""What a person is told who objected (Art. 21 GDPR)."""

from __future__ import annotations

from dataclasses import dataclass

from zusage.promises.manifest import Manifest

from .catalogue import Language, catalogue, closed
from .remedies import remedies


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An objection and what became of it."""

    activity: str
    marketing: bool
    #: what a human found; None while nobody has decided
    finding: str | None
    reasons: str
    #: something of theirs is restricted until they were told
    restricted: bool = False
    #: the purpose still finds the person somewhere
    left: bool = False


def objected(manifest: Manifest, language: Language, answer: Answer) -> tuple[str, ...]:
    """The paragraphs of the answer: what ends, or why it goes on, and where to turn."""
    say = catalogue(language)
    declared = manifest.activities.get(answer.activity)
    title = say.quoted(say.of(declared.title) if declared else answer.activity)
    key = "marketing" if answer.marketing else answer.finding or "open"
    paragraphs = [say("objected.intro", title=title), say(f"objected.{key}")]
    if answer.reasons and answer.finding:
        paragraphs.append(say("objected.reasons", reasons=closed(answer.reasons.strip())))
    if answer.restricted and answer.finding in ("compelling-grounds", "legal-claims"):
        paragraphs.append(say("objected.lifting"))
    if answer.left:
        paragraphs.append(say("objected.left"))
    return (*paragraphs, *remedies(manifest, say))
