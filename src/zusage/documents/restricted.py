"""What a person is told whose data are restricted (Art. 18 GDPR), also in the place of an erasure (§ 35 BDSG)."""

from __future__ import annotations

from zusage.promises.manifest import Manifest

from .catalogue import Language, catalogue, closed
from .remedies import remedies


def restricted(manifest: Manifest, language: Language, ground: str, paragraph: str, reasons: str) -> tuple[str, ...]:
    """The paragraphs of the letter: what is restricted and why, what may still be done with it, and where to turn."""
    say = catalogue(language)
    if paragraph:
        paragraphs = [say("restricted.instead"), say(f"restricted.paragraph.{paragraph}")]
        paragraphs.append(say("objected.reasons", reasons=closed(reasons.strip())))
    else:
        paragraphs = [say("restricted.intro", letter=ground)]
    return (*paragraphs, say("restricted.uses"), say("restricted.lifting"), *remedies(manifest, say))
