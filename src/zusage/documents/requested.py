"""What a person is told along the way of their request (Art. 12(3), (4), (6) GDPR)."""

from __future__ import annotations

from datetime import date

from zusage.promises.manifest import Manifest

from .catalogue import Language, catalogue, closed
from .lengths import day_in_words
from .remedies import remedies


def unidentified() -> tuple[str, ...]:
    """The reasons of a refusal because nobody has shown who asks, in German and English."""
    return tuple(catalogue(language)("requested.unidentified") for language in ("de", "en"))


def requested(
    manifest: Manifest, language: Language, kind: str, detail: str, right: str, received: date, until: date | None, words: str
) -> tuple[str, ...]:
    """The paragraphs of a letter about the newest event of a case.

    ``until`` is the day of which it speaks: the last of the answer, or of a question who asks. ``words`` are the office's own.
    """
    say = catalogue(language)
    paragraphs = [say("requested.intro", right=say(f"requested.rights.{right}"), day=day_in_words(received, say))]
    day = day_in_words(until, say) if until else ""
    match kind:
        case "identity asked":
            paragraphs.append(say("requested.identity", day=day))
        case "extended":
            paragraphs.append(say("requested.extended", day=day))
        case "refused" if detail:
            paragraphs.append(say("requested.unidentified"))
        case "refused":
            paragraphs.append(say("requested.refused"))
        case _:
            paragraphs.append(say("requested.acknowledged", day=day) if day else say("requested.waiting"))
    if words.strip():
        paragraphs.append(closed(words.strip()))
    return (*paragraphs, *remedies(manifest, say)) if kind in ("refused", "extended") else tuple(paragraphs)
