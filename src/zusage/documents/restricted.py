"""What a person is told whose data are restricted (Art. 18 GDPR), also in the place of an erasure (§ 35 BDSG)."""

from __future__ import annotations

from datetime import date

from zusage.promises.manifest import Manifest

from .catalogue import Language, catalogue, closed
from .lengths import day_in_words
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


def lifting(manifest: Manifest, language: Language, ground: str, since: date, *, instead: bool) -> tuple[str, ...]:
    """The paragraphs of the letter before a restriction is lifted (Art. 18(3) GDPR); ``instead``: it took the place of an erasure."""
    say = catalogue(language)
    first = say("restricted.ending_instead" if instead else "restricted.ending", day=day_in_words(since, say), letter=ground)
    return (f"{first} {say('restricted.ends')}", say("restricted.afterwards"), *remedies(manifest, say))
